"""The claim against money: how often it comes true, by how much outside money the claimant has taken.

Outside money is equity raised since the start, and what the claimant owes (`outside_usd`), at the deadline.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.claim import chance_words, share_of
from computerace.analysis.columns import first_month_column, horizon, require
from computerace.analysis.weights import weights_of
from computerace.market.vocabulary import DEFINITIONS
from computerace.observables.outcomes import outside_column

EDGES = (0.0, 2.5e10, 5e10, 1e11, 2e11, 4e11, 8e11, np.inf)  # US dollars


class OfMoney(NamedTuple):
    """Worlds in which the claimant has taken so much outside money, and how often the claim came true in them.

    from_usd, to_usd: US dollars; to_usd is infinite in the last row. share: of all worlds. probability: by definition,
    with its 95 % interval.
    """

    rivals: str
    deadline_months: int
    from_usd: float
    to_usd: float
    worlds: int
    share: float
    probability: dict[str, float]
    interval: dict[str, tuple[float, float]]


def of_money(
    worlds: pd.DataFrame, claimant: str, deadline: int | None = None, rivals: str = "three", *, crossed: bool = True
) -> list[OfMoney]:
    """The claim by how much outside money the claimant has taken, from the least on; bounds are left out that
    hold no world, or none that counts.

    worlds: a row per world. deadline: a month, the last by default. crossed: whether all points of a sweep saw the same
    worlds. Empty where the run kept no money at the deadline, as runs of earlier versions did.
    """
    month = horizon(worlds) if deadline is None else deadline
    column = outside_column(claimant, month)
    if column not in worlds.columns:
        return []
    require(worlds, [first_month_column(definition, rivals) for definition in DEFINITIONS])
    money = worlds[column].to_numpy(dtype=float)
    return list(_rows(worlds, money, month, rivals, crossed))


def _rows(
    worlds: pd.DataFrame, money: NDArray[np.float64], month: int, rivals: str, crossed: bool
) -> Iterator[OfMoney]:
    for low, high in pairwise(EDGES):
        some = worlds[(money >= low) & (money < high)]
        if len(some) and _part(some, worlds) > 0:
            found = {one: _chance(some, one, rivals, month, crossed) for one in DEFINITIONS}
            yield OfMoney(
                rivals, month, low, high, len(some), _part(some, worlds),
                {one: values[0] for one, values in found.items()}, {one: values[1:] for one, values in found.items()},
            )  # fmt: skip


def _chance(
    worlds: pd.DataFrame, definition: str, rivals: str, month: int, crossed: bool
) -> tuple[float, float, float]:
    """Share of worlds in which the claim came true by a month, and its interval."""
    found = share_of(worlds, worlds[first_month_column(definition, rivals)] <= month, crossed)
    return found.probability, found.low, found.high


def _part(some: pd.DataFrame, worlds: pd.DataFrame) -> float:
    """Which part of the worlds some of them are, by weight."""
    mine, whole = weights_of(some), weights_of(worlds)
    return len(some) / len(worlds) if mine is None or whole is None else float(mine.sum() / whole.sum())


def words_by_money(row: OfMoney, definition: str) -> str:
    """A row's probability in per cent with its interval, or the bound that so many worlds can give."""
    return chance_words(row.probability[definition], *row.interval[definition])


def in_billions(from_usd: float, to_usd: float) -> str:
    """Bounds in words, such as "100–200" or "over 800", billions of US dollars."""
    low, high = from_usd / 1e9, to_usd / 1e9
    if np.isinf(high):
        return f"over {low:,.0f}"
    return f"{low:,.0f}–{high:,.0f}" if low else f"below {high:,.0f}"
