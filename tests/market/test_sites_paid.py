"""Buildings under way at the start: what had been paid by then is not paid again, and all the rest is."""

import numpy as np

from computerace.market import sites
from computerace.runs.model.race import Race
from computerace.runs.model.setting import now


def test_what_is_paid_and_what_is_due_add_up_to_what_is_built() -> None:
    paid, to_come = np.array([0.0, 30.0, 100.0, 50.0]), np.array([100.0, 100.0, 100.0, 40.0])
    np.testing.assert_allclose(sites.still_unpaid(paid, to_come), [1.0, 0.7, 0.0, 0.0])


def test_what_had_been_paid_at_the_start_runs_out_and_is_never_paid_twice() -> None:
    race = Race(worlds=32, seed=1)
    before, saved = race.state.sites.paid, 0.0
    assert (before >= 0).all() and (before.sum(axis=1) > 0).any()
    for _ in range(60):
        state, cost = (
            race.state.sites,
            race.setting.mechanisms.sites.cost_usd_per_mw * race.setting.figures.purchase_cost,
        )
        race.step()
        arrived = race.flows.sites.built + race.flows.energised[2]
        np.testing.assert_allclose(race.flows.sites.paid, arrived * state.unpaid * cost, rtol=1e-9)
        saved = saved + arrived * (1.0 - state.unpaid)
        np.testing.assert_allclose(race.state.sites.paid + saved, before, rtol=1e-6, atol=1e-6)
    assert np.median(race.state.sites.unpaid) > 0.95  # what is begun since is paid in full


def test_the_pace_of_payments_is_that_of_what_the_record_buys() -> None:
    """On record owners pay for buildings what the chips that they add need; contracts promise more than that."""
    race = Race(worlds=64, fixed=True)
    figures, watts = race.setting.figures, now(race.setting, 1).technology.new_watts
    race.step()
    need = figures.added_h100e_per_month * watts / 1e6
    cost = race.setting.mechanisms.sites.cost_usd_per_mw * figures.purchase_cost
    told = np.median(race.flows.sites.paid / np.maximum(need * cost, 1.0), axis=1)
    assert (told[1:] > 0.8).all() and (told[1:] < 1.3).all()
