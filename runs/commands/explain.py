"""`computerace explain`: how much of the outcome each factor of the article accounts for."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.runs.commands.settings import chosen_scenario, known_word, positive
from computerace.runs.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.answers import Asked
    from computerace.runs.worlds.variants import Together

DEFAULTS = (2000, 1)
LEAST_WORLDS = 30
Flag = Parameter(negative="")
OUTCOMES = ("probability", "log_ratio")


def explain(
    scenario: str = "baseline",
    /,
    *,
    worlds: int = DEFAULTS[0],
    seed: int = DEFAULTS[1],
    months: int | None = None,
    definition: str = "owned",
    rivals: str = "three",
    settings: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None,
    start: str | None = None,
    parameters: str | None = None,
    fixed: Annotated[bool, Flag] = False,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    workers: int | None = None,
) -> int:
    """Say how much of the outcome each factor of the article accounts for.

    Every combination of the seven factors, in the model or taken out, is run in the same worlds: 128 times --worlds.

    Parameters
    ----------
    scenario: a scenario's name (see `computerace scenarios`) or a TOML file.
    worlds: how many worlds for each combination.
    seed: which luck; equal seeds give equal results.
    months: the deadline; by default the scenario's own length.
    definition: what counts as compute: owned, operational, used or effective.
    rivals: three (the other labs) or all (with the rest of the market).
    settings: change a parameter, as in chips.supply_growth_2026=1.6; may be given several times.
    start: quarter end to begin at, with what was known then; by default the scenario's own start.
    parameters: prior, fitted (the set fitted to the record up to the start), or a folder that calibrate has written;
        by default the scenario's own.
    fixed: keep the parameters at their centre, so that only luck varies.
    out: where to save the tables; by default a folder under out/ named for the question.
    as_json: print one JSON object and nothing else.
    workers: how many processes; by default one per processor where that pays.
    """
    from computerace.analysis.columns import DEFINITIONS, RIVALS
    from computerace.runs.answer_pictures import draw_explain
    from computerace.runs.answers import Asked, answered, exit_code
    from computerace.runs.scenarios import LONGEST

    chosen = chosen_scenario(scenario, settings or [], start, parameters)
    horizon = chosen.months if months is None else positive("--months", months, most=LONGEST)
    claim = (known_word("definition", definition, DEFINITIONS), known_word("rivals", rivals, RIVALS))
    asked = Asked(
        "explain", (chosen,), positive("--worlds", worlds, least=LEAST_WORLDS), positive("--seed", seed, least=0),
        horizon, DEFAULTS, out, fixed,
        {} if claim == ("owned", "three") else {"definition": definition, "rivals": rivals},
    )  # fmt: skip
    many = None if workers is None else positive("--workers", workers)
    begun = time.monotonic()
    answer, folder = answered(asked, lambda: _work(asked, *claim, many), draw_explain)
    if as_json:
        print(json.dumps(answer, indent=1, allow_nan=False))
        return exit_code(answer, asked.worlds, folder)
    from computerace.runs.terminal_explain import show_explain

    show_explain(answer, chosen.claimant, time.monotonic() - begun)
    print(f"\nsaved in {folder} (picture: {folder / 'explain.png'})")
    return exit_code(answer, asked.worlds, folder)


def _work(
    asked: "Asked", definition: str, rivals: str, workers: int | None
) -> tuple[dict[str, Any], dict[str, "pd.DataFrame"]]:
    """Play all coalitions and attribute: the answer, and the tables attribution and worlds."""
    from computerace.analysis.attribution import FACTORS, shapley

    played = play_coalitions(asked, definition, rivals, workers)
    table = coalition_table(played, definition, rivals, asked.months)
    found = shapley(table, list(FACTORS), OUTCOMES, seed=asked.seed)
    tables = {"attribution": found, "worlds": table} | played.failure_tables()
    return _answer(asked, definition, rivals, table, found), tables


def play_coalitions(asked: "Asked", definition: str, rivals: str, workers: int | None) -> "Together":
    """Every coalition of factors in the same worlds."""
    from computerace.analysis.attribution import FACTORS, coalitions, neutral_mechanisms
    from computerace.analysis.columns import first_month_column, ratio_column
    from computerace.runs.worlds.play import Workers
    from computerace.runs.worlds.variants import Wanted, play_together

    names = (first_month_column(definition, rivals), ratio_column(definition, rivals, asked.months))
    wanted = Wanted(asked.seed, asked.months, names, fixed=asked.fixed)
    scenario = asked.scenarios[0]
    variants = [
        scenario.with_neutral(*neutral_mechanisms({str(factor): bool(on) for factor, on in row.items()}))
        for row in coalitions(list(FACTORS)).to_dict("records")
    ]
    with progress(f"{len(variants)} combinations", len(variants) * asked.worlds) as advance:
        return play_together(variants, asked.worlds, wanted, on=Workers(workers), advance=advance)


def coalition_table(played: "Together", definition: str, rivals: str, months: int) -> "pd.DataFrame":
    """A row per coalition and world: its factors (bool), world, probability (bool: the claim came true), log_ratio."""
    import numpy as np

    from computerace.analysis.attribution import FACTORS, coalitions
    from computerace.analysis.columns import first_month_column, ratio_column

    outcomes = played.outcomes
    table = coalitions(list(FACTORS)).loc[outcomes["variant"]].reset_index(drop=True)
    ratio = outcomes[ratio_column(definition, rivals, months)].to_numpy(dtype=float)
    return table.assign(
        world=outcomes["world"].to_numpy(),
        probability=(outcomes[first_month_column(definition, rivals)] <= months).to_numpy(),
        log_ratio=np.log(np.maximum(ratio, np.finfo(float).tiny)),
    )


def _answer(
    asked: "Asked", definition: str, rivals: str, table: "pd.DataFrame", found: "pd.DataFrame"
) -> dict[str, Any]:
    from computerace.analysis.attribution import FACTORS, TOTAL, ends

    rows = [
        {
            "name": row["factor"], "outcome": row["outcome"], "value": row["value"],
            "interval": [row["low"], row["high"]], "alone": row["alone"], "last": row["last"],
        }
        for row in found.to_dict("records")
    ]  # fmt: skip
    levels = {name: dict(zip(("without", "with"), ends(table, list(FACTORS), name), strict=True)) for name in OUTCOMES}
    return {
        "scenario": asked.scenarios[0].name,
        "claimant": asked.scenarios[0].claimant,
        "seed": asked.seed,
        "worlds": len(table) // 2 ** len(FACTORS),
        "combinations": 2 ** len(FACTORS),
        "months": asked.months,
        "start": asked.scenarios[0].start.isoformat(),
        "definition": definition,
        "rivals": rivals,
        "outcomes": levels,
        "absent": [name for name, parts in FACTORS.items() if set(parts) <= set(asked.scenarios[0].neutral)],
        "factors": [row for row in rows if row["name"] != TOTAL],
        "total": [row for row in rows if row["name"] == TOTAL],
    }
