"""`computerace bounds`: how often each bound of markets and rules binds."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.options import SEVERAL, Json, Name, ParameterSet, Seed, Start, Worlds, usually, whole
from computerace.runs.commands.settings import chosen_scenario
from computerace.runs.schema.bounds import LONGEST
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    from computerace.runs.answers.causes import BoundsAnswer


def bounds(
    scenario: Name = "baseline",
    /,
    *,
    worlds: Worlds = 512,
    seed: Seed = 1,
    months: Annotated[
        int | None, whole(most=LONGEST), usually("the scenario's own"), Parameter(help="how many months.")
    ] = None,
    settings: Annotated[
        tuple[str, ...],
        SEVERAL,
        Parameter(
            name="--set",
            help="change a parameter, as in chips.supply_growth_2026=1.6; may be given several times.",
        ),
    ] = (),
    start: Start = None,
    parameters: Annotated[ParameterSet | None, usually("the scenario's own")] = None,
    as_json: Json = False,
) -> int:
    """Say how often each bound of markets and rules binds, those that bind most first.

    A bound keeps a value from leaving the range in which a formula means anything. One that binds in more than 5 % of
    the months of some owner's worlds is marked: it is a mechanism without a name.
    """
    from computerace.runs.studies.bounds import OFTEN, bounds_answer, count_bounds

    chosen = chosen_scenario(scenario, list(settings), start, parameters)
    horizon = chosen.months if months is None else months
    with progress("bounds", worlds) as advance:
        counts = count_bounds(chosen, worlds, seed, horizon, advance)
    answer: BoundsAnswer = {
        "scenario": chosen.name,
        "worlds": worlds,
        "months": horizon,
        "seed": seed,
        "often": OFTEN,
        "bounds": bounds_answer(counts),
    }
    if as_json:
        print_json(answer)
    else:
        from computerace.runs.terminal.bounds import show_bounds

        show_bounds(answer)
    return 0
