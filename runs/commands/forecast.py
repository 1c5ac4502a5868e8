"""`computerace forecast` freezes a forecast; `computerace score` holds one against figures published later."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter

from computerace.runs.commands.options import PATH, Json, Name, Out, ParameterSet, Seed, Start, Where, Worlds
from computerace.runs.commands.settings import chosen_scenario
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.answers.validation import BoundMet, FigureScore, ScoreAnswer, Verdict

FROZEN = Parameter(help="folder of a frozen forecast, such as forecasts/2025-12-31-baseline.")
OBSERVED = Parameter(
    help="CSV or Parquet file with columns date, owner, quantity, value, and low, high, unit, bound where there are"
    " any; or in the columns of the project's tables (docs/validation.md)."
)


def forecast(
    scenario: Name = "baseline",
    /,
    *,
    out: Out,
    worlds: Worlds = 20_000,
    seed: Seed = 1,
    parameters: ParameterSet = "prior",
    start: Start = None,
    where: Where = Where(),
    as_json: Json = False,
) -> int:
    """Freeze a forecast: quarterly quantiles of each lab's compute and the claim's probabilities, with the manifest."""
    from computerace.runs.studies.forecast import Request, freeze
    from computerace.runs.studies.lost import told

    with where.on() as on:
        request = Request(
            folder=out,
            scenario=chosen_scenario(scenario, [], start),
            worlds=worlds,
            seed=seed,
            parameters=parameters,
            on=on,
        )
        frozen = freeze(request)
    folder = frozen.folder
    if as_json:
        print((folder / "manifest.json").read_text(encoding="utf-8").rstrip())
    else:
        print(f"frozen in {folder}: forecast.csv, claim.csv, manifest.json")
    return told(frozen.failed, request.worlds, folder / "failures.parquet")


def score(
    forecast: Annotated[Path, PATH, FROZEN],
    observed: Annotated[Path, PATH, OBSERVED],
    /,
    *,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Score a frozen forecast against figures published later, beside naïve rivals.

    The seed is of the error that published figures have, and of the rivals.
    """
    from computerace.analysis.validation.backtest import verdicts
    from computerace.analysis.validation.frozen import bounds_met, read_frozen, score_frozen
    from computerace.analysis.validation.later_figures import read_later
    from computerace.runs.studies.backtest import by_owner, plain_rows

    frozen = read_frozen(forecast)
    later = read_later(observed, frozen.start, frozen.quarters, frozen.quantities)
    rows = score_frozen(frozen, later, seed)
    found: ScoreAnswer = {
        "kind": "score",
        "forecast": str(forecast),
        "observed": str(observed),
        "start": frozen.start.isoformat(),
        "seed": seed,
        "verdicts": cast("list[Verdict]", plain_rows(verdicts(rows, frozen.claimant))) if len(rows) else [],
        "by_owner": by_owner(rows) if len(rows) else [],
        "figures": cast("list[FigureScore]", plain_rows(rows)),
        "bounds": cast("list[BoundMet]", plain_rows(bounds_met(frozen, later))),
        "not_compared": list(later.left),
    }
    if as_json:
        print_json(found)
    else:
        from computerace.runs.terminal.backtest import show_score

        show_score(found)
