"""Frozen forecasts: what is frozen, that it stays so, and how it is scored."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.validation.frozen import LEVELS, bounds_met, column, read_frozen, score_frozen
from computerace.analysis.validation.later_figures import Later, read_later
from computerace.analysis.validation.record import UNITS, figures_at, record
from computerace.runs.cli import run

LEDGER = Path(__file__).resolve().parents[3] / "forecasts"
COLUMNS = [column(level) for level in LEVELS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small forecast, frozen once for this file."""
    made = tmp_path_factory.mktemp("ledger") / "small"
    assert run(["forecast", "--worlds", "64", "--out", str(made)]) == 0
    return made


def later(folder: Path, tmp_path: Path, factor: float = 1.0) -> Path:
    """Made-up figures of the first two quarters: the forecast's own medians times a factor."""
    rows = pd.read_csv(folder / "forecast.csv").query("quantity == 'owned_h100e' and date < '2026-09-01'")
    value = rows["p50"] * factor
    file = tmp_path / "later.csv"
    pd.DataFrame(
        {
            "quarter_end": rows["date"], "owner": rows["lab"], "h100e_median": value, "h100e_p5": 0.9 * value,
            "h100e_p95": 1.1 * value,
        }
    ).to_csv(file, index=False)  # fmt: skip
    return file


def figures_of(folder: Path, file: Path) -> Later:
    frozen = read_frozen(folder)
    return read_later(file, frozen.start, frozen.quarters, frozen.quantities)


def test_every_lab_quantity_and_quarter_to_2030_is_there(folder: Path) -> None:
    rows = pd.read_csv(folder / "forecast.csv")
    assert len(rows) == 20 * (4 * 5 + 2)
    assert set(rows["quantity"]) == set(UNITS)
    assert (rows["date"].min(), rows["date"].max()) == ("2026-03-31", "2030-12-31")
    assert (np.diff(rows[COLUMNS].to_numpy(), axis=1) >= 0).all() and (rows["p1"] >= 0).all()
    claim = pd.read_csv(folder / "claim.csv")
    assert set(claim["deadline_months"]) == {12, 24, 36, 48, 60} and len(claim) == 40


def test_manifest_says_how_to_make_it_again(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["seed"], manifest["worlds"], manifest["parameter_set"]) == (1, 64, "prior")
    assert manifest["scenario"]["name"] == "baseline" and "chips.price_decline" in manifest["parameters"]
    assert set(manifest["files"]) == {"forecast.csv", "claim.csv"}


