"""Priors: their quantiles are what they were given by; values out of bounds are refused in words."""

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.market.parameters import Parameter, lognormal, loguniform, normal, uniform
from computerace.market.registry import PARAMETERS


def test_priors_have_the_quantiles_they_are_given_by() -> None:
    ends = np.array([0.05, 0.95])
    np.testing.assert_allclose(lognormal(2, 8).quantile(ends), [2, 8])
    np.testing.assert_allclose(normal(-1, 3).quantile(ends), [-1, 3])
    np.testing.assert_allclose(uniform(1, 3).quantile(ends), [1.1, 2.9])
    np.testing.assert_allclose(loguniform(1, 100).quantile(np.array([0.0, 0.5, 1.0])), [1, 10, 100])


@pytest.mark.parametrize("name", sorted(name for name, one in PARAMETERS.items() if one.prior is not None))
def test_every_prior_lies_within_its_bounds_about_its_centre(name: str) -> None:
    one = PARAMETERS[name]
    assert one.prior is not None
    assert one.low <= one.prior.low < one.prior.high <= one.high
    assert one.prior.low <= float(one.value) <= one.prior.high


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_every_parameter_has_a_unit_a_text_a_source_and_a_grade(name: str) -> None:
    one = PARAMETERS[name]
    assert one.unit and one.text and one.source and one.grade in ("A", "B", "C", "assumed")


@pytest.mark.parametrize(
    "name", sorted(name for name, one in PARAMETERS.items() if one.grade == "assumed" and not one.choices)
)
def test_an_assumed_figure_has_a_wide_prior_or_is_held_or_a_lever(name: str) -> None:
    one = PARAMETERS[name]
    if one.prior is None:
        assert any(word in one.source for word in ("lever", "neutral", "held"))
    else:
        centre = abs(float(one.value))
        if one.unit.startswith("fraction") or one.unit == "ratio per year":  # 0.95 leaves 0.05, and 1.2 adds 0.2
            centre = min(centre, abs(centre - 1.0))
        assert one.prior.high - one.prior.low >= 0.3 * centre


def test_a_value_out_of_bounds_is_refused_with_the_bounds() -> None:
    one = Parameter("chips.x", 1.0, "ratio", "", "", "A", low=0.5, high=2.0)
    with pytest.raises(UserError, match=r"chips.x = 3 is out of bounds: allowed 0.5 to 2 ratio"):
        one.checked(3)
