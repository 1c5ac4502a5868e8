"""Why the race goes as it goes: what binds each lab, chips, energy contracts, researchers."""

import numpy as np

from computerace.analysis.style import BACKLOG_COLOUR, PRICE_COLOUR
from computerace.market.vocabulary import ALL_CAUSES, CAUSES, FREE
from computerace.observables import BOUND, POWER
from computerace.runs.page.chart_parts import (
    Option,
    fan,
    figure,
    frame,
    percent,
    plain,
    round_axis,
    spread_labels,
    time_axis,
    value_axis,
)
from computerace.runs.page.palette import CAUSE_COLOURS, CONTRACT_COLOURS, Palette
from computerace.runs.page.snapshot import Snapshot, bands, date_list

PLOT_HEIGHT = 140  # pixels of a chart's inside on a small screen
CONTRACTS = {"grid": "grid", "on site": "on_site", "ready": "ready"}


def ledger_chart(snapshot: Snapshot, palette: Palette) -> Option:
    """What binds each lab, month by month: the share of worlds in which each cause did; one strip per lab."""
    option = frame(palette, "what binds each lab, share of worlds by month")
    labs, dates = snapshot.labs, snapshot.dates()[1:]
    option["legend"] = _legend(ALL_CAUSES, palette)
    option["tooltip"]["trigger"] = "axis"
    top, height = 17.0, 75.0 / len(labs)  # percent; the legend takes two lines on a phone
    option["grid"], option["xAxis"], option["yAxis"] = [], [], []
    for row, lab in enumerate(labs):
        last = row == len(labs) - 1
        option["grid"].append(
            {"left": 76, "right": 16, "top": f"{top + row * height:.1f}%", "height": f"{height - 3:.1f}%"}
        )
        axis = time_axis(snapshot, palette) | {"gridIndex": row}
        axis["axisLabel"] = axis["axisLabel"] | {"show": last}
        option["xAxis"].append(axis)
        option["yAxis"].append(_strip_axis(lab, row, palette))
        for cause, share in _causes(snapshot, lab).items():
            option["series"].append(_strip(lab, cause, row, dates, share, palette))
    return option


def chips_chart(snapshot: Snapshot, palette: Palette) -> Option:
    """The price of chips above, the backlog of orders below, medians with bands."""
    option = frame(palette, "chip price and backlog")
    dates, measures = snapshot.dates(), snapshot.market
    price, backlog = palette.shade(PRICE_COLOUR), palette.shade(BACKLOG_COLOUR)
    sides = {"left": 62, "right": 24}
    option["grid"] = [{**sides, "top": 36, "height": "28%"}, {**sides, "top": "62%", "bottom": 30}]
    option["xAxis"] = [time_axis(snapshot, palette) | {"gridIndex": row} for row in (0, 1)]
    option["xAxis"][0]["axisLabel"] = {"show": False}
    option["axisPointer"] = {"link": [{"xAxisIndex": "all"}]}
    few = {"min": 0, "splitNumber": 3}
    option["yAxis"] = [
        value_axis(palette, "price, thousand USD of 2025 per H100e", gridIndex=0, **few),
        value_axis(palette, "backlog of orders, months", gridIndex=1, **few),
    ]
    option["series"] = [
        *fan("price", dates, measures("chip_price_usd_per_h100e"), price, 1e-3, label=False),
        *fan("backlog", dates, measures("backlog_months"), backlog, label=False, axis=1),
    ]
    return option


def energy_chart(snapshot: Snapshot, palette: Palette) -> Option:
    """Gigawatts by kind of contract, means over the worlds: what runs, then what is signed, as it falls due."""
    option = frame(palette, "running and contracted power by kind of contract", right=16)
    option["legend"] = _legend(list(CONTRACTS), palette)
    option["grid"]["top"] = 50
    option["xAxis"] = time_axis(snapshot, palette)
    option["yAxis"] = value_axis(palette, "gigawatts (IT)", min=0)
    dates = date_list(snapshot.start, snapshot.horizon)
    for kind, measure in CONTRACTS.items():
        running = snapshot.market(POWER[measure].name).astype(np.float64).mean(axis=1) / 1e3
        due = running[-1] + np.cumsum(snapshot.arrivals[measure])[snapshot.month :] / 1e3
        colour = palette.shade(CONTRACT_COLOURS[kind])
        option["series"].append(_stacked(kind, "running", dates[: snapshot.month + 1], running, colour, 0.9))
        option["series"].append(_stacked(f"{kind}, signed", "signed", dates[snapshot.month :], due, colour, 0.3))
    return option


