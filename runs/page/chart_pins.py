"""Events of the first world, pinned on the race's charts: on the owner's line, or at the top if the market's."""

from collections.abc import Mapping

from computerace.runs.model.events import MARKET
from computerace.runs.page.chart_parts import Option, figure
from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import Months, Snapshot

NOTABLE = ("claim", "chips", "researchers")  # what changes the race rather than goes on in it
PINS = {
    "notable": "notable",
    "none": "none",
    "site": "sites",
    "power": "power",
    "funding": "funding",
    "model": "models",
    "all": "all",
}
"""Which events are pinned, and what the page calls them."""
PALE = 0.4

type Heights = Mapping[str, Months]
"""By owner, or "market", where a pin of each month lies: (months + 1,)."""


def is_pinned(kind: str, pins: str) -> bool:
    """Whether events of a kind are shown."""
    return pins == "all" or kind == pins or (pins == "notable" and kind in NOTABLE)


def pin_series(seen: Snapshot, heights: Heights, pins: str, palette: Palette, after: int) -> list[Option]:
    """One series of pins for each owner that the chart shows; what comes after a month is pale.

    seen: the race as far as it is known. A month's events of an owner share a pin, whose tooltip tells them.
    """
    told: dict[str, dict[int, list[str]]] = {}
    for event in seen.events:
        if is_pinned(event.kind, pins) and event.owner in heights:
            told.setdefault(event.owner, {}).setdefault(event.month, []).append(event.text)
    return [_pins(owner, months, heights[owner], seen.dates(), palette, after) for owner, months in told.items()]


def _pins(
    owner: str, months: dict[int, list[str]], height: Months, dates: list[str], palette: Palette, after: int
) -> Option:
    colour = palette.muted if owner == MARKET else palette.owner(owner)
    name = f"{'all labs' if owner == MARKET else owner}, in world 0"
    data = [
        {
            "value": [dates[month], figure(float(height[month])), "; ".join(texts)],
            "itemStyle": {"opacity": PALE if month > after else 1.0},
        }
        for month, texts in sorted(months.items())
    ]
    return {
        "type": "scatter",
        "name": name,
        "id": f"pins {owner}",
        "color": colour,
        "symbol": "pin",
        "symbolSize": 17,
        "symbolOffset": [0, "-30%"],
        "z": 6,
        "itemStyle": {"borderColor": palette.surface, "borderWidth": 1},
        "dimensions": ["date", "height", "what happened"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": data,
    }
