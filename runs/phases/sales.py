"""Sales and accounts of a month: users, revenue, cash, and what bound each owner."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import finance, ledger, users
from computerace.market.arrays import TINY, over_owners, ratio

if TYPE_CHECKING:
    from computerace.runs.race import Race


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
