"""What the report says: the right words for the numbers, a bound where none got there, how sure."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.report.answer import (
    answer_of,
    definitions_sentence,
    likelihood,
    part,
    ratio_sentence,
    sentence,
)
from computerace.analysis.report.certainty import certainty
from tests.analysis.folders import SCENARIO, claim_worlds, runs_of


class TestWords:
    def test_none_of_n_is_a_bound(self) -> None:
        said = sentence(answer_of(runs_of(claim_worlds(500))))
        assert "in none of 500 worlds" in said
        assert "its probability is below 0.76 %" in said
        assert said.startswith("Exceptionally unlikely, says this model")

    def test_a_probability_comes_with_its_interval(self) -> None:
        said = sentence(answer_of(runs_of(claim_worlds(400, 30, 100))))
        assert "in 25.0 % (21.0 % to 29.5 %) of 400 worlds" in said
        assert said.startswith("Unlikely")

    def test_every_one_of_n_is_a_bound_too(self) -> None:
        assert "its probability is above 99.2 %" in sentence(answer_of(runs_of(claim_worlds(500, 3, 500))))

    def test_worlds_that_get_there_after_the_deadline_do_not_count(self) -> None:
        worlds = claim_worlds(100, 72, 40)
        worlds = worlds.assign(**{
            name.replace("_60", "_84"): worlds[name] for name in worlds.columns if name.endswith("ratio_60")
        })  # fmt: skip
        answer = answer_of(runs_of(worlds, months=84))
        assert answer.deadline == 60
        assert answer.headline["reached"] == 0

    @pytest.mark.parametrize(("low", "high", "words"), [
        (0.0, 0.009, "exceptionally unlikely"), (0.0, 0.02, "exceptionally unlikely to very unlikely"),
        (0.4, 0.6, "about as likely as not"), (0.991, 1.0, "virtually certain"),
    ])  # fmt: skip
    def test_words_of_likelihood_cover_the_whole_interval(self, low: float, high: float, words: str) -> None:
        assert likelihood(low, high) == words

    def test_parts_are_written_with_two_figures(self) -> None:
        assert [part(one) for one in (0.00123, 0.0456, 0.5, 1.234)] == ["0.12 %", "4.6 %", "50 %", "120 %"]

    def test_the_ratio_and_the_first_month_are_those_of_the_worlds(self) -> None:
        worlds = claim_worlds(300, 30, 60)
        said = ratio_sentence(answer_of(runs_of(worlds)))
        assert part(float(worlds["owned_three_ratio_60"].median())) in said
        assert "the median first month was June 2028" in said

    def test_the_definition_that_helps_most_is_named(self) -> None:
        worlds = claim_worlds(200)
        worlds.loc[:49, "used_three_first_month"] = 20
        said = definitions_sentence(answer_of(runs_of(worlds)))
        assert "to 25.0 % (used compute against the other labs)" in said

    def test_a_designs_share_is_not_called_a_probability(self) -> None:
        design = {"sampler": {"kind": "lhs", "points": 5}, "independent": False}
        worlds = claim_worlds(50, 30, 10).assign(point=np.arange(50) % 5, world=np.arange(50) // 5)
        said = sentence(answer_of(runs_of(worlds, kind="sweep", design=design)))
        assert said.startswith("In 20.0 % of this design's 50 worlds")
        assert "that is no probability" in said


class TestCertainty:
    def test_the_error_of_sampling_is_not_called_the_models_error(self) -> None:
        said = certainty(answer_of(runs_of(claim_worlds(400, 30, 100))))
        assert said[0].startswith("100 of 400 worlds got there: 25.0 % (21.0 % to 29.5 %)")
        assert "it says nothing of the model's own error" in said[0]
        assert "both luck and what is not known" in said[1]
        assert len(said) == 2

    def test_a_fitted_set_of_parameters_is_named(self) -> None:
        fitted = {**SCENARIO, "parameter_set": "a-fit"}
        said = certainty(answer_of(runs_of(claim_worlds(50), scenario=fitted)))
        assert any("from a-fit, a set fitted to the record" in one for one in said)

    def test_parameters_at_their_centre_are_told(self) -> None:
        said = certainty(answer_of(runs_of(claim_worlds(50), fixed=True)))
        assert any("held at their centre" in one and "only luck differs" in one for one in said)

    def test_few_worlds_that_got_there_are_told(self) -> None:
        said = certainty(answer_of(runs_of(claim_worlds(50, 30, 3))))
        assert any(one.startswith("Only 3 worlds got there") for one in said)

    def test_failed_worlds_are_counted(self) -> None:
        runs = runs_of(claim_worlds(50))
        failed = replace(runs, failures=pd.DataFrame({"world": [7, 9], "traceback": ["x", "y"]}))
        assert "2 worlds failed and are left out; failures.parquet says why." in certainty(answer_of(failed))

    def test_worlds_that_share_a_point_tell_less(self) -> None:
        worlds = claim_worlds(100).assign(point=np.arange(100) // 10, world=np.arange(100) % 10)
        worlds.loc[worlds["point"] < 3, "owned_three_first_month"] = 12  # a point's worlds all get there, or none
        design = {"sampler": {"kind": "prior", "points": 10}, "independent": True}
        points = pd.DataFrame({"point": np.arange(10), "row": np.arange(10), "scenario": "baseline"})
        runs = replace(runs_of(worlds, kind="sweep", design=design), points=points)
        said = certainty(answer_of(runs))
        told = re.search(r"they tell as much as (\d+) independent ones would", said[0])
        assert told is not None
        assert int(told[1]) <= 12
