"""The verb account: what each cause cost an owner in a month, by hand."""

import numpy as np

from computerace.market import chips, clusters, energy, finance, fleet, ledger, sites, talent
from tests.runs.model.plain import Rows, plain_setting, rows

ZERO = rows(0.0)


def gaps(
    *, delivered: Rows = 100.0, wanted: Rows = 100.0, operational: Rows = 80.0, power: Rows = 10.0,
    finished: Rows = 20.0, people: Rows = 100.0, invested: Rows = 50.0, goodput: Rows = 1.0, **settings: float,
) -> dict[str, np.ndarray]:  # fmt: skip
    """A fleet of 100 of which 20 are being installed, and nothing amiss but what is changed."""
    setting = plain_setting(
        {"software.returns": 0.5, "software.labour_share": 0.4, "clusters.training_share": 0.6}
        | {name.replace("__", "."): value for name, value in settings.items()}
    )
    stock = np.zeros((len(setting.watts), 5, 3))
    stock[1] = 100.0
    market, budget = np.zeros(3), finance.Budget(rows(50.0), rows(invested), ZERO, ZERO)
    found = ledger.account(
        setting, fleet.State(stock, ZERO, rows(20.0), rows(operational)),
        energy.State(np.stack([rows(power), ZERO, ZERO]), np.zeros((3, 5, 3)), np.zeros((1, 3, 5, 3))),
        sites.State(rows(finished), ZERO, np.zeros((1, 5, 3)), ZERO),
        talent.State(rows(people), ZERO, rows(100.0), ZERO, ZERO), rows(wanted),
        chips.Flows(market, rows(delivered), ZERO, ZERO, ZERO),
        finance.Flows(finance.Means(*[ZERO] * 6), budget, ZERO, ZERO, market),
        clusters.Flows(ZERO, rows(goodput), ZERO, ZERO),
    )  # fmt: skip
    np.testing.assert_array_equal(found.bound, ledger.binding(found.gaps))
    return dict(zip(ledger.CAUSES, found.gaps, strict=True))


def test_where_nothing_is_amiss_nothing_binds() -> None:
    assert all((abs(gap) < 1e-12).all() for gap in gaps().values())


def test_each_cause_is_the_part_that_it_cost() -> None:
    np.testing.assert_allclose(gaps(delivered=[25.0, 100, 300, 0, 100], wanted=[100.0, 100, 100, 100, 0])["chips"],
                               rows([0.75, 0.0, 0.0, 1.0, 0.0]))  # fmt: skip
    np.testing.assert_allclose(gaps(invested=30.0)["cash"], 0.4)
    np.testing.assert_allclose(gaps(goodput=0.5)["goodput"], 0.3)
    # half of the posts are empty: labour's elasticity is 0.2, and at least a hundredth works
    np.testing.assert_allclose(gaps(people=50.0)["people"], 1 - 0.5**0.2)
    np.testing.assert_allclose(gaps(people=0.0)["people"], 1 - 0.01**0.2)


def test_what_does_not_run_is_for_want_of_the_scarcer_of_power_and_buildings() -> None:
    short = gaps(operational=60.0, power=[10.0, 30.0, 20.0, 10.0, 10.0])
    np.testing.assert_allclose(short["power"], rows([0.25, 0.0, 0.25, 0.25, 0.25]))
    np.testing.assert_allclose(short["sites"], rows([0.0, 0.25, 0.0, 0.0, 0.0]))
    slack = gaps(operational=60.0, power=30.0, sites__slack_mw=11.0)
    np.testing.assert_allclose(slack["power"], 0.25)
    powered = gaps(operational=60.0, power=10.0, energy__slack_mw=11.0)
    np.testing.assert_allclose(powered["sites"], 0.25)


def test_a_hundredth_is_no_loss_and_a_little_more_is() -> None:
    losses = np.zeros((6, 1, 3))
    losses[3, 0] = [0.0099, 0.0101, 0.0125]
    assert ledger.binding(losses)[3, 0].tolist() == [0.0, 1.0, 1.0]


def test_of_equal_losses_the_first_alone_binds_and_later_smaller_ones_never() -> None:
    losses = np.zeros((6, 1, 3))
    losses[2, 0], losses[4, 0], losses[5, 0] = 0.3, 0.3, [0.1, 0.3, 0.5]
    bound = ledger.binding(losses)[:, 0]
    assert bound[2].tolist() == [1, 1, 0] and bound[4].tolist() == [0, 0, 0] and bound[5].tolist() == [0, 0, 1]
