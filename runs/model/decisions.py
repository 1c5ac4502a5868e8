"""What each owner saw, asked for and got in a month, as measures like any other, and as a frame.

Names begin with the word for what they are: `saw_`, `asked_` or `got_`. Month 0 has none: nobody has decided yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from computerace.agents.decision import Decision
from computerace.agents.observation import Observation
from computerace.market.arrays import Owners, Worlds, over_owners
from computerace.market.errors import UserError
from computerace.market.setting import Setting, State
from computerace.runs.model.flows import Flows

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.model.race import Race

FEW_WORLDS = 16  # up to so many, what owners saw, asked for and got is kept without being asked for

type OfOwner = Callable[[Observation, Decision], Worlds]
type OfMonth = Callable[[State, Flows], Owners]


@dataclass(frozen=True)
class Decided:
    """One line of what owners saw, asked for or got. of: its values after a month, (owners, worlds)."""

    unit: str
    text: str
    of: OfMonth


def _each(unit: str, text: str, of: OfOwner) -> Decided:
    """What each owner saw or asked for."""

    def values(_: State, flows: Flows) -> Owners:
        pairs = zip(flows.observations, flows.decisions, strict=True)
        return np.array([of(seen, asked) for seen, asked in pairs])

    return Decided(unit, text, values)


USD, H100E, MW = "USD of 2025 per month", "H100e", "IT MW"
DECISIONS: Mapping[str, Decided] = {
    "saw_chip_price": _each("USD of 2025 per H100e", "list price", lambda seen, _: seen.public.chip_price),
    "saw_backlog_months": _each("months", "backlog of the market", lambda seen, _: seen.public.backlog_months),
    "saw_rent": _each("USD of 2025 per H100e-hour", "rent", lambda seen, _: seen.public.rent),
    "saw_returns": _each("ratio", "q of the industry", lambda seen, _: seen.public.returns),
    "saw_income_usd": _each(USD, "its own income", lambda seen, _: seen.books.income),
    "saw_window_usd": _each(USD, "outside money on offer", lambda seen, _: seen.books.window),
    "saw_debt_room_usd": _each(USD, "debt that it could take on", lambda seen, _: seen.books.debt_room),
    "saw_funds_usd": _each(USD, "AI investment that all its money allows", lambda seen, _: seen.books.funds),
    "saw_power_mw": _each(MW, "power at hand and in sight", lambda seen, _: seen.books.power_in_sight),
    "saw_buildings_mw": _each(MW, "buildings at hand and in sight", lambda seen, _: seen.books.buildings_in_sight),
    "saw_leader_investment_usd": _each(
        USD, "largest AI investment among the other labs", lambda seen, _: seen.books.leader_investment
    ),
    "asked_wish_usd": _each(USD, "AI investment wished for", lambda _, asked: asked.budget.wish),
    "asked_investment_usd": _each(USD, "AI investment decided", lambda _, asked: asked.budget.investment),
    "asked_raised_usd": _each(USD, "outside money taken", lambda _, asked: asked.budget.raised),
    "asked_borrowed_usd": _each(USD, "debt taken", lambda _, asked: asked.budget.borrowed),
    "asked_chips_h100e": _each("H100e per month", "chips wanted", lambda _, asked: asked.chips.wanted),
    "asked_in_house_h100e": _each("H100e per month", "of these, own chips", lambda _, asked: asked.chips.in_house),
    "asked_grid_mw": _each(MW, "new contracts, grid", lambda _, asked: asked.power.grid),
    "asked_on_site_mw": _each(MW, "new contracts, on-site generation", lambda _, asked: asked.power.on_site),
    "asked_ready_mw": _each(MW, "new contracts, ready sites", lambda _, asked: asked.power.ready),
    "asked_buildings_mw": _each(MW, "buildings that should stand", lambda _, asked: asked.buildings.target),
    "asked_openings": _each("researchers", "posts, filled ones among them", lambda _, asked: asked.people.openings),
    "asked_rent_usd": _each(USD, "most that it would pay as rent", lambda _, asked: asked.capacity.budget_usd),
    "got_chips_h100e": Decided(H100E, "chips delivered", lambda _, flows: flows.chips.delivered),
    "got_own_chips_h100e": Decided(H100E, "of these, own chips", lambda _, flows: flows.chips.own),
    "got_contracts_mw": Decided(MW, "contracts signed, all kinds", lambda _, flows: over_owners(flows.energy.signed)),
    "got_power_mw": Decided(MW, "power that came on line", lambda _, flows: over_owners(flows.energised)),
    "got_begun_mw": Decided(MW, "buildings begun", lambda _, flows: flows.sites.begun),
    "got_buildings_mw": Decided(MW, "buildings finished", lambda _, flows: flows.sites.built),
    "got_researchers": Decided(
        "researchers", "people who came, stars too", lambda _, flows: flows.talent.arrived + flows.talent.stars_arrived
    ),
    "lost_researchers": Decided(
        "researchers", "people who left, stars too", lambda _, flows: flows.talent.left + flows.talent.stars_left
    ),
    "got_rented_h100e": Decided(H100E, "capacity rented", lambda state, _: state.rental.rented),
    "got_let_h100e": Decided(H100E, "capacity let", lambda state, _: state.rental.let),
}  # fmt: skip
"""Every line by its name."""


def decision_measures(setting: Setting, state: State, flows: Flows, names: tuple[str, ...]) -> dict[str, Owners]:
    """The lines among the names, each (owners, worlds); NaN in month 0."""
    chosen = {name: DECISIONS[name] for name in names if name in DECISIONS}
    if not flows.decisions:
        return dict.fromkeys(chosen, np.full((len(setting.owners), setting.worlds), np.nan))
    return {name: line.of(state, flows) for name, line in chosen.items()}


def decisions_so_far(race: "Race") -> "pd.DataFrame":
    """The lines that a race has kept, a row for each month, owner and world.

    Raises UserError where it kept none.
    """
    import pandas as pd

    kept = [name for name in DECISIONS if name in race.record.steps]
    if not kept:
        raise UserError(
            f"this race kept no decisions: up to {FEW_WORLDS} worlds do by themselves, others where measures names "
            f"them, such as {next(iter(DECISIONS))}"
        )
    months = range(1, race.month + 1)
    index = pd.MultiIndex.from_product([months, race.names, race.indices], names=["month", "lab", "world"])
    columns = {name: race.record.steps[name][1 : race.month + 1].reshape(-1) for name in kept}
    frame = pd.DataFrame(columns, index=index).reset_index()
    frame.insert(1, "date", pd.to_datetime([race.date(month) for month in frame["month"]]) + pd.offsets.MonthEnd(0))
    return frame
