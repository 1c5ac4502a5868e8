"""Dividing: serving for the need that is seen and some more, a part for the largest job."""

import numpy as np

from computerace.agents.rules.dividing import divide
from tests.agents.looking import observation


def test_a_lab_serves_its_users_with_room_to_spare_and_up_to_a_part_of_what_it_uses() -> None:
    found = divide(
        observation(serving_need=1000.0, serving__headroom=1.2, serving__share_most=0.7, clusters__training_share=0.3)
    )
    np.testing.assert_allclose(found.serving_h100e, 1200.0)
    np.testing.assert_allclose(found.serving_most, 0.7)
    np.testing.assert_allclose(found.training_share, 0.3)
