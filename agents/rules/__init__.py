"""How owners decide: one file for each decision, in the order in which an owner takes them.

Each rule takes what its owner saw, and what it has decided already, and returns one form of `agents/decision.py`. A lab
follows these rules unless a class of its own says otherwise.
"""
