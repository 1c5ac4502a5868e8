"""Scenarios: frozen values that show only what differs from the baseline, read from small TOML files."""

from computerace.runs.scenarios.read import scenario, scenarios
from computerace.runs.scenarios.value import Scenario, Setting
from computerace.runs.schema.bounds import LONGEST

__all__ = ["LONGEST", "Scenario", "Setting", "scenario", "scenarios"]
