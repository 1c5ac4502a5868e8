"""The race itself: stacked shares with the claim's line, and compute by lab with its bands on a log axis."""

import math

import numpy as np

from computerace.market.vocabulary import REST
from computerace.runs.model.events import MARKET
from computerace.runs.page.chart_parts import (
    Option,
    decade_bounds,
    fan,
    figure,
    frame,
    labelled_end,
    mark_line,
    median_line,
    pairs,
    percent,
    plain,
    spread_labels,
    time_axis,
    value_axis,
)
from computerace.runs.page.chart_pins import pin_series
from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import Months, Snapshot, bands, owner_words

type History = dict[str, list[tuple[str, float]]]
"""Lab to (date, H100e) before the start."""

MILLION = 1e-6
COMBINED = {"three": "rivals combined", "all": "all others combined"}
PLOT_HEIGHT = 250  # pixels of the chart's inside on a small screen; page.css makes it no lower
AHEAD_BAND, AHEAD_LINE, AHEAD_AREA = 0.07, 0.45, 0.3  # how opaque what is to come is drawn
HIDDEN: Option = {"symbol": "none", "silent": True, "tooltip": {"show": False}}
TOP_GAP = 1.4  # the market's pins stand so far below the top of the log axis
CLAIM_SHARE = 0.5  # above it the claimant has more than its rivals combined


def compute_chart(
    snapshot: Snapshot,
    history: History,
    definition: str,
    palette: Palette,
    rivals: str = "three",
    whole: Snapshot | None = None,
    pins: str = "none",
) -> Option:
    """Compute by lab in million H100e on a log axis: observed before the start, then medians and bands over worlds.

    The dashed line is what the claimant has to exceed: its rivals' compute added up. With the whole race known, its
    axis is taken, so that the frame stands still while the race plays, and what is to come is drawn pale; then the
    names stand where the lines will end, clear of them.
    """
    ahead = whole if whole is not None and whole.month > snapshot.month else None
    history = history if definition == "owned" else {}
    words = f"{definition} compute by lab and of the rivals combined, median and bands over {snapshot.worlds} worlds"
    option = frame(palette, words, top=52 if history else 40)
    option["xAxis"] = time_axis(snapshot, palette, _first(history))
    dates, ends, pale = snapshot.dates(), [], []
    for lab in snapshot.labs:
        colour = palette.owner(lab)
        if lab in history:
            option["series"].append(_points(lab, history[lab], colour, MILLION))
        values = _positive(snapshot.compute(definition, lab))
        if ahead is not None:
            option["series"] += _ahead(lab, ahead, _positive(ahead.compute(definition, lab)), snapshot.month, colour)
            pale.append(option["series"][-1])
        option["series"] += fan(lab, dates, values, colour, MILLION)
        ends.append(option["series"][-1])
    if ahead is not None:
        together = combined(ahead, definition, rivals)
        option["series"].append(_combined_ahead(ahead, together, snapshot.month, rivals, palette))
        pale.append(option["series"][-1])
    option["series"] += _combined_lines(dates, combined(snapshot, definition, rivals), rivals, palette)
    ends.append(option["series"][-1])
    if ahead is not None:
        ends = _named_ends(ends, pale)
        option["series"] += ends
    low, high = axis_ends(whole or snapshot, history, definition, rivals)
    spread_labels(ends, low, high, PLOT_HEIGHT, logarithmic=True)
    unit, gap = f"million H100e, {definition}", 26 if history else 14  # "model begins" lies between
    option["yAxis"] = value_axis(palette, unit, type="log", min=low, max=high, nameGap=gap)
    if history:
        option["series"].append(_start_line(snapshot, palette))
    known = whole or snapshot
    option["series"] += pin_series(known, _medians(known, definition, high), pins, palette, snapshot.month)
    return option


def _named_ends(dots: list[Option], pale: list[Option]) -> list[Option]:
    """Names at the ends of the pale lines, and none at the dots, which walk along them."""
    for dot in dots:
        dot["label"] = {"show": False}
    ends = [(line, line["data"][-1]) for line in pale]
    return [
        labelled_end(line["name"], date, math.nan if value is None else value, line["color"]) | {"symbolSize": 0}
        for line, (date, value) in ends
    ]


def _medians(snapshot: Snapshot, definition: str, high: float) -> dict[str, Months]:
    """Each lab's line in million H100e, and for the market's events a height below the axis' upper end."""
    lines = {lab: MILLION * np.median(_positive(snapshot.compute(definition, lab)), axis=1) for lab in snapshot.labs}
    return lines | {MARKET: np.full(snapshot.month + 1, high / TOP_GAP)}


