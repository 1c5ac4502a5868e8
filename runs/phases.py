"""The phases of a month, in the order of the model's description; each reads and assigns the state of a race."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.agents.strategies import Outlook
from computerace.market import (
    agi,
    allocation,
    chips,
    clusters,
    energy,
    finance,
    generations,
    ledger,
    rental,
    sites,
    software,
    talent,
    users,
)
from computerace.market.arrays import TINY, Owners, Worlds, maximum_over_owners, over_owners, ratio

if TYPE_CHECKING:
    from computerace.runs.race import Race

HOURS = 730.5  # hours in a month
FIRMS_IN_REST = (
    4.0  # frontier labs and clouds that the rest of the market is spread over: OpenAI, Anthropic, Amazon, others
)


def observe(race: "Race") -> None:
    """What everybody sees: prices, technology and what money could be spent."""
    state, month = race.state, race.month
    today = race.date(month)
    active = race.roadmap.launched(today)
    race.mix = generations.sales_mix(race.generations, today, race.roadmap)
    race.retiring = generations.retirement(race.generations, today, race.roadmap)
    race.active = active
    race.years = month / 12.0
    new_watts = race.mix[0] * race.watts[0]
    for generation in range(1, active):
        new_watts = new_watts + race.mix[generation] * race.watts[generation]
    race.new_watts = new_watts[0]
    all_in = race.unit_cost(state.chip_price)
    race.all_in = all_in
    fleet = over_owners(state.owned)
    state.returns = finance.expected_return(
        race.finance, state.market, state.market_growth, fleet, all_in[-1], race.chips.price_decline
    )
    state.mood = finance.next_mood(race.finance, state.mood, race.shocks.of_market("mood", month - 1))
    _count_money(race)


def _count_money(race: "Race") -> None:
    """Income of the month and what could be spent on AI investment."""
    state = race.state
    growth = np.exp(race.figure("cash_flow_growth") * race.years)
    race.core = np.where(race.core_start > 0, race.core_start * growth, race.core_start)
    race.income = race.core + _ai_income(race)
    year = np.maximum(race.income * 12.0, 0.0)
    spare = np.maximum(state.cash - race.buffer, 0.0) / 12.0
    race.debt_room = finance.debt_room(race.finance, state.debt, year)
    race.window = (
        finance.window(race.finance, race.figure("raised_usd_per_year"), race.years, state.sentiment, state.mood)
        + race.figure("backing_usd_per_month")
        + race.finance.slack_usd_per_month
    )
    own = np.where(race.income > 0, race.finance.cash_flow_share * race.income, race.income)
    race.funds = np.maximum(own + spare + race.debt_room + race.window - race.other_capex, 0.0)


def _ai_income(race: "Race") -> Owners:
    """AI revenue and rent less power, upkeep, pay and rent paid, US dollars per month; (owners, worlds)."""
    state = race.state
    power_bill = energy.cost_usd(race.energy, state.energised, state.powered)
    server = state.chip_price * race.chips.server_markup
    upkeep = state.operational * server * race.finance.operating_cost / 12.0
    pay = (state.researchers + 8.0 * state.stars) * state.pay * race.talent.pay_usd_per_year / 12.0
    rent = (state.let - state.rented) * state.rent * HOURS
    return state.revenue * race.users.margin + rent - power_bill - upkeep - pay


def plan(race: "Race") -> None:
    """Each owner decides how much to invest; the plan is cut to the money there is."""
    state, reaction = race.state, race.reaction
    growth = np.exp(finance.wished_growth(race.finance, race.calendar_years(race.month), state.returns))
    log_returns = np.log(np.maximum(state.returns, TINY))
    owned = state.owned
    race.promised_next = finance.next_promise(race.finance, state.promised, owned, race.figure("promised_growth"))
    wish = np.empty_like(owned)
    for lab in race.labs:
        row = lab.row
        rivals = [other for other in range(len(race.names) - 1) if other != row]
        outlook = Outlook(
            plan=state.investment[row] * growth,
            last=state.investment[row],
            start=race.investment_start[row],
            funds=race.funds[row],
            log_returns=log_returns,
            leader_investment=maximum_over_owners(state.investment[rivals]),
            leader_owned=maximum_over_owners(owned[rivals]),
            owned=owned[row],
            promised=race.promised_next[row],
            all_in_cost=race.all_in[row],
            reaction=reaction,
        )
        wish[row] = lab.wish(outlook)
        if row != race.claimant_row and row != len(race.names) - 1:
            start = race.investment_start[row]
            wish[row] = np.maximum(start + reaction.strength * (wish[row] - start), 0.0)
    race.wish = np.maximum(wish, 0.1 * race.investment_start)
    state.investment = np.minimum(race.wish, np.maximum(race.funds, 0.02 * race.wish))
    _raise_money(race)
    state.promised = race.promised_next


def _raise_money(race: "Race") -> None:
    """Outside money first where a lab lives on it, then debt, for what income and spare cash do not cover."""
    state = race.state
    spare = np.maximum(state.cash - race.buffer, 0.0) / 12.0
    need = np.maximum(state.investment + race.other_capex - race.income - spare, 0.0)
    race.raised_now = np.minimum(race.window, need)
    race.borrowed_now = np.minimum(race.debt_room, need - race.raised_now)


def clear(race: "Race") -> None:
    """Chips, power contracts and researchers are allocated."""
    race.wanted = race.state.investment / race.all_in
    _clear_chips(race)
    _clear_power(race)
    _clear_researchers(race)


def _clear_chips(race: "Race") -> None:
    state, parameters = race.state, race.chips
    month = race.month
    state.supply_path = state.supply_path * np.exp(chips.growth_per_month(parameters, race.calendar_years(month) - 0.5))
    state.supply_shock = chips.next_shock(parameters, state.supply_shock, race.shocks.of_market("supply", month - 1))
    state.made = chips.supply(parameters, state.supply_path, state.supply_shock, month)
    in_house_wanted = race.wanted * race.figure("in_house_target")
    own = np.minimum(in_house_wanted * 1.5, state.booked * state.made)
    merchant_wanted = np.maximum(race.wanted - own, 0.0)
    merchant_wanted[-1] *= 1.0 - parameters.export_loss
    supply = np.maximum(state.made - over_owners(own), 0.0)
    new = chips.orders(parameters, merchant_wanted, state.prepaid + state.open_orders, state.backlog_months)
    _take_orders(race, new, merchant_wanted)
    bought = _allocate(race, merchant_wanted, supply)
    state.delivered = own + bought
    race.chips_paid = race.chips_paid + own * _server_price(race) * parameters.in_house_cost
    race.own_delivered = own
    backlog = over_owners(state.prepaid + state.open_orders)
    state.backlog_months = np.clip(backlog / np.maximum(supply, TINY), 0.0, 36.0)
    state.chip_price = chips.next_price(parameters, state.chip_price, state.backlog_months)
    state.booked = chips.next_booking(parameters, state.booked, in_house_wanted, state.made)


def _server_price(race: "Race") -> Owners:
    """What a merchant H100e costs each owner with server and network, US dollars; (owners, worlds)."""
    return race.state.chip_price * race.chips.server_markup * race.figure("purchase_cost")


def _take_orders(race: "Race", new: Owners, wanted: Owners) -> None:
    """New orders join the backlog; prepaid ones are paid now; orders beyond a year's wish are cancelled."""
    state = race.state
    server = _server_price(race)
    prepaid = new * race.figure("prepaid_share")
    prepaid = np.minimum(prepaid, np.maximum(state.cash, 0.0) * 0.25 / server)
    state.prepaid = state.prepaid + prepaid
    state.open_orders = np.minimum(state.open_orders + new - prepaid, 12.0 * wanted)
    race.chips_paid = prepaid * server


