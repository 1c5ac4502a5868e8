"""The data tables: complete, consistent with each other and with published figures, and nothing after 2025."""

import datetime
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from computerace.market.data import COLUMNS, GRADES, problems, start_dates, starts, table
from computerace.market.data.tables import BANDS, DATE_COLUMNS
from computerace.market.errors import UserError

LABS = ["xAI", "Google", "Microsoft", "Meta"]
ADDABLE = ["Amazon", "OpenAI", "Anthropic", "Oracle", "CoreWeave", "ByteDance"]
END = datetime.date(2025, 12, 31)
OF_A_LAB = [
    "owned_h100e", "share_ampere", "share_hopper", "share_blackwell", "in_house_share", "rented_h100e", "let_share",
    "powered_mw", "contracted_grid_mw", "contracted_on_site_mw", "contracted_ready_mw", "largest_site_h100e",
    "cash_usd", "operating_cash_flow_usd_per_year", "capex_usd_per_year", "ai_capex_share", "raised_usd_per_year",
    "researchers", "stars", "users_share", "ai_revenue_usd_per_year", "capability_index", "hallucination_rate",
    "software_efficiency", "utilisation",
]  # fmt: skip
OF_THE_REST = [
    "let_share", "largest_site_h100e", "capability_index", "hallucination_rate", "software_efficiency", "utilisation",
]  # fmt: skip
OF_THE_WORLD = [quantity for quantity in OF_A_LAB if quantity not in (*OF_THE_REST, "rented_h100e")]
ADDED_UP = [
    "owned_h100e",
    "powered_mw",
    "contracted_grid_mw",
    "contracted_on_site_mw",
    "contracted_ready_mw",
    "cash_usd",
]
ADDED_UP += ["operating_cash_flow_usd_per_year", "capex_usd_per_year", "raised_usd_per_year", "researchers", "stars"]
ADDED_UP += ["users_share", "ai_revenue_usd_per_year"]
CLASSES = ["share_ampere", "share_hopper", "share_blackwell"]
UNITS = {"H100e", "H100e/month", "fraction", "MW", "USD", "USD/year", "people", "ECI points", "ratio"}


def state(date: datetime.date | str) -> pd.DataFrame:
    """Values at a date, a row per quantity and a column per owner."""
    return starts(date).pivot_table(index="quantity", columns="owner", values="value")


def observed() -> pd.DataFrame:
    """Median owned H100e, a row per quarter end and a column per owner."""
    return table("observed").pivot_table(index="quarter_end", columns="owner", values="h100e_median")


def value(name: str, column: str, **where: object) -> float:
    """The one figure of a table whose row meets every condition."""
    frame = table(name)
    for key, wanted in where.items():
        frame = frame[frame[key] == (pd.Timestamp(str(wanted)) if key in DATE_COLUMNS else wanted)]
    assert len(frame) == 1
    return float(frame[column].iloc[0])


@pytest.mark.parametrize("name", COLUMNS)
def test_every_row_has_a_listed_source_and_a_known_grade(name: str) -> None:
    frame = table(name)
    assert not frame.empty
    assert set(frame["source"]) <= set(table("sources")["source"])
    assert frame["source"].str.len().min() >= 7
    if "grade" in frame:
        assert set(frame["grade"]) <= set(GRADES)
        assert set(frame.loc[frame["source"] == "assumed", "grade"]) <= {"assumed"}


def test_every_listed_source_is_used_and_none_twice() -> None:
    used = {source for name in COLUMNS if name != "sources" for source in table(name)["source"]}
    listed = table("sources")["source"]
    assert used == set(listed)
    assert listed.is_unique


@pytest.mark.parametrize("name", COLUMNS)
def test_bands_contain_their_value(name: str) -> None:
    frame = table(name)
    for low, middle, high in BANDS:
        if low in frame:
            known = frame.dropna(subset=[low, middle, high])
            assert (known[low] <= known[middle]).all() and (known[middle] <= known[high]).all()


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "sources"])
def test_no_observation_is_later_than_2025(name: str) -> None:
    frame = table(name)
    for column in DATE_COLUMNS.intersection(frame.columns) - {"due", "launch"}:
        assert frame[column].max() <= pd.Timestamp(END)


