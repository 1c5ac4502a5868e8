"""Worked designs of sweeps, each with its question: `computerace sweep NAME` runs one."""

from importlib.resources import files
from pathlib import Path

from computerace.market.errors import unknown


def designs() -> list[str]:
    """Names of the designs that come with the project."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def worked_file(name: str) -> Path:
    """The file of a worked design, or one that stands beside them, such as sweep.sbatch.

    Raises UserError for a name that is neither.
    """
    known = {path.stem if path.suffix == ".toml" else path.name: path for path in folder().iterdir() if _is_text(path)}
    if name not in known:
        raise unknown("design", name, known)
    return known[name]


def _is_text(path: Path) -> bool:
    return path.suffix in (".toml", ".csv", ".sbatch")


def folder() -> Path:
    """Where they are; what a design names beside it is found there too."""
    return Path(str(files("computerace.runs.designs")))
