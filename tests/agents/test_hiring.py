"""Hiring: posts grow by the owner's rate, and there is always one."""

import numpy as np

from computerace.agents.rules.hiring import hire
from computerace.market.talent import monthly_growth
from tests.agents.looking import observation


def test_posts_grow_by_the_owners_rate_in_a_year() -> None:
    openings, growth = 100.0, float(monthly_growth(np.array(1.5)))
    for _ in range(12):
        openings = float(hire(observation(openings=openings, posts_growth=growth)).openings[0])
    np.testing.assert_allclose(openings, 150.0)


def test_an_owner_without_posts_offers_one() -> None:
    np.testing.assert_allclose(hire(observation(openings=0.2, posts_growth=1.0)).openings, 1.0)


def test_an_owner_in_distress_gives_up_posts() -> None:
    found = hire(observation(openings=100.0, posts_growth=1.0, distress=0.5, capital__layoffs=0.2))
    np.testing.assert_allclose(found.openings, 90.0)


def test_pay_answers_as_the_market_does() -> None:
    np.testing.assert_allclose(hire(observation(talent__pay_response=0.03)).pay_response, 0.03)
