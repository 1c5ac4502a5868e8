"""The state of month 0 as the record has it: fleets, orders, money, people, and power and buildings under way."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market import (
    accounts,
    capital,
    chips,
    energy,
    finance,
    fleet,
    generations,
    rental,
    sites,
    software,
    talent,
    users,
)
from computerace.market.arrays import TINY, Owners, Stock, Worlds, maximum_over_owners, over_owners, ratio
from computerace.market.setting import Now, Setting, State
from computerace.market.units import MID_YEAR, WATTS_PER_MEGAWATT

GRID, ON_SITE = energy.KINDS.index("grid"), energy.KINDS.index("on_site")
LEAST_EFFICIENCY = 1e-3  # relative, below which logs are cut
UNDER_WAY_MONTHS = 120  # what is under way at the start comes within so many months


def as_recorded(setting: Setting, today: Now, horizon: int, best: Worlds) -> State:
    """The state of month 0 as far as the record and the parameters say it alone; nothing has run yet.

    horizon: months of the race. best: log efficiency from which all others count (worlds,).
    """
    figures, mechanisms = setting.figures, setting.mechanisms
    owned = figures.owned_h100e
    nothing = np.zeros_like(owned)
    price = mechanisms.chips.price_usd_per_h100e
    investment = figures.capex_usd_per_year * figures.ai_capex_share / 12.0
    per_h100e = accounts.unit_cost(setting, price, today.technology.new_watts, np.zeros(setting.worlds))
    wanted = investment / per_h100e
    in_house = wanted * figures.in_house_target
    backlog = _backlog(setting, wanted - in_house, over_owners(in_house))
    prepaid = np.minimum(figures.prepaid_share * (wanted - in_house), backlog)  # served first: a month of it waits
    contracts, buildings = _under_way(setting, investment / per_h100e, today, horizon + 2 + sites.FORESIGHT_MOST)
    stock = _stock(setting)
    chips_owned = fleet.State(
        stock, owned * figures.in_house_share, nothing, owned, _service(setting, stock, today), fleet.total(stock)
    )
    return State(
        chips=chips.State(
            prepaid=prepaid,
            open_orders=backlog - prepaid,
            booked=_booked(in_house, mechanisms.chips.supply_h100e_per_month),
            price=price,
            backlog_months=mechanisms.chips.start_backlog_months,
            usual_backlog=mechanisms.chips.start_backlog_months,
            path=chips.path_at_start(mechanisms.chips, today.calendar_years - MID_YEAR),
            shock=np.zeros(setting.worlds),
        ),
        energy=contracts._replace(premium=_premium(setting, contracts, chips_owned, investment, wanted, today)),
        sites=buildings,
        fleet=_installed(setting, chips_owned, buildings.powered, today),
        rental=rental.State(
            nothing, nothing, owned, mechanisms.rental.rent_usd_per_hour, *[np.zeros(setting.worlds)] * 2
        ),
        talent=talent.State(
            researchers=figures.researchers,
            stars=figures.stars,
            openings=figures.researchers * mechanisms.talent.openings_ratio,
            pay=figures.relative_pay,
            morale=np.ones_like(owned),
        ),
        software=_known(setting, horizon, best),
        users=_served(setting),
        finance=_financed(setting, investment, wanted - in_house),
        memory=tuple({} for _ in setting.owners),
    )


def _premium(
    setting: Setting, contracts: energy.State, owned: fleet.State, investment: Owners, wanted: Owners, today: Now
) -> Stock:
    """Premiums that clear what owners would ask for who wish what they bought; US dollars per IT MW (kinds, worlds)."""
    parameters, kinds = setting.mechanisms.energy, setting.kinds
    need = fleet.need_mw(setting, owned, today.technology.active)
    more = wanted * today.technology.new_watts / WATTS_PER_MEGAWATT
    energised, pipeline = np.swapaxes(contracts.energised, 0, 1), np.swapaxes(contracts.pipeline, 0, 1)
    asked = np.stack([energy.requests(kinds, *books) for books in zip(need, more, energised, pipeline, strict=True)])
    bids = energy.bid(parameters, asked[:, 0] + asked[:, 1] + asked[:, 2], parameters.premium_share * investment)
    return energy.contracts(parameters, kinds, np.swapaxes(asked, 0, 1), bids, 0.0)[1]


def _financed(setting: Setting, investment: Owners, bought: Owners) -> finance.State:
    """Money at the start: what was raised in the year before is debt, but for young labs' equity.

    bought: H100e a month from merchant vendors (owners, worlds). Interest on incumbents' debt is in the record's
    cash flow; that of a young lab's debt against chips is not.
    """
    figures, mechanisms = setting.figures, setting.mechanisms
    nothing, young = np.zeros_like(investment), figures.operating_cash_flow_usd_per_year <= 0.0
    given = np.where(young, figures.raised_usd_per_year * figures.equity_share, 0.0)
    pool = capital.private_pool(mechanisms.capital, mechanisms.finance.window_growth, 0.0)
    given[-1] = np.maximum(pool - over_owners(given), (1.0 - mechanisms.capital.one_name_share) * pool)
    owed = np.maximum(figures.raised_usd_per_year - given, 0.0)
    against_chips = np.where(young, owed, 0.0)
    coupon = against_chips * mechanisms.capital.chips_rate / 12.0
    server = figures.purchase_cost * (mechanisms.chips.price_usd_per_h100e * mechanisms.chips.server_markup)
    return finance.State(
        cash=np.maximum(figures.cash_usd, 0.0),
        debt=np.stack([owed - against_chips, nothing, against_chips]),
        coupon=np.stack([nothing, nothing, coupon]),
        line=nothing,
        outside_rate=given,
        chest=nothing,
        plans=nothing,
        raised=nothing,
        held=np.ones_like(investment),
        distress=nothing,
        investment=investment,
        sentiment=np.ones_like(investment),
        promised=figures.owned_h100e,
        mood=np.zeros(setting.worlds),
        sales=over_owners(bought * server),
    )


def _booked(in_house: Owners, base: Worlds) -> Owners:
    """Shares of the base that in-house programmes have booked, all together no more than it; (owners, worlds)."""
    return in_house / np.maximum(base, over_owners(in_house))


def _backlog(setting: Setting, wanted: Owners, in_house: Worlds) -> Owners:
    """H100e on order: so many months of what vendors sell, by owner in proportion to what each wants from them.

    in_house: H100e per month of the base that goes to in-house programmes (worlds,).
    """
    parameters = setting.mechanisms.chips
    sold = np.maximum(parameters.supply_h100e_per_month - in_house, 0.0)
    return wanted * ratio(parameters.start_backlog_months * sold, over_owners(wanted))


def _stock(setting: Setting) -> Stock:
    figures = setting.figures
    owned = figures.owned_h100e
    stock = np.zeros((len(generations.NAMES), *owned.shape))
    shares = (figures.share_ampere, figures.share_hopper, figures.share_blackwell)
    total = shares[0] + shares[1] + shares[2]
    for generation, share in enumerate(shares):
        stock[generation] = owned * ratio(share, total)
    stock[1] += owned * (total <= 0)
    return stock


def _service(setting: Setting, stock: Stock, today: Now) -> Stock:
    """H100e times months since they were bought; (generations, owners, worlds)."""
    ages = generations.ages_at_start(setting.mechanisms.generations, today.today, setting.roadmap)[: len(stock)]
    service = np.zeros_like(stock)
    service[: len(ages)] = stock[: len(ages)] * ages
    return service


def _installed(setting: Setting, chips_owned: fleet.State, powered: Owners, today: Now) -> fleet.State:
    """Most of what has no power is still being installed."""
    runs = energy.fill(chips_owned.stock, setting.watts, powered, today.technology.active)
    share = setting.mechanisms.sites.installing_share
    return chips_owned._replace(installing=share * np.maximum(chips_owned.owned - runs, 0.0))


def _log_efficiency(setting: Setting) -> Owners:
    efficiency = np.log(np.maximum(setting.figures.software_efficiency, LEAST_EFFICIENCY))
    return efficiency * (1.0 - setting.mechanisms.software.equal_start)


def frontier(setting: Setting) -> Worlds:
    """Log efficiency of the best owner on record, from which all others count; (worlds,)."""
    return maximum_over_owners(_log_efficiency(setting))


def _known(setting: Setting, horizon: int, best: Worlds) -> software.State:
    figures = setting.figures
    efficiency = _log_efficiency(setting) - best * (1.0 - setting.mechanisms.software.equal_start)
    nothing = np.zeros_like(efficiency)
    return software.State(
        efficiency=efficiency,
        skill=nothing,
        quality=figures.capability_index,
        hallucination=figures.hallucination_rate,
        crossed=nothing,
        best=np.zeros((horizon + 1, setting.worlds)),
    )


def _served(setting: Setting) -> users.State:
    figures = setting.figures
    paid_by_users = figures.users_share > 0.0  # who has none sells capacity, which is paid as rent
    revenue = np.where(paid_by_users, figures.ai_revenue_usd_per_year / 12.0, 0.0)
    return users.State(
        shares=figures.users_share / np.maximum(over_owners(figures.users_share), TINY),
        revenue=revenue,
        market=over_owners(revenue) * 12.0,
        growth=np.log(setting.mechanisms.users.market_growth_2026),
        met=np.ones_like(revenue),
    )


class _Schedule(NamedTuple):
    """What is under way of power (kinds, owners, worlds) and buildings (owners, worlds), and when each comes."""

    pipeline: Stock
    buildings: Owners
    power_arrivals: Stock
    building_arrivals: Stock


def _under_way(setting: Setting, bought: Owners, today: Now, slots: int) -> tuple[energy.State, sites.State]:
    """Power and buildings at the start, and what was under way spread over the months to come.

    Contracts arrive evenly over the lead times that are left. Nobody publishes them, but what is spent on buildings and
    chips is on record: so buildings and power come on line at least as fast as the chips that the money buys need
    them, growing as planners reckon, for as long as a building takes, and no longer than UNDER_WAY_MONTHS; and what
    came last is being commissioned, so that as much begins to compute in the first month as comes. On record owners
    spend on buildings what the chips that they buy need: of what is under way so much is still to be paid that the
    first month costs that, the rest was paid as it was built.
    bought: H100e per month that the money buys (owners, worlds). slots: months of the schedules.
    """
    figures, works = setting.figures, setting.mechanisms.sites
    need = bought * today.technology.new_watts / WATTS_PER_MEGAWATT
    need = np.where(figures.owned_h100e > 0, need, 0.0)  # who has no fleet has begun nothing that is not on record
    standing = figures.powered_mw + sites.in_commission(works, need)
    energised = standing * np.array([figures.power_grid_share, figures.power_on_site_share, figures.power_ready_share])
    on_site = energised[ON_SITE] > energised[GRID]
    coming = _scheduled(setting, need, on_site, slots)
    first_due = ratio(need, coming.building_arrivals[1] + coming.power_arrivals[1, energy.READY])
    unpaid = np.where(need > 0, np.minimum(first_due, 1.0), 1.0)
    paid = (coming.buildings + coming.pipeline[energy.READY]) * (1.0 - unpaid)
    buildings = sites.State(
        standing, coming.buildings, coming.building_arrivals, figures.powered_mw, paid, unpaid
    )  # fmt: skip
    nothing = np.zeros_like(setting.kinds.offer)
    return energy.State(energised, coming.pipeline, coming.power_arrivals, nothing), buildings


def _scheduled(setting: Setting, need: Owners, on_site: NDArray[np.bool_], slots: int) -> _Schedule:
    """What was under way, month by month.

    need: IT MW a month of what is bought (owners, worlds). on_site: whose power that is not on record is made on site;
    the others' comes from the grid (owners, worlds). Months at and beyond the last slot are under way, and arrive after
    the race.
    """
    figures, works = setting.figures, setting.mechanisms.sites
    signed = np.stack([figures.contracted_grid_mw, figures.contracted_on_site_mw, figures.contracted_ready_mw])
    grid, own, ready = pipeline = signed * setting.kinds.completion[:, None]
    arriving_months = np.floor(setting.kinds.lead[:, None] + 1.0)
    per_kind = pipeline / arriving_months
    build = np.maximum(np.floor(12.0 * figures.build_years * works.speed), works.build_months_least)
    contracted = (figures.contracted_on_site_mw + works.grid_share_begun * figures.contracted_grid_mw) / build
    longest, last = min(int(build.max()), UNDER_WAY_MONTHS), min(slots - 2, UNDER_WAY_MONTHS)
    main, buildings = np.where(on_site, own, grid), np.zeros_like(need)
    power_arrivals, building_arrivals = np.zeros((slots, *pipeline.shape)), np.zeros((slots, *need.shape))
    for month in range(1, max(longest, last) + 1):
        arriving = np.where(month <= arriving_months, per_kind, 0.0)
        if month <= last:
            power_arrivals[month] = arriving
        if month > longest:  # nothing is begun any more in any world, which adds nothing
            continue
        within = month <= build
        growing = np.where(within, need * (1.0 + setting.mechanisms.energy.planning_growth * month / 12.0), 0.0)
        missing = np.maximum(growing - arriving[0] - arriving[1] - arriving[2], 0.0)
        building = np.where(within, np.maximum(growing, contracted), 0.0)
        main, buildings = main + missing, buildings + building
        if month <= last:
            power_arrivals[month, ON_SITE] += np.where(on_site, missing, 0.0)
            power_arrivals[month, GRID] += np.where(on_site, 0.0, missing)
            building_arrivals[month] = building
    pipeline = np.stack([np.where(on_site, grid, main), np.where(on_site, main, own), ready])
    return _Schedule(pipeline, buildings, power_arrivals, building_arrivals)
