"""`computerace facts`: what the record shows in outline, and whether the model shows it too."""

from typing import Annotated

from computerace.runs.commands.options import Json, ParameterSet, Seed, Where, Worlds, whole
from computerace.runs.terminal.printing import print_json


def facts(
    *,
    worlds: Annotated[Worlds, whole(2)] = 2000,
    seed: Seed = 1,
    parameters: ParameterSet = "prior",
    where: Where = Where(),
    as_json: Json = False,
) -> int:
    """Hold the model against stylised facts, one by one and together.

    --worlds are played from each date that a fact begins at.
    """
    from computerace.runs.studies.facts import answer, run_facts
    from computerace.runs.studies.lost import lost_rows, told

    with where.on() as on:
        facts = run_facts(worlds, seed, parameters, on)
    found = answer(facts, worlds, seed, parameters)
    if facts.lost:
        found["failures"] = lost_rows(facts.failures)
    if as_json:
        print_json(found)
    else:
        from computerace.runs.terminal.backtest import show_facts

        show_facts(found)
    return told(facts.lost, worlds, rows=found.get("failures", ()))
