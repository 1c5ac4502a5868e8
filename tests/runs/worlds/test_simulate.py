"""A batch of worlds leaves its results and nothing else."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from computerace.runs.worlds import simulate as ensemble


def test_a_batch_is_gone_from_memory_when_its_results_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Any]] = []

    class Watched(Race):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.extend([weakref.ref(self), weakref.ref(self.labs[0])])

    monkeypatch.setattr(ensemble, "Race", Watched)
    gc.collect()
    gc.disable()
    try:
        batch = ensemble.simulate(scenario("baseline"), np.arange(3), 1, months=2, measures=("owned_h100e",))
        assert [one() for one in made] == [None, None]
    finally:
        gc.enable()
    assert batch.steps["owned_h100e"].shape == (3, 5, 3)
    assert not np.isnan(batch.steps["owned_h100e"]).any()
