"""Who leads, and weights of worlds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.analysis.claim import claim_table, first_passage
from computerace.analysis.leads import leads
from computerace.analysis.weights import WEIGHT, effective_number, quantiles
from tests.analysis.folders import claim_worlds

LABS = ("xAI", "Google")


def shares(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"world": range(len(next(iter(columns.values())))), **columns})


def test_the_chance_to_lead_is_the_share_of_worlds_and_a_tie_is_nobody_s() -> None:
    table = shares(xAI_owned_h100e_12=[1.0, 3.0, 2.0, 2.0], Google_owned_h100e_12=[3.0, 1.0, 2.0, 6.0])
    found = leads(table, LABS).set_index("lab")
    assert found["probability"].to_dict() == {"xAI": 0.25, "Google": 0.5}
    assert found.loc["xAI", "share_p50"] == pytest.approx(0.375)
    assert found["share_p50"].sum() == pytest.approx(1.0)
    assert set(found["month"]) == {12}


def test_a_table_without_compute_has_no_leader() -> None:
    assert leads(claim_worlds(5), LABS).empty


def test_weights_count_a_world_as_often_as_they_say() -> None:
    table = claim_worlds(40, first_month=20, hits=10)
    weights = np.where(np.arange(40) < 10, 2.0, 1.0)
    often = pd.concat([table, table.iloc[:10]], ignore_index=True)
    one, two = claim_table(table.assign(**{WEIGHT: weights})), claim_table(often)
    assert one["probability"].to_numpy() == pytest.approx(two["probability"].to_numpy())
    assert one["effective_worlds"].unique() == pytest.approx([50**2 / 70])
    curves = [first_passage(each)["probability"] for each in (table.assign(**{WEIGHT: weights}), often)]
    assert curves[0].to_numpy() == pytest.approx(curves[1].to_numpy())


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(0.1, 10))
def test_equal_weights_give_numpy_s_quantiles(values: list[float], weight: float) -> None:
    levels = (0.05, 0.5, 0.95)
    found = quantiles(values, np.full(len(values), weight), levels)
    assert found == pytest.approx(np.quantile(values, levels), abs=1e-6, rel=1e-9)


def test_one_world_with_all_the_weight_is_one_world() -> None:
    assert effective_number(np.array([5.0, 0.0, 0.0])) == 1.0
    assert quantiles([1.0, 2.0, np.nan], np.array([0.0, 1.0, 9.0]), (0.05, 0.95)).tolist() == [2.0, 2.0]
