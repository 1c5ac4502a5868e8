"""Priors: their quantiles are what they were given by; values out of bounds are refused in words."""

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.market.parameters import Parameter, Prior, lognormal, loguniform, normal, uniform
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


def test_a_text_is_no_number_but_where_texts_are_read() -> None:
    one = Parameter("chips.x", 1.0, "ratio", "", "", "A", low=0.5, high=2.0)
    with pytest.raises(UserError, match=r"chips.x must be a number \(ratio\), got '1.6'; write it without quotes"):
        one.checked("1.6")
    with pytest.raises(UserError, match=r"got '2\\n'; write it"):  # one line
        one.checked("2\n")
    assert one.read(" 1.6 ") == 1.6
    for strange in ("1_0", "٢", "nan", ""):
        with pytest.raises(UserError, match=r"must be a number \(ratio\), got"):
            one.read(strange)


def test_a_prior_has_its_middle_at_one_half_and_its_bounds() -> None:
    middle = np.array([0.5])
    np.testing.assert_allclose(normal(-1, 3).quantile(middle), 1.0)
    np.testing.assert_allclose(lognormal(2, 8).quantile(middle), 4.0)
    np.testing.assert_allclose(uniform(1, 3).quantile(np.array([0.0, 0.25, 1.0]), 1.2, 2.5), [1.2, 1.5, 2.5])
    sigma = 1.0 / 1.6448536269514722  # of a normal whose 95 % quantile is 1
    np.testing.assert_allclose(normal(-1, 1).quantile(np.array([0.8413447460685429])), sigma, rtol=1e-9)


@pytest.mark.parametrize(("kind", "low", "high"), [("uniform", 2, 2), ("loguniform", 0, 1), ("lognormal", -1, 1)])
def test_a_prior_needs_room_and_a_log_needs_what_is_positive(kind: str, low: float, high: float) -> None:
    with pytest.raises(UserError, match="needs low < high"):
        Prior(kind, low, high)
    assert Prior("uniform", -1, 1).text == "uniform -1–1" and Prior("normal", -1, 1).text == "normal -1–1 (5–95 %)"


def test_worlds_are_drawn_from_the_prior_and_stay_within_bounds() -> None:
    one = Parameter("chips.x", 2.0, "ratio", "", "", "A", prior=uniform(1, 3), low=1.25, high=2.5)
    even = np.array([0.0, 0.5, 1.0])
    np.testing.assert_allclose(one.draw(even), [1.25, 2.0, 2.5])
    np.testing.assert_allclose(one.scaled(1.25).draw(np.array([0.0, 0.25])), [1.25, 1.875])
    assert one.scaled(1.25).value == 2.5 and one.scaled(0.75).scaled(0.5 / 0.3).scale == pytest.approx(1.25)
    np.testing.assert_array_equal(one.fixed(2.25).draw(even), 2.25)
    assert one.scaled(1.25).fixed(2.0).scale == 1.0


def test_bounds_themselves_are_allowed_and_words_are_held_to_the_choices() -> None:
    one = Parameter("chips.x", 1.0, "ratio", "", "", "A", low=0.5, high=2.0)
    assert one.checked(0.5) == 0.5 and one.checked(2) == 2.0 and one.checked(np.float64(1.5)) == 1.5
    for bad in (0.499, 2.001, float("nan"), True, None, "much"):
        with pytest.raises(UserError, match=r"chips\.x"):
            one.checked(bad)
    word = Parameter("chips.rule", "a", "choice", "", "", "A", choices=("a", "b"))
    assert word.checked("b") == "b" and word.mechanism == "chips"
    for bad in ("c", 1):
        with pytest.raises(UserError, match=r"chips\.rule"):
            word.checked(bad)
    with pytest.raises(UserError, match="cannot be scaled"):
        word.scaled(2.0)
