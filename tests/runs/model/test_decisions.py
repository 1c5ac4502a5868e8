"""What owners saw, asked for and got: in frames, as it stands in the month's flows."""

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.observables import LINES, OBSERVABLES
from computerace.runs import Race


def test_a_frame_has_a_row_for_each_month_lab_and_world() -> None:
    race = Race(worlds=2, months=3).run()
    found = race.decisions()
    assert len(found) == 3 * 5 * 2 and set(LINES) <= set(found.columns)
    assert found["month"].tolist()[0] == 1 and not found.isna().any().any()
    last = found[(found["month"] == 3) & (found["lab"] == "Meta") & (found["world"] == 1)].iloc[0]
    budget, flows = race.flows.decisions[3].budget, race.flows
    assert last["asked_wish_usd"] == np.float32(budget.wish[1])
    assert last["got_chips_h100e"] == np.float32(flows.chips.delivered[3, 1])
    assert last["saw_funds_usd"] == np.float32(flows.observations[3].books.funds[1])
    assert list(found["date"].astype(str).unique()) == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_what_is_got_is_no_more_than_what_was_asked_for() -> None:
    found = Race(worlds=4, months=12).run().decisions()
    asked = found["asked_grid_mw"] + found["asked_on_site_mw"] + found["asked_ready_mw"]
    assert (found["got_contracts_mw"] <= asked * (1 + 1e-6) + 1e-6).all()
    assert (found["asked_investment_usd"] <= found["asked_wish_usd"] * (1 + 1e-6)).all()
    assert (found["asked_private_usd"] + found["asked_parents_usd"] <= found["saw_window_usd"] * (1 + 1e-6)).all()


def test_many_worlds_keep_decisions_where_they_are_asked_for() -> None:
    with pytest.raises(UserError, match="kept no decisions"):
        Race(worlds=20, months=1).run().decisions()
    kept = Race(worlds=20, months=1, measures=("asked_wish_usd",)).run().decisions()
    assert list(kept.columns) == ["month", "date", "lab", "world", "asked_wish_usd"]


def test_month_0_has_no_decisions() -> None:
    race = Race(worlds=2, months=1)
    assert np.isnan(race.record.steps["asked_wish_usd"][0]).all()


@pytest.mark.parametrize("name", LINES)
def test_a_line_says_what_it_is_and_its_unit(name: str) -> None:
    assert OBSERVABLES[name].unit and OBSERVABLES[name].text
    assert name.split("_", maxsplit=1)[0] in ("saw", "asked", "got", "lost")
