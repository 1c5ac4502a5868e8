"""The back-test: the model and its naïve rivals begin at dates in the record and are held against what came later."""

import datetime
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from computerace.analysis.validation import backtest as scoring
from computerace.analysis.validation.coverage import expected
from computerace.analysis.validation.naive import rivals
from computerace.analysis.validation.record import KEPT_PER_YEAR, before, checked_dates, quarter_ends, record
from computerace.market.errors import UserError, unknown
from computerace.runs import store
from computerace.runs.answers import Rows
from computerace.runs.answers.validation import BacktestAnswer, Covered, FigureScore, OriginScore, OwnerScore, Verdict
from computerace.runs.scenarios import Scenario, own_code
from computerace.runs.scenarios.sets import with_set
from computerace.runs.schema.bounds import check_memory
from computerace.runs.store import provenance
from computerace.runs.studies.published import model_paths
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.manifest_form import DesignForm, Manifest

ORIGINS = tuple(datetime.date.fromisoformat(day) for day in ("2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30"))
END = datetime.date(2025, 12, 31)
BYTES_OF_A_WORLD = 2 * 8 * 8 * 52  # twice while batches are joined; 8 quarters; 13 series, and of three rivals
ERRORS = {"kept": KEPT_PER_YEAR, "none": 1.0, "independent": 0.0}


@dataclass(frozen=True)
class Request:
    """What was asked for: origins and last quarter, worlds per origin, seed, parameter set, folder."""

    origins: tuple[datetime.date, ...] = ORIGINS
    until: datetime.date = END
    worlds: int = 2000
    seed: int = 1
    parameters: str = "prior"
    scenario: Scenario = field(default_factory=Scenario)
    out: Path | None = None
    on: Workers = ONE

    @property
    def folder(self) -> Path:
        """The folder that was given, or one under out/ named for the test."""
        return self.out if self.out is not None else Path("out") / "backtest"


@dataclass(frozen=True)
class Tested:
    """A back-test: a row per figure and forecast, and the same scored with other assumptions about observation error.

    sets: name of the parameter set used from each origin. failures: a row per origin and world that failed. coverage:
    a row per origin, of the figures of owned compute without the claimant's: how many lie inside 90 %, and how many
    would were the model right.
    """

    rows: "pd.DataFrame"
    verdicts: "pd.DataFrame"
    errors: "pd.DataFrame"
    sets: dict[str, str]
    failures: "pd.DataFrame"
    coverage: "pd.DataFrame"


def run_backtest(request: Request, actual: "pd.DataFrame | None" = None) -> Tested:
    """Forecast from every origin and score; `actual` is the record, the project's own by default.

    Raises UserError for a date that is no quarter end of the record, or an origin that is not before the last quarter.
    """
    import pandas as pd

    actual = record() if actual is None else actual
    check_memory("a back-test", request.worlds, BYTES_OF_A_WORLD)
    parts: list[pd.DataFrame] = []
    errors: list[pd.DataFrame] = []
    failures: list[pd.DataFrame] = []
    coverage: list[dict[str, Any]] = []
    sets: dict[str, str] = {}
    for origin in request.origins:
        checked_dates(actual, origin, request.until)
    with progress("back-test", request.worlds * len(request.origins)) as advance:
        for origin in request.origins:
            quarters = quarter_ends(origin, request.until)
            begun = _begun(request, origin)
            sets[origin.isoformat()] = begun.parameter_set
            ours = model_paths(
                begun, origin, quarters, before(actual, origin), worlds=request.worlds, seed=request.seed,
                on=request.on, advance=advance,
            )  # fmt: skip
            failures.append(ours.failures.assign(origin=origin))
            forecasts = {
                scoring.MODEL: ours.paths,
                **rivals(actual, origin, len(quarters), request.worlds, request.seed),
            }
            for name, kept in ERRORS.items():
                rows = scoring.scored(forecasts, actual, origin, quarters, request.seed, kept=kept)
                (parts if name == "kept" else errors).append(rows.assign(errors=name))
            generator = np.random.default_rng([request.seed, origin.toordinal()])
            published = scoring.with_error(ours.paths, actual, origin, quarters, generator)
            coverage.append(_coverage(parts[-1], published, request.scenario.claimant, quarters))
    rows = pd.concat(parts, ignore_index=True)
    by_errors = _by_errors(pd.concat([rows, *errors]), request.scenario.claimant)
    lost = pd.concat(failures, ignore_index=True)
    verdicts = scoring.verdicts(rows, request.scenario.claimant)
    return Tested(rows.drop(columns="errors"), verdicts, by_errors, sets, lost, pd.DataFrame(coverage))


def _coverage(
    rows: "pd.DataFrame", published: scoring.Paths, claimant: str, quarters: tuple[datetime.date, ...]
) -> dict[str, Any]:
    """A row of coverage: the figures of one origin and what a model that is right would show."""
    ours = rows[(rows["forecast"] == scoring.MODEL) & (rows["quantity"] == "owned_h100e") & (rows["owner"] != claimant)]
    days = [number for number, day in enumerate(quarters) if (ours["date"] == day).any()]
    found = {("owned_h100e", owner): published["owned_h100e", owner][days] for owner in ours["owner"].unique()}
    wished = expected(found, tuple(found), 0.9)
    return {"origin": ours["origin"].iloc[0], "in_90": float(ours["in_90"].mean()), **wished._asdict()}


