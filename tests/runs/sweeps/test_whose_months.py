"""Months in folders: each measure has values for those whose it is, and what owners decided is kept on request."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from computerace.market.vocabulary import MARKET, REST
from computerace.observables import LINES, OBSERVABLES
from computerace.runs import Race, sweep
from computerace.runs.scenarios import scenario
from computerace.runs.sweeps.single_race import Request, run_race
from computerace.runs.sweeps.verify import verify
from computerace.runs.worlds.play import ONE
from tests.runs.sweeping import design

KEPT = ["share", "ratio_owned_three", "herfindahl", "decisions"]
HAVING = {
    "share": ["xAI", "Google", "Microsoft", "Meta"], "ratio_owned_three": ["xAI"], "herfindahl": [MARKET],
    "got_power_mw": ["xAI", "Google", "Microsoft", "Meta", REST],
}  # fmt: skip


@pytest.mark.parametrize(
    "how", [{"keep": "steps"}, {"quantiles": "exact"}, {"quantiles": "counts"}], ids=["steps", "exact", "counts"]
)
def test_a_cell_is_null_where_a_measure_is_nobodys_and_has_a_number_elsewhere(
    how: dict[str, str], tmp_path: Path
) -> None:
    sweep(design(measures=KEPT, **how), tmp_path / "out", workers=1)
    table = pq.read_table(tmp_path / "out" / "steps.parquet")
    assert set(LINES) <= set(table.column_names)
    later = table.filter(pc.field("month") > 0)
    labs = later["lab"].to_pandas()
    for name, having in HAVING.items():
        null = later[name].is_null().to_pandas()
        assert sorted(labs[~null].unique()) == sorted(having), name
        assert np.isfinite(later[name].to_pandas()[~null]).all(), name
    assert verify(tmp_path / "out", everything=True, on=ONE).same


def test_a_race_keeps_what_owners_decided_where_it_is_asked_to(tmp_path: Path) -> None:
    plan = scenario("baseline")
    run_race(Request(plan, worlds=20, months=3, on=ONE, out=tmp_path / "race", decisions=True))
    steps = pd.read_parquet(tmp_path / "race" / "steps.parquet")
    kept = Race(plan, worlds=20, months=3, measures=LINES).run().decisions()
    middle = steps[(steps["month"] == 3) & (steps["quantile"] == 0.5)].set_index("lab")["asked_chips_h100e"]
    expected = kept[kept["month"] == 3].groupby("lab")["asked_chips_h100e"].median()
    for lab in plan.owners:
        assert middle[lab] == pytest.approx(expected[lab], rel=1e-6)
    assert verify(tmp_path / "race", everything=True).same
    run_race(Request(plan, worlds=3, months=1, on=ONE, out=tmp_path / "plain"))
    plain = set(pd.read_parquet(tmp_path / "plain" / "steps.parquet"))
    assert not plain & set(LINES) and set(OBSERVABLES) - set(LINES) <= plain
