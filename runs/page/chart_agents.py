"""A month of one world as pictures: orders against supply, offers of power, moves between labs; and one lab in time."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from computerace.market.vocabulary import REST
from computerace.runs.page.agents_cards import chips, dollars, megawatts, people
from computerace.runs.page.chart_parts import Option, figure, frame, mark_line, plain, time_axis, value_axis
from computerace.runs.page.chart_why import CONTRACTS
from computerace.runs.page.one_world import OneWorld, Row, signed_of
from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import owner_words

MILLION, GIGA, BILLION = 1e-6, 1e-3, 1e-9
ASKED_OF_KIND = {"grid": "asked_grid_mw", "on_site": "asked_on_site_mw", "ready": "asked_ready_mw"}
type Words = Callable[[float], str]

LEAST_MOVE = 0.05  # people: a flow below it would not be seen


def orders_chart(world: OneWorld, month: int, palette: Palette) -> Option:
    """Chips: what owners wanted this month, what the industry could deliver, and who was served."""
    owners = world.seen.owners
    wanted = _values(world, "asked_chips_h100e", month)
    served = _values(world, "got_chips_h100e", month)
    supply = world.market("supply_h100e", month)
    option = frame(palette, f"chips: {orders_words(world, month)}", right=20, top=24, bottom=44)
    rows = ["delivered", "supply", "wanted"]
    option |= _lying(rows, "million H100e this month", palette)
    option["tooltip"] |= {"trigger": "item"}
    for owner, asked, got in zip(owners, wanted, served, strict=True):
        option["series"].append(_part(owner, [got, None, asked], MILLION, chips, palette))
    option["series"].append(_part("supply", [None, supply, None], MILLION, chips, palette))
    return option


def orders_words(world: OneWorld, month: int) -> str:
    """The month's chip market in a sentence."""
    wanted, served = (
        float(np.nansum(_values(world, name, month))) for name in ("asked_chips_h100e", "got_chips_h100e")
    )
    supply, backlog = world.market("supply_h100e", month), world.market("backlog_months", month)
    price = world.market("chip_price_usd_per_h100e", month)
    return (
        f"{chips(wanted)} wanted, {chips(supply)} could be made, {chips(served)} delivered; "
        f"list price {dollars(price)}, backlog {plain(backlog)} months"
    )


def power_chart(world: OneWorld, month: int, palette: Palette) -> Option:
    """Contracts for power by kind: above what was asked for, below what was signed, in gigawatts."""
    option = frame(palette, f"power: {power_words(world, month)}", right=20)
    kinds = list(reversed(CONTRACTS.items()))
    names = [name for name, _ in kinds]
    signed = signed_of(world, month)
    upper, lower = (_lying(names, f"GW {word}", palette) for word in ("asked for this month", "signed"))
    option["grid"] = [{**upper["grid"], "top": 14, "height": "30%"}, {**lower["grid"], "top": "60%", "bottom": 40}]
    for axis in ("xAxis", "yAxis"):
        option[axis] = [{**part[axis], "gridIndex": place} for place, part in enumerate((upper, lower))]
    option["tooltip"] |= {"trigger": "item"}
    for row, owner in enumerate(world.seen.owners):
        asked = [world.of(ASKED_OF_KIND[kind], owner, month) for _, kind in kinds]
        got = [float(signed[kind][row]) for _, kind in kinds]
        for place, values in enumerate((asked, got)):
            part = _part(owner, values, GIGA, megawatts, palette)
            option["series"].append(part | {"xAxisIndex": place, "yAxisIndex": place, "stack": f"{place}"})
    return option


def power_words(world: OneWorld, month: int) -> str:
    """The month's offers of power in a sentence: what was asked for, signed, and the premium that cleared the queue."""
    told = []
    for name, kind in CONTRACTS.items():
        asked = float(np.nansum(_values(world, ASKED_OF_KIND[kind], month)))
        premium = world.market(f"premium_{kind}_usd_per_mw", month)
        signed = float(signed_of(world, month)[kind].sum())
        told.append(f"{name} {megawatts(signed)} of {megawatts(asked)} at a premium of {dollars(premium)} per MW")
    return "; ".join(told)


def moves_chart(world: OneWorld, month: int, palette: Palette) -> Option:
    """Researchers who moved between owners this month: from whom to whom."""
    option = frame(palette, f"researchers: {moves_words(world, month)}")
    del option["grid"]
    links = _links(world, month)
    ends = list(dict.fromkeys(end for link in links for end in link[:2]))
    option["tooltip"] = {**option["tooltip"], "trigger": "item"}
    option["series"] = [
        {
            "type": "sankey",
            "left": 8,
            "right": 118,
            "top": 8,
            "bottom": 12,
            "nodeGap": 9,
            "nodeWidth": 12,
            "draggable": False,
            "emphasis": {"focus": "adjacency"},
            "lineStyle": {"color": "source", "opacity": 0.35},
            "label": {"color": palette.text, "fontSize": 11},
            "data": [_node(end, palette) for end in ends],
            "links": [_flow(*link) for link in links],
        }
    ]
    return option


def _flow(source: str, target: str, value: float) -> Option:
    """A flow of people, whose tooltip says from whom to whom, and how many."""
    said = f"{source} {target}: {people(value)} people this month"
    return {"source": source, "target": target, "value": round(value, 2), "tooltip": {"formatter": said}}


def moves_words(world: OneWorld, month: int) -> str:
    """Who came and left this month in a sentence, and the largest move from one owner to another."""
    told = [
        f"{owner_words(owner)} {people(world.of('researchers_in', owner, month))} came and "
        f"{people(world.of('researchers_out', owner, month))} left"
        for owner in world.seen.owners
    ]
    return f"{'; '.join(told)}. {_largest(world, month)}"


