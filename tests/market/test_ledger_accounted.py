"""The verb account: what each cause took of an owner's wish, by hand and as a property."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.market import books, chips, clusters, energy, fleet, ledger, sites, talent
from tests.runs.model.plain import Rows, plain_setting, rows

ZERO = rows(0.0)
CHIPS, POWER, SITES, CASH = (ledger.CAUSES.index(cause) for cause in ("chips", "power", "sites", "cash"))


def accounted(
    *, wish: Rows = 100.0, affordable: Rows = 100.0, powered: Rows = 100.0, housed: Rows = 100.0,
    wanted: Rows | None = None, delivered: Rows = 100.0, unpaid: Rows = 0.0, operational: Rows = 80.0,
    power: Rows = 10.0, finished: Rows = 20.0, people: Rows = 100.0, lost: Rows = 0.0, **settings: float,
) -> ledger.Flows:  # fmt: skip
    """A fleet of 100, of it 20 being installed; a dollar buys one H100e; nothing is amiss but what is said."""
    setting = plain_setting(
        {"software.returns": 0.5, "software.labour_share": 0.4}
        | {name.replace("__", "."): value for name, value in settings.items()}
    )
    stock = np.zeros((len(setting.watts), 5, 3))
    stock[1] = 100.0
    lines: dict[str, Any] = dict.fromkeys(chips.Orders._fields, ZERO)
    lines |= {"wished": rows(affordable), "powered": rows(powered), "housed": rows(housed)}
    most = np.minimum(lines["wished"], np.minimum(lines["powered"], lines["housed"]))
    lines["wanted"] = most if wanted is None else rows(wanted)
    market, budget = np.zeros(3), books.Budget(*[rows(wish)] * len(books.Budget._fields))
    found = ledger.account(
        setting, fleet.State(stock, ZERO, rows(20.0), rows(operational), stock, rows(100.0)),
        energy.State(
            np.stack([rows(power), ZERO, ZERO]), np.zeros((3, 5, 3)), np.zeros((1, 3, 5, 3)), np.zeros((3, 3))
        ),
        sites.State(rows(finished), ZERO, np.zeros((1, 5, 3)), ZERO, ZERO, ZERO),
        talent.State(rows(people), ZERO, rows(100.0), ZERO, ZERO), chips.Orders(**lines), rows(1.0),
        chips.Flows(market, rows(delivered), ZERO, ZERO, ZERO, ZERO, rows(unpaid)),
        books.nothing(ZERO, ZERO)._replace(budget=budget),
        clusters.Flows(ZERO, ZERO, ZERO, ZERO, rows(lost)),
    )  # fmt: skip
    np.testing.assert_array_equal(found.bound, ledger.binding(found.gaps))
    return found


def gaps(**changed: Any) -> dict[str, np.ndarray]:
    return dict(zip(ledger.CAUSES, accounted(**changed).gaps, strict=True))


def test_where_nothing_is_amiss_nothing_binds() -> None:
    assert all((abs(gap) < 1e-12).all() for gap in gaps().values())


def test_a_single_cause_takes_the_whole_gap() -> None:
    np.testing.assert_allclose(gaps(delivered=[25.0, 100, 300, 0, 100])["chips"], rows([0.75, 0, 0, 1, 0]), atol=1e-5)
    np.testing.assert_allclose(gaps(affordable=60.0, delivered=60.0)["cash"], 0.4)
    np.testing.assert_allclose(gaps(powered=70.0, delivered=70.0)["power"], 0.3)
    np.testing.assert_allclose(gaps(housed=70.0, delivered=70.0)["sites"], 0.3)
    np.testing.assert_allclose(gaps(lost=0.3)["goodput"], 0.3)
    # half of the posts are empty: labour's elasticity is 0.2
    np.testing.assert_allclose(gaps(people=50.0)["people"], 1 - 0.5**0.2)


def test_what_power_cuts_before_orders_are_placed_is_powers_and_not_the_vendors() -> None:
    found = accounted(powered=40.0, delivered=40.0)
    np.testing.assert_allclose(found.missing[POWER], 60.0)
    np.testing.assert_allclose(found.missing[CHIPS], 0.0, atol=1e-9)


def test_two_causes_share_a_gap_by_their_logs() -> None:
    # money leaves half of the wish and vendors deliver half of the orders: each is as much to blame
    found = accounted(affordable=50.0, powered=50.0, housed=50.0, delivered=25.0)
    np.testing.assert_allclose(found.missing[CASH], 37.5)
    np.testing.assert_allclose(found.missing[CHIPS], 37.5)
    np.testing.assert_allclose(found.gaps[CASH] + found.gaps[CHIPS], 0.75)


def test_what_either_power_or_buildings_would_cut_is_halved_and_the_rest_is_the_scarcers() -> None:
    both = accounted(powered=25.0, housed=50.0, delivered=25.0)
    shared = 0.5 * np.log(2.0)
    np.testing.assert_allclose(both.missing[SITES], 75.0 * shared / np.log(4.0))
    np.testing.assert_allclose(both.missing[POWER], 75.0 * (shared + np.log(2.0)) / np.log(4.0))


def test_orders_that_cannot_be_paid_on_delivery_are_a_matter_of_money() -> None:
    found = accounted(delivered=40.0, unpaid=60.0)
    np.testing.assert_allclose(found.missing[CASH], 60.0)
    np.testing.assert_allclose(found.missing[CHIPS], 0.0, atol=1e-9)


def test_older_orders_that_arrive_fill_the_gap_and_own_choice_is_none() -> None:
    np.testing.assert_allclose(accounted(powered=40.0, delivered=70.0).missing.sum(axis=0), 30.0)
    np.testing.assert_allclose(accounted(wanted=40.0, delivered=40.0).missing.sum(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(accounted(wanted=40.0, delivered=40.0).wished, 40.0)


def test_what_does_not_run_is_for_want_of_the_scarcer_of_power_and_buildings() -> None:
    short = gaps(operational=60.0, power=[10.0, 30.0, 20.0, 10.0, 10.0])
    np.testing.assert_allclose(short["power"], rows([0.25, 0.0, 0.25, 0.25, 0.25]))
    np.testing.assert_allclose(short["sites"], rows([0.0, 0.25, 0.0, 0.0, 0.0]))
    slack = gaps(operational=60.0, power=30.0, sites__slack_mw=11.0)
    np.testing.assert_allclose(slack["power"], 0.25)
    powered = gaps(operational=60.0, power=10.0, energy__slack_mw=11.0)
    np.testing.assert_allclose(powered["sites"], 0.25)


AMOUNT = st.one_of(st.just(0.0), st.floats(1e-3, 1e7))


@given(
    wish=AMOUNT, affordable=AMOUNT, powered=AMOUNT, housed=AMOUNT, delivered=AMOUNT, unpaid=AMOUNT,
    operational=st.floats(0.0, 80.0), people=st.floats(0.0, 120.0), lost=st.floats(0.0, 1.0),
)  # fmt: skip
def test_parts_are_never_negative_and_add_up_to_the_whole_gap(wish: float, **changed: float) -> None:
    changed["affordable"] = min(changed["affordable"], wish)
    found = accounted(wish=wish, **changed)
    assert (found.gaps >= 0).all() and (found.gaps <= 1).all() and (found.missing >= 0).all()
    whole = np.maximum(found.wished - changed["delivered"], 0.0)
    np.testing.assert_allclose(found.missing.sum(axis=0), whole, rtol=1e-9, atol=1e-6 * wish)


def test_a_hundredth_is_no_loss_and_a_little_more_is() -> None:
    losses = np.zeros((6, 1, 3))
    losses[3, 0] = [0.0099, 0.0101, 0.0125]
    assert ledger.binding(losses)[3, 0].tolist() == [0.0, 1.0, 1.0]


def test_of_equal_losses_the_first_alone_binds_and_later_smaller_ones_never() -> None:
    losses = np.zeros((6, 1, 3))
    losses[2, 0], losses[4, 0], losses[5, 0] = 0.3, 0.3, [0.1, 0.3, 0.5]
    bound = ledger.binding(losses)[:, 0]
    assert bound[2].tolist() == [1, 1, 0] and bound[4].tolist() == [0, 0, 0] and bound[5].tolist() == [0, 0, 1]


@pytest.mark.parametrize(("first", "second"), [(0.0, 0.0), (3.0, 1.0), (1.0, 3.0), (2.0, 2.0)])
def test_the_parts_of_two_limits_add_up_to_the_larger(first: float, second: float) -> None:
    parts = ledger.of_either(rows(first), rows(second))
    np.testing.assert_allclose(parts[0] + parts[1], max(first, second))
