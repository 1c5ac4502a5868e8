"""Each owner as a card: its books, what it asked for and what it got of it this month, and what is under way."""

import math
from collections.abc import Callable, Sequence
from typing import TypedDict

from computerace.market.vocabulary import CAUSES
from computerace.observables import BOUND, OBSERVABLES
from computerace.runs.page.chart_parts import percent, plain
from computerace.runs.page.claim import month_name
from computerace.runs.page.one_world import HALF_YEAR, OneWorld, Row
from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import owner_words

MONEY = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, ""))
POWER = ((1e3, "GW"), (1.0, "MW"))
CHIPS = ((1e6, "million H100e"), (1e3, "thousand H100e"), (1.0, "H100e"))
CONTRACTS = ("asked_grid_mw", "asked_on_site_mw", "asked_ready_mw")
CAUSE_WORDS = {
    "chips": "orders that were not delivered",
    "power": "chips that have no power",
    "sites": "chips that have no building",
    "cash": "the part of the wish that could not be paid",
    "people": "what lacks staff",
    "goodput": OBSERVABLES["goodput"].text,
}
"""What each cause means that can bind a lab."""
TERMS = {
    "H100e": "compute in H100 equivalents: a chip counts as many as it does of an H100's work",
    "wish": "AI investment that the lab would like to make this month, before money, power and buildings cut it",
    "goodput": OBSERVABLES["goodput"].text,
    "premium": "what is paid for a contract for power beyond the price of the power itself",
    "backlog": OBSERVABLES["backlog_months"].text + ", in months of supply",
    "posts": "people that the lab wants to have, those it has among them",
    "bound by": "what cost the lab most of the compute that it wished for this month: "
    + "; ".join(f"{cause}, {words}" for cause, words in CAUSE_WORDS.items()),
}
"""Words of the page that need a sentence, explained where they stand."""
TABLE = {
    "owned compute": "owned_h100e",
    "cash": "cash_usd",
    "debt": "owed_usd",
    "wish": "asked_wish_usd",
    "chips asked": "asked_chips_h100e",
    "chips got": "got_chips_h100e",
    "contracts got": "got_contracts_mw",
    "power on line": "got_power_mw",
    "buildings begun": "got_begun_mw",
    "buildings finished": "got_buildings_mw",
    "posts": "asked_openings",
    "researchers": "researchers",
    "came": "researchers_in",
    "left": "researchers_out",
    "goodput": "goodput",
}
"""Columns of the table of one lab's months."""


class Fact(TypedDict):
    """A figure of an owner's books; meaning: what its word means, where that needs a sentence."""

    label: str
    value: str
    meaning: str


class Asked(TypedDict):
    """What was asked for and got; part: of what was asked for, as a bar; word: the model's own, and its meaning."""

    name: str
    word: str
    meaning: str
    asked: str
    got: str
    part: float


class Step(TypedDict):
    """What is due in a half-year; part: of the fullest one."""

    words: str
    part: float


class Sites(TypedDict):
    """Buildings that stand and are under way, and when those are due."""

    words: str
    steps: list[Step]


class AgentCard(TypedDict):
    """One owner in one month."""

    owner: str
    name: str
    colour: str
    claimant: bool
    bound: str
    facts: list[Fact]
    asked: list[Asked]
    sites: Sites
    people: str


class LabTable(TypedDict):
    """Months as a table: heads with units, and rows of text."""

    heads: list[str]
    rows: list[list[str]]


def scaled(value: float, units: Sequence[tuple[float, str]]) -> str:
    """A figure with the largest unit that it fills, such as "1.85 billion"."""
    if not math.isfinite(value):
        return "–"
    size, word = next((one for one in units if abs(value) >= one[0]), units[-1])
    return f"{plain(value / size)} {word}".strip()


def dollars(value: float) -> str:
    """US dollars in words."""
    if not math.isfinite(value):
        return "–"
    return f"${scaled(value, MONEY)}" if value >= 0 else f"−${scaled(-value, MONEY)}"


def megawatts(value: float) -> str:
    """Power with its unit."""
    return scaled(value, POWER)


def chips(value: float) -> str:
    """H100e with their unit."""
    return scaled(value, CHIPS)


def people(value: float) -> str:
    """A number of people, whole from ten on."""
    return "–" if not math.isfinite(value) else f"{value:,.0f}" if abs(value) >= 10 else plain(value)


def agent_cards(world: OneWorld, month: int, palette: Palette) -> list[AgentCard]:
    """A card for each owner after a month (not 0): labs in the scenario's order, the rest of the market last."""
    return [_card(world, owner, month, palette) for owner in world.seen.owners]


