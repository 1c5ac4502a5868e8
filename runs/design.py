"""A design file: which scenarios, worlds, what varies, how points are drawn; checked before anything runs."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from computerace.market.errors import UserError, unknown
from computerace.runs.varied import Vary, read_vary

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

KEEPS = ("outcomes", "quantiles", "steps")
QUANTILE_METHODS = ("auto", "exact", "counts")
DEFAULT_WORLDS_PER_POINT = 64
MOST_WORLDS = 1 << 27  # per point; the numbering of independent luck has room for these

KEYS = {
    "scenario", "scenarios", "question", "seed", "worlds_per_point", "months", "keep", "fixed",
    "independent", "measures", "every", "quantiles", "settings", "sampler", "vary",
}  # fmt: skip

# kind: (the key that gives its size, or None; the further keys it takes)
SAMPLERS: dict[str, tuple[str | None, frozenset[str]]] = {
    "none": (None, frozenset()),
    "grid": (None, frozenset()),
    "list": ("points", frozenset()),
    "lhs": ("points", frozenset()),
    "sobol": ("points", frozenset()),
    "saltelli": ("n", frozenset({"second_order"})),
    "morris": ("n", frozenset({"levels"})),
    "prior": ("points", frozenset()),
}


@dataclass(frozen=True)
class Sampler:
    """How points are drawn.

    size: points, base samples (saltelli) or trajectories (morris); 0 for a grid or a list. table: the points of a
    list, a column per parameter.
    """

    kind: str = "none"
    size: int = 0
    second_order: bool = True
    levels: int = 4
    table: pd.DataFrame | None = field(default=None, compare=False)
    source: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As the manifest keeps it; a list's points are in points.parquet beside it."""
        plain: dict[str, Any] = {"kind": self.kind}
        key, options = SAMPLERS[self.kind]
        if self.kind == "list":
            return plain | {"points": "points.parquet"}
        if key is not None:
            plain[key] = self.size
        return plain | {name: getattr(self, name) for name in sorted(options)}


