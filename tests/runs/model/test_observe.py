"""The verb observe: prices, returns, everybody's books and what is in sight, by hand."""

import numpy as np

from computerace.market import capital, energy, finance, sites
from computerace.market.setting import Setting, State
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import Seen, observe
from tests.runs.model.plain import plain_setting, rows
from tests.runs.model.small import calm_luck, small_start

MONTH = 2


def seen(setting: Setting, state: State) -> Seen:
    return observe(setting, state, calm_luck(), now(setting, MONTH))


def with_fleet(state: State, *owned: float) -> State:
    """The state with these H100e of the second generation and of no other."""
    stock = np.zeros_like(state.fleet.stock)
    stock[1] = rows(list(owned))
    return state._replace(fleet=state.fleet._replace(stock=stock, owned=stock.sum(axis=0)))


def test_returns_are_revenue_in_two_years_over_what_the_industrys_chips_cost() -> None:
    setting = plain_setting(
        {"finance.cost_of_capital": 0.1, "chips.price_decline": 0.2, "chips.server_markup": 1.5,
         "sites.cost_usd_per_mw": 1e5, "finance.appetite": 0.0, "finance.sensitivity": 0.6},
        {"purchase_cost": [0.5, 1.0, 1.0, 1.0, 2.0], "in_house_target": 0.0},
    )  # fmt: skip
    state = with_fleet(small_start()[1], 1e6, 2e6, 3e6, 4e6, 10e6)
    price, market = np.array([1e4, 2e4, 4e4]), np.full(3, 1e11)
    state = state._replace(
        chips=state.chips._replace(price=price),
        users=state.users._replace(market=market, growth=np.full(3, 0.25)),
        energy=state.energy._replace(premium=np.full((3, 3), 2e5)),
    )
    found = seen(setting, state)
    new_watts = now(setting, MONTH).technology.new_watts
    each = price * 1.5 + 1e5 * new_watts / 1e6
    premium = 2e5 * new_watts / 1e6
    np.testing.assert_allclose(found.books.all_in[0], 0.5 * each + premium)
    q = 1e11 * np.exp(0.5) / (20e6 * (2.0 * each + premium) * 0.5)  # at the prices of the rest of the market
    np.testing.assert_allclose(found.public.returns, q)
    np.testing.assert_allclose(found.public.log_returns, np.log(q))
    np.testing.assert_allclose(found.public.wished_growth, 0.05 * 2 * (q - 1) / (q + 1))
    np.testing.assert_array_equal(found.public.chip_price, price)
    owning = setting.mechanisms.rental.over_cost * setting.mechanisms.rental.carrying_cost * each
    np.testing.assert_allclose(found.public.rent_parity, owning / (12 * 730.5))
    assert found.public.month == MONTH and found.public.years == MONTH / 12
    np.testing.assert_array_equal(found.public.new_watts, new_watts)


def test_the_largest_of_the_others_is_seen_and_the_rest_of_the_market_is_not_a_leader() -> None:
    setting, state, _ = small_start()
    state = with_fleet(state, 10.0, 40.0, 30.0, 20.0, 99.0)
    state = state._replace(finance=state.finance._replace(investment=rows([5.0, 5.0, 1.0, 2.0, 9.0])))
    books = seen(setting, state).books
    np.testing.assert_array_equal(books.leader_owned, rows([40.0, 30.0, 40.0, 40.0, 40.0]))
    np.testing.assert_array_equal(books.leader_investment, rows([5.0, 5.0, 5.0, 5.0, 5.0]))
    np.testing.assert_array_equal(books.owned, rows([10.0, 40.0, 30.0, 20.0, 99.0]))
    np.testing.assert_allclose(books.need_mw, rows([10.0, 40.0, 30.0, 20.0, 99.0]) * 1453.0 / 1e6)


