"""`computerace backtest`: forecasts from dates in the record, held against what came later."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from computerace.runs.commands.settings import positive


def backtest(
    *,
    from_: Annotated[list[str] | None, Parameter(name="--from", negative="")] = None,
    until: str = "2025-12-31",
    worlds: int = 2000,
    seed: int = 1,
    parameters: str = "prior",
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Forecast from dates in the record and score what came later, beside naïve rivals.

    Parameters
    ----------
    from_: quarter end to forecast from; may be given several times; by default 2023-12-31, 2024-06-30, 2024-12-31 and
        2025-06-30.
    until: last quarter end that is forecast.
    worlds: how many worlds from each date.
    seed: which luck; equal seeds give equal results.
    parameters: prior, or a fitted set, which is used from dates that it has seen nothing after; the prior from others.
    out: where to save figures and pictures; by default a folder under out/.
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.backtest import Request, answer, chosen_origins, parsed_date, run_and_save
    from computerace.runs.lost import told

    request = Request(
        origins=chosen_origins(from_),
        until=parsed_date("--until", until),
        worlds=positive("--worlds", worlds),
        seed=positive("--seed", seed, least=0),
        parameters=parameters,
        out=out,
    )
    begun = time.monotonic()
    tested = run_and_save(request)
    found = answer(request, tested)
    if as_json:
        json.dump(found, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        from computerace.runs.backtest_terminal import show_backtest

        show_backtest(found, time.monotonic() - begun)
        print(f"saved in {request.folder} (fans with the points that came later: backtest.png, backtest-markets.png)")
    return told(len(tested.failures), request.worlds * len(request.origins), request.folder / "failures.parquet")