def test_generations_launched_after_2025_carry_no_specification() -> None:
    later = table("generations").query("launch > '2025-12-31'")
    assert len(later) >= 4
    assert set(later["launch_status"]) == {"announced", "assumed"}
    assert later[["h100e_per_chip", "it_watts_per_chip", "price_usd_per_chip"]].isna().all(axis=None)


def test_the_record_starts_at_every_quarter_end_of_2024_and_2025() -> None:
    quarters = pd.date_range("2023-12-31", "2025-12-31", freq="QE")
    assert list(start_dates()) == [stamp.date() for stamp in quarters]


@pytest.mark.parametrize("date", start_dates())
def test_every_quantity_is_present_for_each_owner(date: datetime.date) -> None:
    rows = starts(date)
    assert not rows.duplicated(["owner", "quantity"]).any()
    expected = {(lab, quantity) for lab in LABS for quantity in OF_A_LAB}
    expected |= {(owner, "added_h100e_per_month") for owner in ("Google", "Microsoft", "Meta", "World")}
    expected |= {("World", quantity) for quantity in OF_THE_WORLD} | {("Rest", quantity) for quantity in OF_THE_REST}
    if date == END:
        expected |= {(lab, quantity) for lab in ADDABLE for quantity in OF_A_LAB}
        expected |= {("Others", quantity) for quantity in OF_THE_REST}
        expected |= {(cloud, "added_h100e_per_month") for cloud in ("Amazon", "Oracle", "CoreWeave")}
    assert set(zip(rows["owner"], rows["quantity"], strict=True)) == expected


def test_each_quantity_has_one_known_unit() -> None:
    units = table("starts").groupby("quantity")["unit"].unique()
    assert all(len(found) == 1 and found[0] in UNITS for found in units)
    fractions = table("starts").query("unit == 'fraction'")
    assert fractions["low"].min() >= 0 and fractions["high"].max() <= 1


def test_only_operating_cash_flow_is_ever_negative() -> None:
    negative = table("starts").query("low < 0")
    assert set(negative["quantity"]) == {"operating_cash_flow_usd_per_year"}
    assert set(negative["owner"]) == {"xAI", "OpenAI", "Anthropic"}


@pytest.mark.parametrize("date", start_dates())
def test_chip_classes_of_each_owner_sum_to_1(date: datetime.date) -> None:
    sums = state(date).loc[CLASSES].drop(columns=["Rest", "Others"], errors="ignore").sum()
    np.testing.assert_allclose(sums, 1.0, atol=1e-9)


@pytest.mark.parametrize("date", start_dates())
@pytest.mark.parametrize("quantity", ADDED_UP)
def test_the_labs_leave_something_of_the_world_to_the_rest(date: datetime.date, quantity: str) -> None:
    row = state(date).loc[quantity]
    assert row[LABS].sum() < 0.95 * row["World"]


@pytest.mark.parametrize("date", start_dates())
@pytest.mark.parametrize("quantity", [*CLASSES, "in_house_share", "ai_capex_share"])
def test_the_rest_keeps_a_sensible_part_of_each_composition(date: datetime.date, quantity: str) -> None:
    now = state(date)
    weight = now.loc["capex_usd_per_year" if quantity == "ai_capex_share" else "owned_h100e"]
    parts = now.loc[quantity] * weight
    rest = (parts["World"] - parts[LABS].sum()) / (weight["World"] - weight[LABS].sum())
    assert -1e-3 <= rest <= 1


@pytest.mark.parametrize("quantity", [quantity for quantity in ADDED_UP if quantity != "users_share"])
def test_all_named_owners_leave_something_of_the_world_to_others(quantity: str) -> None:
    row = state(END).loc[quantity].astype(float)
    assert row[LABS + ADDABLE].sum() < 0.95 * row["World"]


def test_owners_of_the_frontier_own_what_is_counted_and_use_what_is_counted() -> None:
    now, stocks = state(END), observed().loc[pd.Timestamp(END)]
    for owner in ("Amazon", "Oracle", "CoreWeave"):
        assert now.loc["owned_h100e", owner] == pytest.approx(stocks[owner], rel=0.001)
    for lab in ("OpenAI", "Anthropic"):
        assert now.loc["owned_h100e", lab] == 0
        used = value("used", "h100e_median", lab=lab, date="2025-12-31")
        assert now.loc["rented_h100e", lab] == pytest.approx(used, rel=0.001)


