"""Chips: one constrained base feeds merchant vendors and in-house programmes; orders wait in a backlog.

Supply per month S grows by a yearly factor that falls log-linearly from `supply_growth_2026` to `supply_growth_2030`
(and is carried back along the same line before 2026), times a mean-reverting shock. Vendors expand for orders: where
the backlog B of the last year falls short of the n months that buyers order for when nothing is short, growth is cut,

    d ln S = growth * min(1, B / n)^supply_response

In-house programmes (TPU, Maia, MTIA) book a share of the base, which moves over `booking_months`; they take what their
owners want of it, and vendors sell the rest.

Owners order as base stock: what they want in a month over the months that an order is under way. They order ahead the
longer the lead time that they see, though by less than all of it,

    months covered = (1 + n) ((1 + B) / (1 + n))^lead_response

so that wants w against supply s settle at 1 + B = (1 + n) (w / s)^(1 / (1 - lead_response)): small shortages make
long queues, and no floor or ceiling holds them (Lee, Padmanabhan and Whang 1997, Management Science 43:546, on orders
inflated in a shortage). What a chip costs its vendor, c, falls with technology from 1 - m of the price of the start, m
being the gross margin; the list price p follows cost and, slowly, the backlog:

    d ln (p - c) = ln(1 - price_decline) / 12 + price_response / m * 2 (B - n) / (B + n)

where the factor of the backlog is ln(B / n) near n and never more than 2, so that price_response is what p itself gives at
the margin of the start; who loses orders gives way as long as there is a margin, and never sells below cost. Where chips are auctioned, the price is what they sold at.

Sources: flow and prices from Epoch AI, AI Chip Sales (data to end-2025): Nvidia's flow grew 3.8, 3.0 and 2.7 times in
2023, 2024 and 2025; average spend per H100e fell from 36.3 to 17.1 thousand dollars between 2022 and 2025. Lead times
of 36-52 weeks in November 2023, 8-12 weeks in April 2024, twelve months for Blackwell in October 2024, 4-10 months in
2025 (press); Nvidia's gross margin of 57, 73, 75 and 71 % in its fiscal years 2023 to 2026. Wright (1936) for the form of falling cost. Limits: vendors are one seller; capacity once built is never
closed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import allocation
from computerace.market.allocation import RULES
from computerace.market.arrays import TINY, Owners, Worlds, above, at_most, below, bounded, near_log, over_owners, ratio
from computerace.market.parameters import choice, lognormal, loguniform, quantity, uniform
from computerace.market.units import LN_HALF, MID_YEAR

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

EPOCH = "Epoch AI, AI Chip Sales and AI Chip Owners (data to end-2025)"
NEUTRAL = {"chips.supply_multiplier": 1e6, "chips.price_response": 0.0, "chips.in_house_ceiling": 1.0}
NEARLY_EMPTY = 1e-3  # backlog over what buyers order for, below which logs are cut
GROWTH_YEARS = 4.0  # between the two anchors of growth, mid-2026 and mid-2030


@dataclass(frozen=True)
class Chips:
    """Parameters of the chip market; each an array of shape (worlds,) in a race."""

    supply_growth_2026: Worlds = quantity(
        2.2, "ratio per year", "growth of the yearly chip supply in 2026",
        prior=lognormal(1.6, 3.0), low=0.1, high=10, source=f"flow 2.7 times in 2025 ({EPOCH}); packaging 1.75–1.85 times by end-2026 (Morgan Stanley, November 2025), 1.3 times the H100e a chip", grade="C",
        effect="+ supply_h100e at 12",
    )  # fmt: skip
    supply_growth_2030: Worlds = quantity(
        1.4, "ratio per year", "growth of the yearly chip supply in 2030",
        prior=lognormal(1.15, 1.9), low=0.1, high=10, source="packaging capacity doubling until 2026, then slower", grade="assumed",
        effect="+ supply_h100e at 48",
    )  # fmt: skip
    supply_h100e_per_month: Worlds = quantity(
        1.458e6, "H100e per month", "flow of the base, average of the quarter before the start",
        prior=lognormal(1.25e6, 1.7e6), low=1, high=1e12, source=f"fourth quarter of 2025: {EPOCH}", grade="A",
        effect="+ supply_h100e at 1",
    )  # fmt: skip
    supply_multiplier: Worlds = quantity(
        1.0, "ratio", "supply relative to its path, from the first month on",
        low=0.0, high=1e9, source="scenario lever; 1 by definition", grade="A",
        effect="+ supply_h100e at 1",
    )  # fmt: skip
    supply_volatility: Worlds = quantity(
        0.12, "log, per square root of a year", "standard deviation of the supply shock",
        prior=loguniform(0.06, 0.25), high=2, source="spread of CoWoS forecasts made six months apart, 2025", grade="assumed",
        effect="± supply_h100e: more in some worlds, less in others",
    )  # fmt: skip
    supply_shock_half_life_months: Worlds = quantity(
        6.0, "months", "half-life of a supply shock",
        prior=loguniform(3, 12), low=0.5, high=120, source="equipment lead times", grade="assumed",
        effect="± supply_h100e: good luck lasts as well as bad",
    )  # fmt: skip
    supply_response: Worlds = quantity(
        1.0, "exponent", "response of the supply's growth to a backlog below what buyers order for",
        prior=uniform(0.3, 1.5), high=20, source="capacity is booked one to two years ahead against orders (TSMC, SK Hynix)", grade="assumed",
        effect="- supply_h100e at 24",
    )  # fmt: skip
    supply_cut: Worlds = quantity(
        0.0, "fraction", "part of the supply lost between cut_from_month and cut_until_month",
        high=1, source="scenario lever; 0 by definition", grade="A",
        effect="- supply_h100e at 8 from 0 to 0.5",
    )  # fmt: skip
    cut_from_month: Worlds = quantity(
        6.0, "months", "first month of a supply cut", high=600, source="scenario lever", grade="assumed",
        effect="+ supply_h100e at 8 from 3 to 12 where chips.supply_cut = 0.5",
    )  # fmt: skip
    cut_until_month: Worlds = quantity(
        18.0, "months", "month in which a supply cut ends", high=600, source="scenario lever", grade="assumed",
        effect="- supply_h100e at 12 from 9 to 18 where chips.supply_cut = 0.5",
    )  # fmt: skip
    price_usd_per_h100e: Worlds = quantity(
        15000.0, "USD of 2025 per H100e", "purchase price of merchant chips at end-2025",
        prior=lognormal(12000, 19000), low=100, high=1e6, source=f"inferred for the year's end from 17.1 thousand on average in 2025, falling: {EPOCH}", grade="C",
        effect="+ chip_price_usd_per_h100e at 1",
    )  # fmt: skip
    price_decline: Worlds = quantity(
        0.22, "fraction per year", "fall of the price per H100e by technology",
        prior=uniform(0.15, 0.34), high=0.9, source=f"(17.1/36.3)^(1/3) over 2022–2025: {EPOCH}", grade="B",
        effect="- chip_price_usd_per_h100e at 6",
    )  # fmt: skip
    price_response: Worlds = quantity(
        0.02, "per month", "response of the list price to the log of backlog over what buyers order for; 0 leaves it to technology",
        prior=loguniform(0.006, 0.05), high=1, source="list price slid while rents swung, 2022–2025", grade="assumed",
        effect="+ chip_price_usd_per_h100e at 2",
    )  # fmt: skip
    gross_margin: Worlds = quantity(
        0.72, "fraction", "vendors' gross margin at the price of the start",
        prior=uniform(0.57, 0.77), low=0.3, high=1, source="Nvidia, 57, 73 and 75 % in fiscal years 2023 to 2025, about 71 in 2026 (press, from its results)", grade="B",
        effect="- chip_price_usd_per_h100e at 60 from 0.5 to 1",
    )  # fmt: skip
    start_backlog_months: Worlds = quantity(
        8.0, "months", "backlog at the start",
        prior=lognormal(4, 13), low=0.5, high=36, source="sold out for twelve months (October 2024); B200 4–10 months in 2025 (press)", grade="B",
        effect="+ backlog_months at 1",
    )  # fmt: skip
    order_months: Worlds = quantity(
        3.0, "months", "backlog that buyers order for when nothing is short, at which the list price follows technology alone",
        prior=uniform(2, 5), low=0.5, high=24, source="8–12 weeks in April 2024 (press)", grade="B",
        effect="- chip_price_usd_per_h100e at 2",
    )  # fmt: skip
    server_markup: Worlds = quantity(
        1.4, "ratio", "server and network cost over chip cost",
        prior=uniform(1.2, 1.7), low=1, high=5, source="no published figure; 41 thousand all in less 13 for the building, over 17.1 for the chip, gives 1.6", grade="assumed",
        effect="- asked_chips_h100e of all at 1",
    )  # fmt: skip
    in_house_cost: Worlds = quantity(
        0.64, "ratio", "all-in cost of in-house chips over merchant chips",
        prior=uniform(0.50, 0.78), low=0.05, high=3, source="Epoch AI, AI compute users (2025): its own range of 0.50–0.78", grade="B",
        effect="- asked_chips_h100e of rivals at 1",
    )  # fmt: skip
    booking_months: Worlds = quantity(
        18.0, "months", "time in which an in-house programme moves its booked share",
        prior=uniform(9, 30), low=1, high=120, source="wafers are booked one to two years ahead", grade="assumed",
        effect="+ got_own_chips_h100e of rivals at 3 from 3 to 60",
    )  # fmt: skip
    in_house_ceiling: Worlds = quantity(
        0.5, "fraction", "largest part of the base that in-house programmes can book together",
        prior=uniform(0.35, 0.65), high=1, source="Nvidia took 60–63 % of CoWoS in 2025 (Morgan Stanley); AMD is in what is left", grade="C",
        effect="+ got_own_chips_h100e of all at 24 from 0.1 to 0.6",
    )  # fmt: skip
    export_loss: Worlds = quantity(
        0.0, "fraction", "part of the rest of the market's orders barred by export rules",
        high=1, source="scenario lever; 0 keeps the rules of end-2025", grade="A",
        effect="- got_chips_h100e of rest at 12 from 0 to 0.5",
    )  # fmt: skip
    cancel_months: Worlds = quantity(
        12.0, "months", "orders beyond what so many months want are cancelled",
        prior=uniform(6, 18), low=0.5, high=120, source="no published figure", grade="assumed",
        effect="+ backlog_h100e of all at 24 from 1 to 12",
    )  # fmt: skip
    backlog_memory_months: Worlds = quantity(
        12.0, "months", "time over which vendors see the usual backlog",
        low=1, high=120, source="held; capacity is booked a year ahead", grade="assumed",
        effect="+ supply_h100e at 18 from 2 to 24",
    )  # fmt: skip
    growth_from_years: Worlds = quantity(
        -3.0, "years from mid-2026", "earliest date to which the growth of supply is carried back",
        low=-50, high=0, source="held; the record begins in 2023", grade="assumed",
        effect="- supply_h100e at 6 from -3 to 0",
    )  # fmt: skip
    growth_until_years: Worlds = quantity(
        5.0, "years from mid-2026", "date after which the growth of supply changes no more",
        low=0, high=50, source="held; a year beyond 2030", grade="assumed",
        effect="- supply_h100e at 48 from 0 to 5",
    )  # fmt: skip
    auction_reserve: Worlds = quantity(
        0.5, "ratio", "least price of an auction over the price that follows technology alone",
        low=1e-4, high=10, source="held; under the rules uniform_price and pay_as_bid alone", grade="assumed",
        effect="+ chip_price_usd_per_h100e at 24 from 0.1 to 1 where chips.allocation = uniform_price",
    )  # fmt: skip
    auction_months: Worlds = quantity(
        3.0, "months", "wish that an owner bids for at most",
        low=0.1, high=60, source="held; under the rules uniform_price and pay_as_bid alone", grade="assumed",
        effect="+ chip_price_usd_per_h100e at 12 from 0.5 to 3 where chips.allocation = uniform_price",
    )  # fmt: skip
    bid_urgency: Worlds = quantity(
        0.05, "elasticity", "bid to the months for which an order has been open",
        low=0, high=5, source="held; under the rule pay_as_bid alone", grade="assumed",
        effect="± chip_price_usd_per_h100e where chips.allocation = pay_as_bid: who waits pays more, who does not pays less",
    )  # fmt: skip
    bid_months_least: Worlds = quantity(
        0.2, "months", "time below which an open order makes nobody bid less",
        low=0.001, high=12, source="held; under the rule pay_as_bid alone", grade="assumed",
        effect="+ chip_price_usd_per_h100e at 12 from 0.01 to 12 where chips.allocation = pay_as_bid",
    )  # fmt: skip
    lead_response: Worlds = quantity(
        0.5, "elasticity", "months that buyers order ahead to the lead time that they see",
        prior=uniform(0.2, 0.8), high=0.95, source="orders are inflated in a shortage (Lee, Padmanabhan and Whang 1997); no published figure", grade="assumed",
        effect="+ backlog_months at 2",
    )  # fmt: skip
    allocation: str = choice("posted", RULES, "how scarce chips are shared out", source="see market/allocation.py")

    @cached_property
    def log_growths(self) -> tuple[Worlds, Worlds]:
        """Log growth of the supply a year in 2026 and in 2030."""
        return np.log(self.supply_growth_2026), np.log(self.supply_growth_2030)

    @cached_property
    def shock_kept(self) -> Worlds:
        """Part of a shock to the supply that is there a month later."""
        return np.exp(LN_HALF / self.supply_shock_half_life_months)

    @cached_property
    def shock_spread(self) -> Worlds:
        """Standard deviation of what is new in a month's shock, log."""
        return self.supply_volatility * np.sqrt(1.0 - self.shock_kept * self.shock_kept)

    @cached_property
    def month_decline(self) -> Worlds:
        """What a month of technology leaves of the price."""
        return (1.0 - self.price_decline) ** (1.0 / 12.0)

    @cached_property
    def log_decline(self) -> Worlds:
        """Log of what a year of technology leaves of the price."""
        return np.log(1.0 - self.price_decline)


