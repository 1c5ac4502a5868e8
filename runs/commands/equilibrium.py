"""`computerace equilibrium`: does the answer survive when every lab plays its best response?"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.market.figures import STRATEGIES
from computerace.market.vocabulary import DEFINITIONS
from computerace.runs.commands.options import Name, Saved, Where, Which, Worlds, one_of, usually, whole
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from computerace.analysis.game.answer import Equilibria
    from computerace.runs.answers.game import ChoiceRow, EquilibriumAnswer, ProfileRow, Regret
    from computerace.runs.store.results import SweepResults
    from computerace.runs.studies.equilibrium import Question

LEAST_WORLDS = 16
BILLION = 1e9
LABS = Parameter(help="who chooses, as in xAI,Google.")
AMONG = Parameter(help="among which strategies they choose.")
AMBITION = Parameter(help="billions of US dollars that a log point of share is worth to a lab; one weight or several.")
COUNTS = Parameter(help="what counts as compute: owned, operational, used or effective.")
TOLERANCE = Parameter(help="billions of US dollars that a lab may gain, beyond the noise, by leaving an equilibrium.")
FLEET_PART = Parameter(help="what the last fleet is worth over what its chips would then cost new (assumed).")


def equilibrium(
    scenario: Name = "baseline",
    /,
    *,
    labs: Annotated[str | None, usually("all of the scenario's"), LABS] = None,
    strategies: Annotated[str, AMONG] = ",".join(STRATEGIES),
    ambition: Annotated[str, AMBITION] = "0,50,200,400",
    worlds: Annotated[Worlds, whole(LEAST_WORLDS)] = 256,
    definition: Annotated[str, one_of("definition", DEFINITIONS), COUNTS] = "used",
    fleet_part: Annotated[float, FLEET_PART] = 0.5,
    tolerance: Annotated[float, TOLERANCE] = 0.0,
    which: Which = Which(),
    where: Where = Where(),
    saved: Saved = Saved(),
) -> int:
    """Play every profile of strategies in the same worlds, and say what each lab would gain by another one.

    A lab's payoff is the present value of its free cash flow and of its last fleet, and --ambition times the log of its
    share of the labs' compute. The folder is that of a sweep: the same command goes on where it was stopped.
    """
    from computerace.runs.studies.equilibrium import Question, played, refuse_unborne, told

    chosen = which.scenario(scenario)
    choosing = chosen.labs if labs is None else _words(labs, "--labs")
    question = Question(
        chosen, choosing, _words(strategies, "--strategies"), worlds, which.seed, which.horizon(chosen),
        _weights(ambition), definition, fleet_part, which.fixed, tolerance * BILLION,
    )  # fmt: skip
    question.check()
    refuse_unborne(question, count=where.workers, engine=where.engine, address=where.address)
    folder = saved.out or Path("out") / f"equilibrium-{chosen.name}"
    begun = time.monotonic()
    results = played(question, folder, True, workers=where.workers, engine=where.engine, address=where.address)
    found = told(question, results)
    _keep(folder, found)
    if saved.as_json:
        print_json(_answer(question, found, folder))
        return _lost(results, folder)
    from computerace.runs.terminal.equilibrium import show_equilibria

    show_equilibria(question, found, time.monotonic() - begun)
    print(f"\nsaved in {folder} (pictures: equilibrium.png, equilibrium-ratio.png)")
    return _lost(results, folder)


def _lost(results: "SweepResults", folder: Path) -> int:
    """What is said of worlds that failed under some profile, and the exit code."""
    from computerace.runs.studies import lost

    worlds = len(results.worlds) + results.failed_worlds
    return lost.told(results.failed_worlds, worlds, folder / "failures.parquet")


def _words(text: str, option: str) -> tuple[str, ...]:
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    if not found:
        raise UserError(f"{option} needs at least one name or number, as in xAI,Google or 0,200")
    return found


def _weights(text: str) -> tuple[float, ...]:
    """Ambitions in US dollars for a log point."""
    try:
        found = tuple(float(word) * BILLION for word in _words(text, "--ambition"))
    except ValueError:
        raise UserError(f"--ambition must be numbers, as in 0,50,200, got '{text[:40]}'") from None
    if not all(0.0 <= weight < 1e15 for weight in found):
        raise UserError("--ambition must be 0 to 1,000,000 (billions of US dollars for a log point)")
    if len(set(found)) < len(found):
        raise UserError("--ambition has a weight twice")
    return found


def _keep(folder: Path, found: "Equilibria") -> None:
    """The tables as CSV and Parquet, and the pictures, beside the sweep's own."""
    from computerace.analysis.plots.game import equilibrium_chances, equilibrium_ratios
    from computerace.analysis.style import save
    from computerace.runs.store.frames import save_frames

    save_frames(folder / "game", {"regret": found.regret, "choices": found.choices, "equilibria": found.rows})
    save(equilibrium_chances(found.rows), folder / "equilibrium.png")
    save(equilibrium_ratios(found.rows), folder / "equilibrium-ratio.png")


def _answer(question: "Question", found: "Equilibria", folder: Path) -> "EquilibriumAnswer":
    from computerace.runs.store.frames import records

    return {
        "scenario": question.scenario.name, "claimant": question.scenario.claimant, "labs": list(found.labs),
        "strategies": list(question.choices), "worlds": found.worlds, "months": question.months,
        "seed": question.seed, "definition": question.definition, "fleet_part": question.fleet_part,
        "tolerance_usd": question.tolerance_usd, "regret": cast("list[Regret]", records(found.regret)),
        "choices": cast("list[ChoiceRow]", records(found.choices)), "profiles": _named(found.labs, records(found.rows)),
        "notes": list(found.notes), "run": str(folder),
    }  # fmt: skip


def _named(labs: "Sequence[str]", rows: list[dict[str, object]]) -> "list[ProfileRow]":
    """Rows with the labs' strategies in an object of their own."""
    told = [
        {key: value for key, value in row.items() if key not in labs} | {"strategies": {lab: row[lab] for lab in labs}}
        for row in rows
    ]
    return cast("list[ProfileRow]", told)