def _allocate(race: "Race", wanted: Owners, supply: Worlds) -> Owners:
    """H100e of merchant chips by owner under the race's rule; payments and backlog are booked."""
    state, rule = race.state, race.chips.allocation
    server = _server_price(race)
    access = race.figure("access_weight")
    money = np.maximum(state.cash + race.income + race.raised_now + race.borrowed_now - race.other_capex, 0.0)
    payable = np.minimum(state.open_orders, np.maximum(money - race.chips_paid, 0.0) / server)
    if rule in ("uniform_price", "pay_as_bid"):
        return _auction(race, wanted, supply, payable)
    if rule == "posted":
        paid = allocation.share_out(state.prepaid, access, supply)
        late = allocation.share_out(payable, access, np.maximum(supply - over_owners(paid), 0.0))
    else:
        weight = access if rule == "priority" else np.ones_like(access)
        both = allocation.share_out(state.prepaid + payable, weight, supply)
        paid = np.minimum(both * ratio(state.prepaid, state.prepaid + payable), state.prepaid)
        late = both - paid
    state.prepaid = np.maximum(state.prepaid - paid, 0.0)
    state.open_orders = np.maximum(state.open_orders - late, 0.0)
    race.chips_paid = race.chips_paid + late * server
    return paid + late


def _auction(race: "Race", wanted: Owners, supply: Worlds, payable: Owners) -> Owners:
    """Chips go to budgets instead of orders: each bids its wish at the list price, urgent ones more."""
    state = race.state
    server = state.chip_price * race.chips.server_markup
    cap = np.minimum(state.prepaid + payable, 3.0 * wanted)
    budget = np.minimum(wanted, cap) * server
    if race.chips.allocation == "uniform_price":
        bought, price = allocation.uniform_price(budget, cap, supply, 0.5 * server)
        price = np.broadcast_to(price, bought.shape)
    else:
        price = server * np.exp(0.05 * np.log(np.maximum(ratio(state.open_orders, wanted), 0.2)))
        bought = allocation.pay_as_bid(price, budget, cap, supply)
    from_prepaid = np.minimum(bought, state.prepaid)
    state.prepaid = state.prepaid - from_prepaid
    state.open_orders = np.maximum(state.open_orders - (bought - from_prepaid), 0.0)
    race.chips_paid = race.chips_paid + (bought - from_prepaid) * price * race.figure("purchase_cost")
    return bought


