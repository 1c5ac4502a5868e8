"""What the charts share: axes, bands, labels, and numbers as people write them. A chart is an ECharts option dict."""

import math
from collections.abc import Sequence
from typing import Any

from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import Months, Snapshot, bands, date_list

type Option = dict[str, Any]

ECHARTS = "echarts@5.4.0/dist/echarts.js"  # in the assets; the version that Solara's own figures ask for
FONT = "Roboto, 'Helvetica Neue', Arial, sans-serif"
LABEL_HEIGHT = 15  # pixels
BANDS = ((0, 4, 0.14), (1, 3, 0.2))  # lower and upper quantile's place, opacity: 90 % and 50 % of worlds


def frame(palette: Palette, description: str, *, right: int = 84, top: int = 40, bottom: int = 34) -> Option:
    """A chart without data: fonts, room for labels, a tooltip, a button that saves the picture."""
    return {
        "animation": False,
        "backgroundColor": palette.surface,
        "textStyle": {"fontFamily": FONT, "color": palette.text},
        "aria": {"enabled": True, "label": {"description": description}},
        "grid": {"left": 62, "right": right, "top": top, "bottom": bottom},
        "legend": {"show": False},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "backgroundColor": palette.surface,
            "borderColor": palette.grid,
            "textStyle": {"color": palette.text, "fontSize": 12},
            "axisPointer": {"lineStyle": {"color": palette.muted}},
        },
        "toolbox": {
            "right": 4,
            "top": 0,
            "itemSize": 14,
            "iconStyle": {"borderColor": palette.muted},
            "feature": {"saveAsImage": {"title": "save as PNG", "name": "computerace", "pixelRatio": 2}},
        },
        "series": [],
    }


def time_axis(snapshot: Snapshot, palette: Palette, first: str | None = None) -> Option:
    """Months from the first date (the start, if None) to the horizon, so that the frame stands still while it plays."""
    dates = date_list(snapshot.start, snapshot.horizon)
    return {
        "type": "time",
        "min": first or dates[0],
        "max": dates[-1],
        "minInterval": 365.25 * 24 * 3600 * 1000,
        "axisLine": {"lineStyle": {"color": palette.muted}},
        "axisLabel": {"color": palette.muted, "fontSize": 11, "formatter": "{yyyy}", "hideOverlap": True},
        "splitLine": {"show": False},
    }


def value_axis(palette: Palette, name: str, **more: Any) -> Option:
    """A vertical axis with its unit written above it."""
    return {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": palette.muted, "align": "left", "padding": [0, 0, 0, -54]},
        "nameGap": 14,
        "axisLabel": {"color": palette.muted},
        "splitLine": {"lineStyle": {"color": palette.grid}},
        **more,
    }


def fan(
    name: str,
    dates: Sequence[str],
    values: Months,
    colour: str,
    scale: float = 1.0,
    *,
    label: bool = True,
    axis: int = 0,
) -> list[Option]:
    """A median with its 50 % and 90 % bands over the worlds; `values` has shape (months + 1, worlds).

    A band is its lower edge, unseen, with the rest stacked on it. The last of the series is the labelled end.
    """
    quantiles = bands(values) * scale
    series = []
    for low, high, opacity in BANDS:
        stack = {"type": "line", "name": name, "color": colour, "stack": f"{name} {low}", "stackStrategy": "all"}
        hidden = {"symbol": "none", "silent": True, "lineStyle": {"opacity": 0}, "tooltip": {"show": False}}
        series.append({**stack, **hidden, "data": pairs(dates, quantiles[low])})
        area = {"areaStyle": {"color": colour, "opacity": opacity}}
        series.append({**stack, **hidden, **area, "data": pairs(dates, quantiles[high] - quantiles[low])})
    series.append(median_line(name, dates, quantiles, colour))
    if label:
        series.append(labelled_end(name, dates[-1], quantiles[2][-1], colour))
    return [{**one, "xAxisIndex": axis, "yAxisIndex": axis} for one in series]


def labelled_end(name: str, date: str, value: float, colour: str) -> Option:
    """A dot at a line's end with the name beside it. ECharts' own `endLabel` lags a month behind a redrawn line.

    "combined" goes into a line of its own, so that a narrow chart keeps its room for the lines.
    """
    return {
        "type": "scatter",
        "name": name,
        "color": colour,
        "symbolSize": 6,
        "itemStyle": {"opacity": 1},
        "silent": True,
        "tooltip": {"show": False},
        "data": [[date, figure(value)]] if math.isfinite(value) else [],
        "label": {
            "show": True,
            "formatter": name.replace(" combined", "\ncombined"),
            "color": colour,
            "fontWeight": "bold",
            "lineHeight": LABEL_HEIGHT - 1,
            "position": "right",
            "distance": 6,
        },
    }


