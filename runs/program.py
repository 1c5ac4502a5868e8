"""The program's own fingerprint: what, when it changes, may change a sweep's bits."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("market", "agents", "runs")
# What of runs only asks, shows, or moves tables about: it may change while a sweep is under way.
APART = {
    "answer.py", "cli.py", "commands", "execute.py", "local_engine.py", "page", "pool.py", "program.py", "progress.py",
    "provenance.py", "ray_engine.py", "results.py", "store.py", "sweep.py", "terminal.py", "verify.py", "whole.py",
}  # fmt: skip
SUFFIXES = (".py", ".toml", ".csv", ".json")
LIBRARIES = ("numpy", "scipy", "SALib", "mesa")


def fingerprint() -> dict[str, str]:
    """Every file and library that results rest on, with a hash or a version."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        root = Path(str(resources.files(f"computerace.{package}")))
        for path in sorted(root.rglob("*")):
            below = path.relative_to(root)
            if path.suffix in SUFFIXES and below.parts[0] not in APART and path.is_file():
                found[f"{package}/{below.as_posix()}"] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found | {name: version(name) for name in LIBRARIES}


@cache
def digest() -> str:
    """The fingerprint in a word, as it is when this process first asks."""
    return hashlib.sha256(repr(sorted(fingerprint().items())).encode()).hexdigest()[:16]


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What differs between two fingerprints, each in a few words."""
    found = []
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name in LIBRARIES:
            found.append(f"{name} {old} → {new}")
        else:
            found.append(f"{name} is {'new' if old is None else 'gone' if new is None else 'changed'}")
    return found
