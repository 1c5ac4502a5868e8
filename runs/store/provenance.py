"""Where a result came from: versions, commit, machine and time, as a manifest keeps them."""

import datetime
import os
import platform
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "mesa", "pandas", "pyarrow", "computerace")


def versions() -> dict[str, str]:
    """Versions of Python and of every library that can change a result's bits."""
    return {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}}


_version = cache(version)


@cache
def commit() -> str | None:
    """The commit of the checkout that the program runs from, "-changed" where files differ; None outside of one.

    As this process first finds it: what it runs was read at about that time.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        head = _git(root, "rev-parse", "HEAD")
        return f"{head}-changed" if _git(root, "status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.SubprocessError):
        return None


def machine() -> dict[str, str | int | None]:
    """The kind of machine: equal seeds give equal bits on machines of one kind."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": _processor(),
        "processors": os.cpu_count(),
    }


def now() -> str:
    """The time in UTC, to the second, in ISO 8601."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