def test_more_is_let_at_the_end_of_2025_than_the_labs_that_own_little_rent() -> None:
    now = state(END)
    let = (now.loc["owned_h100e"] * now.loc["let_share"])[["Microsoft", "Amazon", "Oracle", "CoreWeave"]].sum()
    assert now.loc["rented_h100e", LABS + ADDABLE].sum() < let


@pytest.mark.parametrize("quantity", ["owned_h100e", "powered_mw", "researchers", "largest_site_h100e"])
def test_stocks_never_fall_from_quarter_to_quarter(quantity: str) -> None:
    wide = table("starts").query("quantity == @quantity and owner not in @ADDABLE and owner != 'Others'")
    path = wide.pivot_table(index="date", columns="owner", values="value")
    assert (path.diff().iloc[1:] >= 0).all(axis=None)


def test_observed_and_supplied_stocks_never_fall() -> None:
    assert (observed().diff().iloc[1:].fillna(0) >= 0).all(axis=None)
    sold = table("supply").pivot_table(index="quarter_end", columns="vendor", values="cumulative_h100e_median")
    assert (sold.diff().iloc[1:].fillna(0) >= 0).all(axis=None)


def test_starting_stocks_are_the_observed_ones_and_the_world_is_their_sum() -> None:
    stocks = observed()
    for date in start_dates():
        now = state(date).loc["owned_h100e"]
        seen = stocks.loc[pd.Timestamp(date)]
        np.testing.assert_allclose(now[LABS], seen[LABS], atol=1)
        assert now["World"] == pytest.approx(seen.sum(), abs=2)


def test_owners_and_vendors_count_the_same_chips_within_five_percent() -> None:
    owned = observed().sum(axis=1)
    sold = table("supply").groupby("quarter_end")["cumulative_h100e_median"].sum()
    for date in start_dates():
        assert owned[pd.Timestamp(date)] == pytest.approx(sold[pd.Timestamp(date)], rel=0.05)


@pytest.mark.parametrize("owner", ["Google", "Meta"])
def test_power_is_what_the_stock_of_the_quarter_before_needs(owner: str) -> None:
    chips = table("generations").set_index("name")
    watts = (chips["it_watts_per_chip"] / chips["h100e_per_chip"])[["Ampere", "Hopper", "Blackwell"]].to_numpy()
    dates = start_dates()
    for before, date in pairwise(dates):
        then = state(before)[owner]
        need = then["owned_h100e"] * (then[CLASSES].to_numpy() * watts).sum() / 1e6
        assert state(date)[owner]["powered_mw"] == pytest.approx(1.03 * need, rel=0.01)


def test_power_of_xai_is_what_was_tracked_and_feeds_its_stock() -> None:
    now = state(END)["xAI"]
    assert now["powered_mw"] == value("power", "value", owner="xAI", quantity="tracked_it_mw", date="2025-12-31")
    site = table("colossus").sort_values("date").groupby("site").last()
    assert now["owned_h100e"] == pytest.approx(site["h100e"].sum(), abs=1)
    assert now["powered_mw"] == pytest.approx(site["it_mw"].sum())


@pytest.mark.parametrize("owner", ["Google", "Microsoft", "Meta", "Amazon"])
def test_quarterly_capex_adds_up_to_the_year(owner: str) -> None:
    rows = table("capex").query("owner == @owner")
    for year in (2024, 2025):
        quarters = rows[(rows["months"] == 3) & (rows["period_end"].dt.year == year)]["value"]
        whole = rows[(rows["months"] == 12) & (rows["period_end"] == f"{year}-12-31")]["value"]
        assert len(quarters) == 4 and len(whole) == 1
        assert quarters.sum() == pytest.approx(whole.iloc[0], rel=0.03)


@pytest.mark.parametrize("date", start_dates())
def test_what_an_owner_added_is_the_step_of_its_observed_stock(date: datetime.date) -> None:
    stocks = observed()
    place = list(stocks.index).index(pd.Timestamp(date))
    step = (stocks.iloc[place] - stocks.iloc[place - 1]) / 3
    now = state(date).loc["added_h100e_per_month"].dropna()
    np.testing.assert_allclose(now.drop("World"), step[now.index.drop("World")], atol=1)
    assert now["World"] == pytest.approx(step.drop("xAI").sum(), abs=3)


def test_capex_of_meta_in_the_last_quarter_of_2023_is_what_it_reported_with_leases() -> None:
    """7,592 M$ of purchases and 307 M$ of principal on finance leases."""
    assert value("capex", "value", owner="Meta", months=3, period_end="2023-12-31") == 7.90e9