class State(NamedTuple):
    """What the chip market leaves for the next month. Owner arrays are (owners, worlds), market arrays (worlds,)."""

    prepaid: Owners  # backlog that is paid, H100e
    open_orders: Owners  # backlog that is paid on delivery, H100e
    booked: Owners  # share of the base booked by the owner's programme
    price: Worlds  # list price, US dollars per H100e
    backlog_months: Worlds
    usual_backlog: Worlds  # months, of the last year
    path: Worlds  # smooth part of the supply, H100e per month
    shock: Worlds  # log


class Orders(NamedTuple):
    """What owners ask of the chip market; (owners, worlds), or (worlds,) where one owner fills it in."""

    wanted: Owners  # H100e per month, all chips
    in_house: Owners  # H100e per month that should be the owner's own chips
    cover_months: Owners  # deliveries of so many months are kept on order
    prepaid_share: Owners  # of new orders, of a month's wish at most
    budget_usd: Owners  # at most this much is paid for chips in the month, ahead or on delivery
    wished: Owners  # H100e per month that the budget pays for, before power and buildings in sight cut it to `wanted`
    powered: Owners  # of these, what power in sight alone would run, H100e per month
    housed: Owners  # of these, what buildings in sight alone would house, H100e per month


class Flows(NamedTuple):
    """What happened in the chip market in a month, H100e and US dollars."""

    made: Worlds  # H100e that the base could deliver
    delivered: Owners
    own: Owners  # delivered to in-house programmes
    ordered: Owners  # new orders
    paid: Owners  # US dollars
    vendors: Owners  # of these, what merchant vendors were paid
    unpaid: Owners  # on order, and would have been delivered had there been money for it


