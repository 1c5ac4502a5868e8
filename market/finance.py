"""How owners wish to invest, and what investors think of them: returns, plans, promises, rounds.

The wish grows at  appetite + sensitivity * ln q  a year, where q compares the AI revenue expected two years on with the
user cost of the industry's chips: Hayashi's (1982) q with quadratic adjustment cost in logs. An owner's own plans wander
around the common ones; the wish is cut to what money allows (`market/books.py`). A lab that lives on outside money raises
equity in rounds: at each, the yearly rate R that investors would give moves towards what the pool of private equity
(`market/capital.py`) can give one lab,

    ln R += round_speed * (ln depth - ln R) + round_spread * z

so a young lab's rate can leap and a large one's grows slowly (successive rates of xAI, OpenAI, Anthropic and Mistral,
2021-2025: steps of 0.5 on average and 0.8 in spread once they were large, up to 3.8 before). What it gets is rationed
with all others'. Between rounds the offer moves with market mood and with sentiment, which learns from promise against
delivery (promised capacity was delivered to about 0.6 at the announced date, 0.1-1.3: announcements 2024-2025). The young
labs in the rest of the market hold what the named ones leave of the pool at the start, and grow with it. Limits: no
taxes, no dividends.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market import capital
from computerace.market.arrays import Owners, Stock, Worlds, above, added, at_least
from computerace.market.parameters import loguniform, quantity, uniform

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

NEUTRAL = {"finance.slack_usd_per_month": 1e13}
LEAST_RATE = 1e5  # US dollars a year, below which logs are cut


@dataclass(frozen=True)
class Finance:
    """Parameters of capital; each (worlds,) in a race."""

    appetite: Worlds = quantity(
        0.5, "log per year", "growth of wished AI investment at end-2025 when returns are normal",
        prior=uniform(0.25, 0.75), low=-2, high=5, source="capex of Amazon, Google, Meta and Microsoft grew 1.40–1.84 times a year in 2024 and 2025", grade="B",
        effect="+ asked_wish_usd of all",
    )  # fmt: skip
    appetite_half_life_years: Worlds = quantity(
        2.5, "years", "time in which the appetite halves",
        prior=loguniform(1.2, 6), low=0.1, high=100, source="no published figure", grade="assumed",
        effect="+ asked_wish_usd of all at 48",
    )  # fmt: skip
    sensitivity: Worlds = quantity(
        0.25, "log per year per log", "response of investment growth to q",
        prior=uniform(0.1, 0.6), high=5, source="adjustment-cost estimates; no figure for AI", grade="assumed",
        effect="± asked_wish_usd of all: it lifts plans where returns are above their cost and cuts them where below",
    )  # fmt: skip
    cash_flow_share: Worlds = quantity(
        0.9, "fraction", "operating cash flow with which an incumbent reckons for AI investment and other capex",
        prior=uniform(0.7, 1.1), high=3, source="Alphabet 0.56, Meta 0.62, Microsoft 0.73, Amazon 0.94, Oracle 1.6 in 2025", grade="C",
        effect="+ asked_investment_usd of all at 48",
    )  # fmt: skip
    leverage: Worlds = quantity(
        0.8, "years of operating cash flow", "debt against cash flow that an incumbent will take on at most, what it issued in the year before the start among it",
        prior=uniform(0.3, 2.0), high=20, source="no published figure", grade="assumed",
        effect="+ saw_debt_room_usd of rivals at 6",
    )  # fmt: skip
    plan_spread: Worlds = quantity(
        0.15, "log per year", "spread of an owner's growth of plans in a year around the common one",
        prior=uniform(0.08, 0.3), high=3, source="yearly capex growth of Amazon, Google, Meta and Microsoft, less their mean: 0.18 in 2021–2023, 0.10 in 2024–2025", grade="B",
        effect="± asked_wish_usd of all: wider plans, up and down",
    )  # fmt: skip
    window_growth: Worlds = quantity(
        1.25, "ratio per year", "growth of the pool of private equity for AI labs in the first year",
        prior=loguniform(0.75, 1.6), low=0.01, high=20, source="all venture +30 % in 2025, −50 % 2021–2023 (Crunchbase); rounds of frontier labs 2.1 and 2.4 times in 2024 and 2025 (Epoch AI, Companies)", grade="C",
        effect="+ raised_usd of all at 48",
    )  # fmt: skip
    round_months: Worlds = quantity(
        6.5, "months", "mean time between rounds of a lab that lives on outside money",
        prior=uniform(4.5, 10), low=1, high=240, source="gaps between rounds of xAI, OpenAI, Anthropic and Mistral, 2023–2025: mean 6.3 months", grade="B",
        effect="- raised_usd of claimant at 48",
    )  # fmt: skip
    round_speed: Worlds = quantity(
        0.25, "fraction per round", "how far a funding round moves from the last one's size to the most that the market would give, in logs",
        prior=uniform(0.1, 0.4), high=1, grade="C",
        source="0.37 ± 0.14 over 19 steps between rounds of xAI, OpenAI, Anthropic and Mistral, 2023–2025 (Epoch AI, Companies); chance in sizes raises that",
        effect="+ raised_usd of claimant at 36",
    )  # fmt: skip
    round_spread: Worlds = quantity(
        0.8, "log", "standard deviation of a round's size around that",
        prior=uniform(0.5, 1.1), high=5, grade="C",
        source="successive rates of xAI, OpenAI and Anthropic: 0.8 once they were large; of all rounds of 2023–2025 1.1, with Mistral 1.5 (Epoch AI, Companies)",
        effect="± raised_usd of claimant: luckier rounds, and unluckier ones",
    )  # fmt: skip
    spending_months: Worlds = quantity(
        8.0, "months", "time in which such a lab spends a round",
        prior=uniform(4, 14), low=1, high=240, source="xAI held 4 of 14 B$ raised in March 2025 and spent 1.0–1.1 a month (press)", grade="C",
        effect="+ cash_usd of claimant at 6",
    )  # fmt: skip
    window_volatility: Worlds = quantity(
        0.5, "log, long-run", "standard deviation of capital markets' mood",
        prior=uniform(0.25, 0.8), high=5, source="venture cycles; assumed", grade="assumed",
        effect="± raised_usd of claimant: better moods, and worse ones",
    )  # fmt: skip
    window_multiplier: Worlds = quantity(
        1.0, "ratio", "equity and parents' money on offer, relative to what is expected",
        high=1e6, source="scenario lever; 1 by definition", grade="A",
        effect="+ raised_usd of claimant from 0.25 to 2",
    )  # fmt: skip
    sentiment_elasticity: Worlds = quantity(
        0.7, "elasticity", "how strongly outside money follows what was delivered of what was promised",
        prior=uniform(0.2, 1.2), high=5, source="no published figure", grade="assumed",
        effect="- raised_usd of claimant",
    )  # fmt: skip
    sentiment_memory_months: Worlds = quantity(
        12.0, "months", "time over which promises are remembered",
        prior=uniform(6, 24), low=1, high=240, source="no published figure", grade="assumed",
        effect="+ raised_usd of claimant",
    )  # fmt: skip
    promise_memory_months: Worlds = quantity(
        24.0, "months", "time in which promises are set anew from what is owned",
        prior=uniform(12, 48), low=1, high=600, source="targets restated every year or two, 2024–2025", grade="assumed",
        effect="- raised_usd of claimant at 36",
    )  # fmt: skip
    cost_of_capital: Worlds = quantity(
        0.10, "per year", "required return",
        prior=uniform(0.07, 0.14), high=1, source="large technology firms; assumed", grade="assumed",
        effect="- saw_returns of claimant at 2",
    )  # fmt: skip
    operating_cost: Worlds = quantity(
        0.12, "fraction of server cost per year", "staff, upkeep and rent of a running fleet without power and researchers",
        prior=uniform(0.06, 0.2), high=2, source="CoreWeave, first half of 2025: cost of revenue 8 % (power in it) and staff 5 % of equipment a year; less than the total cost of 8.5 M$ per MW-year (Epoch AI, 2025)", grade="C",
        effect="- cash_usd of claimant at 12",
    )  # fmt: skip
    slack_usd_per_month: Worlds = quantity(
        0.0, "USD of 2025 per month", "money that every owner has beyond its own",
        high=1e15, source="takes the mechanism out; 0 by definition", grade="A",
        effect="+ asked_investment_usd of all from 0 to 1e11",
    )  # fmt: skip
    outlook_years: Worlds = quantity(
        2.0, "years", "time for which returns look ahead",
        low=0, high=20, source="held; no published figure", grade="assumed",
        effect="+ saw_returns of claimant at 2",
    )  # fmt: skip
    mood_persistence: Worlds = quantity(
        0.94387431268, "fraction per month", "part of a mood that is left after a month: half of it after a year",
        low=0, high=1, source="held; venture cycles; assumed", grade="assumed",
        effect="± raised_usd of claimant: moods last longer, good and bad",
    )  # fmt: skip
    plan_persistence: Worlds = quantity(
        0.8908987181403393, "fraction per month", "part of a drift of plans that is left after a month: half of it after half a year",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="± asked_wish_usd of all: plans drift for longer, up and down",
    )  # fmt: skip
    plan_year_ratio: Worlds = quantity(
        9.783152622222511, "ratio", "spread of twelve months of drift over that of one month",
        low=1, high=12, source="held; follows from the persistence", grade="assumed",
        effect="± asked_wish_usd of all: narrower plans, up and down",
    )  # fmt: skip
    cash_buffer: Worlds = quantity(
        0.25, "fraction", "part of the cash at the start that an owner keeps",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="+ cash_usd of claimant at 12 from 0 to 1",
    )  # fmt: skip
    incumbent_spending_months: Worlds = quantity(
        12.0, "months", "time in which an incumbent spends its spare cash",
        low=1, high=240, source="held; no published figure", grade="assumed",
        effect="+ owed_usd of rivals at 36",
    )  # fmt: skip
    debt_months: Worlds = quantity(
        12.0, "months", "time over which new debt up to the limit is taken",
        low=1, high=240, source="held; no published figure", grade="assumed",
        effect="- saw_debt_room_usd of rivals at 6",
    )  # fmt: skip
    wish_least: Worlds = quantity(
        0.1, "fraction", "least wish over the investment at the start",
        prior=uniform(0.03, 0.2), low=0, high=1, source="no published figure", grade="assumed",
        effect="+ asked_wish_usd of claimant at 36 from 0 to 1 where labs.claimant.strategy = retreat and users.market_growth_2026 = 0.3",
    )  # fmt: skip

    @cached_property
    def mood_spread(self) -> Worlds:
        """Standard deviation of what is new in a month's mood, log."""
        return self.window_volatility * np.sqrt(1.0 - self.mood_persistence * self.mood_persistence)

    @cached_property
    def month_spread(self) -> Worlds:
        """Standard deviation of what is new in an owner's plans in a month, log per month."""
        of_month = self.plan_spread / self.plan_year_ratio
        return of_month * np.sqrt(1.0 - self.plan_persistence * self.plan_persistence)


