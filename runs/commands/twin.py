"""`computerace twin`: the same worlds with one thing changed, and what it is worth."""

import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.settings import chosen_scenario, known_word, positive
from computerace.runs.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.answers import Asked
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.variants import Together

DEFAULTS = (4000, 1)
LEAST_WORLDS = 30
Flag = Parameter(negative="")


def twin(
    first: str,
    second: str | None = None,
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
    """Run two scenarios in the same worlds and say what the difference is worth.

    Parameters
    ----------
    first: a scenario's name (see `computerace scenarios`) or a TOML file.
    second: the other one; left out, it is the first with the changes of --set.
    worlds: how many worlds.
    seed: which luck; equal seeds give equal results.
    months: how long; by default the first scenario's own length.
    definition: what counts as compute, month by month: owned, operational, used or effective.
    rivals: three (the other labs) or all (with the rest of the market).
    settings: change a parameter in the second, as in chips.supply_growth_2026=1.6; may be given several times.
    start: quarter end to begin at, with what was known then; by default the scenario's own start.
    parameters: prior, fitted (the set fitted to the record up to the start), or a folder that calibrate has written;
        by default the scenario's own.
    fixed: keep the parameters at their centre, so that only luck varies.
    out: where to save the tables; by default a folder under out/ named for the question.
    as_json: print one JSON object and nothing else.
    workers: how many processes; by default one per processor where that pays.
    """
    from computerace.analysis.columns import DEFINITIONS, RIVALS
    from computerace.runs.answer_pictures import draw_twin
    from computerace.runs.answers import Asked, answered, exit_code
    from computerace.runs.scenarios import LONGEST

    pair = _pair(first, second, settings or [], start, parameters)
    claim = (known_word("definition", definition, DEFINITIONS), known_word("rivals", rivals, RIVALS))
    asked = Asked(
        "twin", pair, positive("--worlds", worlds, least=LEAST_WORLDS), positive("--seed", seed, least=0),
        pair[0].months if months is None else positive("--months", months, most=LONGEST), DEFAULTS, out, fixed,
        {} if claim == ("owned", "three") else {"definition": definition, "rivals": rivals},
    )  # fmt: skip
    many = None if workers is None else positive("--workers", workers)
    begun = time.monotonic()
    answer, folder = answered(asked, lambda: _work(asked, *claim, many), draw_twin)
    if as_json:
        print(json.dumps(answer, indent=1, allow_nan=False))
        return exit_code(answer, asked.worlds, folder)
    from computerace.runs.terminal_twin import show_twin

    show_twin(answer, pair[0].claimant, time.monotonic() - begun)
    print(f"\nsaved in {folder} (picture: {folder / 'twin.png'})")
    return exit_code(answer, asked.worlds, folder)


def _pair(
    first: str, second: str | None, settings: list[str], start: str | None, parameters: str | None
) -> "tuple[Scenario, Scenario]":
    """Both scenarios; raises UserError where they are the same, or no two worlds of theirs could be a pair."""
    if second is None and not settings:
        raise UserError("twin needs a second scenario, or a change to the first, as in --set chips.supply_cut=0.5")
    asked: tuple[tuple[str, list[str]], ...] = ((first, []), (first if second is None else second, settings))
    one, other = (chosen_scenario(name, changes, start, parameters) for name, changes in asked)
    if one.parameters() == other.parameters() and one.labs == other.labs:
        raise UserError(f"{first} and {second or 'its twin'} are the same: there is no difference to look at")
    for key in ("start", "claimant"):
        mine, theirs = getattr(one, key), getattr(other, key)
        if mine != theirs:
            raise UserError(f"twins need the same {key}: {one.name} has {mine}, {other.name} has {theirs}")
    return one, other


def _work(
    asked: "Asked", definition: str, rivals: str, workers: int | None
) -> tuple[dict[str, Any], dict[str, "pd.DataFrame"]]:
    """Play both and pair them: the answer, and the tables differences and worlds."""
    played = play_pair(asked, definition, rivals, workers)
    differences = monthly_differences(asked, played)
    worlds = played.outcomes.assign(scenario=played.outcomes["variant"].map({0: "first", 1: "second"}))
    tables = {"differences": differences, "worlds": worlds} | played.failure_tables()
    return _answer(asked, definition, rivals, played, differences), tables


def shared_labs(asked: "Asked") -> list[str]:
    """The labs that both scenarios have."""
    return [lab for lab in asked.scenarios[0].labs if lab in asked.scenarios[1].labs]


def play_pair(asked: "Asked", definition: str, rivals: str, workers: int | None) -> "Together":
    """Both scenarios in the same worlds: the claim's outcomes, what bound whom, and the months that are compared."""
    from computerace.analysis.columns import CAUSES, DEFINITIONS, RIVALS, first_month_column, ratio_column
    from computerace.runs.worlds.play import Workers
    from computerace.runs.worlds.variants import Wanted, play_together

    labs = shared_labs(asked)
    claims = [(one, other) for other in RIVALS for one in DEFINITIONS]
    outcomes = [
        column for claim in claims for column in (first_month_column(*claim), ratio_column(*claim, asked.months))
    ]
    outcomes += [f"{lab}_bound_{cause}" for lab in labs for cause in (*CAUSES, "none")]
    ratio = f"ratio_{definition}_{rivals}"
    series = ((ratio, asked.scenarios[0].claimant), *((f"{definition}_h100e", lab) for lab in labs))
    wanted = Wanted(asked.seed, asked.months, tuple(outcomes), series, asked.fixed)
    with progress("twins", 2 * asked.worlds) as advance:
        return play_together(asked.scenarios, asked.worlds, wanted, on=Workers(workers), advance=advance)


def monthly_differences(asked: "Asked", played: "Together") -> "pd.DataFrame":
    """The paired differences of logs: columns measure, lab, month, date and those of `twins.paired_by_month`."""
    import numpy as np
    import pandas as pd

    from computerace.analysis.twins import paired_by_month

    frames = []
    months = np.arange(asked.months + 1)
    dates = pd.date_range(asked.scenarios[0].start, periods=len(months), freq="ME")
    for (measure, lab), values in played.series.items():
        logs = np.log(np.maximum(values.astype(np.float64), 1e-12))
        table = pd.DataFrame(
            {
                "month": np.repeat(months, len(played.worlds)),
                "world": np.tile(played.worlds, len(months)),
                "first": logs[0].ravel(),
                "second": logs[1].ravel(),
            }
        )
        found = paired_by_month(table, seed=asked.seed)
        found.insert(0, "measure", measure)
        found.insert(1, "lab", lab)
        found.insert(3, "date", dates)
        frames.append(found)
    return pd.concat(frames, ignore_index=True)


def _answer(
    asked: "Asked", definition: str, rivals: str, played: "Together", differences: "pd.DataFrame"
) -> dict[str, Any]:
    from computerace.analysis.columns import DEFINITIONS, RIVALS, first_month_column
    from computerace.analysis.twins import flips

    halves = [played.outcomes[played.outcomes["variant"] == number].reset_index(drop=True) for number in (0, 1)]
    claim = []
    for other in RIVALS:
        for one in DEFINITIONS:
            column = first_month_column(one, other)
            found = flips(halves[0][column], halves[1][column], asked.months)
            claim.append({"definition": one, "rivals": other, "deadline_months": asked.months, **found})
    rows = [_month(row) for row in differences.to_dict("records")]
    first, second = asked.scenarios
    return {
        "first": first.name,
        "second": second.name if second.name != first.name else f"{first.name} with changes",
        "claimant": first.claimant,
        "changed": changes(first, second),
        "seed": asked.seed,
        "worlds": len(played.worlds),
        "months": asked.months,
        "start": first.start.isoformat(),
        "definition": definition,
        "rivals": rivals,
        "claim": claim,
        "ratio": [row for row in rows if row["measure"].startswith("ratio")],
        "labs": [row for row in rows if not row["measure"].startswith("ratio")],
        "bound_by": _bound(shared_labs(asked), halves),
    }


def _month(row: dict[Any, Any]) -> dict[str, Any]:
    """A month's difference as factors: what the change multiplies the measure by, in the geometric mean over worlds."""
    plain = {
        "measure": row["measure"],
        "lab": row["lab"],
        "month": int(row["month"]),
        "date": f"{row['date']:%Y-%m-%d}",
    }
    levels = {key: math.exp(row[key]) for key in ("first", "second")}
    factors = {
        "factor": math.exp(row["mean"]),
        "interval": [math.exp(row["low"]), math.exp(row["high"])],
        "spread": [math.exp(row["p5"]), math.exp(row["p95"])],
    }
    return plain | levels | factors


def _bound(labs: list[str], halves: list["pd.DataFrame"]) -> dict[str, dict[str, list[float]]]:
    """By lab and cause: the share of months in which it bound, in the first and in the second scenario."""
    from computerace.analysis.columns import CAUSES

    return {
        lab: {cause: [float(half[f"{lab}_bound_{cause}"].mean()) for half in halves] for cause in (*CAUSES, "none")}
        for lab in labs
    }


def changes(first: "Scenario", second: "Scenario") -> list[str]:
    """What differs between two scenarios, in words: parameters by name with both values."""
    before, after = first.parameters(), second.parameters()
    names = [name for name in after if name not in before or before[name] != after[name]]
    return [f"{name}: {_said(before.get(name))} → {_said(after[name])}" for name in names]


def _said(parameter: Any) -> str:
    if parameter is None:
        return "–"
    if parameter.prior is not None:
        scale = "" if parameter.scale == 1.0 else f" × {parameter.scale:g}"
        return f"{parameter.prior.text}{scale}"
    return parameter.value if isinstance(parameter.value, str) else f"{parameter.value:g}"
