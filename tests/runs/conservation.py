"""One step of a race with everything that must balance: chips, rent, people, money, power and shares."""

import numpy as np

from computerace.market.arrays import over_owners
from computerace.runs.race import Race

NEVER_NEGATIVE = (
    "stock", "prepaid", "open_orders", "booked", "energised", "site", "powered", "used", "effective", "researchers",
    "stars", "users", "quality", "hallucination", "debt", "investment",
)  # fmt: skip


def check_step(race: Race) -> None:
    """Advance the race by a month and check that nothing was made or lost."""
    before, cash, people = race.state.owned, race.state.cash, over_owners(race.state.researchers)
    stars = over_owners(race.state.stars)
    race.step()
    state = race.state
    assert (over_owners(state.delivered) <= state.made * (1 + 1e-9)).all()
    np.testing.assert_allclose(state.owned, before + state.delivered - state.retired, rtol=1e-9)
    np.testing.assert_allclose(state.used, state.operational - state.let - state.elsewhere + state.rented, rtol=1e-9)
    np.testing.assert_allclose(over_owners(state.let), over_owners(state.rented), rtol=1e-9)
    assert (state.operational <= state.owned * (1 + 1e-9)).all()
    running = state.operational * race.watts.min() / 1e6
    assert (running <= state.powered * (1 + 1e-9)).all()
    pool = np.exp(np.log(race.talent.pool_growth) / 12)
    np.testing.assert_allclose(over_owners(state.researchers), people * pool, rtol=1e-9)
    np.testing.assert_allclose(over_owners(state.stars), stars, rtol=1e-9)
    flow = race.income + race.raised_now + race.borrowed_now - race.chips_paid - race.sites_paid - race.other_capex
    np.testing.assert_allclose(state.cash, cash + flow, rtol=1e-9, atol=1.0)
    np.testing.assert_allclose(over_owners(race.measures()["share"][:-1]), 1.0)
    np.testing.assert_allclose(over_owners(state.users), 1.0)
    for name in NEVER_NEGATIVE:
        values = getattr(state, name)
        assert np.isfinite(values).all() and (values >= 0).all(), name
    assert np.isfinite(state.cash).all()