def growth_per_month(parameters: Chips, years_after_2026: float) -> Worlds:
    """Log growth of the supply per month at a date given in years after mid-2026; (worlds,)."""
    years = bounded(years_after_2026, parameters.growth_from_years, parameters.growth_until_years)
    position = years / GROWTH_YEARS
    first, last = parameters.log_growths
    return (first + (last - first) * position) / 12.0


def next_path(parameters: Chips, path: Worlds, years_after_2026: float, usual_backlog: Worlds) -> Worlds:
    """Smooth part of the supply after a month, H100e per month; usual_backlog is the last year's, in months; (worlds,)."""
    filled = at_most(above(usual_backlog / parameters.order_months, NEARLY_EMPTY), 1.0, "filled")
    growth = growth_per_month(parameters, years_after_2026)
    held_back = np.exp(parameters.supply_response * np.log(filled))
    return path * np.exp(np.where(growth > 0.0, growth * held_back, growth))


def path_at_start(parameters: Chips, years_after_2026: float) -> Worlds:
    """Supply in the last month of the quarter of which `supply_h100e_per_month` is the average: a month further on."""
    return parameters.supply_h100e_per_month * np.exp(growth_per_month(parameters, years_after_2026))


def supply(parameters: Chips, path: Worlds, shock: Worlds, month: int) -> Worlds:
    """H100e that the base can make this month; path is the smooth part in H100e, shock a log; (worlds,)."""
    cut = (parameters.cut_from_month <= month) & (month < parameters.cut_until_month)
    return path * np.exp(shock) * parameters.supply_multiplier * np.where(cut, 1.0 - parameters.supply_cut, 1.0)


