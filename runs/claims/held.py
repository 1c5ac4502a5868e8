"""In which months a claim holds, from the values of its quantity; and when it came true, world by world.

Values are (months, rows, worlds) of owners or (months, worlds) of the market, with month 0 first. With m(t) true where
the relation holds in month t, and k months in a row,

    h(t) = m(t) and m(t - 1) and … and m(t - k + 1),      first = min {t >= 1: h(t)}

`by` asks whether first is at most the deadline, `at` whether h holds in that month. Month 0 is no month of the race.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.runs.claims.claim import AMOUNT, BELOW, FIRST, MORE, SHARE
from computerace.runs.claims.resolved import Part, Resolved, Side

type Bools = NDArray[np.bool_]
type Values = NDArray[Any]


class Came(NamedTuple):
    """What came of a claim. true: (names, deadlines, worlds). first: month, NaN for never, (names, worlds)."""

    true: Bools
    first: NDArray[np.float64]


def came(claim: Resolved, values: Values) -> Came:
    """What came of a claim in worlds whose quantity has these values in each month from 0."""
    holds = in_a_row(_holds(claim, values)[:, 1:], claim.claim.months_in_a_row)
    first = first_months(holds)
    if not claim.claim.at:
        return as_first(claim, first)
    return _as_claimed(claim, holds[:, np.array(claim.deadlines) - 1], np.full_like(first, np.nan))


def columns(claims: Iterable[Resolved], values: Callable[[str], Values]) -> dict[str, Bools]:
    """Whether what some claims say came true, by the names of columns, each (worlds,).

    values: of a quantity, in each month from 0.
    """
    found: dict[str, Bools] = {}
    for claim in claims:
        true = came(claim, values(claim.claim.quantity)).true
        found |= {part.column: true[part.number, part.place] for part in claim.parts}
    return found


def counted(claims: Iterable[Resolved], values: Callable[[str], Values]) -> dict[str, NDArray[Any]]:
    """The same, with the first months of claims that have such, NaN for never."""
    found: dict[str, NDArray[Any]] = {}
    for claim in claims:
        one = came(claim, values(claim.claim.quantity))
        found |= {part.column: one.true[part.number, part.place] for part in claim.parts}
        found |= dict(zip(claim.first_columns, one.first.astype(np.float32), strict=False))
    return found


def nearness(part: Part, values: Values) -> NDArray[np.float64]:
    """How near worlds come to what a claim says, above 0 just where it comes true; (worlds,).

    The difference of inverse hyperbolic sines, which is the log of the ratio of large amounts: of the claimant's
    quantity and what it is measured by, the least over the months in a row, the largest over the months up to the
    deadline.
    """
    claim, rows = part.claim, values if values.ndim == 3 else values[:, None]
    sides = np.stack([_above(claim, side, rows)[1:] for side in claim.sides])
    chosen = sides.max(axis=0) if claim.anybody else sides[part.number]
    length = claim.claim.months_in_a_row
    windows = np.lib.stride_tricks.sliding_window_view(chosen[: part.deadline], min(length, part.deadline), axis=0)
    least = windows.min(axis=-1)
    near = least[-1] if claim.claim.at else least.max(axis=0)
    near = -near if claim.claim.negated else near
    true = came(claim, values).true[part.number, part.place]
    tiny = np.finfo(np.float64).tiny
    return np.where(true, np.maximum(near, tiny), np.minimum(near, 0.0))


def _above(claim: Resolved, side: Side, values: Values) -> NDArray[np.float64]:
    """By how much a side's quantity lies above what it is measured by, (months, worlds)."""
    own = values[:, side.row].astype(np.float64)
    rivals = [values[:, row].astype(np.float64) for row in side.against]
    relation, amount = claim.claim.relation, float(claim.claim.amount or 0)
    if relation == SHARE:
        against = amount * (own + sum(rivals[1:], rivals[0]))
    elif relation == MORE:
        against = sum(rivals[1:], rivals[0])
    elif relation == FIRST:
        against = np.maximum.reduce(rivals)
    else:
        against = own[0] if relation not in (AMOUNT, BELOW) else np.full_like(own, amount)
    above = np.arcsinh(own) - np.arcsinh(against)
    return -above if relation == BELOW else above


def came_at(claim: Resolved, values: Values) -> Came:
    """The same of a claim `at` its deadlines for one month, from values in month 0 and at these alone."""
    true = _holds(claim, values)[:, 1:]
    return _as_claimed(claim, true, np.full((len(true), true.shape[-1]), np.nan))


def as_first(claim: Resolved, first: NDArray[np.float64]) -> Came:
    """The same of a claim `by` its deadlines whose first months are known, (names, worlds)."""
    return _as_claimed(claim, first[:, None] <= np.array(claim.deadlines)[:, None], first)


def in_a_row(holds: Bools, months: int) -> Bools:
    """Where it has held so many months in a row, the months before the first not counting; (names, months, worlds)."""
    since = np.zeros(holds[:, 0].shape, dtype=np.int64)
    found = np.empty_like(holds)
    for month in range(holds.shape[1]):
        since = np.where(holds[:, month], since + 1, 0)
        found[:, month] = since >= months
    return found


def first_months(holds: Bools) -> NDArray[np.float64]:
    """The first month, from 1, in which it holds; NaN for never; (names, months, worlds) to (names, worlds)."""
    return np.where(holds.any(axis=1), holds.argmax(axis=1) + 1.0, np.nan)


def _as_claimed(claim: Resolved, true: Bools, first: NDArray[np.float64]) -> Came:
    return Came(~true, np.full_like(first, np.nan)) if claim.claim.negated else Came(true, first)


def _holds(claim: Resolved, values: Values) -> Bools:
    """In which months the relation holds of each name, (names, months, worlds)."""
    rows = values if values.ndim == 3 else values[:, None]
    found = np.stack([_of_side(claim, side, rows) for side in claim.sides])
    return found.any(axis=0, keepdims=True) if claim.anybody else found


def _of_side(claim: Resolved, side: Side, values: Values) -> Bools:
    """In which months the relation holds of one side, (months, worlds)."""
    own = values[:, side.row].astype(np.float64)
    rivals = [values[:, row].astype(np.float64) for row in side.against]
    relation, amount = claim.claim.relation, claim.claim.amount
    if relation == FIRST:
        return np.logical_and.reduce([own > one for one in rivals])
    if relation in (MORE, SHARE):
        against = sum(rivals[1:], rivals[0])
        return own > against if relation == MORE else own >= float(amount or 0) * (own + against)
    if relation in (AMOUNT, BELOW):
        return own >= float(amount or 0) if relation == AMOUNT else own < float(amount or 0)
    return own > own[0]