def test_same_seed_freezes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert run(["forecast", "--worlds", "64", "--out", str(tmp_path / "again")]) == 0
    for name in ("forecast.csv", "claim.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_what_is_frozen_is_not_written_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "manifest.json").read_bytes()
    assert run(["forecast", "--worlds", "64", "--out", str(folder)]) == 2
    assert "a frozen forecast is never changed" in capsys.readouterr().err
    assert (folder / "manifest.json").read_bytes() == before


def test_changed_file_is_no_longer_the_forecast(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for one in folder.iterdir():
        (copy / one.name).write_bytes(one.read_bytes())
    text = (copy / "forecast.csv").read_text()
    (copy / "forecast.csv").write_text(text.replace("2026-03-31", "2026-06-30", 1))
    assert run(["score", str(copy), str(later(folder, tmp_path))]) == 2
    assert "is not the file that was frozen" in capsys.readouterr().err


def test_median_scores_better_than_three_times_it(folder: Path, tmp_path: Path) -> None:
    frozen = read_frozen(folder)
    near, far = (
        score_frozen(frozen, figures_of(folder, later(folder, tmp_path, factor)))
        .query("forecast == 'model' and quantity == 'owned_h100e'")
        for factor in (1.0, 3.0)
    )  # fmt: skip
    assert near["in_50"].all() and near["in_90"].all() and not far["in_90"].any()
    assert far["crps"].min() > 3 * near["crps"].max()
    assert len(near) == 8


def test_score_prints_one_object_with_rivals_beside(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["score", str(folder), str(later(folder, tmp_path)), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["start"] == "2025-12-31"
    assert {row["forecast"] for row in found["figures"]} == {"model", "constant shares", "trend", "random walk"}
    assert run(["score", str(folder), str(later(folder, tmp_path))]) == 0
    assert "owned compute" in capsys.readouterr().out


def test_used_compute_is_scored_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "used.csv"
    names = {"xAI": "xAI", "Google": "Google DeepMind", "Meta": "Meta AI"}
    rows = pd.read_csv(folder / "forecast.csv").query("quantity == 'used_h100e' and date == '2026-12-31'")
    rows = rows[rows["lab"].isin(list(names))]
    lines = [
        f"2026-12-31,{names[lab]},{middle},{low},{high}"
        for lab, middle, low, high in zip(rows["lab"], rows["p50"], rows["p25"], rows["p75"], strict=True)
    ]
    file.write_text("date,lab,h100e_median,h100e_p5,h100e_p95\n" + "\n".join(lines) + "\n")
    assert run(["score", str(folder), str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["quantity"] for row in found["figures"]] == ["used_h100e"] * 3
    assert all(row["in_50"] for row in found["figures"])


@pytest.mark.parametrize("words", [["score", "nowhere", "x.csv"], ["score", ".", "x.csv"]])
def test_folder_without_a_forecast_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert "holds no forecast" in capsys.readouterr().err


def test_frozen_forecasts_keep_their_checksums() -> None:
    """A forecast that has been published is never changed: a better one gets a folder of its own."""
    sums = (LEDGER / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in sums)}
    kept = {str(file.relative_to(LEDGER)) for file in LEDGER.rglob("*") if file.is_file() and file.parent != LEDGER}
    assert listed and kept == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((LEDGER / name).read_bytes()).hexdigest() == digest, name
    for one in {Path(name).parts[0] for name in listed}:
        read_frozen(LEDGER / one)


def written(tmp_path: Path, rows: str) -> Path:
    file = tmp_path / "tidy.csv"
    file.write_text("date,owner,quantity,value,low,high,bound\n" + rows)
    return file


def test_each_quantity_alone_is_scored(folder: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(folder / "forecast.csv").query("date == '2026-06-30'")
    for _, owner, quantity, middle in (
        rows.groupby("quantity").head(1)[["date", "lab", "quantity", "p50"]].itertuples(index=False)
    ):
        file = written(tmp_path, f"2026-06-30,{owner},{quantity},{middle},,,\n")
        found = score_frozen(read_frozen(folder), figures_of(folder, file)).query("forecast == 'model'")
        assert found["quantity"].tolist() == [quantity] and found["owner"].tolist() == [owner]
        assert found["in_50"].all(), (quantity, owner)


def test_a_date_between_quarters_has_the_forecast_between_theirs(folder: Path, tmp_path: Path) -> None:
    days = ("2026-03-31", "2026-05-15", "2026-06-30")
    file = written(tmp_path, "".join(f"{day},Google,owned_h100e,6e6,,,\n" for day in days))
    found = score_frozen(read_frozen(folder), figures_of(folder, file))
    for _, rows in found.groupby("forecast"):
        low, between, high = rows.sort_values("date")["p50"]
        assert low < between < high
    first = score_frozen(
        read_frozen(folder), figures_of(folder, written(tmp_path, "2026-01-01,xAI,owned_h100e,6e5,,,\n"))
    )
    start = figures_at(record(), read_frozen(folder).start)["owned_h100e", "xAI"]
    assert first.query("forecast == 'model'")["p50"].iloc[0] == pytest.approx(start, rel=0.02)


def test_a_wider_band_widens_the_forecast_of_its_figure(folder: Path, tmp_path: Path) -> None:
    bands = {"none": ",", "narrow": "699000,701000", "wide": "300000,1600000"}
    widths = {}
    for name, band in bands.items():
        file = written(tmp_path, f"2026-06-30,xAI,owned_h100e,700000,{band},\n")
        row = score_frozen(read_frozen(folder), figures_of(folder, file)).query("forecast == 'model'").iloc[0]
        widths[name] = row["p95"] / row["p5"]
    assert widths["wide"] > 1.05 * widths["narrow"]
    assert widths["narrow"] <= widths["none"]


def test_a_bound_has_the_probability_that_the_forecast_gave(folder: Path, tmp_path: Path) -> None:
    row = pd.read_csv(folder / "forecast.csv").query("quantity == 'owned_h100e' and lab == 'xAI'").iloc[0]
    lines = "".join(f"{row['date']},xAI,owned_h100e,{row['p75']},,,{bound}\n" for bound in ("at least", "at most"))
    found = bounds_met(read_frozen(folder), figures_of(folder, written(tmp_path, lines)))
    assert found.set_index("bound")["probability"].to_dict() == pytest.approx(
        {"at least": 0.25, "at most": 0.75}, abs=0.01
    )


def test_score_tells_what_it_left_out(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "2026-06-30,xAI,owned_h100e,200000,,,at least\n2026-06-30,OpenAI,used_h100e,4e6,,,\n"
    rows += "2026-06-30,Meta,capex_usd,30e9,,,\n"
    file = written(tmp_path, rows)
    assert run(["score", str(folder), str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["quantity"] for row in found["figures"] if row["forecast"] == "model"] == ["capex_usd"]
    assert found["bounds"][0]["probability"] > 0.9
    assert found["not_compared"] == ["row 3: used_h100e of OpenAI at 2026-06-30: no forecast was made of OpenAI"]
    assert run(["score", str(folder), str(file)]) == 0
    told = capsys.readouterr().out
    assert "at least 0.2 M" in told and "no forecast was made of OpenAI" in told


def test_the_published_forecast_scores_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "2026-06-30,Meta,capex_usd,30e9,,,\n2026-04-15,xAI,owned_h100e,700000,,,\n")
    assert run(["score", str(LEDGER / "2025-12-31-baseline"), str(file)]) == 0
    assert "capex_usd of Meta at 2026-06-30: not in this forecast" in capsys.readouterr().out
    only = written(tmp_path, "2026-06-30,Meta,capex_usd,30e9,,,\n")
    assert run(["score", str(LEDGER / "2025-12-31-baseline"), str(only)]) == 2
    assert "nothing in" in capsys.readouterr().err