def _clear_power(race: "Race") -> None:
    """Contracts for power are signed and campuses begun for the need that each owner foresees."""
    state, month = race.state, race.month
    need_now = state.stock[0] * race.watts[0]
    for generation in range(1, race.active):
        need_now = need_now + state.stock[generation] * race.watts[generation]
    need_now = need_now / 1e6
    need_per_month = race.wanted * race.new_watts / 1e6
    asked = energy.requests(race.energy, need_now, need_per_month, state.energised, state.energy_pipeline)
    signed = energy.contracts(race.energy, asked, race.years) * race.completion
    state.energy_pipeline = state.energy_pipeline + signed
    luck = race.shocks.of_owners("energy", month - 1)
    for kind in range(3):
        lead = energy.lead_months(race.energy, kind, luck)
        _arrive(race, state.energy_arrivals[:, kind], lead, signed[kind])
    _begin_sites(race, need_now, need_per_month)


def _begin_sites(race: "Race", need_now: Owners, need_per_month: Owners) -> None:
    state, parameters = race.state, race.sites
    build, campus = race.figure("build_years"), race.figure("campus_mw")
    horizon = 12.0 * build * parameters.speed + parameters.phase_months + 3.0
    foreseen = need_now + need_per_month * horizon * (1.0 + race.energy.planning_growth * horizon / 24.0)
    begun = sites.starts(0.5 * (foreseen - state.site - state.site_pipeline), campus)
    first = sites.first_phase_months(parameters, build, begun, campus, race.shocks.of_owners("site", race.month - 1))
    state.site_pipeline = state.site_pipeline + begun
    for phase in range(sites.PHASES):
        _arrive(race, state.site_arrivals, first + phase * parameters.phase_months, begun / sites.PHASES)


def _arrive(race: "Race", schedule: np.ndarray, delay: Owners, amount: Owners) -> None:
    """Enter amounts into a schedule by month; what comes after the horizon goes into its last slot."""
    slot = np.minimum(race.month + np.maximum(np.rint(delay), 1.0), len(schedule) - 1).astype(np.intp)
    schedule[slot, race.rows, race.columns] += amount


