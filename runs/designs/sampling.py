"""How the points of a design are drawn, as its [sampler] table says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import pandas as pd

from computerace.analysis.manifest_form import SamplerForm
from computerace.analysis.paths import beside
from computerace.market.errors import UserError, unknown
from computerace.runs.scenarios.listed import checked_points, frame_of_points, read_points
from computerace.runs.schema.bounds import MOST_POINTS
from computerace.runs.schema.check import shown
from computerace.runs.schema.keys import Form, Key, form

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter

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
FRAME = "the table of points"  # as messages call a frame that was given in Python
BALANCED = ("sobol", "saltelli")  # their points are evenly spread for powers of two only


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

    def to_dict(self) -> SamplerForm:
        """As the manifest keeps it; a list's points are in points.parquet beside it."""
        key, options = SAMPLERS[self.kind]
        if self.kind == "list":
            return {"kind": self.kind, "points": "points.parquet"}
        size = {} if key is None else {key: self.size}
        return cast(
            "SamplerForm", {"kind": self.kind, **size, **{name: getattr(self, name) for name in sorted(options)}}
        )


ONE_POINT = Sampler()


class SamplerKeys:
    """Keys of [sampler]; which of them a kind takes stands in SAMPLERS."""

    kind: Annotated[str, Key("how points are drawn", needed=True)]
    points: Annotated[int, Key("how many points", least=1, most=MOST_POINTS, needed=True)]
    n: Annotated[int, Key("base samples, or trajectories", least=1, most=MOST_POINTS, needed=True)]
    second_order: Annotated[bool, Key("whether interactions of two parameters are to be told")]
    levels: Annotated[int, Key("levels of each parameter, an even number", least=2, most=1000)]


class ListKeys:
    """Keys of [sampler] for points that somebody lists."""

    kind: Annotated[str, Key("points from a file", needed=True)]
    points: Annotated[
        Any, Key("a .csv or .parquet file beside the design", needed=True, allowed='"points.csv" (or .parquet)')
    ]


def _form(kind: str) -> Form:
    size, options = SAMPLERS[kind]
    keys = ListKeys if kind == "list" else SamplerKeys
    return form(f"the sampler {kind}", keys, only=("kind", *options, *([size] if size else [])))


FORMS = {kind: _form(kind) for kind in SAMPLERS}


def sampler_form(table: Mapping[str, Any]) -> Form:
    """The keys that a sampler takes, by its kind; raises UserError for an unknown one."""
    kind = table.get("kind")
    if not isinstance(kind, str):
        got = "" if kind is None else f", got {shown(kind)}"
        raise UserError(f"[sampler] needs kind = one of {', '.join(SAMPLERS)}{got}")
    if kind not in SAMPLERS:
        raise unknown("sampler", kind, SAMPLERS)
    return FORMS[kind]


def read_sampler(given: Mapping[str, Any], folder: Path, known: Mapping[str, "Parameter"]) -> Sampler:
    """The sampler of a [sampler] table in its form.

    Files that it names are relative to `folder`; the points in them are checked against the parameters `known`.
    """
    kind = given["kind"]
    if kind == "list":
        return _listed(given["points"], folder, known)
    size, options = SAMPLERS[kind]
    made = Sampler(kind, given[size] if size else 0, **{name: given[name] for name in options if name in given})
    if kind in BALANCED and made.size & (made.size - 1):
        below = 1 << (made.size.bit_length() - 1)
        raise UserError(
            f"the sampler {kind} keeps its balance only for {size} = a power of two;"
            f" got {made.size}, the nearest are {below} and {2 * below}"
        )
    if made.levels % 2:
        raise UserError(f"the sampler morris needs an even number of levels, got {made.levels}")
    return made


def _listed(points: object, folder: Path, known: Mapping[str, "Parameter"]) -> Sampler:
    if isinstance(points, pd.DataFrame):
        return Sampler("list", table=frame_of_points(points, known, FRAME), source=FRAME)
    if not isinstance(points, str):
        raise UserError(f'the sampler list needs points = "points.csv" (or .parquet), got {shown(points)}')
    return Sampler("list", table=checked_points(read_points(beside(folder, points)), known), source=points)
