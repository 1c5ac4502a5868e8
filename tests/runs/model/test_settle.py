"""The verbs fund and settle: what a month's money comes to, by hand."""

import numpy as np
import pytest

from computerace.market import capital, chips, energy, fleet, sites
from computerace.market.books import Budget, Flows, Funded
from computerace.market.chips import Orders
from computerace.market.finance import State
from computerace.market.setting import Setting
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import Seen, Works, fund, observe, settle
from tests.runs.model.plain import Rows, asked, plain_setting, rows
from tests.runs.model.small import calm_luck, small_start

ZERO = rows(0.0)
PLENTY = {f"capital.{kind}_usd_per_year": 1e9 for kind in ("bonds", "buildings", "chips", "private", "public")}
TERMS = {
    "capital.tightness": 0.0, "capital.resale": 0.5, "capital.sale_most": 0.1, "capital.bonds_rate": 0.06,
    "capital.buildings_rate": 0.06, "capital.chips_rate": 0.12, "capital.line_rate": 0.12,
    "finance.sentiment_memory_months": 10.0, "finance.promise_memory_months": 600.0,
    "capital.bonds_term_years": 100 / 12,
}  # fmt: skip
STOCK = 100.0  # H100e of the second generation


def looked(cash: Rows, income: Rows, debt: Rows = 0.0, line: Rows = 0.0, bill: Rows = 0.0) -> tuple[Setting, Seen]:
    """An owner's books with round figures: a line of 30, other capex of 7, servers at 2, and debts over 100 months."""
    setting = plain_setting(PLENTY | TERMS, {"promised_growth": 1.0}, {"other_capex": 7.0, "line": 30.0})
    state = small_start()[1]
    owed = np.stack([rows(debt), ZERO, ZERO])
    money = state.finance._replace(
        cash=rows(cash), debt=owed, coupon=0.01 * owed, line=rows(line), raised=rows(5.0), promised=rows(200.0),
        sentiment=rows(1.0), distress=ZERO, held=rows(1.0), chest=ZERO,
    )  # fmt: skip
    seen = observe(setting, state._replace(finance=money), calm_luck(), now(setting, 1))
    interest, repay = 0.01 * (owed[0] + rows(line)), owed[0] / 100.0
    means = seen.means._replace(
        income=rows(income), interest=interest, repay=repay, line=rows(line), bill=rows(bill),
        due=interest + repay + rows(line),
    )  # fmt: skip
    books = seen.books._replace(promised=rows([200.0, 200, 200, 50, 0]))
    return setting, seen._replace(means=means, books=books, server=rows(2.0))


def played(
    setting: Setting, seen: Seen, budget: Budget, paid: float = 0.0, bill: Rows = 0.0, premium: Rows = 0.0
) -> tuple[Funded, Orders, State, Flows]:
    """A month in which so much is paid for chips, and the bill for buildings."""
    stock = np.zeros((len(setting.watts), 5, 3))
    stock[2] = STOCK
    wants = asked(budget=budget, chips=Orders(*(rows(1e9) for _ in Orders._fields)))
    nothing = np.zeros((3, 5, 3))
    signed = energy.Flows(nothing, nothing, rows(premium))
    funded, orders = fund(setting, seen, wants, signed, rows(STOCK))
    sold = chips.Flows(np.zeros(3), ZERO, ZERO, ZERO, rows(paid), rows(0.75 * paid), ZERO)
    works = Works(ZERO, np.zeros((3, 5, 3)), sites.Flows(ZERO, ZERO, rows(bill)))
    after, flows = settle(
        setting,
        seen,
        wants,
        funded,
        fleet.State(stock, ZERO, ZERO, ZERO, stock, stock.sum(axis=0)),
        sold,
        signed,
        works,
    )
    return funded, orders, after, flows


def budget(investment: float = 80.0, **kinds: float) -> Budget:
    return Budget(rows(90.0), rows(investment), *(rows(kinds.get(kind, 0.0)) for kind in capital.KINDS))