@dataclass(frozen=True)
class Design:
    """A sweep in full. `measures` None: all while points are few, else the headline ones; see `runs/sweep.py`."""

    scenarios: tuple["Scenario", ...]
    seed: int = 1
    worlds_per_point: int = DEFAULT_WORLDS_PER_POINT
    months: int = 60
    keep: str = "quantiles"
    sampler: Sampler = Sampler()
    vary: tuple[Vary, ...] = ()
    fixed: bool = False
    independent: bool = False
    measures: tuple[str, ...] | None = None
    every: int = 1
    quantiles: str = "auto"
    question: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As the manifest keeps it; scenarios by name, their content stands beside the design."""
        return {
            "scenarios": [one.name for one in self.scenarios],
            "question": self.question,
            "seed": self.seed,
            "worlds_per_point": self.worlds_per_point,
            "months": self.months,
            "keep": self.keep,
            "fixed": self.fixed,
            "independent": self.independent,
            "measures": None if self.measures is None else list(self.measures),
            "every": self.every,
            "quantiles": self.quantiles,
            "sampler": self.sampler.to_dict(),
            "vary": [one.to_dict() for one in self.vary],
        }


def read_design(path: str | Path) -> Design:
    """The design in a TOML file.

    Raises UserError for anything in it that cannot be run.
    """
    path = Path(path).expanduser()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"there is no design {path}; the folder designs/ holds worked ones") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the design {path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"the design {path} is not TOML: {error}") from error
    try:
        return design_from(content, path.parent)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def design_from(
    content: Mapping[str, Any], folder: Path = Path(), scenarios: tuple["Scenario", ...] | None = None
) -> Design:
    """The design in a mapping of the file's form.

    folder: files that it names are relative to it. scenarios: instead of those that it names.
    """
    for key in content:
        if key not in KEYS:
            raise unknown("key", key, KEYS)
    from computerace.runs.scenarios import LONGEST

    if scenarios is None:
        scenarios = tuple(_scenarios(content, folder))
    settings = _of_type(content, "settings", dict, {})
    if settings:
        scenarios = tuple(one.with_settings(settings) for one in scenarios)
    _check_comparable(scenarios)
    measures = content.get("measures")
    design = Design(
        scenarios=scenarios,
        seed=_whole(content, "seed", 1, 0, (1 << 32) - 1),
        worlds_per_point=_whole(content, "worlds_per_point", DEFAULT_WORLDS_PER_POINT, 1, MOST_WORLDS),
        months=_whole(content, "months", scenarios[0].months, 1, LONGEST),
        keep=_word(content, "keep", "quantiles", KEEPS),
        sampler=_sampler(content, folder),
        fixed=_of_type(content, "fixed", bool, False),
        independent=_of_type(content, "independent", bool, False),
        measures=None if measures is None else _measures(measures),
        every=_whole(content, "every", 1, 1, LONGEST),
        quantiles=_word(content, "quantiles", "auto", QUANTILE_METHODS),
        question=_of_type(content, "question", str, ""),
    )
    return _with_vary(design, content)


def _with_vary(design: Design, content: Mapping[str, Any]) -> Design:
    """The design with what varies, once the scenario says which parameters there are."""
    blocks = content.get("vary", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise UserError('what varies stands in blocks headed [[vary]], each with parameter = "…"')
    kind = design.sampler.kind
    if kind == "list":
        if blocks:
            raise UserError("a list of points names its parameters in its columns; leave out [[vary]]")
        return design
    known = design.scenarios[0].parameters()
    vary = [read_vary(block, known, kind) for block in blocks]
    if not vary and kind == "prior":
        vary = [Vary(name) for name, one in known.items() if one.prior is not None]
    names = [one.parameter for one in vary]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{twice} varies twice; give each parameter one [[vary]] block")
    if kind == "none" and vary:
        raise UserError(
            f"[[vary]] needs a [sampler] with kind = one of {', '.join(k for k in SAMPLERS if k != 'none')}"
        )
    if kind != "none" and not vary:
        raise UserError(f"the sampler {kind} needs at least one [[vary]] block")
    for other in design.scenarios[1:]:
        missing = next((name for name in names if "." in name and name not in other.parameters()), None)
        if missing is not None and not missing.startswith("neutral."):
            raise UserError(f"the scenario {other.name} has no parameter {missing}")
    return replace(design, vary=tuple(vary))


def _scenarios(content: Mapping[str, Any], folder: Path) -> list["Scenario"]:
    from computerace.runs.scenarios import scenario

    if ("scenario" in content) == ("scenarios" in content):
        raise UserError('a design names scenario = "baseline", or scenarios = ["baseline", …]: one of the two')
    names = content.get("scenarios", [content.get("scenario")])
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise UserError(f"scenarios must be names in quotes, got {names!r}")
    if len(set(names)) < len(names):
        raise UserError(f"a scenario is named twice: {', '.join(names)}")
    return [scenario(str(folder / name) if name.endswith(".toml") else name) for name in names]


def _check_comparable(scenarios: tuple["Scenario", ...]) -> None:
    """Raise UserError where scenarios do not share labs, start and claimant: their columns would not match."""
    first = scenarios[0]
    for other in scenarios[1:]:
        for what in ("labs", "start", "claimant"):
            mine, its = getattr(first, what), getattr(other, what)
            if mine != its:
                shown = [", ".join(value) if isinstance(value, tuple) else str(value) for value in (mine, its)]
                raise UserError(
                    f"scenarios in one design must share their {what}: {first.name} has {shown[0]},"
                    f" {other.name} has {shown[1]}; sweep them one by one"
                )


def _sampler(content: Mapping[str, Any], folder: Path) -> Sampler:
    table = _of_type(content, "sampler", dict, {"kind": "none"})
    kind = table.get("kind")
    if not isinstance(kind, str):
        raise UserError(f"[sampler] needs kind = one of {', '.join(SAMPLERS)}")
    if kind not in SAMPLERS:
        raise unknown("sampler", kind, SAMPLERS)
    size_key, options = SAMPLERS[kind]
    allowed = {"kind", *options, *([size_key] if size_key else [])}
    for key in table:
        if key not in allowed:
            raise UserError(f"the sampler {kind} takes {', '.join(sorted(allowed))}; got {key}")
    if kind == "list":
        return _list_sampler(table, folder)
    if size_key is None:
        return Sampler(kind)
    if size_key not in table:
        raise UserError(f"the sampler {kind} needs {size_key} = a whole number")
    size = _whole(table, size_key, 0, 1, 1 << 30)
    if kind in ("sobol", "saltelli") and size & (size - 1):
        below = 1 << (size.bit_length() - 1)
        raise UserError(
            f"the sampler {kind} keeps its balance only for {size_key} = a power of two;"
            f" got {size}, the nearest are {below} and {2 * below}"
        )
    levels = _whole(table, "levels", 4, 2, 1000)
    if levels % 2:
        raise UserError(f"the sampler morris needs an even number of levels, got {levels}")
    return Sampler(kind, size, _of_type(table, "second_order", bool, True), levels)


def _list_sampler(table: Mapping[str, Any], folder: Path) -> Sampler:
    points = table.get("points")
    if isinstance(points, pd.DataFrame):
        return Sampler("list", table=points, source="the table of points")
    if not isinstance(points, str):
        raise UserError('the sampler list needs points = "points.csv" (or .parquet)')
    from computerace.runs.listed import read_points

    return Sampler("list", table=read_points(folder / points), source=points)


def _measures(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(one, str) for one in value):
        raise UserError(f"measures must be a list of names, got {value!r}")
    from computerace.runs.ensemble import MARKET_MEASURES, MEASURES

    for one in value:
        if one not in MEASURES and one not in MARKET_MEASURES:
            raise unknown("measure", one, (*MEASURES, *MARKET_MEASURES))
    return tuple(dict.fromkeys(value))


def _whole(table: Mapping[str, Any], key: str, default: int, least: int, most: int) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UserError(f"{key} must be a whole number, got {value!r}")
    if not least <= value <= most:
        raise UserError(f"{key} must be {least} to {most}, got {value}")
    return value


def _word(table: Mapping[str, Any], key: str, default: str, known: tuple[str, ...]) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise UserError(f"{key} must be one of {', '.join(known)}, got {value!r}")
    if value not in known:
        raise unknown(key, value, known)
    return value


def _of_type[T](table: Mapping[str, Any], key: str, kind: type[T], default: T) -> T:
    value = table.get(key, default)
    if not isinstance(value, kind):
        names = {bool: "true or false", str: "a text in quotes", dict: f"a table headed [{key}]"}
        raise UserError(f"{key} must be {names[cast('type', kind)]}, got {value!r}")
    return value
