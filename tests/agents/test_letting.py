"""Letting: by the owner's record."""

import numpy as np

from computerace.agents.rules.letting import let
from tests.agents.looking import observation


def test_an_owner_keeps_from_its_ai_what_it_kept_and_lets_the_same_part_of_that() -> None:
    found = let(observation(let_share=0.54, external_share=0.2))
    np.testing.assert_allclose(found.share, 0.54)
    np.testing.assert_allclose(found.external, 0.2)
