"""The books of a month: what an owner could spend, what the capital market gives it, and what is left.

    cash' = cash + income + granted + new line + sold - old line - interest - repaid - capex + unpaid

What is due comes first: interest, repayments, last month's credit line, capex that is not for AI, premiums for power, and
buildings that are finished; new chips are paid from what is left. Where that falls below zero a credit line is drawn, up to its size;
beyond it the owner is in distress: it spends nothing but on AI, rolls its debt over, sells part of its fleet, and what it
cannot pay then its creditors take in shares (`market/raising.py`). While distress lasts it lets more of its capacity (`agents/rules/letting.py`)
and gives up posts (`agents/rules/hiring.py`), and nobody lends to it. Kaplan and Zingales (1997) for cash flow that binds
investment. Limits: debt is rolled at its old interest; whoever buys used chips takes them out of the race; creditors who
lose become owners and seize no chips; credit lines, and capex that is not for AI, stay as large as at the start.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import capital, finance, promises, raising
from computerace.market.accounts import Accounts
from computerace.market.arrays import (
    TINY,
    Owners,
    Stock,
    Worlds,
    above,
    added,
    at_most,
    below,
    over_owners,
    ratio,
)

if TYPE_CHECKING:
    from computerace.market.setting import Now, Setting


class Budget(NamedTuple):
    """What owners decide about money, US dollars a month; (owners, worlds), or (worlds,) where one owner fills it in."""

    wish: Owners  # AI investment that they would like to make
    investment: Owners  # what the money at hand and on offer leaves of it
    parents: Owners  # asked of parents, vendors and backers
    bonds: Owners
    buildings: Owners  # debt against buildings
    chips: Owners  # debt against chips
    private: Owners  # equity of private investors
    public: Owners  # equity of the stock market

    @property
    def asked(self) -> tuple[Owners, ...]:
        """What is asked of the capital market, by kind."""
        return self[2:]


class Means(NamedTuple):
    """What owners could spend in a month, US dollars (owners, worlds)."""

    core: Owners  # income of the business beside AI
    income: Owners  # all of it
    spare: Owners  # cash that can be spent
    interest: Owners
    repay: Owners  # debt that is due
    line: Owners  # last month's credit line, due
    bill: Owners  # buildings that are finished this month
    offers: Stock  # of the capital market by kind (kinds, owners, worlds)
    due: Owners  # interest, repayment and last month's line
    funds: Owners  # AI investment that all of it allows


class Market(NamedTuple):
    """The capital market of a month."""

    sizes: Stock  # US dollars by kind (kinds, worlds)
    asker: raising.Asker


class Funded(NamedTuple):
    """What a month's money comes to before chips are paid, US dollars (owners, worlds)."""

    short: Owners  # missing for what is due, before a line is drawn
    sizes: Stock  # of the pools, by kind (kinds, worlds)
    granted: Stock  # by kind (kinds, owners, worlds)
    rates: Stock  # interest a year on new debt by kind (debts, worlds)
    investment: Owners  # AI investment that it allows
    chips: Owners  # what can be paid for chips
    line: Owners  # drawn
    other_capex: Owners  # paid
    kept: Owners  # part of the repayment due that is made
    sold: Owners  # for used chips
    shed: Owners  # part of the fleet that is sold
    unpaid: Owners  # lost to creditors
    dilution: Owners  # part of the firm that new equity took


class Flows(NamedTuple):
    """What happened to money in a month, US dollars (owners, worlds); returns (worlds,)."""

    means: Means
    budget: Budget  # as it was asked; its investment is what the market left of it
    funded: Funded
    other_capex: Owners
    capex: Owners  # all of it: chips, buildings and what is not for AI
    returns: Worlds  # q

    @property
    def raised(self) -> Owners:
        """Equity of all kinds, parents' and vendors' money."""
        granted = self.funded.granted
        return granted[capital.PARENTS] + granted[capital.PRIVATE] + granted[capital.PUBLIC]

    @property
    def borrowed(self) -> Owners:
        """New debt but for the line."""
        granted = self.funded.granted
        return granted[capital.BONDS] + granted[capital.BUILDINGS] + granted[capital.CHIPS]

    @property
    def repaid(self) -> Owners:
        """Debt paid back but for the line."""
        return self.means.repay * self.funded.kept


