"""`computerace forecast` freezes a forecast; `computerace score` holds one against figures published later."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from computerace.runs.commands.settings import chosen_scenario, positive

Json = Annotated[bool, Parameter(name="--json", negative="")]


def forecast(
    scenario: str = "baseline",
    /,
    *,
    out: Path,
    worlds: int = 20_000,
    seed: int = 1,
    parameters: str = "prior",
    start: str | None = None,
    as_json: Json = False,
) -> int:
    """Freeze a forecast: quarterly quantiles of each lab's compute and the claim's probabilities, with the manifest.

    Parameters
    ----------
    scenario: a scenario's name or a TOML file.
    out: the folder to write, such as forecasts/2025-12-31-baseline.
    worlds: how many worlds.
    seed: which luck; equal seeds give equal forecasts.
    parameters: prior, or a fitted set.
    start: quarter end to begin at, with what was known then; by default the scenario's own start.
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.frozen import Request, freeze
    from computerace.runs.lost import told

    request = Request(
        folder=out,
        scenario=chosen_scenario(scenario, [], start),
        worlds=positive("--worlds", worlds),
        seed=positive("--seed", seed, least=0),
        parameters=parameters,
    )
    frozen = freeze(request)
    folder = frozen.folder
    if as_json:
        print((folder / "manifest.json").read_text(encoding="utf-8").rstrip())
    else:
        print(f"frozen in {folder}: forecast.csv, claim.csv, manifest.json")
    return told(frozen.failed, request.worlds, folder / "failures.parquet")


def score(forecast: Path, observed: Path, /, *, seed: int = 1, as_json: Json = False) -> None:
    """Score a frozen forecast against figures published later, beside naïve rivals.

    Parameters
    ----------
    forecast: folder of a frozen forecast, such as forecasts/2025-12-31-baseline.
    observed: CSV or Parquet file with columns date, owner, quantity, value, and low, high, unit, bound where there are
        any; or in the columns of the project's tables (docs/validation.md).
    seed: of the error that published figures have, and of the rivals.
    as_json: print one JSON object and nothing else.
    """
    from computerace.analysis.backtest import verdicts
    from computerace.analysis.frozen import bounds_met, read_frozen, score_frozen
    from computerace.analysis.later_figures import read_later
    from computerace.runs.backtest import by_owner, plain_rows

    frozen = read_frozen(forecast)
    later = read_later(observed, frozen.start, frozen.quarters, frozen.quantities)
    rows = score_frozen(frozen, later, seed)
    found = {
        "kind": "score",
        "forecast": str(forecast),
        "observed": str(observed),
        "start": frozen.start.isoformat(),
        "seed": seed,
        "verdicts": plain_rows(verdicts(rows)) if len(rows) else [],
        "by_owner": by_owner(rows) if len(rows) else [],
        "figures": plain_rows(rows),
        "bounds": plain_rows(bounds_met(frozen, later)),
        "not_compared": list(later.left),
    }
    if as_json:
        json.dump(found, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        from computerace.runs.backtest_terminal import show_score

        show_score(found)