@pytest.mark.parametrize("owner", LABS)
def test_ai_capex_of_2025_buys_the_stock_added_at_25_to_45_thousand_dollars(owner: str) -> None:
    then, now = state("2024-12-31")[owner], state(END)[owner]
    added = now["owned_h100e"] - then["owned_h100e"]
    in_house = now["owned_h100e"] * now["in_house_share"] - then["owned_h100e"] * then["in_house_share"]
    spent = value("capex", "value", owner=owner, months=12, period_end="2025-12-31") * now["ai_capex_share"]
    assert 25e3 < spent / (added - (1 - 0.64) * in_house) < 45e3


def test_starting_state_repeats_published_figures() -> None:
    now = state(END)
    owned = now.loc["owned_h100e"].astype(float)
    assert owned[LABS].sum() / owned["xAI"] - 1 == pytest.approx(19.4, abs=0.1)
    assert now.loc["owned_h100e", "World"] == pytest.approx(20e6, rel=0.05)
    assert now.loc["in_house_share", "Google"] == pytest.approx(0.755, abs=0.002)
    assert now.loc["cash_usd", "Google"] == 126.8e9
    assert now.loc["cash_usd", "Microsoft"] == 89.5e9
    assert now.loc["operating_cash_flow_usd_per_year", "Meta"] == 115.8e9
    assert now.loc["capability_index", "Google"] == 153.4
    assert now.loc["powered_mw", "xAI"] == 579
    assert now.loc[["owned_h100e", "rented_h100e"], "xAI"].sum() == pytest.approx(634793, rel=0.001)
    assert state("2024-06-30").loc["owned_h100e", "xAI"] == 0
    assert state("2024-06-30").loc["rented_h100e", "xAI"] == 16000


def test_tables_repeat_published_figures() -> None:
    assert value("observed", "h100e_median", owner="Google", quarter_end="2025-12-31") == 5049814
    assert value("supply", "cumulative_h100e_median", vendor="Nvidia", quarter_end="2024-12-31") == 4724425
    assert value("used", "h100e_median", lab="OpenAI", date="2025-12-31") == 1743440
    assert value("chip_prices", "value", quantity="nvidia_spend_per_h100e", date="2025-12-31") == 17100
    assert value("power", "value", owner="Google", quantity="tracked_facility_mw", date="2025-12-31") == 2445
    assert value("build_times", "years_to_first_operation", site="Colossus 1") == 0.298
    assert value("promises", "delivered_over_promised", promise="some 300,000 B200 by next summer") == 0.1
    assert value("retention", "value", lab="Meta", quantity="annual_attrition") == 0.2
    assert value("funding", "debt_usd", kind="vehicle for chips") == 12.5e9
    assert value("capability", "eci", model="Grok 4") == 147.8


def test_a_start_outside_the_record_is_refused_with_the_allowed_dates() -> None:
    for wrong in ("2026-03-31", "2023-09-30", datetime.date(2025, 12, 30)):
        with pytest.raises(UserError, match=r"outside the record; allowed: 2023-12-31, .*, 2025-12-31$"):
            starts(wrong)
    with pytest.raises(UserError, match="'next year' is not a date"):
        starts("next year")


def test_an_unknown_table_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UserError, match=r"unknown data table 'suply'.*'supply'"):
        table("suply")


def test_a_table_is_a_copy_that_nobody_else_sees_changed() -> None:
    mine = table("supply")
    mine["cumulative_h100e_median"] = 0
    assert table("supply")["cumulative_h100e_median"].min() > 0


def test_a_damaged_table_is_noticed() -> None:
    def faults(column: str, wrong: float | str | None) -> list[str]:
        frame = table("capex").astype({column: object})
        frame.loc[3, column] = wrong
        return problems("capex", frame)

    assert problems("capex", table("capex")) == []
    assert faults("value", 1e15) == ["row 5: value is outside low to high"]
    assert faults("grade", "D") == ["a grade is not one of A, B, C, assumed"]
    assert faults("source", None) == ["a row has no source"]
    assert problems("capex", table("capex").drop(columns="unit"))[0].startswith("its columns are")


def test_importing_the_tables_does_not_import_pandas() -> None:
    code = "import sys, computerace.market.data; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