def _ahead(lab: str, whole: Snapshot, values: Months, month: int, colour: str) -> list[Option]:
    """What is to come from the month on, pale: the median and the band that holds 90 % of the worlds."""
    dates, quantiles = whole.dates()[month:], bands(values[month:]) * MILLION
    stack = {"type": "line", "name": lab, "color": colour, "stack": f"{lab} ahead", "stackStrategy": "all", **HIDDEN}
    clear = {"lineStyle": {"opacity": 0}}
    return [
        {**stack, **clear, "data": pairs(dates, quantiles[0])},
        {
            **stack,
            **clear,
            "areaStyle": {"color": colour, "opacity": AHEAD_BAND},
            "data": pairs(dates, quantiles[4] - quantiles[0]),
        },
        {
            "type": "line",
            "name": lab,
            "color": colour,
            **HIDDEN,
            "lineStyle": {"width": 1.6, "opacity": AHEAD_LINE},
            "data": pairs(dates, quantiles[2]),
        },
    ]


def combined(snapshot: Snapshot, definition: str, rivals: str) -> Months:
    """The compute of the claimant's rivals (three or all) added up: (months + 1, worlds)."""
    owners = snapshot.rivals if rivals == "three" else (*snapshot.rivals, REST)
    return np.sum([snapshot.compute(definition, owner) for owner in owners], axis=0, dtype=np.float64)


def _combined_lines(dates: list[str], together: Months, rivals: str, palette: Palette) -> list[Option]:
    """The rivals' median as a dashed line, and its labelled end."""
    name, quantiles = COMBINED[rivals], bands(together) * MILLION
    line = median_line(name, dates, quantiles, palette.claim)
    line["lineStyle"] = {"width": 1.6, "type": "dashed"}
    return [line, labelled_end(name, dates[-1], quantiles[2][-1], palette.claim)]


def _combined_ahead(whole: Snapshot, together: Months, month: int, rivals: str, palette: Palette) -> Option:
    """The rivals' median from the month on, pale."""
    return {
        "type": "line",
        "name": COMBINED[rivals],
        "color": palette.claim,
        **HIDDEN,
        "lineStyle": {"width": 1.4, "type": "dashed", "opacity": AHEAD_LINE},
        "data": pairs(whole.dates()[month:], bands(together[month:])[2] * MILLION),
    }


def axis_ends(snapshot: Snapshot, history: History, definition: str, rivals: str) -> tuple[float, float]:
    """The log axis from a power of ten to a power of ten, of million H100e, around all that is shown."""
    shown = [value for rows in history.values() for _, value in rows]
    for lab in snapshot.labs:
        values = snapshot.compute(definition, lab)
        held = values[values > 0]
        if held.size:
            shown += [float(np.quantile(held, 0.01)), float(np.quantile(values, 0.95, axis=1).max())]
    shown.append(float(np.median(combined(snapshot, definition, rivals), axis=1).max()))
    return decade_bounds([value * MILLION for value in shown if value > 0] or [0.01, 100.0])


def shares_chart(
    snapshot: Snapshot,
    history: History,
    definition: str,
    rivals: str,
    palette: Palette,
    pins: str = "none",
    whole: Snapshot | None = None,
) -> Option:
    """Shares stacked from the claimant up, as means over the worlds, with the claim's line at one half.

    Means, because only they add up to one; the claimant's own 5-95 % range is drawn on top of them. With the whole race
    known, what is to come is drawn pale.
    """
    owners = (snapshot.claimant, *snapshot.rivals, *((REST,) if rivals == "all" else ()))
    history = history if definition == "owned" and rivals == "three" else {}
    past = _past_shares(owners, history)
    option = frame(palette, f"shares of {definition} compute, mean over {snapshot.worlds} worlds", right=24)
    option["legend"] = {"show": True, "top": 0, "left": 60, "itemWidth": 14, "textStyle": {"color": palette.text}}
    option["legend"]["data"] = [{"name": owner_words(owner), "icon": "roundRect"} for owner in owners]
    option["grid"]["top"] = 48
    option["xAxis"] = time_axis(snapshot, palette, past[owners[0]][0][0] if past[owners[0]] else None)
    option["yAxis"] = value_axis(palette, "", max=100)
    option["yAxis"]["axisLabel"]["formatter"] = "{value} %"
    shares = _shares(snapshot, owners, definition)
    for owner in owners:
        option["series"].append(_area(owner, snapshot.dates(), shares[owner], past[owner], palette))
    known = whole or snapshot
    if known.month > snapshot.month:
        option["series"] += _shares_ahead(known, _shares(known, owners, definition), snapshot.month, palette)
    option["series"][0]["markLine"] = mark_line(palette, 100 * CLAIM_SHARE, "one half: more than its rivals combined")
    option["series"] += _range_lines(snapshot, shares[snapshot.claimant], palette)
    if past[owners[0]]:
        option["series"].append(_start_line(snapshot, palette))
    middles = _middles(owners, _shares(known, owners, definition))
    option["series"] += pin_series(known, middles, pins, palette, snapshot.month)
    return option


