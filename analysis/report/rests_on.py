"""What the answer rests on: the parameters that matter most in a folder, and how well each is known."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from computerace.analysis.claim import as_percent
from computerace.analysis.columns import HEADLINE, parameter_columns
from computerace.analysis.folder import Runs
from computerace.analysis.outcomes import LOG_RATIO, log_ratio
from computerace.analysis.sensitivity.given_data import importance, with_sources
from computerace.analysis.sensitivity.indices import SOBOL, Sensitivity, sampler, sensitivity
from computerace.analysis.sensitivity.noise import by_point, spread_of
from computerace.analysis.weights import refuse_weighted
from computerace.market.errors import UserError
from computerace.market.parameters import GIVEN

MOST, LEAST = 12, 5  # rows of the table; beyond LEAST only what chance would hardly show
OUTCOME = "the logarithm of the ratio"
GRADES = {
    "A": "a dataset, filing or paper",
    "B": "press, an analyst's note, or arithmetic on A",
    "C": "an aggregator or a weak inference",
    "assumed": "nobody has published it",
    GIVEN: "set by the scenario or for the run, in place of what is known",
}


@dataclass(frozen=True)
class RestsOn:
    """What a folder says of its parameters.

    sentence: in words. table: the parameters that matter most, with text, unit, source, grade, and two columns of
    words, `first` and `second`; None where the folder cannot tell. heads: the headings of those two. caption: of the
    table. grades: how many of the model's parameters have each grade. importance: as `given_data.importance`, where
    that was the method. sensitivity: of a design that was made for it. notes: warnings for the reader.
    fault: why the folder cannot tell, where it cannot.
    """

    sentence: str
    grades: dict[str, int]
    table: pd.DataFrame | None = None
    heads: tuple[str, str] = ("", "")
    caption: str = ""
    importance: pd.DataFrame | None = None
    sensitivity: Sensitivity | None = None
    notes: tuple[str, ...] = field(default=())
    fault: str = ""


def rests_on(runs: Runs, deadline: int) -> RestsOn:
    """The parameters that account for the largest parts of the log ratio's spread, as far as the design can tell."""
    known = runs.manifest.get("parameters", {})
    have = pd.Series([str(one.get("grade", "")) for one in known.values()], dtype=str).value_counts()
    grades = {grade: int(have.get(grade, 0)) for grade in GRADES}
    try:
        refuse_weighted(runs.worlds)
        if sampler(runs) in ("saltelli", "morris") and len(runs.scenarios) == 1:
            return _by_design(runs, sensitivity(runs), grades)
        return _given(runs, deadline, grades)
    except UserError as reason:
        return RestsOn(f"This folder cannot tell which parameters matter: {reason}.", grades, fault=str(reason))


def numeric_parameters(runs: Runs) -> list[str]:
    """The parameters that differ by a number: between the points where there are several, else between worlds."""
    names = parameter_columns(runs.worlds, runs.manifest)
    names = [name for name in names if runs.worlds[name].dtype.kind in "fiu" and runs.worlds[name].notna().all()]
    if not runs.many_points or not names:
        return names
    means = runs.worlds.groupby("point")[names].mean()
    return [name for name in names if np.ptp(means[name]) > 1e-9 * float(means[name].abs().max())]


def _given(runs: Runs, deadline: int, grades: dict[str, int]) -> RestsOn:
    """From whatever was drawn: what each parameter accounts for alone."""
    names = numeric_parameters(runs)
    if not names:
        between = "points" if runs.many_points else "worlds"
        raise UserError(f"no parameter differs by a number between its {between}")
    values = log_ratio(runs.worlds, *HEADLINE, deadline)
    frame = with_sources(importance(runs.worlds, values, names, luck=_luck(runs, values)), runs.manifest)
    clear = frame[frame["share"] > frame["chance"]]
    rows = frame.head(min(MOST, max(LEAST, len(clear))))
    rows = rows.assign(
        first=[_share(row) for row in rows.rename(columns={"share": "value"}).to_dict("records")],
        second=[f"{one:+.2f}" for one in rows["correlation"]],
    )
    caption = (
        f"The parameters that account for the largest parts of the spread of {OUTCOME}, each alone, with a 95 %"
        f" interval. Chance alone hardly reaches {as_percent(float(frame['chance'].iloc[0]))}."
    )
    return RestsOn(
        _given_sentence(clear, len(names)), grades, rows, ("alone", "rank correlation"), caption, importance=rows
    )


