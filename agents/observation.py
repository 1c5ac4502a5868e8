"""What an owner may see when it decides: what is public, and its own books.

Everything is of the month before, but for the technology that is on sale and the money that is on offer now. Nobody
sees rivals' orders, cash or contracts. Worlds are the last axis; here every array is one owner's, (worlds,).
"""

from typing import NamedTuple

from computerace.market import capital
from computerace.market.arrays import Owners, Stock, Worlds
from computerace.market.energy import Kinds
from computerace.market.setting import Figures, Mechanisms, Memory


class Public(NamedTuple):
    """What everybody sees; market arrays are (worlds,)."""

    month: int  # since the start
    years: float  # since the start
    kinds: Kinds  # of power contracts
    mechanisms: Mechanisms  # how markets and technology work in this world
    chip_price: Worlds  # list price, US dollars per H100e
    backlog_months: Worlds
    rent: Worlds  # US dollars per H100e-hour
    rent_parity: Worlds  # the rent at which renting is as dear as buying
    rent_parity_at_start: Worlds
    new_watts: Worlds  # IT watts per H100e of what is sold
    returns: Worlds  # q of the industry
    log_returns: Worlds
    wished_growth: Worlds  # log growth of investment a month that these returns justify


class Books(NamedTuple):
    """What an owner knows of itself and of its rivals; (owners, worlds), one row of which each owner sees."""

    # money, US dollars; flows are those of a month
    cash: Owners
    debt: Owners  # all of it
    income: Owners
    core: Owners  # income of the business beside AI
    revenue: Owners  # of AI
    serving_need: Owners  # H100e that last month's users would have taken
    rents: Owners  # received less paid, part of the income
    spare: Owners
    kept: Owners  # cash that is kept
    due: Owners  # interest, repayments and last month's credit line
    bill: Owners  # for buildings that are finished this month
    backed: Owners  # what parents and backers have set aside
    offers: Stock  # of the capital market by kind (kinds, owners, worlds)
    funds: Owners  # AI investment that all of it allows
    server: Owners  # of a server, per H100e
    distress: Owners  # 0 to 1
    other_capex: Owners
    investment: Owners  # AI investment last month
    investment_at_start: Owners
    plan_drift: Owners  # own growth of plans beyond the common, log
    all_in: Owners  # per H100e with server, building and power
    # compute, H100e
    owned: Owners
    promised: Owners  # for this month
    rented_at_start: Owners
    revenue_at_start: Owners  # US dollars
    # power and buildings, IT MW
    need_mw: Owners  # what all chips would take
    energised: Stock  # by kind of contract (kinds, owners, worlds)
    energy_pipeline: Stock  # by kind of contract (kinds, owners, worlds)
    power_in_sight: Owners  # within the months that an owner foresees
    buildings_in_sight: Owners
    # people
    researchers: Owners
    openings: Owners
    posts_growth: Owners  # of openings in a month, a factor
    # the other labs
    leader_investment: Owners  # the largest of theirs, US dollars a month
    leader_owned: Owners  # the largest of theirs, H100e

    @property
    def window(self) -> Owners:
        """Equity, parents' and vendors' money on offer."""
        return self.offers[capital.PARENTS] + self.offers[capital.PRIVATE] + self.offers[capital.PUBLIC]

    @property
    def debt_room(self) -> Owners:
        """Debt on offer."""
        return self.offers[capital.BONDS] + self.offers[capital.BUILDINGS] + self.offers[capital.CHIPS]

    def of(self, row: int) -> "Books":
        """The books of one owner; (worlds,), and (kinds, worlds) for power."""
        return Books(*(values[row] if values.ndim == 2 else values[:, row] for values in self))


class Observation(NamedTuple):
    """What one owner sees, (worlds,); or several who decide in one call, (owners, worlds)."""

    public: Public
    books: Books
    figures: Figures  # its own
    memory: Memory  # what it kept in mind last month
