"""The capital market: pools of money by kind, each with a size and a price, shared by all who ask in a month.

    pool_k = usd_per_year_k / 12 * growth_k ^ faded years * (for equity) exp(mood)

How they are shared and at which price is told in `market/raising.py`. Six kinds, in the order in which money is cheap and in which owners ask (Myers and Majluf 1984, the pecking order):
parents' and vendors' money, bonds of incumbents against their cash flow, debt against buildings, debt against chips,
private equity in rounds, public equity. Sizes are of the year before the start; growth fades with a half-life, since no
pool outgrows the saving behind it for long. No name takes more than a part of a pool, so that one
lab's raise lessens another's. Vendors put part of what they are paid for chips back into those who buy them (Nvidia and
OpenAI, xAI, Anthropic, CoreWeave in 2025), so that pool lives on sales. The parent of a lab may be listed on the
stock exchange: a branch with its own chance, date, proceeds and part that reaches the lab. Sources: Crunchbase, Epoch AI
(Companies), SIFMA, Bank of America and UBS in Reuters (November 2025), CoreWeave's filings; deals by name stand beside the
parameters. Limits: investors are rules; prices of debt are fixed when it is taken; nobody asks for more than it needs;
parents that are owners themselves (Microsoft, Amazon, Google) do not pay from their own books.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from computerace.market.arrays import Stock, Worlds
from computerace.market.parameters import lognormal, loguniform, quantity, uniform
from computerace.market.units import LN_HALF

KINDS = ("parents", "bonds", "buildings", "chips", "private", "public")
"""Kinds of money in the order in which owners ask for them."""
PARENTS, BONDS, BUILDINGS, CHIPS, PRIVATE, PUBLIC = range(len(KINDS))
DEBT = slice(BONDS, CHIPS + 1)  # the kinds that must be paid back

ASSUMED = "no published figure"


@dataclass(frozen=True)
class Capital:
    """Parameters of the capital market; each (worlds,) in a race. Sizes are of the year before the start."""

    private_usd_per_year: Worlds = quantity(
        8.5e10, "USD of 2025 per year", "private equity that all AI labs together can raise",
        prior=lognormal(5e10, 1.5e11), low=1e6, high=1e15, grade="C",
        source="closed rounds of OpenAI, Anthropic, xAI and Mistral: 13, 28 and 66 B$ in 2023–2025 (Epoch AI, Companies), 7.5 of xAI's vehicle; all venture 425 B$ (Crunchbase)",
        effect="+ raised_usd of all",
    )  # fmt: skip
    public_usd_per_year: Worlds = quantity(
        6e10, "USD of 2025 per year", "public equity that all buyers of AI compute together can issue",
        prior=lognormal(2e10, 1.5e11), low=0, high=1e15, grade="C",
        source="all US issues 221 B$, listings 31 B$ in 2024 (SIFMA); largest listing ever 29.4 B$; the part open to AI is assumed",
        effect="+ raised_usd of rivals at 60",
    )  # fmt: skip
    parents_usd_per_year: Worlds = quantity(
        1.5e10, "USD of 2025 per year", "money that parents and strategic investors pay into young labs",
        prior=lognormal(5e9, 4.5e10), low=0, high=1e15, grade="C",
        source="paid: Microsoft 11.6 of 13 B$ into OpenAI by 2025, Amazon and Google 8 B$ into Anthropic in 2024, SpaceX 2 B$ into xAI in July 2025; pledged in 2025 over 125 B$",
        effect="+ raised_usd of claimant",
    )  # fmt: skip
    bonds_usd_per_year: Worlds = quantity(
        2.1e11, "USD of 2025 per year", "investment-grade bonds that buyers of AI compute together can issue",
        prior=lognormal(1.3e11, 3.3e11), low=0, high=1e15, grade="C",
        source="five hyperscalers issued 121 B$ in 2025 (Bank of America), of a market of 1,650 B$ of which 0.08–0.20 is assumed open to them; JPMorgan saw 300 B$ a year (November 2025)",
        effect="+ owed_usd of rivals at 60 from 1e10 to 3.3e11",
    )  # fmt: skip
    buildings_usd_per_year: Worlds = quantity(
        1.5e11, "USD of 2025 per year", "loans, securities and private credit against data centres",
        prior=lognormal(9e10, 2.8e11), low=0, high=1e15, grade="C",
        source="125 B$ in 2025 after 15 in 2024 (UBS in Reuters, November 2025): Oracle and Vantage 38, Hyperion 27; a fifth more assumed, for loans that are not public",
        effect="+ owed_usd of all at 60",
    )  # fmt: skip
    chips_usd_per_year: Worlds = quantity(
        3.5e10, "USD of 2025 per year", "debt against chips",
        prior=lognormal(1.8e10, 7e10), low=0, high=1e15, grade="C",
        source="CoreWeave's debt rose from 7.9 to 21.4 B$ in 2025 (filings); xAI 5 and up to 12.5 B$ (press, June and October 2025)",
        effect="+ owed_usd of claimant",
    )  # fmt: skip
    public_growth: Worlds = quantity(
        1.1, "ratio per year", "growth of the pool of public equity in the first year",
        prior=loguniform(0.7, 1.5), low=0.01, high=20, source="US issues 139 and 221 B$ in 2023 and 2024 (SIFMA)", grade="C",
        effect="+ raised_usd of rivals at 60",
    )  # fmt: skip
    parents_growth: Worlds = quantity(
        1.3, "ratio per year", "growth of what parents and strategic investors pay in, in the first year",
        prior=loguniform(0.7, 2), low=0.01, high=20, source="pledges of over 125 B$ in 2025, of which 0.1–0.8 may be paid within three years", grade="assumed",
        effect="+ raised_usd of rest",
    )  # fmt: skip
    bonds_growth: Worlds = quantity(
        1.1, "ratio per year", "growth of the pool of bonds in the first year",
        prior=uniform(1.0, 1.25), low=0.01, high=20, source="all US corporate bonds grew 12.6 % in 2025 (SIFMA)", grade="C",
        effect="+ owed_usd of rivals at 60 from 0.5 to 1.5",
    )  # fmt: skip
    buildings_growth: Worlds = quantity(
        1.5, "ratio per year", "growth of debt against buildings in the first year",
        prior=loguniform(1.0, 2.2), low=0.01, high=20, source="private credit for data centres of 800 B$ to 2028 (Morgan Stanley 2025)", grade="C",
        effect="+ owed_usd of all at 60",
    )  # fmt: skip
    chips_growth: Worlds = quantity(
        1.6, "ratio per year", "growth of debt against chips in the first year",
        prior=loguniform(1.1, 2.5), low=0.01, high=20, source="CoreWeave's debt 2.7 times in 2025 (filings)", grade="C",
        effect="+ owed_usd of all at 60",
    )  # fmt: skip
    growth_half_life_years: Worlds = quantity(
        3.0, "years", "time in which the growth of pools halves",
        prior=loguniform(1.5, 8), low=0.1, high=100, source=ASSUMED, grade="assumed",
        effect="+ raised_usd of rest at 60",
    )  # fmt: skip
    one_name_share: Worlds = quantity(
        0.62, "fraction", "part of a pool that one owner can take at most",
        prior=uniform(0.4, 0.8), low=0.01, high=1, grade="C",
        source="largest lab of all closed rounds 0.77, 0.43, 0.62 in 2023–2025 (Epoch AI, Companies); Meta 0.47 of hyperscalers' bonds in 2025",
        effect="+ raised_usd of claimant",
    )  # fmt: skip
    vendor_share: Worlds = quantity(
        0.03, "fraction", "part of their sales that vendors of chips invest in young labs",
        prior=loguniform(0.01, 0.08), low=0, high=1, grade="assumed",
        source="Nvidia in 2025: up to 2 B$ into xAI, 10 into Anthropic, letters of 100 for OpenAI without agreement (10-Q, November 2025), beside sales of some 200",
        effect="+ raised_usd of rest",
    )  # fmt: skip
    bonds_rate: Worlds = quantity(
        0.052, "per year", "interest on bonds of incumbents at an empty market",
        prior=uniform(0.046, 0.062), low=0, high=1, source="Alphabet's 50-year bond at 107 bp over Treasuries (Bloomberg, November 2025)", grade="B",
        effect="+ interest_usd of rivals at 48",
    )  # fmt: skip
    buildings_rate: Worlds = quantity(
        0.066, "per year", "interest on debt against buildings at an empty market",
        prior=uniform(0.06, 0.085), low=0, high=1, source="Hyperion 6.58 %; TeraWulf 7.75, Applied Digital 10 (October–November 2025)", grade="B",
        effect="+ interest_usd of claimant",
    )  # fmt: skip
    chips_rate: Worlds = quantity(
        0.095, "per year", "interest on debt against chips at an empty market",
        prior=uniform(0.07, 0.13), low=0, high=1, source="CoreWeave: 15 % (2023), 11 % (2024), 9–10 % (2025): filings", grade="B",
        effect="+ interest_usd of claimant",
    )  # fmt: skip
    line_rate: Worlds = quantity(
        0.125, "per year", "interest on a credit line that is drawn",
        prior=uniform(0.1, 0.16), low=0, high=1, source="xAI's notes and loan of June 2025 at 12.5 % (Reuters)", grade="C",
        effect="+ interest_usd of claimant where finance.window_multiplier = 0",
    )  # fmt: skip
    tightness: Worlds = quantity(
        0.1, "ratio", "rise of the price of money when a pool is used up",
        prior=uniform(0.02, 0.3), low=0, high=10, grade="C",
        source="spreads rose by 0.10–0.48 points while 90 B$ of bonds came in ten weeks (Bank of America, November 2025)",
        effect="+ interest_usd of claimant",
    )  # fmt: skip
    bonds_term_years: Worlds = quantity(
        10.0, "years", "time over which bonds are paid back",
        prior=loguniform(6, 20), low=0.5, high=100, source="issues of 3 to 50 years in 2025", grade="C",
        effect="+ owed_usd of rivals",
    )  # fmt: skip
    buildings_term_years: Worlds = quantity(
        8.0, "years", "time over which debt against buildings is paid back",
        prior=loguniform(4, 20), low=0.5, high=100, source="Vantage four years, Hyperion to 2049", grade="C",
        effect="+ owed_usd of claimant",
    )  # fmt: skip
    chips_term_years: Worlds = quantity(
        5.0, "years", "time over which debt against chips is paid back",
        prior=uniform(4, 6), low=0.5, high=100, source="xAI's vehicle and CoreWeave's facilities: five years", grade="B",
        effect="+ owed_usd of claimant",
    )  # fmt: skip
    buildings_loan: Worlds = quantity(
        0.85, "fraction", "debt over the cost of buildings",
        prior=uniform(0.75, 0.92), low=0, high=1, source="Hyperion 27 of 29.5 B$ (October 2025)", grade="B",
        effect="+ owed_usd of claimant",
    )  # fmt: skip
    chips_loan: Worlds = quantity(
        0.63, "fraction", "debt over the cost of chips",
        prior=uniform(0.55, 0.75), low=0, high=0.95, source="xAI's vehicle 12.5 of 20 B$; CoreWeave 21.4 of 30.6 B$ of property", grade="B",
        effect="+ owed_usd of claimant",
    )  # fmt: skip
    dilution: Worlds = quantity(
        0.13, "fraction per year", "part of itself that a young lab gives for all the equity that it is offered in a year",
        prior=lognormal(0.05, 0.35), low=0.001, high=0.9, grade="B",
        source="new equity over post-money: xAI 0.25, 0.13, 0.03; OpenAI 0.04, 0.14; Anthropic 0.04–0.10, at some two rounds a year (Epoch AI, Companies)",
        effect="- held_share of claimant",
    )  # fmt: skip
    cash_flow_multiple: Worlds = quantity(
        20.0, "years", "value of an incumbent over its operating cash flow",
        prior=uniform(12, 28), low=0.1, high=1000, source="Alphabet, Microsoft and Meta at the end of 2025: recalled", grade="C",
        effect="+ held_share of rivals at 60",
    )  # fmt: skip
    line_share: Worlds = quantity(
        0.25, "years", "credit line over the yearly cash flow, or over what a young lab raises in a year, of the start",
        prior=loguniform(0.08, 0.5), low=0, high=10, grade="C",
        source="OpenAI's line of 4 B$ beside 10.6 raised (October 2024) 0.38; Alphabet's 10 B$ of its cash flow 0.08: recalled",
        effect="- distress of claimant where finance.window_multiplier = 0",
    )  # fmt: skip
    distress_half_life_months: Worlds = quantity(
        6.0, "months", "time in which distress fades once a line is paid back",
        prior=loguniform(2, 18), low=0.1, high=120, source=ASSUMED, grade="assumed",
        effect="+ distress of claimant at 60",
    )  # fmt: skip
    layoffs: Worlds = quantity(
        0.1, "fraction per month", "posts that an owner in full distress gives up",
        prior=loguniform(0.03, 0.3), low=0, high=1, source=ASSUMED, grade="assumed",
        effect="- researchers of claimant at 60 where finance.window_multiplier = 0",
    )  # fmt: skip
    resale: Worlds = quantity(
        0.3, "fraction", "price of a used chip over a new server of the same compute",
        prior=uniform(0.1, 0.6), low=0, high=1, source=ASSUMED, grade="assumed",
        effect="+ got_sold_usd of claimant where finance.window_multiplier = 0 and capital.line_share = 0",
    )  # fmt: skip
    sale_most: Worlds = quantity(
        0.1, "fraction per month", "part of its fleet that an owner in distress can sell",
        prior=loguniform(0.03, 0.3), low=0, high=1, source=ASSUMED, grade="assumed",
        effect="- owned_h100e of claimant where finance.window_multiplier = 0 and capital.line_share = 0",
    )  # fmt: skip
    listing_chance: Worlds = quantity(
        0.6, "probability", "chance that the parent of a lab is listed",
        prior=uniform(0.35, 0.85), low=0, high=1, grade="assumed",
        source="SpaceX: preparing for a possible listing in 2026 (memo, December 2025; Bloomberg, 9 December 2025)",
        effect="+ raised_usd of claimant from 0 to 1",
    )  # fmt: skip
    listing_draw: Worlds = quantity(
        0.5, "probability", "luck of the listing: below its chance it happens",
        prior=uniform(0, 1), low=0, high=1, source="uniform by definition", grade="A",
        effect="- raised_usd of claimant from 0 to 1",
    )  # fmt: skip
    listing_month: Worlds = quantity(
        12.0, "months", "time from the start to the listing",
        prior=uniform(6, 24), low=1, high=600, source="mid to late 2026, may slip to 2027 (Bloomberg, 9 December 2025)", grade="assumed",
        effect="- raised_usd of claimant at 14",
    )  # fmt: skip
    listing_usd: Worlds = quantity(
        3e10, "USD of 2025", "proceeds of the listing",
        prior=lognormal(2e10, 5e10), low=0, high=1e13, source="well over 30 B$ planned (Bloomberg, 9 December 2025)", grade="assumed",
        effect="+ raised_usd of claimant from 0 to 1e11",
    )  # fmt: skip

    @cached_property
    def term_months(self) -> Stock:
        """Months over which debt is paid back, by kind of debt (debts, worlds)."""
        return 12.0 * np.array([self.bonds_term_years, self.buildings_term_years, self.chips_term_years])

    @cached_property
    def distress_kept(self) -> Worlds:
        """Part of an owner's distress that is there a month later."""
        return np.exp(LN_HALF / self.distress_half_life_months)


