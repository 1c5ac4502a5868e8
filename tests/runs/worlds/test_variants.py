"""Variants in the same worlds: the bits of a race of their own, whatever shares the array, and worlds that fail."""

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.worlds import simulate as ensemble
from computerace.runs.worlds import variants
from computerace.runs.worlds.play import Workers
from computerace.runs.worlds.simulate import simulate
from computerace.runs.worlds.variants import Together, Wanted, batches, play_together

BASELINE = scenario("baseline")
MONTHS = 6
OUTCOMES = ("owned_three_ratio_6", "effective_three_first_month", "xAI_owned_h100e_6", "xAI_bound_chips")
WANTED = Wanted(3, MONTHS, OUTCOMES, (("ratio_owned_three", "xAI"), ("owned_h100e", "Meta")))


def three_variants() -> list[Scenario]:
    """Two of one structure and one of another."""
    return [BASELINE, scenario("auction"), BASELINE.with_neutral("chips", "access")]


def same(one: Together, other: Together) -> None:
    assert one.outcomes.equals(other.outcomes)
    for key, values in one.series.items():
        np.testing.assert_array_equal(values, other.series[key])


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "BATCH", 7)


def test_a_variant_has_the_bits_of_a_race_of_its_own() -> None:
    found = play_together(three_variants(), 9, WANTED, on=Workers(1))
    for number, variant in enumerate(three_variants()):
        alone = simulate(variant, np.arange(9), 3, months=MONTHS)
        mine = found.outcomes[found.outcomes["variant"] == number]
        assert mine["world"].tolist() == list(range(9))
        for name in OUTCOMES:
            np.testing.assert_array_equal(mine[name], alone.outcomes[name], err_msg=name)
        np.testing.assert_array_equal(
            found.series["ratio_owned_three", "xAI"][number], alone.steps["ratio_owned_three"][:, 0]
        )
        np.testing.assert_array_equal(found.series["owned_h100e", "Meta"][number], alone.steps["owned_h100e"][:, 3])


def test_a_fitted_set_gives_the_bits_of_a_race_of_its_own() -> None:
    fitted = [one.with_parameters("fitted") for one in three_variants()]
    found = play_together(fitted, 5, WANTED, on=Workers(1))
    for number, variant in enumerate(fitted):
        alone = simulate(variant, np.arange(5), 3, months=MONTHS, measures=()).outcomes
        for name in OUTCOMES:
            np.testing.assert_array_equal(found.outcomes[name][found.outcomes["variant"] == number], alone[name])


def test_variants_of_one_structure_share_an_array() -> None:
    made = list(batches(three_variants(), 9, WANTED))
    assert [sorted(one.scenarios) for one in made] == [[0, 2], [1]]


@pytest.mark.slow
def test_size_of_batches_cannot_show(small_batches: None) -> None:
    split = play_together(three_variants(), 9, WANTED, on=Workers(1))
    assert len(list(batches(three_variants(), 9, WANTED))) == 6
    whole = Wanted(WANTED.seed, WANTED.months, WANTED.outcomes, WANTED.series)
    variants.BATCH = 2048
    same(split, play_together(three_variants(), 9, whole, on=Workers(1)))


@pytest.mark.slow
def test_number_of_processes_cannot_show(small_batches: None) -> None:
    same(
        play_together(three_variants(), 9, WANTED, on=Workers(1)),
        play_together(three_variants(), 9, WANTED, on=Workers(2)),
    )


def test_progress_counts_every_row() -> None:
    heard: list[int] = []
    play_together(three_variants(), 5, WANTED, on=Workers(1), advance=heard.append)
    assert sum(heard) == 15


def failing(monkeypatch: pytest.MonkeyPatch, deadly: set[int]) -> None:
    """Worlds that fail under an auction."""

    def fragile(plan: Scenario, indices: np.ndarray, *words: object, **more: object) -> ensemble.Batch:
        if plan.name == "auction" and deadly & set(indices.tolist()):
            raise FloatingPointError("no price")
        return simulate(plan, indices, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ensemble, "simulate", fragile)


def test_a_world_that_fails_in_one_variant_is_left_out_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, {2, 5})
    found = play_together(three_variants(), 9, WANTED, on=Workers(1))
    assert found.lost == 2
    assert found.worlds.tolist() == [0, 1, 3, 4, 6, 7, 8]
    assert len(found.outcomes) == 21
    alone = simulate(BASELINE, found.worlds, 3, months=MONTHS)
    np.testing.assert_array_equal(found.series["owned_h100e", "Meta"][0], alone.steps["owned_h100e"][:, 3])


def test_where_every_world_fails_the_first_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, set(range(9)))
    with pytest.raises(UserError, match="every world failed; world 0 with FloatingPointError: no price"):
        play_together(three_variants(), 9, WANTED, on=Workers(1))
