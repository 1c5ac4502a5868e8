"""The figures of what the answer rests on, by the method that a folder's design allows."""

from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis import plots
from computerace.analysis.columns import HEADLINE, ratio_column
from computerace.analysis.outcomes import LOG_RATIO
from computerace.analysis.report.answer import Answer, month
from computerace.analysis.report.figure import Figure
from computerace.analysis.report.rests_on import RestsOn
from computerace.analysis.sensitivity.indices import SOBOL, Sensitivity
from computerace.analysis.sensitivity.tornado import tornado_table
from computerace.analysis.style import WIDTH
from computerace.market.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def parameter_figures(answer: Answer, found: RestsOn) -> list[Figure]:
    """Sobol' indices over time, elementary effects, or what each parameter accounts for alone and a tornado."""
    if found.sensitivity is None:
        return [_importance(found), _tornado(answer, found)]
    if found.sensitivity.method == SOBOL:
        return [_sobol(found.sensitivity, "total"), _sobol(found.sensitivity, "first")]
    return [_effects(found.sensitivity)]


def _sobol(found: Sensitivity, order: str) -> Figure:
    words = "Alone (first order)" if order == "first" else "With all it acts with (total)"

    def draw(ax: "Axes | None") -> "Axes":
        rows = found.indices[(found.indices["outcome"] == LOG_RATIO) & (found.indices["order"] == order)]
        return plots.sobol_over_time(rows, f"{order} index of the log ratio", ax=ax)

    return Figure(
        f"sobol-{order}",
        f"{words}: what each parameter accounts for, over time",
        "Sobol' indices of the logarithm of the ratio, with luck taken out.",
        draw,
        (WIDTH, 3.7),
    )


def _effects(found: Sensitivity) -> Figure:
    last = found.indices[found.indices["outcome"] == LOG_RATIO]
    last = last[last["month"] == last["month"].max()]
    return Figure(
        "morris",
        "What moves the ratio: a screening",
        "Morris's elementary effects on the natural logarithm of the ratio; 0.7 doubles or halves it.",
        lambda ax: plots.elementary_effects(last, "log ratio", ax=ax),
        (WIDTH, 1.1 + 0.27 * min(15, len(last))),
    )


def _table(found: RestsOn) -> pd.DataFrame:
    if found.importance is None:
        raise UserError(found.fault)
    return found.importance


def _size(found: RestsOn) -> tuple[float, float]:
    return (WIDTH, 1.1 + 0.27 * (12 if found.importance is None else len(found.importance)))


def _importance(found: RestsOn) -> Figure:
    return Figure(
        "importance",
        "The parameters that matter most",
        "How much of the spread of the logarithm of the ratio each accounts for alone; in brackets the grade of its"
        " source.",
        lambda ax: plots.importance_bars(_table(found), ax=ax),
        _size(found),
    )


def _tornado(answer: Answer, found: RestsOn) -> Figure:
    runs = answer.runs.of_scenario(answer.runs.scenarios[0])
    ratio = ratio_column(*HEADLINE, answer.deadline)
    label = f"median {runs.claimant} / the other labs, owned compute, {month(runs, answer.deadline)} (ratio)"

    def draw(ax: "Axes | None") -> "Axes":
        table = tornado_table(runs.worlds, runs.worlds[ratio], list(_table(found)["parameter"]))
        return plots.tornado(table, label, is_logarithmic=True, ax=ax)

    return Figure(
        "tornado",
        "The ratio where a parameter is low, and where it is high",
        "Medians over the worlds in which the parameter lies in its lowest and in its highest fifth.",
        draw,
        _size(found),
    )
