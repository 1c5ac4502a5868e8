"""`computerace facts`: what the record shows in outline, and whether the model shows it too."""

import json
import sys
from typing import Annotated

from cyclopts import Parameter

from computerace.runs.commands.settings import positive


def facts(
    *,
    worlds: int = 2000,
    seed: int = 1,
    parameters: str = "prior",
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Hold the model against stylised facts, one by one and together.

    Parameters
    ----------
    worlds: how many worlds from each date that a fact begins at.
    seed: which luck; equal seeds give equal results.
    parameters: prior, or a fitted set.
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.facts import answer, run_facts
    from computerace.runs.lost import told

    worlds, seed = positive("--worlds", worlds, least=2), positive("--seed", seed, least=0)
    facts = run_facts(worlds, seed, parameters)
    found = answer(facts, worlds, seed, parameters)
    if as_json:
        json.dump(found, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        from computerace.runs.backtest_terminal import show_facts

        show_facts(found)
    return told(facts.lost, worlds, replay=facts.failures)
