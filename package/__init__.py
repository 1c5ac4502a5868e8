"""An agent-based model of the market for AI compute: markets, labs, runs of races, and analysis of what they leave.

The four folders `market`, `agents`, `runs` and `analysis` are its sub-packages; start with `computerace.runs`.
"""

from importlib.metadata import version

from computerace.when_used import put_off

__all__ = ["__version__"]

__version__ = version("computerace")

put_off()
