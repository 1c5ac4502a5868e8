"""`computerace race`: one scenario in many worlds, the answer, and the folder with everything behind it."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.options import Name, Saved, Which, Worlds, whole
from computerace.runs.printing import print_json
from computerace.runs.progress import say

if TYPE_CHECKING:
    from computerace.runs.whole import Done, Request


def race(
    scenario: Name = "baseline",
    /,
    *,
    worlds: Worlds = 10_000,
    which: Which = Which(),
    first_world: Annotated[
        int, whole(0), Parameter(help="number of the first world, to run some worlds of a larger run again.")
    ] = 0,
    saved: Saved = Saved(),
) -> int:
    """Run a scenario in many worlds and say how likely the claim is."""
    from computerace.runs.whole import Request, run_whole

    request = Request(
        scenario=which.scenario(scenario),
        words=(scenario, *(f"--set={one}" for one in which.settings), *_extra(which.start, which.parameters)),
        worlds=worlds,
        seed=which.seed,
        months=which.months,
        fixed=which.fixed,
        first_world=first_world,
        workers=which.workers,
        out=saved.out,
    )
    return _report(request, run_whole(request), saved.as_json)


def _extra(start: str | None, parameters: str | None) -> tuple[str, ...]:
    """Words that a replay of the run needs beside scenario and settings."""
    given = (("start", start), ("parameters", parameters))
    return tuple(f"--{name}={word}" for name, word in given if word)


def _report(request: "Request", done: "Done", as_json: bool) -> int:
    """Print the answer as asked for; 1 where worlds failed."""
    if as_json:
        print_json(done.answer)
    else:
        from computerace.runs.terminal import show_race

        show_race(done.answer, request.scenario.claimant, request.scenario.question, done.seconds)
        print(f"\nsaved in {done.folder} (shares over time: {done.folder / 'race.png'})")
    if done.failed:
        say(f"{done.failed} of {request.worlds} worlds failed; each is a row of {done.folder / 'failures.parquet'}")
        return 1
    return 0