def next_shock(parameters: Chips, shock: Worlds, draw: Worlds) -> tuple[Worlds, Worlds]:
    """First-order autoregression with the given half-life and long-run standard deviation, and what is expected of it.

    Logs (worlds,); draw: standard normal.
    """
    expected = parameters.shock_kept * shock
    return expected + parameters.shock_spread * draw, expected


def cover_months(parameters: Chips, backlog_months: Worlds) -> Worlds:
    """Months of deliveries that a buyer keeps on order when it sees such a backlog; (worlds,)."""
    usual = 1.0 + parameters.order_months
    return usual * np.exp(parameters.lead_response * np.log((1.0 + backlog_months) / usual))


def cut(asked: Orders, part: Owners, money: Owners) -> Orders:
    """Orders cut to what can be paid: to a part of what was wanted, and to US dollars of the month (owners, worlds)."""
    return asked._replace(
        wanted=asked.wanted * part,
        in_house=asked.in_house * part,
        wished=asked.wished * part,
        powered=asked.powered * part,
        housed=asked.housed * part,
        budget_usd=np.minimum(asked.budget_usd, money),
    )


def orders(wanted: Owners, backlog: Owners, months: Owners) -> Owners:
    """New orders in H100e: what is wanted per month over the months covered, less what is already on order."""
    return above(wanted * months - backlog, 0.0)


