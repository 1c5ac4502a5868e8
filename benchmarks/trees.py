"""This tree and that of another commit, side by side: what both do is timed in processes of their own, in turn."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
FOLDERS = ("agents", "analysis", "market", "runs")


@contextmanager
def trees(commit: str, *, namespace: bool = False) -> Iterator[tuple[Path, Path]]:
    """Folders in which `import computerace` finds the package: of this tree, and of the commit.

    namespace: leave out the package's own `__init__`, which early commits did not have.
    """
    with tempfile.TemporaryDirectory() as scratch:
        other = Path(scratch) / "other"
        other.mkdir()
        archive = subprocess.run(["git", "archive", commit], cwd=REPOSITORY, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", str(other)], input=archive.stdout, check=True)
        without = {"__pycache__", "__init__.py"} if namespace else {"__pycache__"}
        yield _linked(REPOSITORY, Path(scratch) / "here", without), _linked(other, Path(scratch) / "there", without)


def _linked(source: Path, into: Path, without: set[str]) -> Path:
    package = into / "computerace"
    package.mkdir(parents=True)
    for part in (*(source / folder for folder in FOLDERS), *(source / "package").iterdir()):
        if part.name not in without:
            (package / part.name).symlink_to(part)
    return into


def seconds(code: str, where: Path, *words: str) -> float:
    """Processor seconds that the code prints last, in a tree."""
    command = [sys.executable, "-W", "ignore", "-c", code, *words]
    done = subprocess.run(command, env={"PYTHONPATH": str(where)}, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])
