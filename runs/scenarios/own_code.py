"""Code of one's own: a Python file that a scenario names, `code = "mine.py"`, or a module by its import path.

The file brings strategies, classes of labs, allocation rules and measures; every worker reads it before its first
world. Its text, with the files of one's own that it imports, is hashed into the manifest, so that a folder is one
version's. A folder's scenario is not trusted: its code runs only where somebody says so.

    from computerace.runs import add_lab, add_measure, add_rule, add_strategy
"""

import ast
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

from computerace.analysis.paths import at_home, beside
from computerace.market import own
from computerace.market.errors import UserError, in_words
from computerace.runs.scenarios import Scenario

_read: dict[str, str] = {}  # where each text was read, by digest


def place(code: str) -> Path:
    """The file that a scenario's `code` names.

    Raises UserError where there is none, or a module cannot be found.
    """
    if code.endswith(".py"):
        path = at_home(code)
        if not path.is_file():
            raise UserError(f"there is no file {code} of code of one's own; `code` is a .py file beside the scenario")
        return path.resolve()
    try:
        spec = find_spec(code)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        raise UserError(f'there is no module {code} to import; `code` is a file such as "mine.py" or an import path')
    return Path(spec.origin)


def digest(code: str) -> str:
    """SHA-256 in hexadecimal digits of the text that `code` names, and of those of one's own that it imports."""
    return _digest(place(code))


def _digest(path: Path) -> str:
    helpers = _helpers(path)
    if not helpers:
        return sha256(path.read_bytes()).hexdigest()
    texts = [path, *sorted(helpers)]
    return sha256(b"".join(sha256(one.read_bytes()).digest() for one in texts)).hexdigest()


def _helpers(path: Path) -> set[Path]:
    """Files of one's own that a file imports, directly or through others; what is installed is not one's own."""
    found: set[Path] = set()
    wanted = [path]
    while wanted:
        for name in _imported(wanted.pop()):
            new = _files_of(name) - found - {path}
            found |= new
            wanted += new
    return found


def _imported(path: Path) -> set[str]:
    """Names of the top-level modules that a file imports."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return set()
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names} - {"computerace"}


def _files_of(name: str) -> set[Path]:
    if name in sys.stdlib_module_names:
        return set()
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return set()
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return set()
    origin = Path(spec.origin).resolve()
    if any(origin.is_relative_to(installed) for installed in _installed()):
        return set()
    return set(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else {origin}


def _installed() -> list[Path]:
    return [Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "platstdlib", "purelib", "platlib")]


def read(code: str, expected: str = "") -> str:
    """Run the text that `code` names, once for each version; returns its digest.

    expected: the digest that it must have; a text of that digest in the working folder stands in for one that is gone.
    Raises UserError where the text is another, or does not run.
    """
    path = _place_of(code, expected)
    found = _digest(path)
    if expected and found != expected:
        raise UserError(
            f"{code} is not the version that this was run with (SHA-256 {found[:12]}…, not {expected[:12]}…): "
            "bring that version back, or use another folder"
        )
    if _read.get(found) != str(path) or not own.stands(found):
        for helper in _helpers(path):  # another version of it may have been imported
            for name, module in list(sys.modules.items()):
                if getattr(module, "__file__", None) == str(helper):
                    del sys.modules[name]
        with own.reading(found):
            _run(path, path.read_bytes(), found, code)
        _read[found] = str(path)
    return found


def _place_of(code: str, expected: str) -> Path:
    """Where the text is, or one of the digest that is expected in the working folder."""
    here = Path(Path(code).name)
    gone = code.endswith(".py") and not at_home(code).is_file()
    if expected and gone and here.is_file() and _digest(here.resolve()) == expected:
        return here.resolve()
    return place(code)


def _run(path: Path, text: bytes, found: str, code: str) -> None:
    name = f"computerace_own_{found[:16]}"
    spec = spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 - a file that ends in .py has one
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(compile(text, str(path), "exec"), module.__dict__)  # noqa: S102 - the user's own file, asked for by name
    except UserError:
        del sys.modules[name]
        raise
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise UserError(f"{code} does not run: {in_words(error)}") from error


def with_code(scenario: Scenario, here: Path | None = None) -> Scenario:
    """The scenario with its code read and its digest kept; a file's path is taken from `here` and kept in full."""
    if not scenario.code:
        return scenario
    code = scenario.code
    if code.endswith(".py"):
        code = str(place(code if here is None else str(beside(here, code))))
    return replace(scenario, code=code, code_sha256=read(code), trusted=True)


def require(scenario: Scenario) -> None:
    """Have the scenario's code read before anything is built from it.

    Raises UserError where the scenario came out of a folder that nobody has said to trust, and as `read` does.
    """
    known = scenario.code_sha256 in _read
    if not scenario.code or (known and own.stands(scenario.code_sha256)):
        return
    if not scenario.trusted and not known:
        raise UserError(
            f"this was run with code of somebody's own, {scenario.code} (SHA-256 {scenario.code_sha256[:12]}…): "
            "look at it, then say --trust-code (in Python, own_code.trust)"
        )
    read(scenario.code, scenario.code_sha256)


def answer_for(scenario: Scenario, error: BaseException) -> None:
    """Raise UserError that names file, line and error, where the scenario's own code raised it."""
    of_own = _read.get(scenario.code_sha256)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == of_own]
    if lines:
        raise UserError(f"{of_own}, line {lines[-1]}: {in_words(error)}") from error


def trust(scenario: Scenario) -> Scenario:
    """The same scenario, whose code may run here: the text that was hashed and no other."""
    return replace(scenario, trusted=True)


def check_portable(scenario: Scenario) -> None:
    """Refuse names that only this process knows: other workers would not find them, nor a folder its version.

    Raises UserError that names them and says where they should stand.
    """
    if not any(own.names(kind) for kind in (own.STRATEGY, own.LAB, own.RULE)):
        return
    chosen = {name: str(one.value) for name, one in scenario.parameters().items() if one.choices}
    ends = {".strategy": own.STRATEGY, ".kind": own.LAB, "chips.allocation": own.RULE}
    for name, word in chosen.items():
        what = next((kind for end, kind in ends.items() if name.endswith(end)), None)
        if what is not None and word in own.names(what) and own.origin(what, word) != (scenario.code_sha256 or None):
            raise UserError(
                f"the {what} {word} of {name} is known in this process alone: put it into a file, "
                'and name that in the scenario with code = "mine.py"'
            )


def prepare(scenarios: Iterable[Scenario], *, elsewhere: bool) -> None:
    """Have the code of scenarios read before their first world.

    elsewhere: whether other processes play them too, or a folder keeps them. Raises UserError as `require` does, and
    there as `check_portable` does.
    """
    for scenario in scenarios:
        require(scenario)
        if elsewhere:
            check_portable(scenario)


def measures(scenarios: Sequence[Scenario], *, alone: bool = False) -> tuple[str, ...]:
    """Measures of one's own that the code of every one of the scenarios has brought.

    alone: with those that are known in this process alone.
    """
    texts = {one.code_sha256 for one in scenarios}
    brought = {name: own.origin(own.MEASURE, name) for name in own.names(own.MEASURE)}
    return tuple(name for name, text in brought.items() if (alone if not text else texts == {text}))


def check_measures(names: Iterable[str]) -> None:
    """Refuse measures that only this process knows, as `check_portable` refuses what else it alone knows."""
    for name in names:
        if name in own.names(own.MEASURE) and not own.origin(own.MEASURE, name):
            raise UserError(
                f"the measure {name} is known in this process alone: put it into a file, "
                'and name that in the scenario with code = "mine.py"'
            )
