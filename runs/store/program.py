"""The program's own fingerprint: what, when it changes, may change a sweep's bits."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("market", "agents", "runs")
# From here imports lead to everything that makes a row: worlds played, points drawn, tables made and merged.
ROOTS = ("sweeps/batches", "sweeps/work", "samplers", "store/merging", "store/spool")
# What these import that only moves files or processes about: it may change while a sweep is under way.
APART = {
    "runs/__init__.py", "runs/store/program.py", "runs/store/__init__.py", "runs/store/folder.py",
    "runs/store/parts.py", "runs/store/holding.py", "runs/store/pieces.py", "runs/store/whole.py",
    "runs/store/stopped.py",
}  # fmt: skip
DATA = (".toml", ".csv", ".json")
DATA_FOLDERS = ("market", "runs/scenarios")
# Reading imports off the text takes a hundredth of the time that parsing takes; the code has one form of them.
IMPORT = re.compile(r"^\s*from computerace\.([\w.]+) import (\([^)]*\)|.*)", re.MULTILINE)
NAME = re.compile(r"\w+")
LIBRARIES = ("numpy", "scipy", "SALib", "mesa")


def fingerprint() -> dict[str, str]:
    """Every file and library that results rest on, with a hash or a version."""
    files = {name: path for name, path in _files().items() if name not in APART}
    kept = {name for name in files if name.startswith(DATA_FOLDERS) and name.endswith(DATA)}
    waiting = [f"runs/{root}.py" for root in ROOTS]
    while waiting:
        name = waiting.pop()
        if name in files and name not in kept:
            kept.add(name)
            waiting += _imported(files[name])
    found = {name: hashlib.sha256(files[name].read_bytes()).hexdigest()[:16] for name in sorted(kept)}
    return found | {name: version(name) for name in LIBRARIES}


def _files() -> dict[str, Path]:
    """Modules and data of the program by a name such as market/chips.py."""
    found: dict[str, Path] = {}
    for package in PACKAGES:
        root = Path(str(resources.files(f"computerace.{package}")))
        for path in root.rglob("*"):
            if path.suffix in (".py", *DATA) and path.is_file():
                found[f"{package}/{path.relative_to(root).as_posix()}"] = path
    return found


def _imported(path: Path) -> list[str]:
    """The files that a module imports, wherever in it; some of them do not exist."""
    modules: list[str] = []
    for module, names in IMPORT.findall(path.read_text(encoding="utf-8")):
        modules += [module, *(f"{module}.{name}" for name in NAME.findall(names))]
    places = [name.replace(".", "/") for name in modules]
    return [name for place in places for name in (f"{place}.py", f"{place}/__init__.py")]


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
