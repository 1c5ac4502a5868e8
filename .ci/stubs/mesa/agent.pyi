from mesa import Agent as Agent
from mesa import AgentSet as AgentSet