def test_power_and_buildings_of_this_month_and_the_next_five_are_in_sight() -> None:
    setting = plain_setting({"energy.slack_mw": 7.0, "sites.slack_mw": 3.0})
    _, state, _ = small_start()
    arrivals, buildings = np.zeros((24, 3, 5, 3)), np.zeros((24, 5, 3))
    for month, amount in ((1, 1000.0), (2, 1.0), (7, 10.0), (8, 1000.0)):  # the month before and the seventh are out
        arrivals[month] = amount * np.array([1.0, 2.0, 4.0])[:, None, None]
        buildings[month] = 100.0 * amount
    energised = np.stack([rows(20.0), rows(30.0), rows(50.0)])
    pipeline = np.stack([rows(1.0), rows(2.0), rows([3.0, 4.0, 5.0, 6.0, 7.0])])
    state = state._replace(
        energy=energy.State(energised, pipeline, arrivals, np.zeros((3, 3))),
        sites=sites.State(rows(500.0), rows(0.0), buildings, rows(0.0), rows(0.0), rows(1.0)),
    )
    books = seen(setting, state).books
    np.testing.assert_allclose(books.power_in_sight, 100.0 + 7.0 + 11.0 * 7.0)
    np.testing.assert_allclose(books.buildings_in_sight, 500.0 + 3.0 + 11.0 * 100.0 + 11.0 * 4.0)
    np.testing.assert_array_equal(books.of(3).energised, energised[:, 3])
    np.testing.assert_array_equal(books.of(3).energy_pipeline, pipeline[:, 3])


def test_moods_turn_and_rounds_close_before_anybody_decides() -> None:
    setting = plain_setting(
        {"finance.round_months": 4.0, "finance.round_speed": 0.5, "capital.private_usd_per_year": 2e11,
         "capital.one_name_share": 0.5, "finance.window_growth": 1.0, "finance.window_volatility": 0.0,
         "finance.promise_memory_months": 10.0},
        {"backing_usd_per_month": 0.0, "promised_growth": 1.0},
        {"young": rows([1.0, 0.0, 0.0, 0.0, 0.0]) > 0},
    )  # fmt: skip
    _, state, _ = small_start()
    money = state.finance._replace(
        outside_rate=rows(1e9), mood=np.full(3, 1.0), plans=rows(0.1), sentiment=rows(1.0), promised=rows(50.0)
    )
    state = with_fleet(state._replace(finance=money), 50.0 * np.e, 50.0, 50.0, 50.0, 50.0)
    luck = calm_luck()._replace(closing=rows(0.2))
    found = observe(setting, state, luck, now(setting, MONTH))
    np.testing.assert_allclose(found.finance.outside_rate, rows([1e10, 1e9, 1e9, 1e9, 1e9]))
    half = 0.5 ** (1 / 12)
    seen_by_investors = found.finance.outside_rate / 12.0 * np.exp(half)
    np.testing.assert_allclose(found.market.asker.equity, seen_by_investors, rtol=1e-6)
    np.testing.assert_allclose(found.books.offers[capital.PRIVATE, 0], seen_by_investors[0], rtol=1e-6)
    np.testing.assert_allclose(found.books.plan_drift, 0.1 * 0.5 ** (1 / 6))
    np.testing.assert_allclose(found.books.promised, rows([50.0 * np.exp(0.1), 50.0, 50.0, 50.0, 50.0]))
    assert isinstance(found.finance, finance.State)


def test_the_books_are_the_owners_own_figures() -> None:
    setting, state, _ = small_start()
    found = seen(setting, state)
    for name, values in {
        "cash": state.finance.cash, "debt": state.finance.debt.sum(axis=0) + state.finance.line,
        "revenue": state.users.revenue,
        "investment": state.finance.investment, "investment_at_start": setting.anchors.investment,
        "other_capex": setting.anchors.other_capex, "rented_at_start": setting.anchors.rented,
        "revenue_at_start": setting.anchors.revenue, "researchers": state.talent.researchers,
        "openings": state.talent.openings, "income": found.means.income, "core": found.means.core,
        "spare": found.means.spare, "due": found.means.due, "bill": found.means.bill, "funds": found.means.funds,
    }.items():  # fmt: skip
        np.testing.assert_array_equal(getattr(found.books, name), values, err_msg=name)
    np.testing.assert_allclose(found.means.income, found.means.core + found.accounts.income)
