"""`computerace backtest`: forecasts from dates in the record, held against what came later."""

import time
from typing import Annotated

from cyclopts import Parameter

from computerace.market.vocabulary import CLAIMANT
from computerace.runs.commands.options import SEVERAL, WORD, ParameterSet, Saved, Seed, Until, Where, Worlds, usually
from computerace.runs.terminal.printing import print_json


def backtest(
    *,
    from_: Annotated[
        list[str] | None,
        SEVERAL,
        usually("2023-12-31, 2024-06-30, 2024-12-31, 2025-06-30"),
        Parameter(name="--from", help="quarter end to forecast from; may be given several times."),
    ] = None,
    until: Until = "2025-12-31",
    worlds: Worlds = 2000,
    seed: Seed = 1,
    parameters: ParameterSet = "prior",
    claimant: Annotated[
        str, WORD, Parameter(help="the lab that the claim speaks of: owned compute is also told without it.")
    ] = CLAIMANT,
    where: Where = Where(),
    saved: Saved = Saved(),
) -> int:
    """Forecast from dates in the record and score what came later, beside naïve rivals.

    --worlds are played from each date. A fitted set is used from dates that it has seen nothing after, the prior from
    the others.
    """
    from computerace.runs.studies.backtest import Request, answer, chosen_origins, claimed_by, parsed_date, run_and_save
    from computerace.runs.studies.lost import told

    begun = time.monotonic()
    with where.on() as on:
        request = Request(
            origins=chosen_origins(from_),
            until=parsed_date("--until", until),
            worlds=worlds,
            seed=seed,
            parameters=parameters,
            scenario=claimed_by(claimant),
            out=saved.out,
            on=on,
        )
        tested = run_and_save(request)
    found = answer(request, tested)
    if saved.as_json:
        print_json(found)
    else:
        from computerace.runs.terminal.backtest import show_backtest

        show_backtest(found, time.monotonic() - begun)
        print(f"saved in {request.folder} (fans with the points that came later: backtest.png, backtest-markets.png)")
    return told(len(tested.failures), request.worlds * len(request.origins), request.folder / "failures.parquet")