def _card(world: OneWorld, owner: str, month: int, palette: Palette) -> AgentCard:
    def of(measure: str) -> float:
        return world.of(measure, owner, month)

    return {
        "owner": owner,
        "name": owner_words(owner),
        "colour": palette.owner(owner),
        "claimant": owner == world.seen.claimant,
        "bound": bound_words(world, owner, month),
        "facts": [
            _fact("owned compute", chips(of("owned_h100e"))),
            _fact("cash", dollars(of("cash_usd"))),
            _fact("debt", dollars(of("owed_usd"))),
            _fact("goodput", percent(of("goodput")) if math.isfinite(of("goodput")) else "–", TERMS["goodput"]),
        ],
        "asked": asked_rows(world, owner, month),
        "sites": _sites(world, owner, month),
        "people": people_words(world, owner, month),
    }


def people_words(world: OneWorld, owner: str, month: int) -> str:
    """How many researchers an owner has, who came from whom, and who left to whom."""
    row = world.seen.owners.index(owner)
    came, left = (people(world.of(f"researchers_{way}", owner, month)) for way in ("in", "out"))
    words = f"{people(world.of('researchers', owner, month))} researchers"
    gained, lost = world.moved[month, :, row], world.moved[month, row]
    return f"{words}: {came} came{_mostly(world, gained, 'from')}, {left} left{_mostly(world, lost, 'to')}"


def _mostly(world: OneWorld, moved: Row, way: str) -> str:
    return f", most {way} {owner_words(world.seen.owners[int(moved.argmax())])}" if moved.max() > 0 else ""


def _fact(label: str, value: str, meaning: str = "") -> Fact:
    return {"label": label, "value": value, "meaning": meaning}


def bound_words(world: OneWorld, owner: str, month: int) -> str:
    """What bound an owner in a month, in words."""
    causes = [cause for cause in CAUSES if world.of(BOUND[cause].name, owner, month) > 0]
    return f"bound by {' and '.join(causes)}" if causes else "nothing bound it"


def asked_rows(world: OneWorld, owner: str, month: int) -> list[Asked]:
    """What an owner asked for this month and what it got of it: money, chips, power, people."""
    row = world.seen.owners.index(owner)

    def of(measure: str) -> float:
        return world.of(measure, owner, month)

    invested = float(world.invested[month, row])
    contracts = sum(of(kind) for kind in CONTRACTS)
    return [
        _asked("money", "wish", of("asked_wish_usd"), invested, dollars, TERMS["wish"]),
        _asked("chips", "wanted", of("asked_chips_h100e"), of("got_chips_h100e"), chips),
        _asked("power", "new contracts", contracts, of("got_contracts_mw"), megawatts),
        _asked("people", "posts", of("asked_openings"), of("researchers"), people, TERMS["posts"]),
    ]


def _asked(name: str, word: str, asked: float, got: float, words: Callable[[float], str], meaning: str = "") -> Asked:
    """A line of the form: what was asked for, what was got, and the part of it as a bar."""
    known = math.isfinite(asked) and math.isfinite(got)
    return {
        "name": name,
        "word": word,
        "meaning": meaning,
        "asked": words(asked),
        "got": words(got),
        "part": round(min(1.0, got / asked), 3) if known and asked > 0 else 0.0,
    }


def _sites(world: OneWorld, owner: str, month: int) -> Sites:
    """Buildings that stand and are under way, and what is due in the next half-years."""
    row = world.seen.owners.index(owner)
    ahead = world.buildings_ahead[month, :, row]
    most = max(float(ahead.max()), 1e-9)
    steps: list[Step] = [
        {
            "words": f"{megawatts(value)} by {month_name(world.seen, month + HALF_YEAR * (place + 1))}",
            "part": round(float(value) / most, 3),
        }
        for place, value in enumerate(ahead.tolist())
    ]
    standing, under_way = float(world.standing[month, row]), float(world.under_way[month, row])
    return {"words": f"{megawatts(standing)} stand, {megawatts(under_way)} under construction", "steps": steps}


def lab_table(world: OneWorld, owner: str, month: int) -> LabTable:
    """The months of one lab so far as a table: heads with units, and rows of text."""
    heads = ["month", *(f"{name}, {_unit(measure)}" for name, measure in TABLE.items())]
    rows = [
        [month_name(world.seen, at), *(plain(world.of(measure, owner, at)) for measure in TABLE.values())]
        for at in range(month + 1)
    ]
    return {"heads": heads, "rows": rows}


def _unit(measure: str) -> str:
    return OBSERVABLES[measure].unit
