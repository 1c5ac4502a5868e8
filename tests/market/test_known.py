"""What a start may know: rows of its date or before, launch dates as announced, levels that the record bears out."""

import re
from datetime import date

import pandas as pd
import pytest

from computerace.market import figures, known
from computerace.market.data import start_dates, table
from computerace.market.generations import NAMES
from computerace.market.known import END_OF_RECORD, known_at, roadmap
from computerace.market.registry import PARAMETERS
from computerace.runs.scenarios import scenario

EARLIER = start_dates()[:-1]
GUARDED = ("chips", "generations", "energy", "sites", "finance", "capital", "rental", "reaction")
CONDUCT = (
    "access_weight", "prepaid_share", "build_years", "campus_mw", "in_house_target", "cash_flow_growth",
    "purchase_cost", "promised_growth", "backing_usd_per_month", "equity_share", "listing_share", "strategy",
)  # fmt: skip
LEVERS = {"chips.export_loss"}  # 0 by definition, from any start


def test_the_end_of_the_record_takes_the_declared_values() -> None:
    assert start_dates()[-1] == END_OF_RECORD
    assert known_at(END_OF_RECORD) == {}
    assert known_at(date(2026, 3, 31)) == {}


@pytest.mark.parametrize("start", EARLIER)
def test_a_row_holds_from_its_date_on_and_names_a_parameter(start: date) -> None:
    parameters = scenario("baseline", start).parameters()
    rows = known_at(start)
    assert set(rows) <= set(parameters)
    assert all(date.fromisoformat(row["date"]) <= start for row in rows.values())
    for name, row in rows.items():
        assert parameters[name].value == (row["word"] or float(row["value"]))
        said_by = "" if row["source"] == "assumed" else f"{row['source']}: "
        assert parameters[name].source == said_by + row["note"]


@pytest.mark.parametrize("start", EARLIER)
def test_no_figure_that_moves_the_record_rests_on_a_later_source(start: date) -> None:
    """Engineering, people, software and users are left out: they do not move what the record is compared with."""
    rows = known_at(start)
    for name, one in scenario("baseline", start).parameters().items():
        guarded = name.split(".")[0] in GUARDED or name.split(".")[-1] in CONDUCT
        if not guarded or name in rows or name in LEVERS:
            continue
        years = [int(year) for year in re.findall(r"\b20[12]\d\b", one.source)]
        assert not years or max(years) <= start.year, f"{name} at {start}: {one.source}"


@pytest.mark.parametrize("start", EARLIER)
def test_supply_at_a_start_is_the_quarters_deliveries_over_three(start: date) -> None:
    sold = table("supply").pivot_table(index="quarter_end", columns="vendor", values="cumulative_h100e_median")
    flow = sold.fillna(0.0).sum(axis=1).diff()[pd.Timestamp(start)] / 3.0
    assert float(known_at(start)["chips.supply_h100e_per_month"]["value"]) == pytest.approx(flow, rel=1e-3)


def test_launch_dates_are_those_announced_by_the_start() -> None:
    for start in start_dates():
        plan = roadmap(start)
        assert set(plan.names) == set(NAMES) and list(plan.launch) == sorted(plan.launch)
        rows = table("roadmap").query("known_from <= @start.isoformat()")
        assert {day.isoformat() for day in plan.launch} <= {stamp.date().isoformat() for stamp in rows["launch"]}
    assert roadmap(date(2023, 12, 31)).specified == 2  # Blackwell's specifications came in March 2024
    assert roadmap(date(2024, 3, 31)).specified == 3


def test_every_row_is_in_words_and_within_its_band() -> None:
    rows = table("known").query("prior.notna()")
    value, low, high = (rows[column].astype(float) for column in ("value", "low", "high"))
    assert ((low < value) & (value < high)).all()
    assert (table("known")["note"] != "").all()
    plain = {name for name in table("known")["name"] if not name.startswith("labs.")}
    assert plain <= set(PARAMETERS)


def _without_what_came_after(monkeypatch: pytest.MonkeyPatch, start: date) -> None:
    """Every table as it could have been written at the start, with nonsense in place of what came later."""
    for module, read in ((figures, figures._rows), (known, known._rows)):
        changed = {}
        for name in ("starts.csv", "traits.csv", "known.csv", "roadmap.csv"):
            rows = []
            for row in read(name):
                day = row.get("date") or row.get("known_from")
                later = day is not None and date.fromisoformat(day) > start
                number = {"value": "7", "low": "6", "high": "8"} if "value" in row else {"launch": "2040-01-01"}
                rows.append({**row, **number} if later else row)
            changed[name] = tuple(rows)
        monkeypatch.setattr(module, "_rows", changed.__getitem__)
    known.roadmap.cache_clear()


@pytest.mark.parametrize("start", EARLIER)
def test_a_start_is_the_same_whatever_the_later_record_says(start: date, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scenario("baseline", start).parameters(), roadmap(start)
    _without_what_came_after(monkeypatch, start)
    moved = scenario("baseline", start).with_settings({"chips.export_loss": 0.0})  # another value, so no cached answer
    after = moved.parameters(), roadmap(start)
    monkeypatch.undo()
    known.roadmap.cache_clear()
    assert {name: one for name, one in before[0].items() if name != "chips.export_loss"} == {
        name: one for name, one in after[0].items() if name != "chips.export_loss"
    }
    assert before[1] == after[1]
