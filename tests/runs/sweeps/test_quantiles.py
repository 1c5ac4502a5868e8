"""Quantiles that are taken while the worlds are played are those of the trajectories."""

from pathlib import Path
from typing import Any

import pytest

from computerace.runs.sweeps import batches, quantiles
from computerace.runs.sweeps.quantiles import PointQuantiles
from computerace.runs.sweeps.sweep import sweep
from tests.runs.sweeping import contents, design


@pytest.mark.parametrize(
    "options",
    [{}, {"every": 2, "measures": ["share", "bound_chips", "agi_share", "herfindahl"]}, {"worlds_per_point": 1}],
    ids=["all measures", "some measures in some months", "a world of each point"],
)
def test_they_are_those_of_kept_trajectories(
    tmp_path: Path, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[int] = []

    class Counted(PointQuantiles):
        def __init__(self, *words: Any) -> None:
            super().__init__(*words)
            called.append(1)

    monkeypatch.setattr(quantiles, "PointQuantiles", Counted)
    monkeypatch.setattr(batches.WorldBatch, "result", lambda *_: pytest.fail("a trajectory was kept"))
    sweep(design(**options), tmp_path / "at once", workers=1)
    monkeypatch.undo()
    assert called
    monkeypatch.setattr(batches.WorldBatch, "_at_once", lambda _: None)
    sweep(design(**options), tmp_path / "afterwards", workers=1)
    assert contents(tmp_path / "at once") == contents(tmp_path / "afterwards")
