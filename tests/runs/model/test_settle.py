"""The verb settle: cash, debt and belief after the month, by hand."""

import numpy as np

from computerace.market import chips, energy, fleet, sites
from computerace.market.finance import Budget
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import Works, observe, settle
from tests.runs.model.plain import asked, plain_setting, rows
from tests.runs.model.small import calm_luck, small_start

ZERO = rows(0.0)


def test_money_comes_in_and_goes_out() -> None:
    setting = plain_setting(
        {"finance.sentiment_memory_months": 10.0, "finance.promise_memory_months": 600.0},
        {"promised_growth": 1.0}, {"other_capex": 7.0},
    )  # fmt: skip
    _, state, _ = small_start()
    state = state._replace(
        finance=state.finance._replace(
            cash=rows(1000.0), debt=rows(40.0), raised=rows(5.0), promised=rows(200.0), sentiment=rows(1.0)
        )
    )
    seen = observe(setting, state, calm_luck(), now(setting, 1))
    seen = seen._replace(
        means=seen.means._replace(income=rows(30.0)), books=seen.books._replace(promised=rows([200.0, 200, 200, 50, 0]))
    )
    budget = Budget(rows(90.0), rows(80.0), rows(20.0), rows(10.0))
    sold = chips.Flows(np.zeros(3), ZERO, ZERO, ZERO, rows(60.0), ZERO)
    works = Works(ZERO, np.zeros((3, 5, 3)), sites.Flows(ZERO, ZERO, rows(4.0)))
    signed = energy.Flows(np.zeros((3, 5, 3)), np.zeros((3, 5, 3)), rows(2.0))
    stock = np.zeros((len(setting.watts), 5, 3))
    stock[2] = 100.0
    after, flows = settle(
        setting, seen, asked(budget=budget), fleet.State(stock, ZERO, ZERO, ZERO), sold, signed, works
    )  # fmt: skip
    np.testing.assert_allclose(after.cash, 1000 + 30 + 20 + 10 - (60 + 4 + 2 + 7))
    np.testing.assert_allclose(after.debt, 50.0)
    np.testing.assert_allclose(after.raised, 25.0)
    np.testing.assert_allclose(after.investment, 80.0)
    np.testing.assert_allclose(after.promised, rows([200.0, 200.0, 200.0, 50.0, 0.0]))
    # half of what was promised moves belief a tenth of the way; twice as much, too; who promised nothing is believed
    np.testing.assert_allclose(after.sentiment, rows([0.95, 0.95, 0.95, 1.1, 1.0]))
    np.testing.assert_allclose(flows.capex, 73.0)
    np.testing.assert_array_equal(flows.returns, seen.public.returns)
    np.testing.assert_array_equal(after.mood, seen.finance.mood)