def market(setting: "Setting", state: finance.State, means_income: Owners, bill: Owners, now: "Now") -> Market:
    """Pools of the month, and what investors see of each owner. bill: US dollars for buildings that are due."""
    parameters, anchors = setting.mechanisms.finance, setting.anchors
    mood = np.exp(state.mood) * parameters.window_multiplier
    belief = promises.belief(parameters, state.sentiment)
    unsecured = np.where(anchors.young, 0.0, state.debt[0] + state.line)  # who issues no bonds has no limit of them
    asker = raising.Asker(
        young=anchors.young,
        labs_among=anchors.labs_among,
        part_most=np.where(anchors.many, 1.0, setting.mechanisms.capital.one_name_share),
        equity=state.outside_rate / 12.0 * mood * belief,
        backed=setting.figures.backing_usd_per_month + parameters.slack_usd_per_month + state.chest,
        debt_room=finance.debt_room(parameters, unsecured, above(means_income * 12.0, 0.0)),
        bill=bill,
        sound=1.0 - state.distress,
    )
    sizes = capital.pools(
        setting.mechanisms.capital, parameters.window_growth, now.years, mood, state.sales
    )  # fmt: skip
    return Market(sizes, asker)


def income(setting: "Setting", earned: Accounts, years: float) -> tuple[Owners, Owners]:
    """Income of the business beside AI, and all of it, US dollars a month; years since the start."""
    core = setting.anchors.core
    core = np.where(core > 0, core * np.exp(setting.figures.cash_flow_growth * years), core)
    return core, core + earned.income


def means(
    setting: "Setting", state: finance.State, earned: Accounts, bill: Owners, server_share: Owners, now: "Now"
) -> tuple[Means, Market]:
    """What owners could spend in a month, and the market that offers it.

    bill: US dollars for buildings that are due. server_share: of what a chip costs all in (owners, worlds).
    """
    parameters, anchors, terms = setting.mechanisms.finance, setting.anchors, setting.mechanisms.capital
    core, total = income(setting, earned, now.years)
    there = market(setting, state, total, bill, now)
    offered = raising.offers(terms, there.sizes, there.asker)
    spare = above(state.cash - anchors.buffer, 0.0) / anchors.spending_months
    interest = added(*state.coupon, state.line * terms.line_rate / 12.0)
    months = terms.term_months
    repay = added(*(state.debt / months[:, None]))
    due = added(interest, repay, state.line)
    own = np.where(total > 0, parameters.cash_flow_share * total, total)
    unsecured = own + spare - anchors.other_capex - due
    for kind in (capital.PARENTS, capital.BONDS, capital.BUILDINGS, capital.PRIVATE, capital.PUBLIC):
        unsecured += offered[kind]  # an array of this function's own
    unsecured = above(unsecured, 0.0)
    geared = unsecured / (1.0 - terms.chips_loan * server_share)
    geared = np.minimum(geared, unsecured + offered[capital.CHIPS])
    return Means(core, total, spare, interest, repay, state.line, bill, offered, due, geared), there


def fund(
    setting: "Setting",
    state: finance.State,
    money: Means,
    there: Market,
    budget: Budget,
    other_capex: Owners,
    premiums: Owners,
    server: Owners,
    owned: Owners,
) -> Funded:
    """The capital market answers, what is due is paid, and what is left can be paid for chips.

    premiums: US dollars for contracts for power; server: US dollars of a server per H100e; owned: H100e (owners, worlds).
    """
    terms, asked = setting.mechanisms.capital, budget.asked
    granted, used = raising.ration(there.sizes, asked, there.asker.backed)
    got = added(*granted)
    lacking = np.minimum(added(*asked) - got, _need(money, budget.investment, other_capex, got))
    left = added(state.cash, money.income, got)
    for owed in (other_capex, money.due, money.bill, premiums):
        left -= owed
    fall = above(-left, 0.0)
    line = at_most(fall, setting.anchors.line, "line")
    beyond_line = fall - line
    cut = np.minimum(beyond_line, other_capex)
    uncut = beyond_line - cut
    rolled = np.minimum(uncut, money.repay)
    open_still = uncut - rolled
    fleet = server * owned
    value = terms.resale * fleet
    sold = at_most(open_still, terms.sale_most * value, "sale_most")
    unpaid = open_still - sold
    return Funded(
        short=fall,
        sizes=there.sizes,
        granted=granted,
        rates=raising.rates(terms, used),
        investment=above(budget.investment - lacking, 0.0),
        chips=above(left, 0.0),
        line=line,
        other_capex=other_capex - cut,
        kept=1.0 - ratio(rolled, money.repay),
        sold=sold,
        shed=ratio(sold, value),
        unpaid=unpaid,
        dilution=raising.diluted(terms, granted, used, there.asker, above(money.income, 0.0) * 12.0, fleet, unpaid),
    )


