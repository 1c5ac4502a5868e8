"""What each owner saw, asked for and got in a month, as measures like any other, and as a frame.

Names begin with the word for what they are: `saw_`, `asked_` or `got_`. Month 0 has none: nobody has decided yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from computerace.agents.decision import Decision
from computerace.agents.observation import Observation
from computerace.market.arrays import Owners, Worlds, over_owners
from computerace.market.setting import Setting, State
from computerace.runs.model.flows import Flows

type OfOwner = Callable[[Observation, Decision], Worlds]
type OfMonth = Callable[[State, Flows], Owners]


@dataclass(frozen=True)
class Decided:
    """One line of what an owner saw, asked for or got. of: from what one owner saw and decided, or from the month."""

    unit: str
    text: str
    of_owner: OfOwner | None = None
    of_month: OfMonth | None = None

    def values(self, setting: Setting, state: State, flows: Flows) -> Owners:
        """The measure of a month, (owners, worlds); NaN in month 0."""
        if not flows.decisions:
            return np.full((len(setting.owners), setting.worlds), np.nan)
        if self.of_month is not None:
            return self.of_month(state, flows)
        of = self.of_owner
        assert of is not None  # noqa: S101 - every line has one of the two
        pairs = zip(flows.observations, flows.decisions, strict=True)
        return np.array([of(seen, asked) for seen, asked in pairs])


def _saw(unit: str, text: str, of: OfOwner) -> Decided:
    return Decided(unit, text, of_owner=of)


def _got(unit: str, text: str, of: OfMonth) -> Decided:
    return Decided(unit, text, of_month=of)


USD, H100E, MW = "USD of 2025 per month", "H100e", "IT MW"
DECISIONS: Mapping[str, Decided] = {
    "saw_chip_price": _saw("USD of 2025 per H100e", "list price", lambda seen, _: seen.public.chip_price),
    "saw_backlog_months": _saw("months", "backlog of the market", lambda seen, _: seen.public.backlog_months),
    "saw_rent": _saw("USD of 2025 per H100e-hour", "rent", lambda seen, _: seen.public.rent),
    "saw_returns": _saw("ratio", "q of the industry", lambda seen, _: seen.public.returns),
    "saw_income_usd": _saw(USD, "its own income", lambda seen, _: seen.books.income),
    "saw_window_usd": _saw(USD, "outside money on offer", lambda seen, _: seen.books.window),
    "saw_debt_room_usd": _saw(USD, "debt that it could take on", lambda seen, _: seen.books.debt_room),
    "saw_funds_usd": _saw(USD, "AI investment that all its money allows", lambda seen, _: seen.books.funds),
    "saw_power_mw": _saw(MW, "power at hand and in sight", lambda seen, _: seen.books.power_in_sight),
    "saw_buildings_mw": _saw(MW, "buildings at hand and in sight", lambda seen, _: seen.books.buildings_in_sight),
    "saw_leader_investment_usd": _saw(
        USD, "largest AI investment among the other labs", lambda seen, _: seen.books.leader_investment
    ),
    "asked_wish_usd": _saw(USD, "AI investment wished for", lambda _, asked: asked.budget.wish),
    "asked_investment_usd": _saw(USD, "AI investment decided", lambda _, asked: asked.budget.investment),
    "asked_raised_usd": _saw(USD, "outside money taken", lambda _, asked: asked.budget.raised),
    "asked_borrowed_usd": _saw(USD, "debt taken", lambda _, asked: asked.budget.borrowed),
    "asked_chips_h100e": _saw("H100e per month", "chips wanted", lambda _, asked: asked.chips.wanted),
    "asked_in_house_h100e": _saw("H100e per month", "of these, own chips", lambda _, asked: asked.chips.in_house),
    "asked_grid_mw": _saw(MW, "new contracts, grid", lambda _, asked: asked.power.grid),
    "asked_on_site_mw": _saw(MW, "new contracts, on-site generation", lambda _, asked: asked.power.on_site),
    "asked_ready_mw": _saw(MW, "new contracts, ready sites", lambda _, asked: asked.power.ready),
    "asked_buildings_mw": _saw(MW, "buildings that should stand", lambda _, asked: asked.buildings.target),
    "asked_openings": _saw("researchers", "posts, filled ones among them", lambda _, asked: asked.people.openings),
    "asked_rent_usd": _saw(USD, "most that it would pay as rent", lambda _, asked: asked.capacity.budget_usd),
    "got_chips_h100e": _got(H100E, "chips delivered", lambda _, flows: flows.chips.delivered),
    "got_own_chips_h100e": _got(H100E, "of these, own chips", lambda _, flows: flows.chips.own),
    "got_contracts_mw": _got(MW, "contracts signed, all kinds", lambda _, flows: over_owners(flows.energy.signed)),
    "got_power_mw": _got(MW, "power that came on line", lambda _, flows: over_owners(flows.energised)),
    "got_begun_mw": _got(MW, "buildings begun", lambda _, flows: flows.sites.begun),
    "got_buildings_mw": _got(MW, "buildings finished", lambda _, flows: flows.sites.built),
    "got_researchers": _got(
        "researchers", "people who came, stars too", lambda _, flows: flows.talent.arrived + flows.talent.stars_arrived
    ),
    "lost_researchers": _got(
        "researchers", "people who left, stars too", lambda _, flows: flows.talent.left + flows.talent.stars_left
    ),
    "got_rented_h100e": _got(H100E, "capacity rented", lambda state, _: state.rental.rented),
    "got_let_h100e": _got(H100E, "capacity let", lambda state, _: state.rental.let),
}  # fmt: skip
"""Every line by its name."""


def decision_measures(setting: Setting, state: State, flows: Flows, names: tuple[str, ...]) -> dict[str, Owners]:
    """The lines among the names, each (owners, worlds)."""
    return {name: DECISIONS[name].values(setting, state, flows) for name in names if name in DECISIONS}
