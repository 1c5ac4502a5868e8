"""Letting: by the owner's record."""

import numpy as np

from computerace.agents.rules.letting import let
from tests.agents.looking import observation


def test_an_owner_keeps_from_its_ai_what_it_kept_and_lets_the_same_part_of_that() -> None:
    found = let(observation(let_share=0.54, external_share=0.2))
    np.testing.assert_allclose(found.share, 0.54)
    np.testing.assert_allclose(found.external, 0.2)


def test_an_owner_in_distress_lets_more_and_to_others() -> None:
    found = let(observation(let_share=0.5, external_share=0.2, distress=0.5, rental__let_most=0.9))
    np.testing.assert_allclose(found.share, 0.7)
    np.testing.assert_allclose(found.external, 0.6)
    utmost = let(observation(let_share=0.95, external_share=0.2, distress=1.0, rental__let_most=0.9))
    np.testing.assert_allclose([utmost.share, utmost.external], [[0.95] * 3, [1.0] * 3])
