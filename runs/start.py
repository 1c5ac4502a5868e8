"""The state at the start, from the owners' figures."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import chips, generations
from computerace.market.arrays import TINY, Owners, Stock, maximum_over_owners, over_owners, ratio
from computerace.market.ledger import CAUSES
from computerace.runs.phases.power import FORESIGHT_MONTHS
from computerace.runs.state import State, zeros

if TYPE_CHECKING:
    from computerace.runs.race import Race

KIND_SHARES = (0.85, 0.05, 0.10)  # energised power by kind at the start: assumed, no published split
UNDER_WAY_MONTHS = 120  # what is under way at the start comes within so many months
CLAIMANT_KIND_SHARES = (0.40, 0.55, 0.05)  # xAI runs half on gas on site (SemiAnalysis, September 2025)


def starting_state(race: "Race") -> State:
    """State of month 0: stocks, power, people and money as the record has them, everything else in balance."""
    figure = race.figure
    owners, worlds = len(race.names), race.worlds
    owned = figure("owned_h100e")
    energised = _energised(race)
    price = race.chips.price_usd_per_h100e
    investment = figure("capex_usd_per_year") * figure("ai_capex_share") / 12.0
    wanted = investment / race.unit_cost(price)
    in_house_wanted = wanted * figure("in_house_target")
    efficiency = np.log(np.maximum(figure("software_efficiency"), 1e-3))
    efficiency = efficiency * (1.0 - race.software.equal_start)
    powered = figure("powered_mw")
    revenue = figure("ai_revenue_usd_per_year") / 12.0
    backlog = (wanted - in_house_wanted) * race.chips.target_backlog_months
    shares = figure("users_share")
    horizon = race.horizon + 2 + FORESIGHT_MONTHS
    return State(
        stock=_stock(race, owned),
        in_house=owned * figure("in_house_share"),
        installing=zeros(owners, worlds),
        prepaid=backlog * figure("prepaid_share"),
        open_orders=backlog * (1.0 - figure("prepaid_share")),
        booked=in_house_wanted / race.chips.supply_h100e_per_month,
        chip_price=price.copy(),
        backlog_months=race.chips.target_backlog_months.copy(),
        usual_backlog=race.chips.target_backlog_months.copy(),
        supply_path=chips.path_at_start(race.chips, race.calendar_years(0) - 0.5),
        supply_shock=np.zeros(worlds),
        made=race.chips.supply_h100e_per_month.copy(),
        delivered=zeros(owners, worlds),
        retired=zeros(owners, worlds),
        energised=energised,
        energy_pipeline=np.stack([figure(f"contracted_{kind}_mw") for kind in ("grid", "on_site", "ready")])
        * race.completion,
        energy_arrivals=np.zeros((horizon, 3, owners, worlds)),
        site=powered * 1.02,
        site_pipeline=zeros(owners, worlds),
        site_arrivals=np.zeros((horizon, owners, worlds)),
        powered=powered.copy(),
        operational=owned.copy(),
        let=zeros(owners, worlds),
        elsewhere=zeros(owners, worlds),
        rented=zeros(owners, worlds),
        used=owned.copy(),
        effective=owned.copy(),
        goodput=np.ones((owners, worlds)),
        largest_site=figure("largest_site_h100e"),
        rent=race.rental.rent_usd_per_hour.copy(),
        rent_gap=np.zeros(worlds),
        skill=zeros(owners, worlds),
        researchers=figure("researchers"),
        stars=figure("stars"),
        moved_out=zeros(owners, worlds),
        moved_in=zeros(owners, worlds),
        openings=figure("researchers") * 1.02,
        pay=figure("relative_pay"),
        morale=np.ones((owners, worlds)),
        efficiency=efficiency - maximum_over_owners(efficiency),
        quality=figure("capability_index"),
        hallucination=figure("hallucination_rate"),
        users=shares / np.maximum(over_owners(shares), TINY),
        market=over_owners(revenue) * 12.0,
        market_growth=race.users.market_growth_2026 * 0.0 + np.log(race.users.market_growth_2026),
        revenue=revenue,
        crossed=zeros(owners, worlds),
        cash=np.maximum(figure("cash_usd"), 0.0),
        debt=zeros(owners, worlds),
        outside_rate=figure("raised_usd_per_year"),
        plans=zeros(owners, worlds),
        raised=zeros(owners, worlds),
        investment=investment,
        capex=figure("capex_usd_per_year") / 12.0,
        sentiment=np.ones((owners, worlds)),
        promised=owned.copy(),
        mood=np.zeros(worlds),
        returns=np.ones(worlds),
        gaps=np.zeros((len(CAUSES), owners, worlds)),
        bound=np.zeros((len(CAUSES), owners, worlds)),
    )


def schedule_pipelines(race: "Race") -> None:
    """Spread what was under way at the start over the months to come.

    Contracts arrive evenly over the lead times that are left. Nobody publishes them, but what is spent on buildings and
    chips is on record: so buildings and power come on line at least as fast as the chips that the money buys need
    them, growing as planners reckon, for as long as a building takes, and no longer than UNDER_WAY_MONTHS.
    """
    state, parameters = race.state, race.energy
    per_kind = (state.energy_pipeline / (race.energy_lead + 1.0))[:, None]
    build = np.maximum(np.floor(12.0 * race.figure("build_years") * race.sites.speed), 3.0)
    need = state.investment / race.unit_cost(state.chip_price) * race.new_watts / 1e6
    need = np.where(state.owned > 0, need, 0.0)  # who has no fleet has begun nothing that is not on record
    contracted = (race.figure("contracted_on_site_mw") + 0.5 * race.figure("contracted_grid_mw")) / build
    main_kind = np.where(state.energised[1] > state.energised[0], 1, 0)
    state.site_pipeline = zeros(*need.shape)
    last = len(state.site_arrivals) - 1  # months at and beyond the last slot are under way, and arrive after the race
    for first in range(1, max(last, UNDER_WAY_MONTHS) + 1, 12):
        months = np.arange(first, first + 12, dtype=np.float64)[:, None, None]
        arriving = np.where(months <= race.energy_lead[:, None] + 1.0, per_kind, 0.0)  # (kinds, months, owners, worlds)
        growing = np.where(months <= build, need * (1.0 + parameters.planning_growth * months / 12.0), 0.0)
        missing = np.maximum(growing - arriving[0] - arriving[1] - arriving[2], 0.0)
        more = np.stack([np.where(main_kind == kind, missing, 0.0) for kind in range(3)])
        building = np.maximum(growing, np.where(months <= build, contracted, 0.0))
        state.energy_pipeline = _added(state.energy_pipeline, np.moveaxis(more, 1, 0))
        state.site_pipeline = _added(state.site_pipeline, building)
        within = slice(0, max(min(12, last - first), 0))
        state.energy_arrivals[first : first + 12][within] = np.moveaxis(arriving + more, 1, 0)[within]
        state.site_arrivals[first : first + 12][within] = building[within]


def _added(total: Stock, monthly: Stock) -> Stock:
    """The total and one month after the other, in this order in every batch."""
    for month in monthly:
        total = total + month
    return total


def _energised(race: "Race") -> Stock:
    powered = race.figure("powered_mw") * 1.02
    split = np.empty((3, len(race.names), 1))
    for row, name in enumerate(race.names):
        split[:, row, 0] = CLAIMANT_KIND_SHARES if name == "xAI" else KIND_SHARES
    return powered * split


def _stock(race: "Race", owned: Owners) -> Stock:
    stock = np.zeros((len(generations.NAMES), *owned.shape))
    shares = [race.figure(f"share_{name}") for name in ("ampere", "hopper", "blackwell")]
    total = shares[0] + shares[1] + shares[2]
    for generation, share in enumerate(shares):
        stock[generation] = owned * ratio(share, total)
    stock[1] += owned * (total <= 0)
    return stock
