"""Races from every quarter's end of the record: they begin with the record and lose nothing."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from computerace.market.arrays import over_owners
from computerace.market.data import start_dates, starts
from computerace.market.errors import UserError
from computerace.runs.cli import run
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from tests.runs.conservation import check_step


@pytest.mark.parametrize("start", start_dates())
def test_month_0_is_the_record(start: date) -> None:
    race = Race(scenario("baseline", start), worlds=1, months=1, fixed=True, collect=False)
    record = starts(start).pivot_table(index="quantity", columns="owner", values="value")
    measured = race.measures()
    labs = list(race.names[:-1])
    recorded = record.loc["owned_h100e", labs].to_numpy()
    np.testing.assert_allclose(measured["owned_h100e"][:-1, 0], recorded)
    np.testing.assert_allclose(
        over_owners(measured["owned_h100e"])[0], record["World"].to_dict()["owned_h100e"], rtol=1e-6
    )
    np.testing.assert_allclose(measured["share"][:, 0], recorded / recorded.sum())
    np.testing.assert_allclose(race.state.sites.powered[:-1, 0], record.loc["powered_mw", labs].to_numpy())
    np.testing.assert_allclose(race.flows.finance.capex[:-1, 0], record.loc["capex_usd_per_year", labs].to_numpy() / 12)
    np.testing.assert_allclose(race.state.finance.cash[:-1, 0], record.loc["cash_usd", labs].to_numpy())
    np.testing.assert_allclose(race.state.talent.researchers[:-1, 0], record.loc["researchers", labs].to_numpy())
    np.testing.assert_allclose(measured["users_share"][:-1, 0], record.loc["users_share", labs].to_numpy(), rtol=1e-6)
    assert (measured["operational_h100e"] <= measured["owned_h100e"]).all()


@pytest.mark.parametrize("start", start_dates())
def test_nothing_is_made_or_lost_from_any_start(start: date) -> None:
    race = Race(scenario("baseline", start), worlds=3, seed=7, months=9, collect=False)
    while race.month < race.horizon:
        check_step(race)


def test_worlds_do_not_depend_on_their_neighbours_from_an_early_start() -> None:
    early = scenario("baseline", "2023-12-31")
    many = Race(early, worlds=300, months=8, collect=False).run().measures()["owned_h100e"]
    few = Race(early, indices=np.array([5, 299]), months=8, collect=False).run().measures()["owned_h100e"]
    np.testing.assert_array_equal(many[:, [5, 299]], few)


@pytest.mark.parametrize("start", ["2023-09-30", "2025-06-29", "soon"])
def test_a_start_outside_the_record_is_refused_in_one_line(start: str) -> None:
    with pytest.raises(UserError, match=r"2025-12-31") as caught:
        scenario("baseline", start)
    assert "\n" not in str(caught.value)


def test_the_command_begins_at_a_date_of_the_record_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["race", "--worlds", "3", "--months", "2", "--json", "--out", str(tmp_path / "run")]
    assert run([*words, "--start", "2024-06-30"]) == 0
    assert json.loads(capsys.readouterr().out)["start"] == "2024-06-30"
    assert run([*words, "--start", "2024-06-29"]) == 2
    said = capsys.readouterr().err
    assert "2024-06-29" in said and "2024-06-30" in said and said.count("\n") == 1
