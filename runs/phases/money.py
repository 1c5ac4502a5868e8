"""What everybody sees, what money there is, and what each owner decides to invest."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.agents.strategies import Outlook
from computerace.market import energy, finance, generations, vocabulary
from computerace.market.arrays import TINY, Owners, maximum_over_owners, over_owners

if TYPE_CHECKING:
    from computerace.runs.race import Race

HOURS = vocabulary.HOURS_PER_MONTH


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
    state.plans = finance.next_plans(race.finance, state.plans, race.shocks.of_owners("plan", month - 1))
    chance, draw = race.shocks.of_owners("closing", month - 1), race.shocks.of_owners("round", month - 1)
    years = race.calendar_years(month)
    state.outside_rate = finance.next_rate(race.finance, state.outside_rate, race.young, years, chance, draw)
    _count_money(race)


def _count_money(race: "Race") -> None:
    """Income of the month and what could be spent on AI investment."""
    state = race.state
    growth = np.exp(race.figure("cash_flow_growth") * race.years)
    race.core = np.where(race.core_start > 0, race.core_start * growth, race.core_start)
    race.income = race.core + ai_income(race)
    year = np.maximum(race.income * 12.0, 0.0)
    race.spare = np.maximum(state.cash - race.buffer, 0.0) / race.spending_months
    race.debt_room = finance.debt_room(race.finance, state.debt, year)
    race.window = (
        finance.window(race.finance, state.outside_rate, state.sentiment, state.mood)
        + race.figure("backing_usd_per_month")
        + race.finance.slack_usd_per_month
    )
    own = np.where(race.income > 0, race.finance.cash_flow_share * race.income, race.income)
    race.funds = np.maximum(own + race.spare + race.debt_room + race.window - race.other_capex, 0.0)


def ai_income(race: "Race") -> Owners:
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
    common = finance.wished_growth(race.finance, race.calendar_years(race.month), state.returns)
    growth = np.exp(common + state.plans)
    campus = race.figure("campus_mw") * 1e6 / race.new_watts * race.all_in / (12.0 * race.figure("build_years"))
    log_returns = np.log(np.maximum(state.returns, TINY))
    owned = state.owned
    race.promised_next = finance.next_promise(race.finance, state.promised, owned, race.figure("promised_growth"))
    wish = np.empty_like(owned)
    for lab in race.labs:
        row = lab.row
        rivals = [other for other in range(len(race.names) - 1) if other != row]
        outlook = Outlook(
            plan=state.investment[row] * growth[row],
            last=state.investment[row],
            start=race.investment_start[row],
            funds=race.funds[row],
            log_returns=log_returns,
            leader_investment=maximum_over_owners(state.investment[rivals]),
            leader_owned=maximum_over_owners(owned[rivals]),
            owned=owned[row],
            promised=race.promised_next[row],
            all_in_cost=race.all_in[row],
            campus=campus[row],
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
    need = np.maximum(state.investment + race.other_capex - race.income - race.spare, 0.0)
    race.raised_now = np.minimum(race.window, need)
    race.borrowed_now = np.minimum(race.debt_room, need - race.raised_now)