class State(NamedTuple):
    """Money of owners (owners, worlds), US dollars, and the mood of those who give it (worlds,)."""

    cash: Owners
    debt: Stock  # bonds, debt against buildings and against chips (debts, owners, worlds)
    coupon: Stock  # interest of a month on them (debts, owners, worlds)
    line: Owners  # credit line that is drawn
    outside_rate: Owners  # equity that private investors would give in a year
    chest: Owners  # what a parent has set aside for the owner
    plans: Owners  # own growth of plans beyond the common, log per month
    raised: Owners  # equity, parents' and vendors' money so far
    held: Owners  # part of the firm that those who held it at the start still hold
    distress: Owners  # 1 where the line is drawn in full, or was not long ago
    investment: Owners  # AI capex affordable this month, US dollars per month
    sentiment: Owners  # belief in the owner's promises
    promised: Owners  # H100e promised for this month
    mood: Worlds  # log
    sales: Worlds  # what chip vendors were paid last month


def next_mood(parameters: Finance, mood: Worlds, draw: Worlds) -> Worlds:
    """Log mood of capital markets, mean-reverting over a year; (worlds,)."""
    return parameters.mood_persistence * mood + parameters.mood_spread * draw


def next_rate(
    parameters: Finance,
    rate: Owners,
    young: NDArray[np.bool_],
    depth: Worlds,
    grown: Worlds,
    chance: Owners,
    draw: Owners,
) -> Owners:
    """Equity that private investors would give owners in a year, after this month; US dollars (owners, worlds).

    young: who raises it in rounds; the others' rate grows with the pool. depth: what the pool can give one lab in a
    year; grown: growth of the pool in the month, a factor (worlds,). chance: uniform, a round closes where it is low;
    draw: standard normal.
    """  # fmt: skip
    level = np.log(above(rate, LEAST_RATE))
    step = parameters.round_speed * (np.log(depth) - level) + parameters.round_spread * draw
    closed = chance < 1.0 / parameters.round_months
    return np.where(young, rate * np.exp(np.where(closed, step, 0.0)), rate * grown)


