"""Do the tests bite? A random sample of slips in the model, and which of them no claim about the model notices.

    python -m benchmarks.mutants --mutants 50 --seed 1 [--first 1] [--seconds 600]

A mutant is the model with one slip in it: another operator, a comparison turned round, a constant 1.3 times as large, a
minimum for a maximum, the two cases of a choice exchanged, a fraction upside down, a sign lost. Slips are looked for in
`market/`, `agents/` and `runs/model/`; declared values, priors, tables, words and floors that only keep a division from
zero are left alone, and so are the edge of a comparison, which decides nothing where values are continuous, and what
`EQUIVALENT` lists with its reason.

Each mutant meets the tests that claim something about the model, in a copy of the project, the nearest files first,
until one fails. Printed are the mutants that survive and the share that was killed. A sample is the same for the same
seed and code; `--first` goes on with it where an earlier run ended.
"""

import argparse
import ast
import contextlib
import io
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).parents[1]
FOLDERS = ("agents", "analysis", "market", "runs")  # of the package
MODEL = ("market/*.py", "agents/*.py", "agents/rules/*.py", "runs/model/*.py")
NOT_THE_MODEL = ("market/errors.py",)  # words for people
QUICK = ("tests/runs/model", "tests/market", "tests/agents")
RACES = (
    "tests/runs/test_start.py", "tests/runs/test_scenarios.py", "tests/runs/test_mesa.py",
    "tests/runs/worlds/test_simulate.py",
)  # fmt: skip
PATIENCE = 600  # seconds for the tests of one mutant; one that has not ended by then counts as killed
TINIEST = 1e-6  # a smaller constant is a floor
FACTOR = 1.3
LIBRARIES = ("hypothesis.extra.numpy", "mesa", "numpy", "pandas", "pytest", "scipy.special")
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And, ast.Pow: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
NAMES = {
    "minimum": "maximum", "maximum": "minimum", "min": "max", "max": "min",
    "over_owners": "maximum_over_owners", "maximum_over_owners": "over_owners", "floor": "ceil", "log": "log1p",
}  # fmt: skip
TURNED = {"where": (1, 2), "ratio": (0, 1)}  # calls of which two arguments are exchanged
LEFT_ALONE = ("quantity", "choice")
EQUIVALENT = {  # what decides nothing about the model, and why
    ("market/books.py", "kinds[capital.DEBT, 0]"): "zeros for each kind of debt, whichever owner's",
    ("runs/model/arguments.py", "sequence.generate_state(1)"): "its first word does not depend on how many are asked",
    ("market/arrays.py", "added.shape[-1] > 1"): "a running sum has the bits of the sum by rows, and takes longer",
    ("market/generations.py", "30.0"): "a logistic is within 1e-13 of 0 or 1 there already",
    ("runs/model/streams.py", "1 - 1e-07"): "NumPy draws less than 1 as it is",
    ("runs/model/streams.py", "4096"): "worlds of another block have other luck of the same kind",
    ("market/queueing.py", "3"): "a fourth round of the search moves no premium of 256 worlds by a hundred-thousandth",
}


type Change = Callable[[Any], None]  # changes the node that it is given


class Mutant(NamedTuple):
    """One slip: where it is, what it makes of what, and the whole file with it."""

    path: str
    line: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before}  ->  {self.after}"


def places_in(path: str, tree: ast.Module) -> list[tuple[str, int, Change]]:
    """Every slip that one file can have: the file, the number of the node in it, and what changes there."""
    free = _open(path, tree)
    return [(path, place, change) for place, node in enumerate(ast.walk(tree)) if id(node) in free
            for change in _changes(node)]  # fmt: skip


def mutant(root: Path, path: str, place: int, change: Change) -> Mutant:
    """The slip at a place of a project."""
    tree = ast.parse((root / path).read_text(encoding="utf-8"))
    node = next(node for at, node in enumerate(ast.walk(tree)) if at == place)
    before = ast.unparse(node)
    change(node)
    return Mutant(path, getattr(node, "lineno", 0), before, ast.unparse(node), ast.unparse(tree))


def _open(path: str, tree: ast.Module) -> set[int]:
    """The nodes that may change, by identity: all that is reckoned, nothing that is declared."""
    found: set[int] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        same = isinstance(node, ast.expr) and (path, ast.unparse(node)) in EQUIVALENT
        if not same and not _declares(node, top=node in tree.body):
            found.add(id(node))
            waiting += _reckoned(node)
    return found


def _declares(node: ast.AST, *, top: bool) -> bool:
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("ClassVar"):  # a type's argument
        return True
    if top and isinstance(node, (ast.Assign, ast.AnnAssign)):  # a table, a name, or a tiny number
        return not isinstance(node.value, ast.Constant) or _is_floor(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LEFT_ALONE:
        return True
    return isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.JoinedStr, ast.TypeAlias))


def _reckoned(node: ast.AST) -> list[ast.AST]:
    """What is below a node, without annotations and decorators."""
    skipped = {"annotation", "returns", "decorator_list", "type_params", "bases"}
    found: list[ast.AST] = []
    for name, value in ast.iter_fields(node):
        if name not in skipped and not (name == "args" and isinstance(value, ast.arguments)):
            found += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)]
    return found


def _is_floor(node: ast.Constant) -> bool:
    return isinstance(node.value, float) and 0 < abs(node.value) <= TINIEST