def faded(half_life: Worlds, years: float) -> Worlds:
    """Years of full growth that so many years of fading growth are worth; (worlds,)."""
    return half_life / -LN_HALF * (1.0 - np.exp(LN_HALF * years / half_life))


def private_pool(parameters: Capital, growth: Worlds, years: float) -> Worlds:
    """US dollars of private equity a year for all labs; growth: ratio per year, years since the start; (worlds,)."""
    return parameters.private_usd_per_year * np.exp(np.log(growth) * faded(parameters.growth_half_life_years, years))


def grown_in_a_month(parameters: Capital, growth: Worlds, years: float) -> Worlds:
    """Growth of the pool of private equity in the month that ends so many years after the start, a factor; (worlds,)."""
    speed = np.exp(LN_HALF * years / parameters.growth_half_life_years)
    return np.exp(np.log(growth) * speed / 12.0)


def pools(parameters: Capital, growth: Worlds, years: float, equity: Worlds, sales: Worlds) -> Stock:
    """US dollars of a month by kind (kinds, worlds).

    growth: ratio per year of private equity. years: since the start. equity: what mood and levers make of equity, a
    factor. sales: US dollars that vendors were paid for chips last month (worlds,).
    """
    year = np.array([
        parameters.parents_usd_per_year, parameters.bonds_usd_per_year, parameters.buildings_usd_per_year,
        parameters.chips_usd_per_year, parameters.private_usd_per_year, parameters.public_usd_per_year,
    ])  # fmt: skip
    growths = np.array([
        parameters.parents_growth, parameters.bonds_growth, parameters.buildings_growth, parameters.chips_growth,
        growth, parameters.public_growth,
    ])  # fmt: skip
    sizes = year * np.exp(np.log(growths) * faded(parameters.growth_half_life_years, years)) / 12.0
    sizes[PARENTS] += parameters.vendor_share * sales
    for kind in (PARENTS, PRIVATE, PUBLIC):
        sizes[kind] *= equity
    return sizes


def listed(parameters: Capital, months: int) -> Worlds:
    """US dollars that the listing of a parent brings in a month; months: since the start; (worlds,)."""
    happens = (parameters.listing_draw < parameters.listing_chance) & (np.rint(parameters.listing_month) == months)
    return np.where(happens, parameters.listing_usd, 0.0)
