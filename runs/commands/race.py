"""`computerace race`: one scenario in many worlds, the answer, and the folder with everything behind it."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.options import FLAG, Claims, Name, Saved, Where, Which, Worlds, whole
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.claims import Claim as OwnClaim
    from computerace.runs.sweeps.single_race import Done, Request


def race(
    scenario: Name = "baseline",
    /,
    *,
    worlds: Worlds = 10_000,
    which: Which = Which(),
    where: Where = Where(),
    first_world: Annotated[
        int, whole(0), Parameter(help="number of the first world, to run some worlds of a larger run again.")
    ] = 0,
    decisions: Annotated[
        bool, FLAG, Parameter(help="keep what each owner saw, asked for and got in every month, too.")
    ] = False,
    claims: Claims = (),
    saved: Saved = Saved(),
) -> int:
    """Run a scenario in many worlds and say how likely the claim is."""
    from computerace.analysis.folder import load
    from computerace.runs.studies.claims import answered
    from computerace.runs.sweeps.single_race import Request, run_race

    with where.on() as on:
        request = Request(
            scenario=which.scenario(scenario),
            worlds=worlds,
            seed=which.seed,
            months=which.months,
            fixed=which.fixed,
            first_world=first_world,
            on=on,
            out=saved.out,
            decisions=decisions,
        )
        asked = [_fitting(one, request) for one in claims]
        done = run_race(request)
        if claims:
            done.answer["claims"] = answered(load(done.folder), asked, on=on, trust_code=True)
    return _report(request, done, saved.as_json)


def _fitting(claim: str, request: "Request") -> "OwnClaim":
    """A claim that the race can be asked; raises UserError before the first world where it cannot."""
    from computerace.runs.claims import read_claim, resolved

    scenario, found = request.scenario, read_claim(claim)
    resolved(found, scenario.owners, scenario.claimant, scenario.start, request.horizon)
    return found


def _report(request: "Request", done: "Done", as_json: bool) -> int:
    """Print the answer as asked for; 1 where worlds failed."""
    from computerace.runs.studies.lost import told

    if as_json:
        print_json(done.answer)
    else:
        from computerace.runs.terminal.race import show_race

        show_race(done.answer, request.scenario.claimant, request.scenario.question, done.seconds)
        print(f"\nsaved in {done.folder} (shares over time: {done.folder / 'race.png'})")
    return told(done.failed, request.worlds, done.folder / "failures.parquet")
