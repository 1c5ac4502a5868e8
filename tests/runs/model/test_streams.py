"""Luck and draws: a stream for each, so that what is added moves nothing that was there."""

from dataclasses import replace
from zlib import crc32

import numpy as np
import pytest

from computerace.market.parameters import Parameter, drawn_together
from computerace.market.setting import Luck
from computerace.runs.model import shocks
from computerace.runs.model.draws import draw
from computerace.runs.model.streams import draw_uniforms, normals, once
from computerace.runs.scenarios import Scenario, scenario

WORLDS = np.arange(40)


def test_a_further_parameter_moves_no_other_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    baseline = scenario("baseline")
    before = draw(baseline, WORLDS, seed=1)
    parameters = baseline.parameters()
    further = replace(parameters["chips.supply_growth_2026"], name="chips.a_further_one")

    def with_further(self: Scenario) -> dict[str, Parameter]:
        return {"chips.a_further_one": further, **parameters}

    monkeypatch.setattr(Scenario, "parameters", with_further)
    after = draw(baseline, WORLDS, seed=1)
    assert set(after.drawn) - set(before.drawn) == {"chips.a_further_one"}
    for name, values in before.numbers.items():
        np.testing.assert_array_equal(after.numbers[name], values, err_msg=name)


def test_a_prior_that_is_taken_away_moves_no_other_draw() -> None:
    before = draw(scenario("baseline"), WORLDS, seed=1)
    after = draw(scenario("baseline"), WORLDS, seed=1, settings={"chips.supply_growth_2026": 2.0})
    for name in set(before.numbers) - {"chips.supply_growth_2026"}:
        np.testing.assert_array_equal(after.numbers[name], before.numbers[name], err_msg=name)


def test_a_further_kind_of_luck_moves_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = ("xAI", "Google", "Rest")
    before = shocks.draw_shocks(owners, 6, WORLDS, 1, 0).drawn
    further = {"fire": shocks.Kind(draw_uniforms, of_owners=True), **shocks.KINDS}
    monkeypatch.setattr(shocks, "KINDS", further)
    after = shocks.draw_shocks(owners, 6, WORLDS, 1, 0).drawn
    for name, values in before.items():
        np.testing.assert_array_equal(after[name], values, err_msg=name)


def test_a_further_lab_moves_nobodys_luck() -> None:
    few, more = ("xAI", "Google", "Rest"), ("Amazon", "xAI", "Google", "Rest")
    before, after = (shocks.draw_shocks(owners, 6, WORLDS, 1, 0).drawn for owners in (few, more))
    for name, values in before.items():
        np.testing.assert_array_equal(after[name][:, 1:] if values.ndim == 3 else after[name], values, err_msg=name)


def test_every_kind_of_luck_is_drawn() -> None:
    assert tuple(shocks.KINDS) == Luck._fields


def test_no_two_streams_have_the_same_key() -> None:
    baseline = scenario("baseline")
    names = [f"parameters/{name}" for name in baseline.parameters()]
    into = np.empty((1, len(baseline.owners), 1), dtype=np.float32)
    for kind, spec in shocks.KINDS.items():
        names += [name for name, _ in shocks._streams(kind, spec, baseline.owners, into)]
    assert len({crc32(name.encode()) for name in names}) == len(names)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_a_world_draws_the_same_in_any_company(shape: tuple[int, ...]) -> None:
    whole = normals(1, "any", np.arange(9000), shape)
    some = np.array([5, 8191, 8192, 255, 256, 4095, 4096])
    np.testing.assert_array_equal(normals(1, "any", some, shape), whole[..., some])


def test_worlds_that_stand_in_a_batch_more_than_once_are_drawn_once_and_have_their_own_luck() -> None:
    numbers = np.array([5000, 3, 5000, 7, 3])
    worlds = once(numbers)
    assert worlds.numbers.tolist() == [3, 7, 5000]
    owners = ("xAI", "Rest")
    together = shocks.draw_shocks(owners, 4, numbers, 1, 0)
    assert {values.shape[-1] for values in together.drawn.values()} == {3}
    parameters = draw(scenario("baseline"), numbers, seed=1).numbers
    for row, number in enumerate(numbers):
        alone = shocks.draw_shocks(owners, 4, np.array([number]), 1, 0)
        for month in (1, 4):
            for mine, its in zip(together.of_month(month), alone.of_month(month), strict=True):
                np.testing.assert_array_equal(mine[..., row], its[..., 0])
        for name, values in draw(scenario("baseline"), np.array([number]), seed=1).numbers.items():
            assert parameters[name][row] == values[0], name


@pytest.mark.parametrize("kind", ["lognormal", "normal", "uniform", "loguniform"])
def test_parameters_drawn_together_have_the_bits_of_each_alone(kind: str) -> None:
    alike = [
        one for one in scenario("baseline").parameters().values() if one.prior is not None and one.prior.kind == kind
    ]
    luck = np.random.default_rng(1).random((len(alike), 37))
    together = drawn_together(alike, luck)
    for one, its_luck, values in zip(alike, luck, together, strict=True):
        np.testing.assert_array_equal(one.draw(its_luck), values, err_msg=one.name)


def test_streams_are_unrelated() -> None:
    draws = np.stack([normals(1, f"stream {number}", np.arange(20_000)) for number in range(5)])
    assert np.abs(np.corrcoef(draws) - np.eye(5)).max() < 0.03
    assert abs(float(draws.mean())) < 0.01
    assert float(draws.std()) == pytest.approx(1.0, abs=0.01)
