"""Fans of the back-test with the points that came later: a row of panels per owner, a column per date of forecast."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis.style import INK, MUTED, house_style, lab_colour
from computerace.analysis.validation.backtest import MODEL
from computerace.analysis.validation.record import LABS, MARKET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Panel = tuple[str, str]  # quantity, owner
OWNED: tuple[Panel, ...] = tuple(("owned_h100e", lab) for lab in LABS)
MARKETS: tuple[Panel, ...] = (
    ("supply_h100e", MARKET),
    *(("capex_usd", lab) for lab in LABS if lab != "xAI"),
    *(("powered_mw", lab) for lab in LABS),
)
# label of the axis, and what one of its units is
UNITS = {
    "owned_h100e": ("owned, M H100e", 1e6),
    "supply_h100e": ("supply, M H100e\na quarter", 1e6),
    "capex_usd": ("capex, B$\na quarter", 1e9),
    "powered_mw": ("IT power, GW", 1e3),
}
LEAST = {"owned_h100e": 0.01, "powered_mw": 0.01}  # in those units: the axis is logarithmic, nothing lies below


def save_fans(rows: pd.DataFrame, actual: pd.DataFrame, folder: Path) -> None:
    """Draw backtest.png (owned compute) and backtest-markets.png (supply, capex and power) into a folder."""
    for name, panels in (("backtest.png", OWNED), ("backtest-markets.png", MARKETS)):
        draw_fans(rows, actual, panels, folder / name)


def draw_fans(rows: pd.DataFrame, actual: pd.DataFrame, panels: tuple[Panel, ...], file: Path) -> None:
    """One picture of the given panels; rows: of `scored`, actual: of `record`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    origins = sorted(rows["origin"].unique())
    with house_style():
        figure = Figure(figsize=(2.4 * len(origins) + 0.9, 1.55 * len(panels) + 0.6), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(len(panels), len(origins), squeeze=False, sharex="col", sharey="row")
        for line, (quantity, owner) in zip(axes, panels, strict=True):
            for ax, origin in zip(line, origins, strict=True):
                chosen = rows[(rows["quantity"] == quantity) & (rows["owner"] == owner) & (rows["origin"] == origin)]
                panel(chosen, _known(actual, quantity, owner), quantity, lab_colour(owner), ax)
            line[0].set_ylabel(f"{owner}\n{UNITS[quantity][0]}" if owner != MARKET else UNITS[quantity][0])
        for ax, origin in zip(axes[0], origins, strict=True):
            ax.set_title(f"from {pd.Timestamp(origin):%b %Y}")
        figure.supxlabel(
            "bands: 50 and 90 % of the model's worlds; line: their median; dashed: the best naïve rival; "
            "points: on record, filled where they came later; what is 0 stands at 0.01",
            fontsize=8.5,
            color=MUTED,
        )
        figure.savefig(file)


def panel(rows: pd.DataFrame, known: pd.Series, quantity: str, colour: str, ax: "Axes") -> None:
    """The model's fan, the best rival's median, and the record; rows: one quantity, owner and origin, all forecasts."""
    scale, least = UNITS[quantity][1], LEAST.get(quantity, 0.0)
    origin = pd.Timestamp(rows["origin"].iloc[0])
    fan = rows[rows["forecast"] == MODEL].sort_values("date")
    start = known[known.index == origin]

    def line(frame: pd.DataFrame, column: str) -> pd.Series:
        values = pd.Series(frame[column].to_numpy(), index=pd.to_datetime(frame["date"]))
        return (pd.concat([start, values]) / scale).clip(lower=least)

    days = line(fan, "p50").index
    for low, high in (("p5", "p95"), ("p25", "p75")):
        ax.fill_between(days, line(fan, low), line(fan, high), color=colour, alpha=0.2, linewidth=0)
    ax.plot(days, line(fan, "p50"), color=colour)
    rivals = rows[rows["forecast"] != MODEL]
    if not rivals.empty:
        best = rivals.groupby("forecast")["crps"].mean().idxmin()
        ax.plot(days, line(rivals[rivals["forecast"] == best].sort_values("date"), "p50"), "--", color=MUTED, lw=1)
    shown = (known[known.index >= origin - pd.DateOffset(months=7)] / scale).clip(lower=least)
    later = shown.index > origin
    ax.plot(shown.index[~later], shown[~later], "o", ms=3.5, mfc="none", mec=INK, mew=0.8)
    ax.plot(shown.index[later], shown[later], "o", ms=3.5, mfc=INK, mec="white", mew=0.4)
    _dress(ax)


def _dress(ax: "Axes") -> None:
    from matplotlib.dates import DateFormatter, MonthLocator
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0), numticks=6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_locator(MonthLocator((6, 12), bymonthday=-1))
    ax.xaxis.set_major_formatter(DateFormatter("%b\n%y"))
    ax.tick_params(labelsize=7.5)


def _known(actual: pd.DataFrame, quantity: str, owner: str) -> pd.Series:
    rows = actual[(actual["quantity"] == quantity) & (actual["owner"] == owner)]
    return rows.set_index("date")["value"].sort_index()
