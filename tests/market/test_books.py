"""What owners could spend in a month, by hand."""

import numpy as np

from computerace.market import books, finance
from computerace.market.accounts import Accounts
from computerace.market.capital import BONDS, DEBT, KINDS, PARENTS, PRIVATE, PUBLIC
from computerace.market.setting import Setting
from computerace.runs.model.setting import now
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import small_start

POOLS = {f"capital.{kind}_usd_per_year": 1e15 for kind in KINDS if kind not in ("parents", "chips")}


def setting_of(
    backing: Rows = 0.0, growth: Rows = 0.0, anchors: dict[str, Rows] | None = None, **settings: float
) -> Setting:
    usual = {"finance.leverage": 2.0, "finance.cash_flow_share": 0.5, "finance.sentiment_elasticity": 1.0,
             "capital.parents_usd_per_year": 0.0, "capital.vendor_share": 0.0, "capital.chips_usd_per_year": 1200.0,
             "capital.one_name_share": 1.0, "capital.buildings_loan": 0.8, "capital.chips_loan": 0.5,
             "capital.chips_growth": 1.0, "finance.window_multiplier": 1.0}  # fmt: skip
    anchored = {"core": 0.0, "buffer": 0.0, "spending_months": 12.0, "other_capex": 0.0}
    return plain_setting(
        POOLS | usual | {name.replace("__", "."): value for name, value in settings.items()},
        {"backing_usd_per_month": backing, "cash_flow_growth": growth}, anchored | (anchors or {}),
    )  # fmt: skip


def money(debt: Rows = 0.0, coupon: Rows = 0.0, line: Rows = 0.0, **changed: Rows) -> finance.State:
    usual = {"cash": 0.0, "outside_rate": 0.0, "sentiment": 1.0, "chest": 0.0, "distress": 0.0}
    zero = rows(0.0)
    return small_start()[1].finance._replace(
        mood=np.zeros(3), sales=np.zeros(3), debt=np.stack([rows(debt), zero, zero]), line=rows(line),
        coupon=np.stack([rows(coupon), zero, zero]), **{name: rows(value) for name, value in (usual | changed).items()},
    )  # fmt: skip


def means(
    setting: Setting,
    state: finance.State,
    income: Rows = 0.0,
    bill: Rows = 0.0,
    server_share: float = 0.5,
    month: int = 0,
) -> books.Means:
    zero = rows(0.0)
    earned = Accounts(*(zero for _ in Accounts._fields))._replace(sales=rows(income))
    return books.means(setting, state, earned, rows(bill), rows(server_share), now(setting, month))[0]


def test_the_other_business_grows_where_it_earns_and_stays_where_it_loses() -> None:
    setting = setting_of(growth=np.log(1.1), anchors={"core": [100.0, -100.0, 0.0, 50.0, 0.5]})
    found = means(setting, money(), income=[7.0, 7.0, 7.0, -7.0, 0.0], month=24)
    np.testing.assert_allclose(found.core, rows([121.0, -100.0, 0.0, 60.5, 0.605]))
    np.testing.assert_allclose(found.income, rows([128.0, -93.0, 7.0, 53.5, 0.605]))


def test_cash_above_the_buffer_is_spent_in_its_months() -> None:
    setting = setting_of(anchors={"buffer": 40.0, "spending_months": [6.0, 12.0, 12.0, 12.0, 12.0]})
    found = means(setting, money(cash=[100.0, 100.0, 30.0, 0.0, 40.0]))
    np.testing.assert_allclose(found.spare, rows([10.0, 5.0, 0.0, 0.0, 0.0]))


def test_bonds_are_open_to_a_multiple_of_a_years_income_a_twelfth_of_the_room_a_month() -> None:
    state = money(debt=[0.0, 60.0, 999.0, 0.0, 0.0])
    found = means(setting_of(), state, income=[5.0, 5.0, 5.0, -5.0, 0.0])
    np.testing.assert_allclose(found.offers[BONDS], rows([0.0, 5.0, 0.0, 0.0, 0.0]))  # none to a young lab


def test_a_line_that_is_drawn_takes_the_room_for_bonds() -> None:
    found = means(setting_of(), money(debt=10.0, line=50.0), income=5.0)
    np.testing.assert_allclose(found.offers[BONDS, 1:], 5.0)