def next_price(parameters: Chips, price: Worlds, backlog_months: Worlds, month: int) -> Worlds:
    """List price after a month, counted from the start, US dollars per H100e; (worlds,).

    Cost is 1 - gross margin of the price that follows technology alone; what is asked above it follows the backlog.
    """
    usual = parameters.order_months
    pressure = near_log(backlog_months, usual)
    cost = (1.0 - parameters.gross_margin) * technology_price(parameters, month - 1)
    asked = above(price - cost, 0.0) * np.exp(parameters.price_response / parameters.gross_margin * pressure)
    return (cost + asked) * parameters.month_decline


def technology_price(parameters: Chips, month: int) -> Worlds:
    """The price of the start as technology alone has brought it down, US dollars per H100e; (worlds,)."""
    return parameters.price_usd_per_h100e * np.exp(parameters.log_decline * month / 12.0)


def next_booking(parameters: Chips, booked: Owners, wanted_in_house: Owners, base: Worlds) -> Owners:
    """Booked shares of the base: each moves toward what its owner wants, all together below the ceiling."""
    target = below(ratio(wanted_in_house, base), 1.0)
    moved = booked + (target - booked) / parameters.booking_months
    total = over_owners(moved)
    return moved * ratio(at_most(total, parameters.in_house_ceiling, "in_house_ceiling"), total)


