"""The answer of one run as plain numbers, from its tidy tables: what `race --json` prints and the terminal shows."""

import math
from typing import Any

import pandas as pd

from computerace.analysis.leads import leads as of_worlds
from computerace.market.vocabulary import ALL_CAUSES, DEADLINE_MONTHS, DEFINITIONS, RIVALS
from computerace.observables import COMPUTE
from computerace.observables.outcomes import bound_column, first_month_column, ratio_column
from computerace.runs.answers.claims import Lead, RaceRow, Spread

LAB_MEASURES = (*(one.name for one in COMPUTE.values()), "share", "power_mw")
Z_95 = 1.959963984540054  # the 97.5 % quantile of the standard normal distribution


def report_months(months: int) -> list[int]:
    """The months of a run that are reported: 0, 12, 24, … and the last."""
    return sorted({*range(0, months + 1, 12), months})


def claim(worlds: pd.DataFrame, months: int) -> list[RaceRow]:
    """The claim's answer for each definition and set of rivals, from a row per world.

    `probability` is the share of worlds in which the claimant exceeded its rivals in some month up to the deadline;
    `first_month` and `ratio` are medians, the former over those worlds, with their 5-95 % ranges beside them.
    """
    deadline = min(DEADLINE_MONTHS, months)
    return [_claim_row(worlds, definition, rivals, deadline) for rivals in RIVALS for definition in DEFINITIONS]


def _claim_row(worlds: pd.DataFrame, definition: str, rivals: str, deadline: int) -> RaceRow:
    first = worlds[first_month_column(definition, rivals)]
    reached = first[first <= deadline]
    ratio = worlds[ratio_column(definition, rivals, deadline)]
    count, total = len(reached), len(worlds)
    share = count / total
    return {
        "definition": definition,
        "rivals": rivals,
        "deadline_months": deadline,
        "probability": share,
        "standard_error": math.sqrt(share * (1 - share) / total),
        "interval": list(wilson_interval(count, total)),
        "first_month": number(reached.median()),
        "first_month_interval": [number(reached.quantile(0.05)), number(reached.quantile(0.95))],
        "ratio": number(ratio.median()),
        "ratio_interval": [number(ratio.quantile(0.05)), number(ratio.quantile(0.95))],
        "worlds_reached": count,
    }


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a probability seen `count` times in `total` (Wilson 1927, JASA 22:209).

    Unlike the standard error it says something when nothing, or everything, was seen.
    """
    share = count / total
    scale = 1 + Z_95**2 / total
    centre = (share + Z_95**2 / (2 * total)) / scale
    half = Z_95 * math.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2)) / scale
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == total else min(1.0, centre + half)
    return low, high


def labs(steps: pd.DataFrame, names: tuple[str, ...], months: int) -> dict[str, dict[str, dict[str, Spread]]]:
    """By lab and month (as a word: "0", "12", …): each measure's p5, p50 and p95 over the worlds."""
    wanted = steps[steps["lab"].isin(names) & steps["month"].isin(report_months(months))]
    rows = {(row["lab"], row["month"], row["quantile"]): row for row in wanted.to_dict("records")}

    def spread(lab: str, month: int, measure: str) -> Spread:
        low, middle, high = (number(rows[lab, month, percent / 100][measure]) for percent in (5, 50, 95))
        return {"p5": low, "p50": middle, "p95": high}

    return {
        lab: {
            str(month): {measure: spread(lab, month, measure) for measure in LAB_MEASURES}
            for month in report_months(months)
        }
        for lab in names
    }


def bound_by(worlds: pd.DataFrame, names: tuple[str, ...]) -> dict[str, dict[str, float | None]]:
    """By lab: the share of world-months in which each cause bound it; the shares sum to 1 with "none"."""
    return {
        name: {
            cause: number(worlds[bound_column(name, cause)].mean())
            for cause in ALL_CAUSES
            if bound_column(name, cause) in worlds.columns
        }
        for name in names
    }


def leads(worlds: pd.DataFrame, names: tuple[str, ...]) -> list[Lead]:
    """Year by year: how likely each lab owns most of the labs, and its share of what they own."""
    return [lead(row) for row in of_worlds(worlds, names).to_dict("records")]


def lead(row: dict[Any, Any]) -> Lead:
    """A row of the table of who leads, as an answer has it."""
    return {
        "month": int(row["month"]),
        "lab": row["lab"],
        "worlds_reached": int(row["reached"]),
        "probability": float(row["probability"]),
        "interval": [float(row["low"]), float(row["high"])],
        "bound": bool(row["bound"]),
        "share": {"p5": row["share_p5"], "p50": row["share_p50"], "p95": row["share_p95"]},
    }


def number(value: Any) -> float | None:
    """A float that JSON can hold: None stands for what does not exist."""
    plain = float(value)
    return plain if math.isfinite(plain) else None
