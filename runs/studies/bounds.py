"""How often each bound and constraint of markets and rules binds, in the months of a scenario's worlds."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.constraints import CONSTRAINTS
from computerace.market.watching import MARKET
from computerace.runs.answers.causes import Bound, Cut
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.sample import Sample, play_sample

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

OFTEN = 0.05  # of world-months, from which on a bound is no bound but a mechanism
COLUMNS = ("bound", "owner", "below", "above", "values")


def count_bounds(
    scenario: "Scenario",
    worlds: int,
    seed: int,
    months: int | None = None,
    on: Workers = ONE,
    advance: Callable[[int], None] | None = None,
    *,
    fixed: bool = False,
    asked: tuple[str, ...] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cuts by bound and owner, a row for each owner whose values went through it (columns COLUMNS); and who failed.

    Month 0 counts nothing. `advance` hears how many worlds were just played. asked: how the scenario is asked for on
    the command line, for commands that play again a world that failed.

    Raises UserError for a mistake in set-up, and where every world failed.
    """
    sample = Sample(
        scenario=scenario, seed=seed, world=np.arange(worlds), keep=_cuts, months=months, fixed=fixed, bounds=True,
        asked=asked,
    )  # fmt: skip
    played = play_sample(sample, on, advance=advance)
    counts: dict[str, NDArray[np.int64]] = {}
    for one in played.kept:
        for name, found in one.items():
            counts[name] = counts.get(name, 0) + found
    rows = [
        (name, owner, *(int(number) for number in line))
        for name, found in counts.items()
        for owner, line in zip((*scenario.owners, MARKET), found, strict=True)
        if line[2]
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)), played.failures


def _cuts(batch: "Batch") -> dict[str, NDArray[np.int64]]:
    return batch.cuts


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
        found.append({
            "bound": str(name), "below": below, "above": above, "often": most > OFTEN,
            "constraint": CONSTRAINTS.get(str(name), ""), "by_owner": by_owner,
        })  # fmt: skip
    return sorted(found, key=lambda one: (-max(one["below"], one["above"]), one["bound"]))