def _shares_ahead(whole: Snapshot, shares: dict[str, Months], month: int, palette: Palette) -> list[Option]:
    """The stacked shares from the month on, pale."""
    dates = whole.dates()[month:]
    return [
        {
            "type": "line",
            "name": owner_words(owner),
            "stack": "shares ahead",
            "color": palette.owner(owner),
            **HIDDEN,
            "lineStyle": {"width": 1, "color": palette.surface},
            "areaStyle": {"color": palette.owner(owner), "opacity": AHEAD_AREA},
            "data": pairs(dates, 100 * held.mean(axis=1)[month:]),
        }
        for owner, held in shares.items()
    ]


def _middles(owners: tuple[str, ...], shares: dict[str, Months]) -> dict[str, Months]:
    """The middle of each owner's area in percent, and for the market's events the top."""
    below, middles = np.zeros(len(shares[owners[0]])), {}
    for owner in owners:
        mean = 100 * shares[owner].mean(axis=1)
        middles[owner], below = below + mean / 2, below + mean
    return middles | {MARKET: np.full(len(below), 96.0)}


def _shares(snapshot: Snapshot, owners: tuple[str, ...], definition: str) -> dict[str, Months]:
    """Each owner's share of what these owners have, in each world."""
    held = {owner: snapshot.compute(definition, owner).astype(np.float64) for owner in owners}
    total = np.maximum(sum(held.values()), 1e-9)
    return {owner: values / total for owner, values in held.items()}


def _past_shares(owners: tuple[str, ...], history: History) -> dict[str, list[tuple[str, float]]]:
    """Observed shares at the quarters at which every owner was observed; empty lists where there are none."""
    known = [{date for date, _ in history.get(owner, [])} for owner in owners]
    dates = sorted(set.intersection(*known)) if known else []
    amounts = {owner: dict(history.get(owner, [])) for owner in owners}
    return {
        owner: [(date, amounts[owner][date] / sum(amounts[other][date] for other in owners)) for date in dates]
        for owner in owners
    }


def _area(owner: str, dates: list[str], shares: Months, past: list[tuple[str, float]], palette: Palette) -> Option:
    means, quantiles = shares.mean(axis=1), bands(shares)
    rows = [[date, figure(100 * share), f"{percent(share)}, observed"] for date, share in past if date < dates[0]]
    for place, date in enumerate(dates):
        spread = f"{percent(quantiles[0, place])}–{percent(quantiles[4, place])}"
        rows.append([date, figure(100 * means[place]), f"{percent(means[place])} ({spread})"])
    colour = palette.owner(owner)
    return {
        "type": "line",
        "name": owner_words(owner),
        "stack": "shares",
        "color": colour,
        "symbol": "none",
        "lineStyle": {"width": 1, "color": palette.surface},
        "areaStyle": {"color": colour, "opacity": 0.85},
        "dimensions": ["date", "share", "mean (5–95 %)"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": rows,
    }


def _range_lines(snapshot: Snapshot, shares: Months, palette: Palette) -> list[Option]:
    """The claimant's 5 % and 95 % shares as dotted lines over the stack."""
    quantiles = 100 * bands(shares)
    style = {"color": palette.text, "type": [2, 4], "width": 1.4}
    words = {0: "5 % of worlds below", 4: f"{snapshot.claimant}: 95 % of worlds below"}
    return [
        {
            "type": "line",
            "name": words[place],
            "symbol": "none",
            "silent": True,
            "lineStyle": style,
            "tooltip": {"show": False},
            "data": pairs(snapshot.dates(), quantiles[place]),
        }
        for place in (0, 4)
    ]


def _points(lab: str, rows: list[tuple[str, float]], colour: str, scale: float) -> Option:
    return {
        "type": "line",
        "name": lab,
        "color": colour,
        "symbol": "circle",
        "symbolSize": 4,
        "lineStyle": {"width": 1.2, "opacity": 0.6},
        "dimensions": ["date", "observed", "observed at the quarter's end"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": [
            [date, figure(value * scale), f"{plain(value * scale)}, observed"] for date, value in rows if value > 0
        ],
    }


def _start_line(snapshot: Snapshot, palette: Palette) -> Option:
    """Where what was observed ends and the model begins."""
    line = mark_line(palette, 0, "model begins", axis="xAxis")
    line["data"] = [{"xAxis": snapshot.dates()[0]}]
    line["lineStyle"] = {"color": palette.muted, "type": "solid", "width": 1}
    # Left of the line, where no pin of what is to come lies.
    line["label"] |= {"position": "end", "rotate": 0, "align": "right", "color": palette.muted, "fontSize": 11}
    return {"type": "line", "name": "start", "data": [], "markLine": line, "tooltip": {"show": False}}


def _first(history: History) -> str | None:
    """The first date at which something was observed that a log axis can show."""
    dates = [date for rows in history.values() for date, value in rows if value > 0]
    return min(dates) if dates else None


def _positive(values: Months) -> Months:
    """A log axis knows no zero: such months are left out."""
    return np.where(values > 0, values, np.nan)
