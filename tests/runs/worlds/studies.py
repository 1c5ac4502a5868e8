"""Every kind of study in small, as a function of where its worlds are played: its numbers in one frame or array."""

import datetime
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from computerace.analysis.rare_events import Splitting
from computerace.analysis.validation.record import record
from computerace.runs.calibration.evidence import figures
from computerace.runs.calibration.forward import Forward, Record, started
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.studies.facts import run_facts
from computerace.runs.studies.forecast import Request as ForecastRequest
from computerace.runs.studies.forecast import _paths, _sampled
from computerace.runs.studies.fresh_worlds import FreshWorlds
from computerace.runs.studies.published import model_paths
from computerace.runs.studies.rare import RareClaim, rare_probability
from computerace.runs.sweeps.single_race import Request, played
from computerace.runs.worlds.play import Workers
from computerace.runs.worlds.variants import Wanted, play_together

BASELINE = scenario("baseline")
START = datetime.date(2023, 12, 31)


def race(on: Workers) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        tables = played(Request(BASELINE, 2100, 3, 1, on=on, out=Path(folder)), Path(folder))
    return pd.concat([tables.worlds, tables.steps])


def variants(on: Workers) -> pd.DataFrame:
    wanted = Wanted(3, 2, ("owned_three_ratio_2", "xAI_bound_chips"))
    return play_together([BASELINE, scenario("auction")], 20, wanted, on=on).outcomes


def facts(on: Workers) -> pd.DataFrame:
    return run_facts(12, 1, on=on).table.select_dtypes("number")


def forecast(on: Workers) -> np.ndarray:
    request = ForecastRequest(Path("unused"), BASELINE, 1100, on=on)
    return np.concatenate(list(_paths(_sampled(request, lambda _: None)).values()))


def backtest(on: Workers) -> np.ndarray:
    quarters = (datetime.date(2025, 9, 30),)
    found = model_paths(BASELINE, datetime.date(2025, 6, 30), quarters, record(), worlds=1100, seed=1, on=on)
    return np.concatenate(list(found.paths.values()))


def fresh(on: Workers) -> pd.DataFrame:
    box = {"chips.supply_growth_2026": (2.0, 3.0)}
    return FreshWorlds(BASELINE, 5, 1100, 1, on=on).play(box, lambda _: None).worlds


def calibration(on: Workers) -> np.ndarray:
    forward = Forward(started(Scenario(), START), Record(figures(START, datetime.date(2024, 6, 30))), 1, on=on)
    return forward(forward.draw(2100))


def splitting(on: Workers) -> np.ndarray:
    claim = RareClaim(BASELINE, "owned", "three", 1, 1)
    return np.array(rare_probability(claim, repeats=2, chosen=Splitting(100, most_levels=1), on=on).repeats)


STUDIES: dict[str, Callable[[Workers], pd.DataFrame | np.ndarray]] = {
    "race": race, "variants": variants, "facts": facts, "forecast": forecast, "backtest": backtest, "fresh": fresh,
    "calibration": calibration, "splitting": splitting,
}  # fmt: skip


def assert_same_bits(one: pd.DataFrame | np.ndarray, other: pd.DataFrame | np.ndarray) -> None:
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    else:
        np.testing.assert_array_equal(one, other)