def test_money_comes_in_and_goes_out() -> None:
    setting, seen = looked(cash=1000.0, income=30.0, debt=50.0, line=10.0)
    _, _, after, flows = played(setting, seen, budget(bonds=12.0, chips=6.0, private=20.0), paid=60.0)
    due = 0.6 + 0.5 + 10.0  # interest, what is paid back, and last month's line
    np.testing.assert_allclose(after.cash, 1000 + 30 + 38 - (60 + 7 + due))
    np.testing.assert_allclose(after.debt[:, 0, 0], [50 - 0.5 + 12, 0.0, 6.0])
    np.testing.assert_array_equal(after.line, 0.0)
    np.testing.assert_allclose(after.coupon[:, 0, 0], [0.5 * 0.99 + 12 * 0.06 / 12, 0.0, 0.06])
    np.testing.assert_allclose(after.raised, 25.0)
    np.testing.assert_allclose(after.investment, 80.0)
    np.testing.assert_allclose(after.promised, rows([200.0, 200.0, 200.0, 50.0, 0.0]))
    low = 0.9 + 0.1 * np.exp(-2 / 3)
    # half of what was promised moves belief a tenth of the way; twice as much, too; who promised nothing is believed
    np.testing.assert_allclose(after.sentiment, rows([low, low, low, 0.9 + 0.1 * np.exp(2 / 3), 1.0]))
    np.testing.assert_allclose(flows.capex, 67.0)
    np.testing.assert_allclose(after.sales, 5 * 45.0)  # vendors put none of what own chips cost into labs
    np.testing.assert_array_equal(flows.returns, seen.public.returns)
    np.testing.assert_array_equal(after.mood, seen.finance.mood)
    np.testing.assert_array_equal(after.distress, 0.0)


def test_buildings_and_premiums_are_paid_before_chips_and_orders_are_cut_to_what_is_left() -> None:
    setting, seen = looked(cash=100.0, income=0.0, bill=40.0)
    _, orders, after, flows = played(setting, seen, budget(), paid=20.0, bill=40.0, premium=3.0)
    np.testing.assert_allclose(orders.budget_usd, 100 - 40 - 7 - 3)
    np.testing.assert_allclose(after.cash, 100 - 40 - 7 - 3 - 20)
    np.testing.assert_allclose(flows.capex, 40 + 7 + 3 + 20)


@pytest.mark.parametrize(
    ("income", "line", "other", "kept", "sold", "unpaid", "distress"),
    [
        (0.0, 0.0, 7.0, 1.0, 0.0, 0.0, 0.0),
        (-25.0, 15.0, 7.0, 1.0, 0.0, 0.0, 0.5),  # 20 of cash do not pay 32 and 3 of debt: half of the line is drawn
        (-42.0, 30.0, 5.0, 1.0, 0.0, 0.0, 1.0),  # all of it, and other capex is cut
        (-46.0, 30.0, 1.0, 1.0, 0.0, 0.0, 1.0),
        (-48.125, 30.0, 0.0, 0.25, 0.0, 0.0, 1.0),  # debt is rolled over
        (-53.5, 30.0, 0.0, 0.0, 5.0, 0.0, 1.0),  # used chips are sold
        (-98.5, 30.0, 0.0, 0.0, 10.0, 40.0, 1.0),  # a tenth of them in a month, and creditors lose the rest
    ],
)
def test_who_cannot_pay_draws_its_line_then_spends_less_rolls_debt_sells_chips_and_defaults(
    income: float, line: float, other: float, kept: float, sold: float, unpaid: float, distress: float
) -> None:
    setting, seen = looked(cash=20.0, income=income, debt=150.0)
    funded, orders, after, _ = played(setting, seen, budget())
    np.testing.assert_allclose(funded.line, line)
    np.testing.assert_allclose(funded.other_capex, other)
    np.testing.assert_allclose(funded.kept, kept)
    np.testing.assert_allclose(funded.sold, sold, atol=1e-9)
    np.testing.assert_allclose(funded.shed, sold / 100.0, atol=1e-9)  # at half of a server's price of 2
    np.testing.assert_allclose(funded.unpaid, unpaid, atol=1e-9)
    np.testing.assert_allclose(after.distress, distress)
    if distress:
        np.testing.assert_allclose(after.cash, 0.0, atol=1e-9)
        np.testing.assert_allclose(orders.budget_usd, 0.0, atol=1e-9)  # it buys nothing


