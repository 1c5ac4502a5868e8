"""The verb run: owned, powered, operational, let, rented, used and effective, by hand."""

import numpy as np

from computerace.market import fleet, rental, serving, sites, talent
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import Ran, clear_researchers, run
from tests.runs.model.plain import asked, plain_setting, rows
from tests.runs.model.small import calm_luck, small_start

ZERO = rows(0.0)
PLAIN = {
    "clusters.failure_interval_hours": 1e15, "clusters.network_scale_chips": 1e15, "clusters.utilisation_ceiling": 0.4,
    "rental.rent_usd_per_hour": 2.0,
}  # fmt: skip


def ran(terms: rental.Terms, **settings: float) -> tuple[fleet.State, rental.State, Ran]:
    """1,000 H100 each, of which power runs 600; the first two let and rent, and everybody is as able."""
    setting = plain_setting(
        PLAIN | {name.replace("__", "."): value for name, value in settings.items()},
        {"utilisation": 0.4},
        {"operational": 600.0, "concentration": 0.5},
    )
    _, state, _ = small_start()
    parity = rental.parity(setting, state.chips.price, now(setting, 1).technology.new_watts)
    setting = setting._replace(anchors=setting.anchors._replace(rent_parity=parity))
    state = state._replace(
        rental=rental.State(ZERO, ZERO, ZERO, np.full(3, 2.0), rental.gap_at_start(setting), np.zeros(3)),
        software=state.software._replace(efficiency=rows([0.0, -np.log(2.0), 0.0, 0.0, 0.0]), skill=ZERO),
    )
    stock = np.zeros((len(setting.watts), 5, 3))
    stock[1] = 1000.0
    owned = fleet.State(stock, ZERO, ZERO, ZERO, stock, stock.sum(axis=0))
    buildings = sites.State(ZERO, ZERO, np.zeros((2, 5, 3)), rows(600 * 1453 / 1e6), ZERO, ZERO)
    use = serving.Division(rows(100.0), rows(0.5), rows(0.2))
    return run(setting, state, owned, buildings, asked(capacity=terms, use=use), now(setting, 1))


def terms(let: list[float], external: float, with_fleet: list[float], rest: float, budget: float) -> rental.Terms:
    return rental.Terms(rows(let), rows(external), rows(with_fleet), rows([0, 0, 0, 0, rest]), rows(budget))


def test_what_is_powered_runs_and_what_is_kept_is_used() -> None:
    owned, capacity, found = ran(terms([0.0, 0.5, 0.0, 0.0, 0.0], 0.4, [50.0, 0.0, 0.0, 0.0, 0.0], 70.0, 1e12))
    np.testing.assert_allclose(owned.operational, 600.0)
    np.testing.assert_allclose(capacity.let, rows([0.0, 120.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(found.rental.elsewhere, rows([0.0, 180.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(capacity.rented, rows([50.0, 0.0, 0.0, 0.0, 70.0]))
    np.testing.assert_allclose(capacity.used, rows([650.0, 300.0, 600.0, 600.0, 670.0]))
    # nothing fails and half of the efficiency is half of what is effective
    np.testing.assert_allclose(found.clusters.effective, rows([650.0, 150.0, 600.0, 600.0, 670.0]), rtol=1e-4)
    np.testing.assert_allclose(found.clusters.largest_site, rows([325.0, 300.0, 300.0, 300.0, 335.0]))
    np.testing.assert_allclose(found.division.serving, 100.0)
    np.testing.assert_allclose(found.division.training, rows([130.0, 60.0, 120.0, 120.0, 134.0]))
    np.testing.assert_allclose(found.division.research, rows([420.0, 140.0, 380.0, 380.0, 436.0]))
    np.testing.assert_allclose(capacity.rent, 2.0)  # as much wanted as offered, and prices as they were


def test_nobody_rents_more_than_its_budget_pays_and_what_nobody_pays_for_stays_with_its_owner() -> None:
    _, capacity, _ = ran(terms([0.0, 0.5, 0.0, 0.0, 0.0], 0.4, [50.0, 0.0, 0.0, 0.0, 0.0], 70.0, 20.0 * 2.0 * 730.5))
    np.testing.assert_allclose(capacity.rented, rows([20.0, 0.0, 0.0, 0.0, 20.0]))
    np.testing.assert_allclose(capacity.let.sum(axis=0), 40.0)


def test_the_rent_rises_by_its_flexibility_where_more_is_wanted_than_offered() -> None:
    wanted = terms([0.0, 0.5, 0.0, 0.0, 0.0], 0.4, [50.0, 0.0, 0.0, 0.0, 0.0], 190.0, 1e12)  # twice what is let
    _, capacity, _ = ran(wanted, rental__flexibility=0.5)
    np.testing.assert_allclose(capacity.rent, 2.0 * np.exp(0.5 * 2 / 3))


def test_researchers_look_at_the_compute_that_each_of_them_would_have() -> None:
    """A lab with twice the compute and twice the people draws like the others; with the compute alone, more people."""
    setting, state, _ = small_start({"talent.pay_weight": 0.0, "talent.prestige_weight": 0.0})
    people = state.talent._replace(researchers=rows([200.0, 100.0, 100.0, 100.0, 100.0]))
    alike = state._replace(talent=people, rental=state.rental._replace(used=rows([2e3, 1e3, 1e3, 1e3, 1e3])))
    richer = alike._replace(rental=alike.rental._replace(used=rows([4e3, 1e3, 1e3, 1e3, 1e3])))
    posts = talent.Hiring(rows(100.0), rows(0.0))
    (_, plain), (_, drawn) = (clear_researchers(setting, one, posts, calm_luck()) for one in (alike, richer))
    assert (drawn.arrived[0] > plain.arrived[0]).all() and (drawn.left[0] < plain.left[0]).all()
