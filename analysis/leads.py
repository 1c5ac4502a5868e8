"""Who leads: the chance that each lab has most, and its share of what all labs have, year by year."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from computerace.analysis.claim import share_of
from computerace.analysis.weights import quantiles, weights_of
from computerace.market.vocabulary import LONGEST, SPREAD
from computerace.observables.outcomes import compute_column

COLUMNS = (
    "month", "lab", "worlds", "effective_worlds", "reached", "probability", "low", "high", "bound", "share_p5",
    "share_p50", "share_p95",
)  # fmt: skip


def leads(
    worlds: pd.DataFrame, labs: Sequence[str], definition: str = "owned", *, crossed: bool = True
) -> pd.DataFrame:
    """A row for each marked month and lab: how likely it has most of the labs then, and its share; COLUMNS.

    worlds: a row per world. crossed: whether all points of a sweep saw the same worlds. In a world where two labs have
    equally much, and no other more, nobody has most. Empty where the table keeps no lab's compute.
    """
    rows = []
    names = set(worlds.columns)
    for month in range(LONGEST + 1):
        columns = [compute_column(lab, definition, month) for lab in labs]
        if not names.issuperset(columns):
            continue
        compute = worlds[columns].to_numpy(dtype=np.float64)
        largest = compute.max(axis=1, keepdims=True)
        alone = (compute == largest).sum(axis=1) == 1
        shares = compute / np.maximum(compute.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        for number, lab in enumerate(labs):
            most = pd.Series((compute[:, number] == largest[:, 0]) & alone, index=worlds.index)
            spread = quantiles(shares[:, number], weights_of(worlds), SPREAD)
            rows.append((month, lab, *share_of(worlds, most, crossed), *spread))
    return pd.DataFrame(rows, columns=list(COLUMNS))