def median_line(name: str, dates: Sequence[str], quantiles: Any, colour: str) -> Option:
    """The line of medians; its tooltip says the median and the 5-95 % range."""
    words = [
        f"{plain(middle)} ({plain(low)}–{plain(high)})" if math.isfinite(middle) else "–"
        for low, middle, high in zip(quantiles[0], quantiles[2], quantiles[4], strict=True)
    ]
    return {
        "type": "line",
        "name": name,
        "color": colour,
        "symbol": "none",
        "lineStyle": {"width": 2.4},
        "dimensions": ["date", "median", "median (5–95 %)"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": [[date, figure(value), word] for date, value, word in zip(dates, quantiles[2], words, strict=True)],
    }


def spread_labels(labelled: list[Option], low: float, high: float, height: float, *, logarithmic: bool = False) -> None:
    """Move the labels at the lines' ends apart where they would overlap.

    low, high: the axis' ends. height: pixels between them on a small screen; on a larger one they are further apart.
    """
    scale = math.log10 if logarithmic else float
    pixels = height / (scale(high) - scale(low))
    ends = sorted(((scale(one["data"][0][1]) * pixels, one) for one in labelled if one["data"]), key=lambda end: end[0])
    halves = [LABEL_HEIGHT * (1 + one["label"].get("formatter", "").count("\n")) / 2 for _, one in ends]
    moved, below, above = [], -math.inf, scale(high) * pixels + LABEL_HEIGHT / 2
    for (place, _), half in zip(ends, halves, strict=True):
        moved.append(max(place, below + half))
        below = moved[-1] + half
    for at in reversed(range(len(ends))):  # where they would rise above the axis, all go down together
        moved[at] = min(moved[at], above - halves[at])
        above = moved[at] - halves[at]
    for (place, one), there in zip(ends, moved, strict=True):
        one["label"] = {**one["label"], "offset": [0, round(place - there)]}


def round_axis(low: float, high: float) -> tuple[float, float, float]:
    """The ends of an axis around two values, and the step between its lines: 1, 2 or 5 times a power of ten."""
    least = max(high - low, 1e-9) / 6
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def decade_bounds(values: Sequence[float]) -> tuple[float, float]:
    """The ends of a log axis around values above zero, at powers of ten."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def mark_line(palette: Palette, value: float, text: str, axis: str = "yAxis", place: str = "insideStartTop") -> Option:
    """A dashed line across the chart with a word on it."""
    return {
        "silent": True,
        "symbol": "none",
        "data": [{axis: value}],
        "lineStyle": {"color": palette.claim, "type": "dashed", "width": 1.3},
        "label": {"formatter": text, "position": place, "color": palette.claim, "fontSize": 12},
    }


def pairs(dates: Sequence[str], values: Any) -> list[list[Any]]:
    """(date, value) as ECharts wants them; a value that does not exist becomes null."""
    return [[date, figure(value)] for date, value in zip(dates, values, strict=True)]


def figure(value: float) -> float | None:
    """The value with five significant digits, short to send; None where it is no number."""
    return float(f"{value:.5g}") if math.isfinite(value) else None


def told(option: Option) -> str:
    """The chart for who does not see it: what it shows, and where each line that can be pointed at ends."""
    ends: dict[str, list[str]] = {}
    for series in option["series"]:
        shown = series.get("data") if series.get("type") == "line" and "tooltip" not in series else None
        if shown and shown[-1][1] is not None:
            date, value, *words = shown[-1]
            ends.setdefault(date, []).append(f"{series['name']} {words[0] if words else plain(value)}")
    said = [f"{date}: {'; '.join(lines)}" for date, lines in sorted(ends.items())]
    return ". ".join([option["aria"]["label"]["description"], *said]) + "."


def plain(value: float) -> str:
    """A figure as people write it: three significant digits, two below 1, and no exponent."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    digits = (3 if abs(value) >= 1 else 2) - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def percent(share: float) -> str:
    """A share as a percentage, without false precision."""
    return f"{100 * share:.0f} %" if share >= 0.1 or share == 0 else f"{100 * share:.1f} %"