def _changes(node: ast.AST) -> Iterator[Change]:
    """What can slip in one node."""
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in OPERATORS:
        yield _operator
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS:
        yield _comparison
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield _sign
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and not _is_floor(node):
        yield _constant
    elif isinstance(node, ast.Call):
        if _called(node) in NAMES:
            yield _name
        if _called(node) in TURNED and len(node.args) > TURNED[_called(node)][1]:
            yield _turned


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _operator(node: Any) -> None:
    node.op = OPERATORS[type(node.op)]()


def _comparison(node: Any) -> None:
    node.ops[0] = OPERATORS[type(node.ops[0])]()


def _sign(node: Any) -> None:
    node.op = ast.UAdd()


def _constant(node: Any) -> None:
    """Whole numbers count and point: the next one; the others, and large ones, are 1.3 times as large."""
    node.value = node.value + 1 if isinstance(node.value, int) or node.value == 0 else node.value * FACTOR


def _name(node: Any) -> None:
    name = NAMES[_called(node)]
    if isinstance(node.func, ast.Attribute):
        node.func.attr = name
    elif isinstance(node.func, ast.Name):
        node.func.id = name


def _turned(node: Any) -> None:
    one, other = TURNED[_called(node)]
    node.args[one], node.args[other] = node.args[other], node.args[one]


def all_places(root: Path) -> list[tuple[str, int, Change]]:
    """All slips of a project's model, file by file."""
    paths = sorted(path.relative_to(root).as_posix() for pattern in MODEL for path in root.glob(pattern))
    wanted = [path for path in paths if path not in NOT_THE_MODEL]
    return [place for path in wanted
            for place in places_in(path, ast.parse((root / path).read_text(encoding="utf-8")))]  # fmt: skip


def claims(tree: Path, path: str) -> list[list[str]]:
    """Files of tests: those named like the file with the slip, the other quick ones, and whole races."""
    name = f"test_{Path(path).stem}"
    quick = [file for folder in QUICK for file in sorted((tree / folder).rglob("test_*.py"))]
    near = [str(file) for file in quick if path and file.name.startswith(name)]
    return [near, [str(file) for file in quick if str(file) not in near], [str(tree / file) for file in RACES]]


def _examine(tree: str, groups: list[list[str]], written: bool) -> None:
    """Run the tests in a copy of the project; ends with 0 where all pass."""
    os.chdir(tree)
    sys.path.insert(0, tree)
    sys.dont_write_bytecode = not written
    import pytest

    from computerace import market

    if not str(market.__file__).startswith(tree):
        sys.exit(f"the tests would run {market.__file__}")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        passed = all(
            pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", *files]) == 0
            for files in groups if files
        )  # fmt: skip
    Path(tree, "said.txt").write_text(said.getvalue(), encoding="utf-8")
    os._exit(0 if passed else 1)  # what the tests left running ends with them


def passes(tree: Path, path: str, *, written: bool = False) -> bool:
    """Whether all tests pass in the copy; written: keep compiled files for the runs to come."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LIBRARIES))
    child = context.Process(target=_examine, args=(str(tree), claims(tree, path), written))
    child.start()
    child.join(PATIENCE)
    if child.is_alive():
        child.kill()
        child.join()
        return False
    return child.exitcode == 0


def survives(tree: Path, slip: Mutant) -> bool:
    """Whether no test notices the slip."""
    place = tree / slip.path
    right = place.read_text(encoding="utf-8")
    for compiled in (place.parent / "__pycache__").glob(f"{place.stem}.*"):
        compiled.unlink()
    place.write_text(slip.text, encoding="utf-8")
    try:
        return passes(tree, slip.path)
    finally:
        place.write_text(right, encoding="utf-8")


def copy_project(into: Path) -> Path:
    """A copy in which `computerace` is the copy's own."""
    for folder in (*FOLDERS, "docs", "tests"):
        shutil.copytree(REPOSITORY / folder, into / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "package", into / "computerace", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", into)
    for folder in FOLDERS:
        (into / "computerace" / folder).symlink_to(into / folder)
    return into


def _sample(given: argparse.Namespace, tree: Path) -> None:
    places = all_places(tree)
    sample = random.Random(given.seed).sample(places, min(given.mutants, len(places)))
    print(f"{len(sample)} of {len(places)} slips, seed {given.seed}", flush=True)
    if not passes(tree, "", written=True):
        sys.exit("the tests fail without any slip:\n" + (tree / "said.txt").read_text(encoding="utf-8")[-2000:])
    begun, alive, tried = time.monotonic(), 0, 0
    for number, place in enumerate(sample[given.first - 1 :], given.first):
        if time.monotonic() - begun > given.seconds:
            print(f"out of time: go on with --first {number}")
            break
        tried += 1
        slip = mutant(tree, *place)
        if survives(tree, slip):
            alive += 1
            print(f"survives: {number} {slip}", flush=True)
        print(f"{number}: {time.monotonic() - begun:.0f} s", end="\r", file=sys.stderr, flush=True)
    print(f"killed {tried - alive} of {tried}: {(tried - alive) / max(tried, 1):.1%}")


def main() -> None:
    """Make a sample and print what survives."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--mutants", type=int, default=50)
    asked.add_argument("--seed", type=int, required=True)
    asked.add_argument("--first", type=int, default=1, help="number in the sample to begin with")
    asked.add_argument("--seconds", type=float, default=float("inf"), help="begin no mutant after so long")
    with tempfile.TemporaryDirectory() as scratch:
        _sample(asked.parse_args(), copy_project(Path(scratch).resolve()))


if __name__ == "__main__":
    main()