def _begun(request: Request, origin: datetime.date) -> Scenario:
    """The scenario from an origin, with the set asked for where it has seen nothing after that date."""
    return with_set(replace(request.scenario, start=origin), request.parameters)


def _by_errors(rows: "pd.DataFrame", claimant: str) -> "pd.DataFrame":
    """The verdict on owned compute under each assumption about the publisher's error."""
    import pandas as pd

    owned = rows[rows["quantity"] == "owned_h100e"]
    parts = [scoring.verdicts(owned[owned["errors"] == name], claimant).assign(errors=name) for name in ERRORS]
    found = pd.concat(parts, ignore_index=True)
    return found[found["without"].isna()].query("quantity == 'owned_h100e'").reset_index(drop=True)


def answer(request: Request, tested: Tested) -> BacktestAnswer:
    """The object that `backtest --json` prints."""
    by_origin = scoring.summary(tested.rows, ("origin", "quantity", "owner"))
    return {
        "kind": "backtest",
        "from": [day.isoformat() for day in request.origins],
        "until": request.until.isoformat(),
        "worlds": request.worlds,
        "failed": len(tested.failures),
        "seed": request.seed,
        "parameters": tested.sets,
        "verdicts": cast("list[Verdict]", plain_rows(tested.verdicts)),
        "owned_by_assumed_error": cast("list[Verdict]", plain_rows(tested.errors)),
        "others_covered": cast("list[Covered]", plain_rows(tested.coverage)),
        "by_owner": by_owner(tested.rows),
        "by_origin": cast("list[OriginScore]", plain_rows(by_origin)),
        "figures": cast("list[FigureScore]", plain_rows(tested.rows)),
    }


def by_owner(rows: "pd.DataFrame") -> list[OwnerScore]:
    """Rows per quantity, owner and forecast: coverage over all figures, CRPS over those that all forecast."""
    every, pairs = scoring.summary(rows), scoring.summary(scoring.compared(rows))
    keys = ["quantity", "owner", "forecast"]
    joined = every.drop(columns="crps").merge(pairs[[*keys, "figures", "crps"]], on=keys, suffixes=("", "_compared"))
    return cast("list[OwnerScore]", plain_rows(joined.rename(columns={"figures_compared": "compared"})))


def plain_rows(frame: "pd.DataFrame") -> Rows:
    """Rows as JSON holds them: dates in ISO 8601, null for what is not a number."""
    rows: Rows = json.loads(
        frame.astype({name: str for name in ("origin", "date") if name in frame}).to_json(
            orient="records", double_precision=10
        )
    )
    return rows


def run_and_save(request: Request) -> Tested:
    """Run and write the folder: backtest.csv (a row per figure and forecast), two pictures, the manifest.

    Raises UserError where the folder is not free or cannot be written, before anything runs.
    """
    from computerace.analysis.validation.backtest_picture import save_fans

    for origin in request.origins:
        checked_dates(record(), origin, request.until)
    own_code.prepare((request.scenario,), elsewhere=True)
    asked = {"from": [day.isoformat() for day in request.origins], "until": request.until.isoformat()}
    manifest: Manifest = {
        "kind": "backtest", "scenario": request.scenario.to_dict(),
        "parameter_set": {origin.isoformat(): _begun(request, origin).parameter_set for origin in request.origins},
        "seed": request.seed, "worlds": request.worlds, "until": request.until.isoformat(),
        "design": cast("DesignForm", asked),
        "versions": provenance.versions(), "commit": provenance.commit(), "machine": provenance.machine(),
    }  # fmt: skip
    with store.run_folder(request.folder, manifest) as folder:
        tested = run_backtest(request)
        tested.rows.to_csv(folder / "backtest.csv", index=False)
        if len(tested.failures):
            tested.failures.to_parquet(folder / "failures.parquet", index=False)
        save_fans(tested.rows, record(), folder)
        counts = {"worlds": request.worlds * len(request.origins), "failed": len(tested.failures)}
        manifest |= {"ended": provenance.now(), "status": "complete", "counts": counts}
    return tested


def claimed_by(lab: str) -> Scenario:
    """The baseline with a lab of which the claim speaks; raises UserError for what is none of its labs."""
    if lab not in Scenario().labs:
        raise unknown("lab", lab, Scenario().labs)
    return Scenario(claimant=lab)


def chosen_origins(texts: list[str] | None) -> tuple[datetime.date, ...]:
    """The dates given, in order and once each; the four of the documented test by default."""
    return tuple(sorted({parsed_date("--from", text) for text in texts})) if texts else ORIGINS


def parsed_date(option: str, text: str) -> datetime.date:
    """A date; raises UserError that names the option."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{option} takes a date such as 2024-06-30; got '{text}'") from None