def researchers_chart(snapshot: Snapshot, palette: Palette) -> Option:
    """Researchers that each lab has won from the others since the start, less those it lost: medians with bands."""
    option = frame(palette, "researchers won less researchers lost, by lab")
    option["xAxis"] = time_axis(snapshot, palette)
    ends, low, high = [], -1.0, 1.0
    for lab in snapshot.labs:
        won = np.nan_to_num(snapshot.of("researchers_in", lab)) - np.nan_to_num(snapshot.of("researchers_out", lab))
        gained = np.cumsum(won.astype(np.float64), axis=0)
        spread = bands(gained)
        low, high = min(low, float(spread.min())), max(high, float(spread.max()))
        option["series"] += fan(lab, snapshot.dates(), gained, palette.owner(lab))
        ends.append(option["series"][-1])
    low, high, step = round_axis(low, high)
    spread_labels(ends, low, high, PLOT_HEIGHT)
    option["yAxis"] = value_axis(palette, "researchers, won less lost", min=low, max=high, interval=step)
    return option


def _causes(snapshot: Snapshot, lab: str) -> dict[str, np.ndarray]:
    """Share of worlds in which each cause bound the lab, from the first month on; with "none" they add up to one."""
    bound = {cause: snapshot.of(BOUND[cause].name, lab)[1:].mean(axis=1) for cause in CAUSES}
    bound[FREE] = np.maximum(0.0, 1.0 - sum(bound.values()))
    return bound


def _strip_axis(lab: str, row: int, palette: Palette) -> Option:
    name = {"name": lab, "nameLocation": "middle", "nameRotate": 0, "nameGap": 12}
    style = {"color": palette.owner(lab), "fontWeight": "bold", "align": "right"}
    hidden = {"axisLabel": {"show": False}, "splitLine": {"show": False}, "axisTick": {"show": False}}
    return {"type": "value", "gridIndex": row, "min": 0, "max": 100, **name, "nameTextStyle": style, **hidden}


def _strip(lab: str, cause: str, row: int, dates: list[str], share: np.ndarray, palette: Palette) -> Option:
    return {
        "type": "line",
        "name": cause,
        "stack": lab,
        "xAxisIndex": row,
        "yAxisIndex": row,
        "symbol": "none",
        "color": palette.shade(CAUSE_COLOURS[cause]),
        "lineStyle": {"width": 0},
        "areaStyle": {"opacity": 0.9 if cause != FREE else 0.35},
        "dimensions": ["date", "share", "of worlds"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": [[date, figure(100 * one), f"{lab}, {percent(one)}"] for date, one in zip(dates, share, strict=True)],
    }


def _stacked(name: str, stack: str, dates: list[str], values: np.ndarray, colour: str, opacity: float) -> Option:
    rows = [[date, figure(value), f"{plain(value)} GW"] for date, value in zip(dates, values, strict=True)]
    return {
        "type": "line",
        "name": name,
        "stack": stack,
        "symbol": "none",
        "color": colour,
        "lineStyle": {"width": 0.8, "opacity": opacity},
        "areaStyle": {"opacity": opacity},
        "dimensions": ["date", "power", "power at the month's end"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": rows,
    }


def _legend(names: tuple[str, ...] | list[str], palette: Palette) -> Option:
    return {
        "show": True,
        "top": 0,
        "left": 8,
        "right": 30,
        "itemWidth": 12,
        "itemHeight": 9,
        "itemGap": 9,
        "icon": "roundRect",
        "textStyle": {"color": palette.text, "fontSize": 11},
        "data": list(names),
    }
