"""The game that a sweep over strategies holds: payoffs of every profile, from its points and worlds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from computerace.analysis.columns import require
from computerace.analysis.game.payoffs import Game, game_of
from computerace.market.errors import UserError
from computerace.observables.outcomes import (
    compute_column,
    first_month_column,
    fleet_worth_column,
    ratio_column,
    value_column,
)

LEAST_SHARE = 1e-6  # of the labs' compute, below which logs are cut


def strategy_name(lab: str) -> str:
    """The parameter that holds a lab's strategy."""
    return f"labs.{lab}.strategy"


def payoff_columns(labs: Sequence[str], everybody: Sequence[str], month: int, definition: str) -> tuple[str, ...]:
    """The outcomes of a race that payoffs are made of; see `payoffs_of`."""
    compute = (compute_column(lab, definition, month) for lab in everybody)
    return (*compute, *(name for lab in labs for name in (value_column(lab), fleet_worth_column(lab))))


def payoffs_of(
    worlds: pd.DataFrame, labs: Sequence[str], everybody: Sequence[str], month: int, definition: str, fleet_part: float
) -> pd.DataFrame:
    """What each world of each point was worth to each lab: columns profile, world, lab, value_usd, log_share.

    Parameters
    ----------
    worlds: a row per point and world with the outcomes of a race. labs: who chooses. everybody: the labs whose compute
    is shared out. month: the last. fleet_part: what the last fleet is worth over what it would cost new.

    value_usd: US dollars, free cash flow and the fleet's worth in present value: of the firm, to all who finance it.
    So what it borrows, raises, owes and pays in interest is not in it; what used chips bring, sold in distress, is.
    Nothing is counted for users after the last month, but what the fleet is worth.
    log_share: ln of the part of the labs' compute, by definition, in the last month.
    """
    columns = {lab: compute_column(lab, definition, month) for lab in everybody}
    require(worlds, ["point", "world", *payoff_columns(labs, everybody, month, definition)], "the table of worlds")
    total = np.maximum(worlds[list(columns.values())].to_numpy(dtype=np.float64).sum(axis=1), 1.0)
    found = []
    for lab in labs:
        value = worlds[value_column(lab)].astype(np.float64) + fleet_part * worlds[fleet_worth_column(lab)]
        share = np.maximum(worlds[columns[lab]].to_numpy(dtype=np.float64) / total, LEAST_SHARE)
        found.append(
            pd.DataFrame(
                {
                    "profile": worlds["point"], "world": worlds["world"], "lab": lab, "value_usd": value,
                    "log_share": np.log(share),
                }
            )
        )  # fmt: skip
    return pd.concat(found, ignore_index=True)


def profiles_of(points: pd.DataFrame, worlds: pd.DataFrame, labs: Sequence[str], month: int) -> pd.DataFrame:
    """A row per profile: its number, each lab's strategy, worlds, won (by the claim as it stands) and ratio_p50."""
    names = {strategy_name(lab): lab for lab in labs}
    require(points, ["point", *names], "the table of points")
    first, ratio = first_month_column("owned", "three"), ratio_column("owned", "three", month)
    grouped = worlds.groupby("point")
    told = pd.DataFrame(
        {
            "worlds": grouped.size(),
            "won": grouped[first].agg(lambda months: int(months.notna().sum())),
            "ratio_p50": grouped[ratio].median(),
        }
    )
    table = points[["point", *names]].rename(columns={"point": "profile", **names})
    return table.merge(told, left_on="profile", right_index=True, how="left").reset_index(drop=True)


def game_of_sweep(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    labs: Sequence[str],
    everybody: Sequence[str],
    month: int,
    *,
    definition: str = "used",
    fleet_part: float = 0.5,
) -> tuple[Game, pd.DataFrame]:
    """The game, and the table of profiles; worlds that some profile lost are left out of all.

    Raises UserError where no world is left.
    """
    there = worlds.groupby("world")["point"].transform("size") == len(points)
    if not there.any():
        raise UserError("no world went through in every profile: there is nothing to compare")
    kept = worlds[there]
    profiles = profiles_of(points, kept, labs, month)
    return game_of(profiles, payoffs_of(kept, labs, everybody, month, definition, fleet_part)), profiles
