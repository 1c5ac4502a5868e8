"""Frames and folders that the tests of pictures and reports share."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from computerace.analysis.folder import Runs

LABS = ("xAI", "Google", "Microsoft", "Meta")
START = pd.Timestamp("2025-12-31")


def dates(months: int = 60, every: int = 1) -> list[pd.Timestamp]:
    return [START + pd.offsets.MonthEnd(month) for month in range(0, months + 1, every)]


def spread_frame(*labs: str, months: int = 60, scale: float = 1e5) -> pd.DataFrame:
    """A spread whose numbers are all different, so that a mix-up of rows or columns shows."""
    rows = []
    for number, lab in enumerate(labs):
        for month, date in enumerate(dates(months)):
            middle = scale * (number + 1) * 1.05**month
            rows.append((lab, month, date, *(middle * part for part in (0.5, 0.8, 1.0, 1.3, 2.0))))
    return pd.DataFrame(rows, columns=["lab", "month", "date", "p5", "p25", "p50", "p75", "p95"])


def claim_worlds(worlds: int, first_month: float = np.nan, hits: int = 0) -> pd.DataFrame:
    """A table of worlds with the claim's columns for all definitions: `hits` worlds get there at `first_month`."""
    generator = np.random.default_rng(5)
    table: dict[str, object] = {"world": np.arange(worlds)}
    for rivals in ("three", "all"):
        for definition in ("owned", "operational", "used", "effective"):
            first = np.full(worlds, np.nan)
            first[:hits] = first_month
            table[f"{definition}_{rivals}_first_month"] = first
            for month in (0, 12, 24, 36, 48, 60):
                table[f"{definition}_{rivals}_ratio_{month}"] = generator.lognormal(-3, 1, worlds)
    return pd.DataFrame(table)


SCENARIO = {
    "name": "baseline", "question": "What then?", "labs": ["xAI", "Google", "Microsoft", "Meta"], "claimant": "xAI",
    "settings": {}, "neutral": [],
}  # fmt: skip


def runs_of(worlds: pd.DataFrame, **manifest: Any) -> Runs:
    """A race's folder in memory."""
    kept: Any = {
        "kind": "race", "scenario": SCENARIO, "start": "2025-12-31", "months": 60, "seed": 1, "status": "complete",
        "parameters": {}, "design": None, "fixed": False,
    }  # fmt: skip
    return Runs(Path("out/nowhere"), kept | manifest, worlds, None, None)