def _given_sentence(clear: pd.DataFrame, varied: int) -> str:
    """How much the parameters account for, and how much of that rests on what nobody has published."""
    if clear.empty:
        return (
            f"None of the {varied} parameters that differ accounts alone for more of the spread than chance would show."
        )
    total, assumed = (float(rows["share"].sum()) for rows in (clear, clear[clear["grade"] == "assumed"]))
    return (
        f"Of {varied} parameters that differ, {clear['parameter'].iloc[0]} accounts for the largest part of"
        f" the spread of {OUTCOME}: {as_percent(float(clear['share'].iloc[0]))} alone. Together the {len(clear)} that"
        f" stand out from chance account for {as_percent(min(1.0, total))}, and those among them that nobody has"
        f" published (graded “assumed”) for {as_percent(min(1.0, assumed))}. What is left is luck, smaller parts, and"
        " parameters acting together."
    )


def _luck(runs: Runs, values: pd.Series) -> float | None:
    """The part of the variance between the points' means that is luck, where there are points with several worlds."""
    if not runs.many_points or not runs.worlds.duplicated("point").any():
        return None
    crossed = not (runs.manifest.get("design") or {}).get("independent", False)
    numbered = runs.worlds.assign(point=pd.factorize(runs.worlds["point"], sort=True)[0])
    noise = spread_of(by_point(numbered, values), crossed).noise_in_points
    return min(noise, 0.95) if noise == noise else None


def _by_design(runs: Runs, found: Sensitivity, grades: dict[str, int]) -> RestsOn:
    """From Saltelli's or Morris's design, which were made to tell."""
    last = found.indices[found.indices["outcome"] == LOG_RATIO]
    last = last[last["month"] == last["month"].max()]
    if last.empty:
        raise UserError("its design allows no analysis of the log ratio")
    rows, heads, caption = _indices(last) if found.method == SOBOL else _effects(last)
    rows = with_sources(rows.head(MOST).reset_index(drop=True), runs.manifest)
    first = rows.iloc[0]
    method = "Sobol' indices" if found.method == SOBOL else "Morris's elementary effects"
    sentence = (
        f"By {method} of the {last['parameter'].nunique()} parameters that the design varies, {first['parameter']}"
        f" moves {OUTCOME} most ({heads[0]}: {first['first']}); the grade of its source is “{first['grade']}”."
    )
    return RestsOn(sentence, grades, rows, heads, caption, sensitivity=found, notes=found.notes)


def _indices(last: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, str], str]:
    total, alone = (last[last["order"] == order].set_index("parameter") for order in ("total", "first"))
    rows = total.sort_values("value", ascending=False).reset_index()
    rows = rows.assign(
        first=[_share(row) for row in rows.to_dict("records")],
        second=[_share(alone.loc[name].to_dict()) for name in rows["parameter"]],
    )
    caption = (
        f"Sobol' indices: the share of the variance of {OUTCOME} that goes with each parameter, with 95 % intervals."
    )
    return rows, ("with all it acts with (total index)", "alone (first order)"), caption


def _effects(last: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, str], str]:
    rows = last.sort_values("value", ascending=False).reset_index(drop=True)
    rows = rows.assign(
        first=[f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})" for row in rows.to_dict("records")],
        second=[f"{one:.2f}" for one in rows["luck"]],
    )
    caption = (
        f"Elementary effects: the mean size of the change in {OUTCOME} (natural) as each parameter crosses its range,"
        " with 95 % intervals, beside the size that luck alone would give."
    )
    return rows, ("effect over its range", "luck alone"), caption


def _share(row: object) -> str:
    """A share of the variance with its interval."""
    value, low, high = (100 * float(row[name]) for name in ("value", "low", "high"))  # type: ignore[index]
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"
