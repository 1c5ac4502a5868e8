"""How often each bound of markets and rules binds, in the months of a scenario's worlds."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from computerace.market.watching import MARKET, watch
from computerace.runs.answers.causes import Bound, Cut
from computerace.runs.model.race import Race
from computerace.runs.worlds.sample import BATCH

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

OFTEN = 0.05  # of world-months, from which on a bound is no bound but a mechanism
COLUMNS = ("bound", "owner", "below", "above", "values")


def count_bounds(
    scenario: "Scenario",
    worlds: int,
    seed: int,
    months: int,
    advance: Callable[[int], None] = lambda _: None,
    *,
    fixed: bool = False,
) -> pd.DataFrame:
    """Cuts by bound and owner: columns COLUMNS, a row for each owner whose values went through it.

    Month 0 counts nothing. `advance` hears how many worlds were just played.
    """
    counts: dict[str, Any] = {}
    owners = scenario.owners
    for first in range(0, worlds, BATCH):
        indices = np.arange(first, min(first + BATCH, worlds))
        race = Race(
            scenario, worlds=len(indices), seed=seed, months=months, indices=indices, fixed=fixed, collect=False,
            measures=(),
        )  # fmt: skip
        with watch(owners) as recorder:
            race.run()
        for name, found in recorder.counts.items():
            counts[name] = counts.get(name, 0) + found
        advance(len(indices))
    rows = [
        (name, owner, *(int(number) for number in line))
        for name, found in counts.items()
        for owner, line in zip((*owners, MARKET), found, strict=True)
        if line[2]
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def bounds_answer(counts: pd.DataFrame) -> list[Bound]:
    """The bounds, those that bind most first: shares of world-months, and of each owner's."""
    found: list[Bound] = []
    for name, rows in counts.groupby("bound", sort=False):
        values = int(rows["values"].sum())
        below, above = (float(rows[side].sum()) / values for side in ("below", "above"))
        by_owner: dict[str, Cut] = {
            str(row["owner"]): {"below": row["below"] / row["values"], "above": row["above"] / row["values"]}
            for row in rows.to_dict("records")
        }
        most = max(max(one["below"], one["above"]) for one in by_owner.values())
        found.append({"bound": str(name), "below": below, "above": above, "often": most > OFTEN, "by_owner": by_owner})
    return sorted(found, key=lambda one: (-max(one["below"], one["above"]), one["bound"]))