def _clear_researchers(race: "Race") -> None:
    """People leave and arrive by logit; newcomers to the field join by the same weights; stars may leave in groups."""
    state, parameters = race.state, race.talent
    pool = np.exp(np.log(parameters.pool_growth) / 12.0) - 1.0
    growth = np.exp(np.log(np.maximum(race.figure("openings_growth"), TINY)) / 12.0)
    state.openings = np.maximum(state.openings * growth, 1.0)
    people = state.researchers
    per_person = ratio(state.used, people)
    utility = talent.attraction(parameters, state.pay, per_person, state.quality)
    leaving = race.figure("attrition") / 12.0 * parameters.mobility
    out, arrived = talent.moves(people, state.openings, utility, leaving)
    joined = over_owners(people) * pool * ratio(state.openings, over_owners(state.openings))
    exodus = race.shocks.of_owners("exodus", race.month - 1) < parameters.star_exodus
    burst = np.where(exodus, parameters.exodus_share, 0.0)
    stars_out, stars_in = talent.moves(state.stars, state.openings, utility, leaving + burst)
    state.moved_out, state.moved_in = out + stars_out, arrived + stars_in
    state.researchers = people - out + arrived + joined
    state.morale = talent.next_morale(parameters, state.morale, stars_out, state.stars)
    state.stars = state.stars - stars_out + stars_in
    state.pay = talent.next_pay(state.pay, state.researchers, state.openings)
    race.exodus = exodus


def build(race: "Race") -> None:
    """Deliveries arrive, old chips retire, power and buildings come on line."""
    state, month = race.state, race.month
    state.retired = np.zeros_like(state.retired)
    for generation in range(race.active):
        gone = state.stock[generation] * race.retiring[generation]
        state.retired += gone
        state.stock[generation] = state.stock[generation] - gone + state.delivered * race.mix[generation]
    owned = state.owned
    state.in_house = np.minimum(state.in_house * (1.0 - ratio(state.retired, owned)) + race.own_delivered, owned)
    lag = np.maximum(race.sites.installation_months, 1.0)
    state.installing = np.minimum(state.installing + state.delivered, owned) * (1.0 - 1.0 / (1.0 + lag))
    arrived = state.energy_arrivals[month]
    state.energised = state.energised + arrived
    state.energy_pipeline = np.maximum(state.energy_pipeline - arrived, 0.0)
    built = state.site_arrivals[month]
    state.site = state.site + built
    state.site_pipeline = np.maximum(state.site_pipeline - built, 0.0)
    race.sites_paid = built * race.sites.cost_usd_per_mw * race.figure("purchase_cost")
    power = state.energised[0] + state.energised[1] + state.energised[2] + race.energy.slack_mw
    state.powered = sites.commission(race.sites, state.powered, np.minimum(power, state.site + race.sites.slack_mw))


def compute(race: "Race") -> None:
    """Owned, powered, operational, used, effective."""
    state = race.state
    owned = state.owned
    installed = np.maximum(owned - state.installing, 0.0)
    state.operational = np.minimum(energy.fill(state.stock, race.watts, state.powered, race.active), installed)
    _rent(race)
    chips_in_job = state.operational * race.concentration / race.per_chip(state.stock, owned)
    state.largest_site = state.operational * race.concentration
    goodput = clusters.job_goodput(race.clusters, chips_in_job, state.skill)
    network = clusters.communication(race.clusters, chips_in_job, state.skill)
    state.goodput = goodput * network
    training = race.clusters.training_share
    learnt = 1.0 - np.exp(-0.5 * np.maximum(state.skill, 0.0))
    start = np.minimum(race.figure("utilisation"), race.clusters.utilisation_ceiling)
    race.utilisation = start + (race.clusters.utilisation_ceiling - start) * learnt
    engineering = (training * state.goodput + (1.0 - training)) * race.utilisation / 0.4
    best = maximum_over_owners(state.efficiency)
    state.effective = state.used * engineering * np.exp(state.efficiency - best)


def _rent(race: "Race") -> None:
    state = race.state
    share = race.rent_share.copy()
    trend = race.rental.rent_usd_per_hour * np.exp(np.log(1.0 - race.chips.price_decline) * race.month / 12.0)
    demand = race.rest_rented * state.market / race.market_start * race.rental.rent_usd_per_hour / trend
    share[-1] = ratio(demand, state.operational[-1])
    state.let, state.rented, gap = rental.lets_and_rents(
        race.rental, state.operational, race.figure("let_share"), share, state.rent_gap
    )
    state.rent_gap = np.clip(state.rent_gap + race.rental.flexibility * gap, -2.0, 2.0)
    state.rent = trend * np.exp(state.rent_gap)
    state.used = state.operational - state.let + state.rented


