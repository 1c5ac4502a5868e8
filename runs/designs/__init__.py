"""Worked designs of sweeps, each with its question: `computerace sweep NAME` runs one."""

from importlib.resources import files
from pathlib import Path


def designs() -> list[str]:
    """Names of the designs that come with the project."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def folder() -> Path:
    """Where they are; what a design names beside it is found there too."""
    return Path(str(files("computerace.runs.designs")))
