"""Rows of the table of observables that say what each owner saw, asked for and got in a month.

Names begin with the word for what they are: `saw_`, `asked_`, `got_` or `lost_`. Month 0 has none: nobody has decided.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from computerace.market.arrays import Owners, Worlds, over_owners
from computerace.observables.observable import Observable, Of

if TYPE_CHECKING:
    from computerace.agents.decision import Decision
    from computerace.agents.observation import Observation
    from computerace.market.setting import Setting, State
    from computerace.runs.model.flows import Flows

type Seen = Callable[[Observation], Worlds]
type Asked = Callable[[Decision], Worlds]
type Got = Callable[[State, Flows], Owners]


def _saw(name: str, unit: str, text: str, of: Seen) -> Observable:
    """What each owner saw."""

    def values(_: "Setting", __: "State", flows: "Flows") -> Owners:
        return np.array([of(seen) for seen in flows.observations])

    return Observable(name, Of.OWNERS, unit, f"saw: {text}", values, label=text, line=True)


def _asked(name: str, unit: str, text: str, of: Asked) -> Observable:
    """What each owner asked for."""

    def values(_: "Setting", __: "State", flows: "Flows") -> Owners:
        return np.array([of(asked) for asked in flows.decisions])

    return Observable(name, Of.OWNERS, unit, f"asked for: {text}", values, label=text, line=True)


def _got(name: str, unit: str, text: str, of: Got) -> Observable:
    """What each owner got, or lost."""
    return Observable(name, Of.OWNERS, unit, f"got: {text}", lambda _, *month: of(*month), label=text, line=True)


USD, H100E, MW, PEOPLE = "USD of 2025 per month", "H100e per month", "IT MW", "researchers"
MONEY = {
    "parents": "money of parents and vendors",
    "bonds": "bonds",
    "buildings": "debt against buildings",
    "chips": "debt against chips",
    "private": "equity of private investors",
    "public": "equity of the stock market",
}
"""Kinds of outside money in words, in the order in which they are asked for."""


def _kind_asked(kind: str, asked: "Decision") -> Worlds:
    values: Worlds = getattr(asked.budget, kind)
    return values


def _kind_got(kind: int, _: "State", flows: "Flows") -> Owners:
    return flows.finance.funded.granted[kind]


LINE_ROWS: Sequence[Observable] = (
    _saw("saw_chip_price", "USD of 2025 per H100e", "list price", lambda seen: seen.public.chip_price),
    _saw("saw_backlog_months", "months", "backlog of the market", lambda seen: seen.public.backlog_months),
    _saw("saw_rent", "USD of 2025 per H100e-hour", "rent", lambda seen: seen.public.rent),
    _saw("saw_returns", "ratio", "q of the industry", lambda seen: seen.public.returns),
    _saw("saw_income_usd", USD, "its own income", lambda seen: seen.books.income),
    _saw("saw_window_usd", USD, "outside money on offer", lambda seen: seen.books.window),
    _saw("saw_debt_room_usd", USD, "debt that it could take on", lambda seen: seen.books.debt_room),
    _saw("saw_funds_usd", USD, "AI investment that all its money allows", lambda seen: seen.books.funds),
    _saw("saw_due_usd", USD, "interest, repayments and credit line due", lambda seen: seen.books.due),
    _saw("saw_bill_usd", USD, "bill for buildings that are finished", lambda seen: seen.books.bill),
    _saw("saw_power_mw", MW, "power at hand and in sight", lambda seen: seen.books.power_in_sight),
    _saw("saw_buildings_mw", MW, "buildings at hand and in sight", lambda seen: seen.books.buildings_in_sight),
    _saw("saw_leader_investment_usd", USD, "largest AI investment among the other labs",
         lambda seen: seen.books.leader_investment),
    _asked("asked_wish_usd", USD, "AI investment wished for", lambda asked: asked.budget.wish),
    _asked("asked_investment_usd", USD, "AI investment decided", lambda asked: asked.budget.investment),
    *(_asked(f"asked_{kind}_usd", USD, text, partial(_kind_asked, kind)) for kind, text in MONEY.items()),
    _asked("asked_chips_h100e", H100E, "chips wanted", lambda asked: asked.chips.wanted),
    _asked("asked_in_house_h100e", H100E, "of these, own chips", lambda asked: asked.chips.in_house),
    _asked("asked_grid_mw", MW, "new contracts, grid", lambda asked: asked.power.grid),
    _asked("asked_on_site_mw", MW, "new contracts, on-site generation", lambda asked: asked.power.on_site),
    _asked("asked_ready_mw", MW, "new contracts, ready sites", lambda asked: asked.power.ready),
    _asked("asked_bid_usd_per_mw", "USD of 2025 per IT MW", "given for power a month earlier",
           lambda asked: asked.power.bid),
    _asked("asked_buildings_mw", MW, "buildings that should stand", lambda asked: asked.buildings.target),
    _asked("asked_openings", PEOPLE, "posts, filled ones among them", lambda asked: asked.people.openings),
    _asked("asked_rent_usd", USD, "most that it would pay as rent", lambda asked: asked.capacity.budget_usd),
    _asked("asked_serving_h100e", "H100e", "compute wanted for users", lambda asked: asked.use.serving_h100e),
    _got("got_serving_h100e", "H100e", "compute that served users", lambda _, flows: flows.division.serving),
    _got("got_research_h100e", "H100e", "compute for research", lambda _, flows: flows.division.research),
    _got("got_training_h100e", "H100e", "compute in the largest job", lambda _, flows: flows.division.training),
    *(_got(f"got_{kind}_usd", USD, MONEY[kind], partial(_kind_got, number)) for number, kind in enumerate(MONEY)),
    _got("got_line_usd", USD, "credit line drawn", lambda _, flows: flows.finance.funded.line),
    _got("got_sold_usd", USD, "paid for used chips of its own", lambda _, flows: flows.finance.funded.sold),
    _got("got_unpaid_usd", USD, "bills that it could not pay", lambda _, flows: flows.finance.funded.unpaid),
    _got("got_chips_h100e", H100E, "chips delivered", lambda _, flows: flows.chips.delivered),
    _got("got_own_chips_h100e", H100E, "of these, own chips", lambda _, flows: flows.chips.own),
    _got("got_contracts_mw", MW, "contracts signed, all kinds", lambda _, flows: over_owners(flows.energy.signed)),
    _got("got_power_mw", MW, "power that came on line", lambda _, flows: over_owners(flows.energised)),
    _got("got_begun_mw", MW, "buildings begun", lambda _, flows: flows.sites.begun),
    _got("got_buildings_mw", MW, "buildings finished", lambda _, flows: flows.sites.built),
    _got("got_researchers", PEOPLE, "people who came, stars too",
         lambda _, flows: flows.talent.arrived + flows.talent.stars_arrived),
    _got("lost_researchers", PEOPLE, "people who left, stars too",
         lambda _, flows: flows.talent.left + flows.talent.stars_left),
    _got("got_rented_h100e", "H100e", "capacity rented", lambda state, _: state.rental.rented),
    _got("got_let_h100e", "H100e", "capacity let", lambda state, _: state.rental.let),
)  # fmt: skip
