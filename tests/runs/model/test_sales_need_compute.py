"""Sales need compute: a lab without any serves nobody, earns nothing, and its users leave."""

from collections.abc import Mapping

import numpy as np

from computerace.market.arrays import Owners
from computerace.runs.model.race import Race

NOTHING = {
    "labs.xAI.owned_h100e": 0.1, "labs.xAI.rented_h100e": 0.0, "labs.xAI.cash_usd": 0.0,
    "labs.xAI.raised_usd_per_year": 0.0, "labs.xAI.capex_usd_per_year": 0.0, "labs.xAI.strategy": "idle",
    "finance.window_multiplier": 0.0,
}  # fmt: skip


def played(settings: Mapping[str, object] | None, months: int = 60) -> Race:
    return Race("baseline", worlds=48, seed=1, months=months, settings=settings, collect=False, measures=()).run()


def usd_per_year(race: Race) -> Owners:
    return 12 * race.state.users.revenue


def test_a_lab_without_compute_or_money_ends_without_revenue_or_users() -> None:
    idle = played(NOTHING)
    assert usd_per_year(idle)[0].mean() < 1e5
    assert idle.state.users.shares[0].mean() < 1e-4


def test_a_lab_with_a_hundredth_of_its_compute_loses_most_of_its_sales_within_half_a_year() -> None:
    settings = {**NOTHING, "labs.xAI.owned_h100e": 6000.0}
    little, all_of_it = (usd_per_year(played(one, 6))[0] for one in (settings, None))
    assert np.median(little / all_of_it) < 0.5


def test_where_serving_takes_more_compute_research_has_less() -> None:
    thrifty, hungry = (played({"serving.h100e_per_million_usd": value}, 12).flows.division for value in (20.0, 60.0))
    assert (hungry.research.mean(axis=-1) < thrifty.research.mean(axis=-1)).all()
