"""`computerace verify` and `replay`: a folder held against its own making, and one of its worlds played again."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.market.errors import UserError, in_words
from computerace.runs.commands.options import FLAG, SEVERAL, Folder, Json, Seed, TrustCode, Where, usually, whole
from computerace.runs.commands.settings import parse_settings
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import say

if TYPE_CHECKING:
    from computerace.runs.answers.folders import ReplayAnswer, ReplayFailed, VerifyAnswer

SET = "change a parameter, as in chips.supply_growth_2026=1.6; may be given several times."


def verify(
    folder: Folder,
    /,
    *,
    sample: Annotated[int, whole(), Parameter(help="how many worlds, drawn at random.")] = 64,
    seed: Seed = 0,
    everything: Annotated[bool, FLAG, Parameter(name="--all", help="all worlds and months.")] = False,
    where: Where = Where(),
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Play worlds of a folder again and compare every bit; several --workers, or a cluster, share the work of --all."""
    from computerace.runs.sweeps.verify import verify as check

    with where.on() as on:
        verdict = check(folder, sample=sample, seed=seed, everything=everything, on=on, trust_code=trust_code)
    if as_json:
        answer: VerifyAnswer = {
            "same": verdict.same, "worlds": verdict.worlds, "rows_of_steps": verdict.rows_of_steps,
            "differences": list(verdict.differences), "program_changed": list(verdict.changed),
        }  # fmt: skip
        print_json(answer)
    elif verdict.same:
        months = f" and {verdict.rows_of_steps:,} rows of months" if verdict.rows_of_steps else ""
        print(f"{verdict.worlds:,} worlds{months} of {folder} came out again, bit for bit")
    if not verdict.same:
        for line in verdict.differences[:20]:
            say(line)
        say(f"{folder} did not come out again: {len(verdict.differences)} differences")
        if verdict.changed:
            say(f"the program has changed since: {', '.join(verdict.changed[:8])}")
    return 0 if verdict.same else 1


def replay(
    folder: Folder,
    /,
    *,
    point: Annotated[int | None, whole(0), Parameter(help="number of the point."), usually("0")] = None,
    world: Annotated[int, whole(0), Parameter(help="number of the world.")],
    seed: Annotated[Seed | None, usually("the folder's")] = None,
    settings: Annotated[tuple[str, ...], SEVERAL, Parameter(name="--set", help=SET)] = (),
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Play one world of a folder again, such as one that failed.

    With --seed or --set it is a world of the folder's scenario that the folder need not hold, such as one that a study
    played beside it.
    """
    import traceback

    from computerace.runs.sweeps import verify as again

    anew = seed is not None or bool(settings)
    if settings and point is not None:
        raise UserError("--set goes without --point, which says what is set")
    number = point or 0
    try:
        if anew:
            changed = parse_settings(list(settings))
            outcomes = again.replay_anew(folder, world, seed=seed, point=point, settings=changed, trust_code=trust_code)
        else:
            outcomes = again.replay(folder, number, world, trust_code=trust_code)
    except UserError:
        raise
    except Exception as error:
        if as_json:
            failure: ReplayFailed = {
                "point": number, "world": world, "error": in_words(error),
                "traceback": traceback.format_exc(),
            }  # fmt: skip
            print_json(failure)
        else:
            traceback.print_exc()
        return 1
    plain = {name: _plain(value) for name, value in outcomes.items()}
    if as_json:
        answer: ReplayAnswer = {"point": number, "world": world, "outcomes": plain}
        print_json(answer)
    else:
        for name, value in plain.items():
            print(f"{name:<44} {'–' if value is None else f'{value:,.6g}'}")
    return 0


def _plain(value: Any) -> Any:
    """A number that JSON can hold: None for what does not exist."""
    return None if isinstance(value, float) and value != value else value
