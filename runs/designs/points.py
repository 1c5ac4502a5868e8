"""The numbered points of a sweep: what each sets, which can share an array, and how a design grows.

Point numbers run through the rows of the design with its scenarios side by side: row r under scenario s of S is point
r S + s. New rows come after the old ones, so that an old point keeps its number and its luck.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.market.vocabulary import NEUTRAL_PREFIX, UNIT_PREFIX
from computerace.runs.designs.samplers import draw_points
from computerace.runs.scenarios.value import may_differ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from computerace.runs.designs.design import Design
    from computerace.runs.scenarios import Scenario

KEY_COLUMNS = ("point", "row", "scenario")
ORDERED = ("saltelli", "morris")  # samplers whose analysis counts on the order of points
INDEPENDENT = 1  # the replicate that independent luck uses, apart from the common luck's 0
TILE = 16  # independent luck is drawn for tiles of 16 points by 16 worlds, a block of 256


@dataclass(frozen=True)
class Group:
    """Points that can share one array: the same scenario but for numbers.

    points: (n,) numbers, ascending. settings: name to (n,), what differs between them: float64, or words of strategies.
    """

    scenario: "Scenario"
    points: NDArray[np.int64]
    settings: dict[str, NDArray[Any]]


def parameter_columns(table: pd.DataFrame) -> list[str]:
    """The columns of a table of points that name a parameter."""
    return [name for name in table.columns if name not in KEY_COLUMNS and not name.startswith(UNIT_PREFIX)]


def numbered(rows: pd.DataFrame, scenarios: tuple["Scenario", ...]) -> pd.DataFrame:
    """A design's rows under each scenario, with the columns point, row and scenario in front."""
    count = len(scenarios)
    table = rows.loc[np.repeat(np.arange(len(rows)), count)].reset_index(drop=True)
    row = np.repeat(np.arange(len(rows), dtype=np.int32), count)
    table.insert(0, "point", np.arange(len(table), dtype=np.int32))
    table.insert(1, "row", row)
    table.insert(2, "scenario", np.tile(np.array([one.name for one in scenarios], dtype=object), len(rows)))
    return table


def points_of(design: "Design") -> pd.DataFrame:
    """The numbered points of a design that starts afresh."""
    return numbered(draw_points(design).reset_index(drop=True), design.scenarios)


def grown_points(old: pd.DataFrame, design: "Design") -> pd.DataFrame:
    """The numbered points of a design that grew, old points first and unchanged.

    Raises UserError where an old point is no longer in the design.
    """
    names = [name for name in old.columns if name not in KEY_COLUMNS]
    before = old.loc[old["scenario"] == design.scenarios[0].name, names].reset_index(drop=True)
    after = draw_points(design).reset_index(drop=True)
    if set(names) != set(after.columns):
        raise UserError(f"the folder varies {_words(names)}, the design {_words(after.columns)}")
    after = after[names]
    if not after.iloc[: len(before)].equals(before):
        if design.sampler.kind in ORDERED:
            raise _not_grown(design)
        after = _old_first(before, after, design)
    return numbered(after, design.scenarios)


def _old_first(before: pd.DataFrame, after: pd.DataFrame, design: "Design") -> pd.DataFrame:
    """The new rows, with those that were there before moved to the front in their old order."""
    places: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(after.itertuples(index=False, name=None)):
        places[row].append(place)
    kept = []
    for row in before.itertuples(index=False, name=None):
        if not places[row]:
            raise _not_grown(design)
        kept.append(places[row].pop(0))
    fresh = sorted(set(range(len(after))) - set(kept))
    return after.iloc[kept + fresh].reset_index(drop=True)


def _not_grown(design: "Design") -> UserError:
    kind = design.sampler.kind
    cure = {
        "lhs": "a Latin hypercube is drawn whole and cannot take in points: use the sampler sobol, or another --out",
        "grid": "keep all old values when you add new ones, or use another --out",
        "list": "keep all old rows when you add new ones, or use another --out",
    }.get(kind, "use another --out")
    return UserError(f"some points of the folder are no longer in the design; {cure}")


def _words(names: Any) -> str:
    return ", ".join(name for name in names if not str(name).startswith(UNIT_PREFIX)) or "nothing"


def groups(table: pd.DataFrame, scenarios: tuple["Scenario", ...]) -> Iterator[Group]:
    """The points sorted into groups that can share an array, by the first point of each group."""
    by_name = {one.name: one for one in scenarios}
    names = parameter_columns(table)
    shared = [name for name in names if all(may_differ(name, word) for word in table[name].unique())]
    structural = [name for name in names if name not in shared and _is_structural(table, name, scenarios[0])]
    numeric = [name for name in names if name not in structural and name not in shared]
    for key, block in table.groupby(["scenario", *structural], sort=False):
        scenario = _applied(by_name[str(key[0])], dict(zip(structural, key[1:], strict=True)))
        yield Group(
            scenario=scenario,
            points=block["point"].to_numpy(dtype=np.int64),
            settings={name: block[name].to_numpy(dtype=np.float64) for name in numeric if not _is_out(name, scenario)}
            | {name: block[name].to_numpy(dtype=np.str_) for name in shared},
        )


def _is_out(name: str, scenario: "Scenario") -> bool:
    """Whether the scenario takes the parameter's mechanism out, so that no point may bring it back."""
    return bool(replace(scenario, neutral=()).parameters()[name] != scenario.parameters()[name])


def _applied(scenario: "Scenario", settings: "Mapping[str, Any]") -> "Scenario":
    """The scenario with settings, among which neutral.… = true switches a mechanism off."""
    neutral = [
        name.removeprefix(NEUTRAL_PREFIX)
        for name, value in settings.items()
        if name.startswith(NEUTRAL_PREFIX) and value
    ]
    plain = {name: value for name, value in settings.items() if not name.startswith(NEUTRAL_PREFIX)}
    changed = scenario.with_settings(plain) if plain else scenario
    return changed.with_neutral(*neutral) if neutral else changed


def _is_structural(table: pd.DataFrame, name: str, scenario: "Scenario") -> bool:
    """Whether points that differ in this cannot share an array."""
    if table[name].dtype.kind not in "fiu":
        return True
    ends = (float(table[name].min()), float(table[name].max()))
    low, high = (scenario.with_settings({name: value}).structure() for value in ends)
    return bool(low != high)


def luck(points: NDArray[np.int64], worlds: NDArray[np.int64], independent: bool) -> tuple[NDArray[np.int64], int]:
    """World numbers to draw luck for, and the replicate: common to all points, or each point's own.

    Independent luck numbers tiles of 16 points by 16 worlds, so that neither more points nor more worlds change the
    number of an old world, and a batch of either shape draws few blocks of which it uses little.
    """
    if not independent:
        return worlds, 0
    tile = ((worlds // TILE) << 31) + points // TILE
    return tile * (TILE * TILE) + (points % TILE) * TILE + worlds % TILE, INDEPENDENT