def _need(money: Means, investment: Owners, other_capex: Owners, got: Owners) -> Owners:
    """US dollars that plans and what is due take beyond an owner's own means and what it got."""
    need = added(np.maximum(investment, money.bill), other_capex, money.due)
    for own in (money.income, money.spare, got):
        need -= own
    return above(need, 0.0)


def settle(
    setting: "Setting",
    state: finance.State,
    money: Means,
    there: Market,
    budget: Budget,
    funded: Funded,
    promised: Owners,
    chips_paid: Owners,
    vendors_paid: Owners,
    works_paid: Owners,
    owned: Owners,
    returns: Worlds,
) -> tuple[finance.State, Flows]:
    """Money comes in and goes out; promises are held against deliveries.

    promised: H100e promised for this month. chips_paid: US dollars; vendors_paid: of these, to merchant vendors; works_paid: those for buildings and contracts for
    power; owned: H100e (owners, worlds).
    """
    capex = chips_paid + works_paid + funded.other_capex
    happened = Flows(
        money, budget._replace(investment=funded.investment), funded, funded.other_capex, capex, returns
    )  # fmt: skip
    came = added(money.income, added(*funded.granted), funded.line, funded.sold, funded.unpaid)
    went = added(capex, money.interest, happened.repaid, money.line)
    debt, coupon = _owed(setting, state, funded)
    beyond = setting.figures.backing_usd_per_month + setting.mechanisms.finance.slack_usd_per_month
    after = state._replace(
        cash=above(state.cash + came - went, 0.0),  # but for rounding it is not below
        debt=debt,
        coupon=coupon,
        line=funded.line,
        chest=above(state.chest - above(np.minimum(budget.parents, there.asker.backed) - beyond, 0.0), 0.0),
        raised=state.raised + happened.raised,
        held=state.held * (1.0 - funded.dilution),
        distress=_distress(setting, state.distress, funded),
        investment=funded.investment,
        promised=promised,
        sentiment=promises.next_sentiment(setting.mechanisms.finance, state.sentiment, owned, promised),
        sales=over_owners(vendors_paid),
    )
    return after, happened


def _owed(setting: "Setting", state: finance.State, funded: Funded) -> tuple[Stock, Stock]:
    """Debt after the month by kind, and the interest of a month on it."""
    left = funded.kept / setting.mechanisms.capital.term_months[:, None]
    np.subtract(1.0, left, out=left)
    new = funded.granted[capital.DEBT]
    debt, coupon = state.debt * left, state.coupon * left
    debt += new
    coupon += new * (funded.rates[:, None] / 12.0)
    return debt, coupon


def _distress(setting: "Setting", distress: Owners, funded: Funded) -> Owners:
    """Rises at once with the part of the line that is drawn, and fades slowly; 0 to 1."""
    drawn = below(funded.short / above(setting.anchors.line, TINY), 1.0)
    return np.maximum(drawn, distress * setting.mechanisms.capital.distress_kept)


def nothing(other_capex: Owners, capex: Owners) -> Flows:
    """The flows of month 0, in which no money has moved but for capex (owners, worlds)."""
    none = np.zeros_like(capex)
    kinds = np.zeros((len(capital.KINDS), *none.shape))
    rates = kinds[capital.DEBT, 0]
    means = Means(*(none for _ in Means._fields))._replace(offers=kinds)
    budget = Budget(*(none for _ in Budget._fields))
    funded = Funded(*(none for _ in Funded._fields))._replace(sizes=kinds[:, 0], granted=kinds, rates=rates)
    return Flows(means, budget, funded, other_capex, capex, np.ones(none.shape[-1]))
