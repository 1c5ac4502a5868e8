"""Naïve rivals: forecasts that know the record up to a date and nothing about the market.

Each is a sample of paths of what would be published, its spread estimated from the same history before the date:

- `constant shares`: the labs' total follows its trend, the shares stay;
- `trend`: each lab's log stock goes on at its mean growth of the last year, as a random walk with drift;
- `random walk`: the total follows its trend, the log ratios of the labs' stocks walk at random without drift.

For supply, capex and power, which no shares tie together, `trend` and `random walk` (no drift) are made for each
series. The spread of the walk is pooled over the labs, drawn from its posterior (scaled inverse chi-square), and the
drift has its own standard error: few quarters make for wide forecasts, as they should. Histories begin in March 2023,
when the record of TPUs begins: what came before would be read as growth.
"""

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.validation.record import LABS, MARKET, before, series

RIVALS = ("constant shares", "trend", "random walk")
FIRST = pd.Timestamp("2023-03-31")
QUARTERS = 4  # of history, the last year: growth has been falling, so that longer ones would do worse

type Floats = NDArray[np.float64]
type Paths = dict[tuple[str, str], Floats]


@dataclass(frozen=True)
class Walk:
    """Quarterly steps of a log series: drift by member (members,), standard deviation and its degrees of freedom."""

    drift: Floats
    deviation: float
    freedom: int
    steps: Floats  # how many steps each drift is the mean of (members,)


def rivals(known: pd.DataFrame, origin: datetime.date, quarters: int, draws: int, seed: int) -> dict[str, Paths]:
    """Forecasts by rival, each by (quantity, owner), of shape (quarters, draws).

    known: the record; only its rows up to the origin are read.
    """
    known = before(known, origin)
    found: dict[str, Paths] = {}
    for name in RIVALS:
        generator = np.random.default_rng([seed, origin.toordinal(), RIVALS.index(name)])
        found[name] = _owned(known, name, quarters, draws, generator)
        if name != "constant shares":
            for quantity, owners in (("supply_h100e", (MARKET,)), ("capex_usd", LABS), ("powered_mw", LABS)):
                found[name] |= _single(known, quantity, owners, name == "trend", quarters, draws, generator)
    return found


def _owned(known: pd.DataFrame, name: str, quarters: int, draws: int, generator: np.random.Generator) -> Paths:
    """Stocks of the labs; a lab that owns nothing at the date goes on owning nothing."""
    history = {lab: _history(known, "owned_h100e", lab) for lab in LABS}
    alive = [lab for lab in LABS if len(history[lab])]
    last = np.array([history[lab][-1] for lab in alive])
    if name == "trend":
        paths = last[:, None, None] + _walks(_walk([history[lab] for lab in alive]), quarters, draws, generator)
    else:
        total = np.log(_total(known))
        sums = total[-1] + _walks(_walk([total]), quarters, draws, generator)
        ratios = np.broadcast_to(last[:, None, None], (len(alive), quarters, draws))
        if name == "random walk":
            ratios = ratios + _walks(_ratio_walk([history[lab] for lab in alive]), quarters, draws, generator)
        paths = sums + ratios - np.log(np.exp(ratios).sum(axis=0))
    found = {("owned_h100e", lab): np.zeros((quarters, draws)) for lab in LABS}
    return found | {("owned_h100e", lab): np.exp(path) for lab, path in zip(alive, paths, strict=True)}


def _single(
    known: pd.DataFrame,
    quantity: str,
    owners: tuple[str, ...],
    drift: bool,
    quarters: int,
    draws: int,
    generator: np.random.Generator,
) -> Paths:
    history = {owner: _history(known, quantity, owner) for owner in owners}
    history = {owner: values for owner, values in history.items() if len(values)}
    if not any(len(values) > 1 for values in history.values()):
        return {}
    walk = _walk(list(history.values()))
    if not drift:
        walk = _without_drift(list(history.values()))
    moved = _walks(walk, quarters, draws, generator)
    return {
        (quantity, owner): np.exp(values[-1] + path)
        for (owner, values), path in zip(history.items(), moved, strict=True)
    }


def _history(known: pd.DataFrame, quantity: str, owner: str) -> Floats:
    """Log of the last year's figures, oldest first, from the quarter in which they became positive."""
    values = series(known, quantity, owner)
    values = values[(values.index >= FIRST) & (values > 0)]
    return np.log(values.to_numpy(dtype=float))[-(QUARTERS + 1) :]


def _total(known: pd.DataFrame) -> Floats:
    wide = known[known["quantity"] == "owned_h100e"].pivot_table(index="date", columns="owner", values="value")
    total = wide[wide.index >= FIRST].sum(axis=1)
    return total.to_numpy(dtype=float)[-(QUARTERS + 1) :]


def _walk(histories: list[Floats]) -> Walk:
    """Drift of each series and the pooled spread; a series too short for its own takes the others' mean drift."""
    steps = [np.diff(one) for one in histories]
    counts = np.array([len(one) for one in steps], dtype=float)
    own = np.array([one.mean() if len(one) > 1 else np.nan for one in steps])
    drift = np.where(np.isnan(own), np.nanmean(own) if not np.isnan(own).all() else _mean(steps), own)
    squares = sum(float(((one - one.mean()) ** 2).sum()) for one in steps if len(one) > 1)
    freedom = int(sum(len(one) - 1 for one in steps if len(one) > 1))
    if freedom < 1:
        squares, freedom = float(sum((one**2).sum() for one in steps)), max(int(counts.sum()), 1)
    return Walk(drift, float(np.sqrt(squares / freedom)), freedom, np.maximum(counts, 1.0))


def _without_drift(histories: list[Floats]) -> Walk:
    """The same series as a walk without drift: its spread is the root mean square of the steps."""
    steps = np.concatenate([np.diff(one) for one in histories])
    freedom = max(len(steps), 1)
    return Walk(
        np.zeros(len(histories)), float(np.sqrt((steps**2).sum() / freedom)), freedom, np.full(len(histories), np.inf)
    )


def _ratio_walk(histories: list[Floats]) -> Walk:
    """Log ratios to the labs' geometric mean, over the quarters that all labs with a history have."""
    members = len(histories)
    long = [one for one in histories if len(one) > 1]
    length = min(len(one) for one in long)
    logs = np.stack([one[-length:] for one in long])
    steps = np.diff(logs - logs.mean(axis=0), axis=1)
    freedom = steps.size - steps.shape[1]
    return Walk(np.zeros(members), float(np.sqrt((steps**2).sum() / freedom)), freedom, np.full(members, np.inf))


def _mean(steps: list[Floats]) -> float:
    every = np.concatenate(steps)
    return float(every.mean()) if len(every) else 0.0


def _walks(walk: Walk, quarters: int, draws: int, generator: np.random.Generator) -> Floats:
    """Log changes since the origin; (members, quarters, draws)."""
    members = len(walk.drift)
    deviation = walk.deviation * np.sqrt(walk.freedom / generator.chisquare(walk.freedom, draws))
    drift = walk.drift[:, None] + deviation / np.sqrt(walk.steps)[:, None] * generator.standard_normal((members, draws))
    steps = deviation * generator.standard_normal((members, quarters, draws))
    return np.cumsum(drift[:, None, :] + steps, axis=1)
