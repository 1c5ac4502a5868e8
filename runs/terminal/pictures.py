"""The pictures beside the tables of `explain`, `twin` and `structure`."""

from pathlib import Path
from typing import TYPE_CHECKING

from computerace.market.vocabulary import RIVAL_NAMES
from computerace.observables import RATIOS
from computerace.runs.answers.causes import ExplainAnswer, StructureAnswer, TwinAnswer
from computerace.runs.terminal.race import month_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

type Tables = "Mapping[str, pd.DataFrame]"


def draw_explain(folder: Path, answer: ExplainAnswer, tables: Tables) -> None:
    """explain.png: each factor's part in the chance, in points, and in the log ratio."""
    from computerace.analysis.plots import factor_bars
    from computerace.analysis.style import save, titled

    chance, ratio = _two_axes()
    table = tables["attribution"]
    points = table.assign(**{name: 100 * table[name] for name in ("value", "low", "high")})
    factor_bars(points, "probability", "chance of the claim, in points", ax=chance)
    factor_bars(table, "log_ratio", f"ln({answer['claimant']} / {RIVAL_NAMES[answer['rivals']]})", ax=ratio)
    titled(chance, f"{answer['scenario']}: {answer['definition']} compute by {_deadline(answer)}")
    save(chance, folder / "explain.png")


def draw_twin(folder: Path, answer: TwinAnswer, tables: Tables) -> None:
    """twin.png: what the change multiplies the ratio by in the same worlds, month by month."""
    import pandas as pd

    from computerace.analysis.plots import paired_difference
    from computerace.analysis.style import new_axes, save, titled

    table = tables["differences"]
    ratio = table[table["measure"] == RATIOS[answer["definition"], answer["rivals"]].name].reset_index(drop=True)
    measure = f"{answer['claimant']} / {RIVAL_NAMES[answer['rivals']]}, {answer['definition']} (ratio)"
    start = pd.Timestamp(answer["start"])
    ax = paired_difference(
        ratio, measure, first=answer["first"], second=answer["second"], start=start, is_log=True, ax=new_axes()
    )  # fmt: skip
    titled(ax, f"{answer['second']} against {answer['first']}, in the same {answer['worlds']:,} worlds")
    save(ax, folder / "twin.png")


def draw_structure(folder: Path, answer: StructureAnswer, tables: Tables) -> None:
    """structure.png: the chance and the ratio against the other labs, for every combination of choices."""
    from computerace.analysis.plots import structure_map
    from computerace.analysis.style import new_axes, save, titled

    table = tables["structure"]
    table = table[table["rivals"] == "three"]
    ax = new_axes(width=10.5, height=9.6)
    structure_map(table, ["rule", "strategy"], ["definition", "ces"], ax=ax)
    titled(ax, f"{answer['scenario']}: {answer['claimant']} / other labs by {_deadline(answer)}, by choice of form")
    ax.set_xticklabels([label.get_text().replace(" · ", "\n") for label in ax.get_xticklabels()])
    ax.set_yticklabels([label.get_text().replace("_", " ") for label in ax.get_yticklabels()])
    save(ax, folder / "structure.png")


def _two_axes() -> "tuple[Axes, Axes]":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from computerace.analysis.style import house_style

    with house_style():
        figure = Figure(figsize=(10.5, 3.4), layout="constrained")
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2)
    return left, right


def _deadline(answer: ExplainAnswer | StructureAnswer) -> str:
    return month_name(answer["start"], answer["months"])
