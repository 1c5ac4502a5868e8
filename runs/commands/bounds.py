"""`computerace bounds`: how often each bound of markets and rules binds."""

from typing import TYPE_CHECKING

from computerace.runs.commands.options import Json, Name, Where, Which, Worlds
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    from computerace.runs.answers.causes import BoundsAnswer


def bounds(
    scenario: Name = "baseline",
    /,
    *,
    worlds: Worlds = 512,
    which: Which = Which(),
    where: Where = Where(),
    as_json: Json = False,
) -> int:
    """Say how often each bound and constraint of markets and rules binds, those that bind most first.

    A bound keeps a value from leaving the range in which a formula means anything. One that binds in more than 5 % of
    the months of some owner's worlds is marked: it is a mechanism without a name. A constraint is a mechanism with a
    name, such as a budget or one name's part of a pool of money; it may bind at any time, and --json says what it is.
    """
    from computerace.runs.studies.bounds import OFTEN, bounds_answer, count_bounds
    from computerace.runs.studies.lost import lost_rows, told

    chosen = which.scenario(scenario)
    months = which.horizon(chosen)
    with where.on() as on, progress("bounds", worlds) as advance:
        counts, failures = count_bounds(
            chosen, worlds, which.seed, months, on, advance, fixed=which.fixed, asked=which.asked(scenario)
        )
    answer: BoundsAnswer = {
        "scenario": chosen.name,
        "worlds": worlds - len(failures),
        "months": months,
        "seed": which.seed,
        "often": OFTEN,
        "bounds": bounds_answer(counts),
    }
    if len(failures):
        answer["failures"] = lost_rows(failures)
    if as_json:
        print_json(answer)
    else:
        from computerace.runs.terminal.bounds import show_bounds

        show_bounds(answer)
    return told(len(failures), worlds, rows=answer.get("failures", ()))