def clear(setting: "Setting", state: State, asked: Orders, luck: "Luck", now: "Now") -> tuple[State, Flows]:
    """What the base makes is ordered, allocated and priced; in-house programmes take what they have booked."""
    parameters = setting.mechanisms.chips
    usual_backlog = (
        state.usual_backlog + (state.backlog_months - state.usual_backlog) / parameters.backlog_memory_months
    )
    path = next_path(parameters, state.path, now.calendar_years - MID_YEAR, usual_backlog)
    shock, faded = next_shock(parameters, state.shock, luck.supply)
    made = supply(parameters, path, shock, now.month)
    expected = supply(parameters, path, faded, now.month)
    server = state.price * parameters.server_markup * setting.figures.purchase_cost
    own = np.minimum(asked.in_house, state.booked * made)
    own = at_most(own, asked.budget_usd / (server * parameters.in_house_cost), "own_budget")
    paid_own = own * server * parameters.in_house_cost
    money = above(asked.budget_usd - paid_own, 0.0)  # left for merchant chips
    wanted = _allowed(parameters, above(asked.wanted - own, 0.0))
    left, foreseen = (above(base - over_owners(own), 0.0) for base in (made, expected))
    ordered = orders(wanted, state.prepaid + state.open_orders, asked.cover_months)
    prepaid_now = np.minimum(np.minimum(ordered, wanted) * asked.prepaid_share, money / server)
    prepaid = state.prepaid + prepaid_now
    open_orders = at_most(state.open_orders + ordered - prepaid_now, parameters.cancel_months * wanted, "cancel_months")
    paid_ahead = prepaid_now * server
    payable = np.minimum(open_orders, above(money - paid_ahead, 0.0) / server)
    claims = allocation.Claims(
        prepaid, payable, open_orders, wanted, setting.figures.access_weight, server,
        state.price * parameters.server_markup, setting.figures.purchase_cost, left,
        _bidding(parameters, foreseen, now.month),
    )  # fmt: skip
    sale = allocation.rule(parameters.allocation)(claims)
    prepaid, open_orders = above(prepaid - sale.prepaid, 0.0), above(open_orders - sale.late, 0.0)
    backlog_months = over_owners(prepaid + open_orders) / above(left, 1.0)
    booked = next_booking(parameters, state.booked, asked.in_house, made)
    listed = next_price(parameters, state.price, backlog_months, now.month)
    price = listed if sale.price is None else sale.price / parameters.server_markup
    vendors = paid_ahead + sale.paid_usd
    paid = vendors + paid_own
    unpaid = (claims.open_orders - payable) * _filled(sale, claims)
    after = State(prepaid, open_orders, booked, price, backlog_months, usual_backlog, path, shock)
    return after, Flows(made, own + sale.bought, own, ordered, paid, vendors, unpaid)


def _bidding(parameters: Chips, foreseen: Worlds, month: int) -> allocation.Bidding:
    """How owners bid; foreseen: H100e that they expect to be sold this month (worlds,)."""
    reserve = parameters.auction_reserve * technology_price(parameters, month) * parameters.server_markup
    return allocation.Bidding(
        reserve, parameters.auction_months, parameters.bid_urgency, parameters.bid_months_least, foreseen
    )


def _filled(sale: allocation.Sale, claims: allocation.Claims) -> Worlds:
    """Part of what could be paid that was delivered, all owners together: what a further dollar would have met."""
    claimed = over_owners(claims.prepaid + claims.payable)
    return np.where(claimed > TINY, over_owners(sale.bought) / above(claimed, TINY), 1.0)


def _allowed(parameters: Chips, wanted: Owners) -> Owners:
    """What export rules leave of the wanted; they bar part of what the rest of the market would buy."""
    return np.concatenate([wanted[:-1], wanted[-1:] * (1.0 - parameters.export_loss)])
