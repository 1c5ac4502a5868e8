"""`computerace structure`: the claim's answer across allocation rules, strategies, definitions and the CES sign."""

import json
import math
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.runs.commands.settings import chosen_scenario, positive
from computerace.runs.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.answers import Asked
    from computerace.runs.scenarios import Scenario, Setting

DEFAULTS = (500, 1)
LEAST_WORLDS = 30
RULE, SUBSTITUTION = "chips.allocation", "software.substitution"
Flag = Parameter(negative="")


def structure(
    scenario: str = "baseline",
    /,
    *,
    worlds: int = DEFAULTS[0],
    seed: int = DEFAULTS[1],
    months: int | None = None,
    settings: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None,
    start: str | None = None,
    parameters: str | None = None,
    fixed: Annotated[bool, Flag] = False,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    workers: int | None = None,
) -> int:
    """Show the claim's answer across choices of the model's form, so that an artefact shows.

    Every allocation rule, every strategy of the claimant and both signs of substitution in research are run in the
    same worlds, and each definition and set of rivals is counted.

    Parameters
    ----------
    scenario: a scenario's name (see `computerace scenarios`) or a TOML file.
    worlds: how many worlds for each combination.
    seed: which luck; equal seeds give equal results.
    months: the deadline; by default the scenario's own length.
    settings: change a parameter, as in chips.supply_growth_2026=1.6; may be given several times.
    start: quarter end to begin at, with what was known then; by default the scenario's own start.
    parameters: prior, fitted (the set fitted to the record up to the start), or a folder that calibrate has written;
        by default the scenario's own.
    fixed: keep the parameters at their centre, so that only luck varies.
    out: where to save the tables; by default a folder under out/ named for the question.
    as_json: print one JSON object and nothing else.
    workers: how many processes; by default one per processor where that pays.
    """
    from computerace.runs.answer_pictures import draw_structure
    from computerace.runs.answers import Asked, answered, exit_code
    from computerace.runs.scenarios import LONGEST

    chosen = chosen_scenario(scenario, settings or [], start, parameters)
    asked = Asked(
        "structure", (chosen,), positive("--worlds", worlds, least=LEAST_WORLDS), positive("--seed", seed, least=0),
        chosen.months if months is None else positive("--months", months, most=LONGEST), DEFAULTS, out, fixed,
    )  # fmt: skip
    many = None if workers is None else positive("--workers", workers)
    begun = time.monotonic()
    answer, folder = answered(asked, lambda: _work(asked, many), draw_structure)
    if as_json:
        print(json.dumps(answer, indent=1, allow_nan=False))
        return exit_code(answer, asked.worlds, folder)
    from computerace.runs.terminal_structure import show_structure

    show_structure(answer, time.monotonic() - begun)
    print(f"\nsaved in {folder} (picture: {folder / 'structure.png'})")
    return exit_code(answer, asked.worlds, folder)


def combinations(scenario: "Scenario") -> "list[tuple[dict[str, str], Scenario]]":
    """Every combination of choices, each with the scenario that makes it.

    The CES sign keeps the parameter's prior and cuts it at one: complements below, substitutes above.
    """
    known = scenario.parameters()
    strategy = f"labs.{scenario.claimant}.strategy"
    found = []
    for rule, chosen, (sign, cut) in product(known[RULE].choices, known[strategy].choices, _signs().items()):
        settings: dict[str, Setting] = {RULE: rule, strategy: chosen, SUBSTITUTION: cut}
        found.append(({"rule": rule, "strategy": chosen, "ces": sign}, scenario.with_settings(settings)))
    return found


def _signs() -> "dict[str, Setting]":
    """The prior of the elasticity of substitution on either side of one."""
    from computerace.market.registry import PARAMETERS

    prior = PARAMETERS[SUBSTITUTION].prior
    if prior is None:
        raise ValueError(f"{SUBSTITUTION} has no prior to cut at one")
    return {
        "complements": {"prior": prior.kind, "low": prior.low, "high": 1.0},
        "substitutes": {"prior": prior.kind, "low": 1.0, "high": prior.high},
    }


def _work(asked: "Asked", workers: int | None) -> tuple[dict[str, Any], dict[str, "pd.DataFrame"]]:
    """Play all combinations and count: the answer, and the tables structure and worlds."""
    from computerace.analysis.structure import structure_table

    worlds, failures = play_combinations(asked, workers)
    table = structure_table(worlds)
    return _answer(asked, table), {"structure": table, "worlds": worlds} | failures


def play_combinations(asked: "Asked", workers: int | None) -> "tuple[pd.DataFrame, dict[str, pd.DataFrame]]":
    """A row per world and combination: rule, strategy, ces, world and outcomes; and the table of failures."""
    import pandas as pd

    from computerace.analysis.columns import DEFINITIONS, RIVALS, first_month_column, ratio_column
    from computerace.runs.worlds.play import Workers
    from computerace.runs.worlds.variants import Wanted, play_together

    claims = [(one, other) for other in RIVALS for one in DEFINITIONS]
    names = [name for claim in claims for name in (first_month_column(*claim), ratio_column(*claim, asked.months))]
    choices, variants = zip(*combinations(asked.scenarios[0]), strict=True)
    wanted = Wanted(asked.seed, asked.months, tuple(names), fixed=asked.fixed)
    with progress(f"{len(variants)} combinations", len(variants) * asked.worlds) as advance:
        played = play_together(variants, asked.worlds, wanted, on=Workers(workers), advance=advance)
    chosen = pd.DataFrame(list(choices)).loc[played.outcomes["variant"]].reset_index(drop=True)
    return pd.concat([chosen, played.outcomes.drop(columns="variant")], axis=1), played.failure_tables()


def _answer(asked: "Asked", table: "pd.DataFrame") -> dict[str, Any]:
    from computerace.analysis.structure import reach

    scenario = asked.scenarios[0]
    known = scenario.parameters()
    rows = [
        {key: value for key, value in row.items() if key not in ("low", "high")}
        | {"interval": [row["low"], row["high"]]}
        for row in table.to_dict("records")
    ]
    logs = table.assign(log_ratio=table["ratio_p50"].clip(lower=1e-12).map(math.log))
    return {
        "scenario": scenario.name,
        "claimant": scenario.claimant,
        "seed": asked.seed,
        "worlds": int(table["worlds"].iloc[0]),
        "months": asked.months,
        "start": scenario.start.isoformat(),
        "chosen": {"rule": known[RULE].value, "strategy": known[f"labs.{scenario.claimant}.strategy"].value},
        "combinations": rows,
        "reach": {
            "probability": reach(table).to_dict("records"),
            "log_ratio": reach(logs, value="log_ratio").to_dict("records"),
        },
    }