def test_a_short_pool_cuts_the_plan_and_the_orders() -> None:
    setting, seen = looked(cash=100.0, income=0.0)
    month = 1e9 / 12
    _, orders, after, flows = played(setting, seen, Budget(rows(4 * month), rows(2 * month), *(
        rows(month if kind == "private" else 0.0) for kind in capital.KINDS)))  # fmt: skip
    np.testing.assert_allclose(flows.funded.granted[capital.PRIVATE], month / 5, rtol=0.03)  # five ask for all of it
    np.testing.assert_allclose(after.investment, 1.2 * month, rtol=0.03)
    np.testing.assert_allclose(orders.wanted, 0.6e9, rtol=0.03)


@pytest.mark.parametrize(("cash", "cut"), [(1e12, 0.0), (0.0, 0.8)])
def test_what_a_pool_does_not_give_cuts_the_plan_by_what_is_lacking_alone(cash: float, cut: float) -> None:
    """A rich row that asks for the whole pool invests as it planned; a poor one goes without what it did not get."""
    setting, seen = looked(cash=cash, income=7.0)
    month = 1e9 / 12
    spare = rows(2 * month if cash else 0.0)
    seen = seen._replace(means=seen.means._replace(spare=spare))
    plan = month  # which the pool would pay whole, were it alone
    _, orders, after, flows = played(setting, seen, Budget(rows(plan), rows(plan), *(
        rows(month if kind == "private" else 0.0) for kind in capital.KINDS)))  # fmt: skip
    np.testing.assert_allclose(flows.funded.granted[capital.PRIVATE], month / 5, rtol=0.03)  # five ask for all of it
    np.testing.assert_allclose(after.investment, plan * (1.0 - cut), rtol=0.04)
    np.testing.assert_allclose(orders.wanted, 1e9 * (1.0 - cut), rtol=0.04)


@pytest.mark.parametrize(("due", "part"), [(0.0, 0.5), (0.2, 0.3)])
def test_income_pays_what_is_due_and_then_for_the_plan_as_far_as_it_goes(due: float, part: float) -> None:
    month = 1e9 / 12
    setting, seen = looked(cash=0.0, income=0.3 * month, debt=50.0 * due * month)
    wants = Budget(rows(month), rows(month), *(rows(month if kind == "private" else 0.0) for kind in capital.KINDS))
    _, _, after, _ = played(setting, seen, wants)
    np.testing.assert_allclose(after.investment, part * month, rtol=0.04)  # a fifth from the pool, three of ten earned


def test_half_of_what_is_missing_in_own_cash_halves_the_cut() -> None:
    setting, seen = looked(cash=0.0, income=7.0)
    month = 1e9 / 12
    wants = Budget(rows(month), rows(month), *(rows(month if kind == "private" else 0.0) for kind in capital.KINDS))
    seen = seen._replace(means=seen.means._replace(spare=rows(0.4 * month)))
    _, _, after, _ = played(setting, seen, wants)
    np.testing.assert_allclose(after.investment, 0.6 * month, rtol=0.04)  # a fifth from the pool, two of its own


@pytest.mark.parametrize(("asked_for", "left"), [(4.0, 7.0), (6.0, 6.0), (10.0, 2.0), (99.0, 0.0)])
def test_a_backers_chest_pays_what_is_taken_beyond_what_it_gives_each_month(asked_for: float, left: float) -> None:
    """It gives 3 a month, 2 more where it must, and has 7 set aside: of 12 in all nobody takes more."""
    setting = plain_setting(
        PLENTY | TERMS | {"finance.slack_usd_per_month": 2.0}, {"backing_usd_per_month": 3.0, "promised_growth": 1.0},
        {"other_capex": 7.0, "line": 30.0},
    )  # fmt: skip
    state = small_start()[1]
    chest = state.finance._replace(chest=rows(7.0), outside_rate=ZERO)
    seen = observe(setting, state._replace(finance=chest), calm_luck(), now(setting, 1))
    _, _, after, _ = played(setting, seen, budget(parents=asked_for))
    np.testing.assert_allclose(after.chest, left, atol=1e-9)