def learn(race: "Race") -> None:
    """Research turns people and experiments into software; engineers learn; models are launched."""
    state, parameters = race.state, race.software
    labour = ratio(
        talent.output(race.talent, state.researchers, state.stars, state.morale) / race.firms, race.labour_ref
    )
    experiments = ratio(state.used * race.figure("experiment_share") * state.goodput / race.firms, race.experiment_ref)
    effort = software.research_input(parameters, labour, experiments)
    boost = agi.boost(race.agi, state.crossed)
    luck = race.shocks.of_owners("software", race.month - 1)
    own = software.progress(parameters, state.efficiency, race.efficiency_start, effort, luck) * boost
    race.best_history[race.month] = maximum_over_owners(state.efficiency)
    seen = np.maximum(race.month - np.rint(parameters.lag_months), 0.0).astype(np.intp)
    known = race.best_history[seen, race.columns[0]]
    state.efficiency = state.efficiency + own + software.spill_over(parameters, state.efficiency, known)
    scale = ratio(labour, maximum_over_owners(labour))
    state.skill = clusters.next_skill(race.clusters, state.skill, maximum_over_owners(state.skill), np.sqrt(scale))
    _launch_models(race)


def _launch_models(race: "Race") -> None:
    state, parameters = race.state, race.software
    performance = state.goodput * race.utilisation
    capability = software.training_compute(state.largest_site, performance, state.efficiency)
    potential = race.quality_start + parameters.points_per_tenfold * (capability - race.capability_start)
    launched = race.shocks.of_owners("release", race.month - 1) < 1.0 / parameters.release_months
    state.quality = np.where(launched, np.maximum(state.quality, potential), state.quality)
    state.hallucination = state.hallucination * np.where(launched, 1.0 - parameters.calibration_gain, 1.0)
    crossing = (state.crossed == 0) & (capability >= race.agi.threshold_log10_flop)
    state.crossed = np.where(crossing, float(race.month), state.crossed)
    race.launched = launched


def sell(race: "Race") -> None:
    """Users choose; money comes in and goes out; promises are held against deliveries."""
    state, parameters = race.state, race.users
    value = users.utility(parameters, state.quality, state.hallucination, state.efficiency) + race.brand
    state.users = users.next_shares(parameters, state.users, value)
    growth = users.market_growth(parameters, race.calendar_years(race.month) - 0.5)
    surprise = 0.03 * race.shocks.of_market("demand", race.month - 1)
    state.market = state.market * np.exp(growth + surprise)
    state.market_growth = state.market_growth + (12.0 * growth - state.market_growth) / 6.0
    paying = state.users * race.revenue_per_user
    state.revenue = state.market / 12.0 * ratio(paying, over_owners(paying))
    spent = race.chips_paid + race.sites_paid
    state.capex = spent + race.other_capex
    state.cash = state.cash + race.income + race.raised_now + race.borrowed_now - state.capex
    state.debt = state.debt + race.borrowed_now
    state.raised = state.raised + race.raised_now
    state.sentiment = finance.next_sentiment(race.finance, state.sentiment, state.owned, state.promised)


def account(race: "Race") -> None:
    """The ledger: what part of wished-for compute each cause has cost."""
    state = race.state
    installed = np.maximum(state.owned - state.installing, TINY)
    power = state.energised[0] + state.energised[1] + state.energised[2] + race.energy.slack_mw
    running = state.operational
    short = ledger.shortfall(running, installed)
    site_binds = state.site + race.sites.slack_mw < power
    want_people = np.maximum(state.openings, TINY)
    labour_elasticity = race.software.returns * race.software.labour_share
    people = ledger.shortfall(state.researchers, want_people)
    by_cause = {
        "chips": ledger.shortfall(state.delivered, race.wanted),
        "power": np.where(site_binds, 0.0, short),
        "sites": np.where(site_binds, short, 0.0),
        "cash": ledger.shortfall(state.investment, race.wish),
        "people": 1.0 - np.exp(labour_elasticity * np.log(np.maximum(1.0 - people, 0.01))),
        "goodput": race.clusters.training_share * (1.0 - state.goodput),
    }
    state.gaps = np.stack([by_cause[cause] for cause in ledger.CAUSES])
    state.bound = ledger.binding(state.gaps)
