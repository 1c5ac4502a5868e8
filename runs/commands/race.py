"""`computerace race`: one scenario in many worlds, the answer, and the folder with everything behind it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.settings import chosen_scenario, positive

if TYPE_CHECKING:
    from computerace.runs.sweeps.single_race import Done, Request

Flag = Parameter(negative="")


def race(
    scenario: str = "baseline",
    /,
    *,
    worlds: int = 10_000,
    seed: int = 1,
    months: int | None = None,
    settings: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None,
    start: str | None = None,
    parameters: str | None = None,
    fixed: Annotated[bool, Flag] = False,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    workers: int | None = None,
    first_world: int = 0,
) -> int:
    """Run a scenario in many worlds and say how likely the claim is.

    Parameters
    ----------
    scenario: a scenario's name (see `computerace scenarios`) or a TOML file.
    worlds: how many worlds to run.
    seed: which luck; equal seeds give equal results.
    months: how long, from the scenario's start; by default the scenario's own length.
    settings: change a parameter, as in chips.supply_growth_2026=1.6; may be given several times.
    start: quarter end to begin at, with what was known then, as in 2024-12-31; by default the scenario's own start.
    parameters: prior, fitted (the set fitted to the record up to the start), or a folder that calibrate has written; by
        default the scenario's own, which is the prior where it says nothing.
    fixed: keep the parameters at their centre, so that only luck varies.
    out: where to save the run; by default a folder under out/ named for the run.
    as_json: print one JSON object and nothing else.
    workers: how many processes; by default as many as pay, two at most.
    first_world: number of the first world, to run some worlds of a larger run again.
    """
    from computerace.runs.scenarios import LONGEST
    from computerace.runs.sweeps.single_race import Request, run_race
    from computerace.runs.worlds.play import Workers

    request = Request(
        scenario=chosen_scenario(scenario, settings or [], start, parameters),
        worlds=positive("--worlds", worlds),
        seed=positive("--seed", seed, least=0),
        months=None if months is None else positive("--months", months, most=LONGEST),
        fixed=fixed,
        first_world=positive("--first-world", first_world, least=0),
        on=Workers(None if workers is None else positive("--workers", workers)),
        out=out,
    )
    return _report(request, run_race(request), as_json)


def _report(request: "Request", done: "Done", as_json: bool) -> int:
    """Print the answer as asked for; 1 where worlds failed."""
    from computerace.runs.lost import told

    if as_json:
        json.dump(done.answer, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        from computerace.runs.terminal import show_race

        show_race(done.answer, request.scenario.claimant, request.scenario.question, done.seconds)
        print(f"\nsaved in {done.folder} (shares over time: {done.folder / 'race.png'})")
    return told(done.failed, request.worlds, done.folder / "failures.parquet")
