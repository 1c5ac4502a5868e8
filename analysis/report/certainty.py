"""How sure the answer is: what sampling, luck and unknown parameters each leave open."""

import numpy as np
import pandas as pd

from computerace.analysis.claim import as_percent, probability_words
from computerace.analysis.columns import first_month_column, ratio_column
from computerace.analysis.report.answer import Answer, part
from computerace.analysis.sensitivity.noise import spread_of
from computerace.analysis.weights import WEIGHT, averages, quantiles, weights_of
from computerace.market.vocabulary import UNIT_PREFIX


def certainty(answer: Answer) -> list[str]:
    """Sentences that say how far to trust the numbers."""
    found = [_sampling(answer), _what_varies(answer)]
    found += [text for text in (_few_worlds(answer), _parts(answer), _failures(answer)) if text]
    return found


def _sampling(answer: Answer) -> str:
    row = answer.headline
    effective = row["effective_worlds"]
    why = "are weighted by later figures" if WEIGHT in answer.of.worlds.columns else "share points and luck"
    alike = (
        ""
        if effective > 0.999 * row["worlds"]
        else f" The worlds {why}, so that they tell as much as {effective:,.0f} independent ones would."
    )
    if not answer.is_probability:
        return (
            f"{row['reached']:,} of {row['worlds']:,} worlds got there. Had the design's points been run in other"
            f" worlds, the share would be {probability_words(row)} (95 %).{alike}"
        )
    return (
        f"{row['reached']:,} of {row['worlds']:,} worlds got there: {probability_words(row)} with 95 % confidence. This"
        f" is the error of having run so many worlds and no more; it says nothing of the model's own error.{alike}"
    )


def _what_varies(answer: Answer) -> str:
    manifest = answer.runs.manifest
    if manifest.get("fixed"):
        varied = "Parameters" if answer.runs.points is None else "The parameters that the design does not vary"
        return f"{varied} were held at their centre: what is not known of them is left out, and only luck differs."
    if answer.is_probability:
        fitted = manifest["scenario"].get("parameter_set", "prior")
        drawn = "from what is known of them" if fitted == "prior" else f"from {fitted}, a set fitted to the record"
        return (
            f"Every world draws its parameters {drawn}, so the spread holds both luck and what is not known; where a"
            " prior is too narrow, so is the answer's interval."
        )
    return (
        "The design sets its own parameters; all others were drawn from what is known of them, anew for each world and"
        " alike at every point."
    )


def _few_worlds(answer: Answer) -> str:
    row = answer.headline
    if row["reached"] >= 10 or row["bound"]:
        return ""
    return (
        f"Only {row['reached']} worlds got there: figures about them, such as the first month, rest on these alone. Run"
        " more worlds for more of them."
    )


def _parts(answer: Answer) -> str:
    """Where points have several worlds each: how much of the log ratio's spread is the points', and how much luck."""
    runs = answer.of
    if runs.points is None or len(runs.points) < 2 or WEIGHT in runs.worlds.columns:
        return ""
    name = ratio_column("owned", "three", answer.deadline)
    wide = runs.worlds.pivot_table(index="point", columns="world", values=name, aggfunc="first").dropna()
    if len(wide) < 2 or wide.shape[1] < 2 or (wide <= 0).to_numpy().any():
        return ""
    share = spread_of(np.log10(wide.to_numpy(dtype=float)), answer.crossed).parameters_share
    return (
        f"Of the spread of the logarithm of the ratio, {as_percent(share)} is between the design's {len(wide)} points;"
        " the rest is what differs between worlds at the same point."
    )


def _failures(answer: Answer) -> str:
    failures = answer.runs.failures
    if failures is None or failures.empty:
        return ""
    return f"{len(failures):,} worlds failed and are left out; failures.parquet says why."


def points_sentence(answer: Answer) -> str:
    """In a design: the point at which the claim does best, and what it sets."""
    runs = answer.runs
    if runs.points is None or len(runs.points) < 2 or answer.is_probability:
        return ""
    name = ratio_column("owned", "three", answer.deadline)
    points = runs.worlds.groupby("point").groups
    ratio = {int(str(point)): _median(runs.worlds.loc[rows], name) for point, rows in points.items()}
    best = max(ratio, key=lambda point: ratio[point])
    there = runs.worlds[runs.worlds["point"] == best]
    share = float(averages(there[first_month_column("owned", "three")] <= answer.deadline, weights_of(there)))
    row = runs.points[runs.points["point"] == best].iloc[0]
    set_there = {
        name: row[name]
        for name in runs.points.columns
        if name not in ("point", "row", "scenario") and not name.startswith(UNIT_PREFIX) and row[name] == row[name]
    }
    words = [f"{name} = {_plain(value)}" for name, value in list(set_there.items())[:6]]
    if len(runs.scenarios) > 1:
        words.insert(0, f"scenario {row['scenario']}")
    more = f" and {len(set_there) - 6} more" if len(set_there) > 6 else ""
    words = words or ["as the scenario has it"]
    return (
        f"Of the design's {len(runs.points)} points, number {best} does best for {runs.claimant}: its median there is"
        f" {part(ratio[best])} of what the others own, and {as_percent(share)} of its worlds get there"
        f" ({', '.join(words)}{more})."
    )


def _median(worlds: pd.DataFrame, name: str) -> float:
    return float(quantiles(worlds[name], weights_of(worlds), [0.5])[0])


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