def _largest(world: OneWorld, month: int) -> str:
    moved = world.moved[month]
    source, target = np.unravel_index(int(moved.argmax()), moved.shape)
    names = [owner_words(world.seen.owners[place]) for place in (source, target)]
    new = float(world.joined[month].sum())
    field = f"{people(abs(new))} {'came new to' if new >= 0 else 'left'} the field"
    return f"Most went from {names[0]} to {names[1]}: {people(float(moved[source, target]))}. {field}."


def _links(world: OneWorld, month: int) -> list[tuple[str, str, float]]:
    """Flows of people from each owner to each other."""
    names = [owner_words(owner) for owner in world.seen.owners]
    links = [
        (f"from {name}", f"to {other}", float(world.moved[month, row, to]))
        for row, name in enumerate(names)
        for to, other in enumerate(names)
    ]
    return [link for link in links if link[2] >= LEAST_MOVE]


def _node(name: str, palette: Palette) -> Option:
    owner = name.removeprefix("from ").removeprefix("to ")
    colour = palette.owner(REST if owner == owner_words(REST) else owner)
    return {"name": name, "itemStyle": {"color": colour, "borderWidth": 0}}


def _values(world: OneWorld, measure: str, month: int) -> Row:
    return np.array([world.of(measure, owner, month) for owner in world.seen.owners])


def _lying(rows: Sequence[str], unit: str, palette: Palette) -> Option:
    """Axes of bars that lie: the rows from the bottom up."""
    along = value_axis(palette, unit, min=0, nameLocation="middle", splitNumber=4)
    along |= {"nameGap": 24, "nameTextStyle": {"color": palette.muted, "fontSize": 11}}
    names = {"type": "category", "data": list(rows), "axisLabel": {"color": palette.text, "fontSize": 12}}
    ticks = {"axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": palette.muted}}}
    return {
        "grid": {"left": 70, "right": 20, "top": 12, "bottom": 44},
        "xAxis": along,
        "yAxis": names | ticks,
    }


def _part(owner: str, values: Sequence[float | None], scale: float, words: Words, palette: Palette) -> Option:
    """One owner's part of each bar; the tooltip says whose it is."""
    colour = palette.muted if owner == "supply" else palette.owner(owner)
    name = owner if owner == "supply" else owner_words(owner)
    data = [
        {"value": None}
        if one is None or not math.isfinite(one)
        else {"value": float(f"{one * scale:.5g}"), "tooltip": {"formatter": f"{{b}}<br>{{a}}: {words(one)}"}}
        for one in values
    ]
    return {"type": "bar", "name": name, "stack": "all", "color": colour, "barWidth": "58%", "data": data}


def lab_charts(world: OneWorld, owner: str, month: int, palette: Palette) -> Mapping[str, tuple[str, Option]]:
    """One lab through time: by name a title and a chart; the upright line is the month that is shown."""
    row = world.seen.owners.index(owner)
    money = {
        "wish": world.path("asked_wish_usd", owner),
        "invested": _from_first(world.invested[:, row]),
        "income": world.path("saw_income_usd", owner),
    }
    power = {
        "power": world.path("got_power_mw", owner),
        "contracts": world.path("got_contracts_mw", owner),
        "buildings": world.path("got_buildings_mw", owner),
    }
    supplies = {"wanted": world.path("asked_chips_h100e", owner), "delivered": world.path("got_chips_h100e", owner)}
    staff = {"posts": world.path("asked_openings", owner), "researchers": world.path("researchers", owner)}
    stock = {"cash": world.path("cash_usd", owner), "debt": world.path("owed_usd", owner)}
    told = (
        ("money", "Wish and investment", "billion USD a month", money, BILLION),
        ("books", "Cash and debt", "billion USD", stock, BILLION),
        ("chips", "Chips wanted and delivered", "million H100e a month", supplies, MILLION),
        ("sites", "Contracts, power and buildings that came", "GW a month", power, GIGA),
        ("people", "Posts and researchers", "people", staff, 1.0),
    )
    return {
        name: (title, _paths(world, owner, title, unit, lines, scale, month, palette))
        for name, title, unit, lines, scale in told
    }


def _from_first(values: Row) -> Row:
    """Nobody has invested in month 0."""
    return np.concatenate([[np.nan], values[1:]])


def _paths(
    world: OneWorld,
    owner: str,
    title: str,
    unit: str,
    lines: Mapping[str, Row],
    scale: float,
    month: int,
    palette: Palette,
) -> Option:
    """Lines of one owner through time."""
    option = frame(palette, f"{owner_words(owner)}: {title}", right=18, top=44)
    option["legend"] = {"show": True, "top": 0, "left": 56, "textStyle": {"color": palette.text, "fontSize": 11}}
    option["xAxis"], option["yAxis"] = time_axis(world.seen, palette), value_axis(palette, unit)
    dates = world.seen.dates()
    colours = (palette.text, palette.shade("#B84A00"), palette.shade("#4477AA"))
    for (name, values), colour in zip(lines.items(), colours, strict=False):
        line = {"type": "line", "name": name, "symbol": "none", "color": colour}
        option["series"].append(line | _told(dates, values * scale, owner_words(owner)))
    now = mark_line(palette, 0, "", axis="xAxis")
    option["series"][0]["markLine"] = now | {"data": [{"xAxis": dates[month]}], "label": {"show": False}}
    return option


def _told(dates: Sequence[str], values: Row, name: str) -> Option:
    """A line's data, whose tooltip says the value and whose it is."""
    rows = [[date, figure(value), f"{plain(value)} ({name})"] for date, value in zip(dates, values, strict=True)]
    return {
        "dimensions": ["date", "value", "value and whose"],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": rows,
    }