def test_interest_repayment_and_the_line_are_due() -> None:
    setting = setting_of(capital__line_rate=0.12, capital__bonds_term_years=10.0)
    found = means(setting, money(debt=240.0, coupon=1.5, line=30.0))
    np.testing.assert_allclose(found.interest, 1.5 + 0.3)
    np.testing.assert_allclose(found.repay, 2.0)
    np.testing.assert_allclose(found.due, 1.8 + 2.0 + 30.0)


def test_equity_comes_with_belief_and_a_backer_with_what_it_has_set_aside() -> None:
    setting = setting_of(backing=[3.0, 0, 0, 0, 0], finance__slack_usd_per_month=2.0, finance__window_multiplier=1.5)
    for belief, factor in ((1.0, 1.0), (0.5, 0.5), (3.0, 3.0)):
        found = means(setting, money(outside_rate=120.0, sentiment=belief, chest=7.0)).offers[:, 0]
        np.testing.assert_allclose(found[PRIVATE], 15.0 * factor)
        np.testing.assert_allclose(found[PARENTS], 3.0 + 2.0 + 7.0)


def test_all_means_are_for_ai_and_chips_carry_debt_of_their_own() -> None:
    setting = setting_of(anchors={"other_capex": 11.0}, capital__public_usd_per_year=0.0)
    state = money(cash=240.0, outside_rate=36.0)
    setting = setting._replace(anchors=setting.anchors._replace(labs_among=rows(1.0) > 0))
    found = means(setting, state, income=[40.0, -10.0, -99.0, 0.0, 0.0], bill=10.0)
    young = np.array([20 + 20 + 8 + 3 - 11, 0.0]) / (
        1 - 0.5 * 0.5
    )  # half of a chip's cost is its server, half of it lent
    np.testing.assert_allclose(found.funds[0], young[0])
    np.testing.assert_allclose(found.funds[1], (-10 + 20 + 8 + 3 - 11) / 0.75)
    np.testing.assert_allclose(found.funds[2], 0.0)
    tight = setting_of(
        anchors={"other_capex": 11.0}, capital__public_usd_per_year=0.0, capital__chips_usd_per_year=12.0
    )
    np.testing.assert_allclose(means(tight, state, income=40.0, bill=10.0).funds[0], 20 + 20 + 8 + 3 - 11 + 1.0)


def test_an_owner_in_distress_is_lent_nothing_and_may_sell_shares() -> None:
    found = means(setting_of(), money(distress=1.0), income=10.0, bill=10.0)
    np.testing.assert_array_equal(found.offers[DEBT], 0.0)
    assert (found.offers[PUBLIC, 1:] > 0.0).all()


def test_new_equity_is_counted_against_a_multiple_of_a_years_income() -> None:
    """An incumbent that earns 10 a month is worth 20 years of it: 100 of new equity are 100 / 2,500 of the firm."""
    setting = setting_of(capital__cash_flow_multiple=20.0, capital__tightness=0.0)
    earned = Accounts(*(rows(0.0) for _ in Accounts._fields))._replace(sales=rows(10.0))
    zero = rows(0.0)
    money_there, there = books.means(setting, money(), earned, zero, rows(0.5), now(setting, 0))
    there = there._replace(asker=there.asker._replace(young=zero > 1.0, labs_among=zero > 1.0))
    budget = books.Budget(*(zero for _ in books.Budget._fields))._replace(public=rows(100.0))
    funded = books.fund(setting, money(), money_there, there, budget, zero, zero, rows(1.0), zero)
    assert (funded.granted[PUBLIC] == 100.0).all()
    np.testing.assert_allclose(funded.dilution, 0.04)


def test_nothing_has_moved_in_month_0_but_capex() -> None:
    capex, other = np.full((5, 3), 7.0), np.full((5, 3), 2.0)
    flows = books.nothing(other, capex)
    assert flows.capex is capex and flows.other_capex is other
    assert flows.returns.tolist() == [1.0, 1.0, 1.0]
    for moved in (flows.raised, flows.borrowed, flows.repaid, flows.funded.line, flows.means.income):
        np.testing.assert_array_equal(moved, np.zeros((5, 3)))
    assert flows.funded.rates.shape == (3, 3)