def next_plans(parameters: Finance, drift: Owners, draw: Owners) -> Owners:
    """An owner's own growth of plans in log per month, mean-reverting with a half-life of half a year; (owners, worlds).

    Twelve months of it add up to a standard deviation of `plan_spread` in the long run.
    """
    return parameters.plan_persistence * drift + parameters.month_spread * draw


def debt_room(parameters: Finance, debt: Owners, cash_flow_year: Owners) -> Owners:
    """New debt that an owner can take this month, US dollars: its part of what is left below its limit."""
    return at_least(parameters.leverage * above(cash_flow_year, 0.0) - debt, 0.0, "leverage") / parameters.debt_months


def open_month(setting: "Setting", state: State, luck: "Luck", now: "Now") -> State:
    """Before anybody decides: moods turn, plans drift, rounds close, a parent may be listed."""
    parameters, market, years = setting.mechanisms.finance, setting.mechanisms.capital, now.years
    pool = capital.private_pool(market, parameters.window_growth, years)
    grown = capital.grown_in_a_month(market, parameters.window_growth, years)
    rate = next_rate(
        parameters, state.outside_rate, setting.anchors.young, market.one_name_share * pool, grown, luck.closing,
        luck.round,
    )  # fmt: skip
    listed = capital.listed(market, now.month) * setting.figures.listing_share
    mood, plans = next_mood(parameters, state.mood, luck.mood), next_plans(parameters, state.plans, luck.plan)
    return state._replace(mood=mood, plans=plans, outside_rate=rate, chest=state.chest + listed)


def owed(state: State) -> Owners:
    """All debt of an owner, US dollars (owners, worlds)."""
    return added(*state.debt, state.line)
