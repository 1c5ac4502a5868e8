"""`computerace structure`: the claim's answer across allocation rules, strategies, definitions and the CES sign."""

import math
import time
from itertools import product
from typing import TYPE_CHECKING, Annotated, cast

from computerace.runs.commands.options import Claims, Name, Saved, Where, Which, Worlds, whole
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.answers.causes import Combination, Reach, StructureAnswer
    from computerace.runs.claims import Resolved
    from computerace.runs.scenarios import Scenario, Setting
    from computerace.runs.studies.answered import Asked
    from computerace.runs.worlds.play import Workers

DEFAULTS = (500, 1)
LEAST_WORLDS = 30
RULE, SUBSTITUTION = "chips.allocation", "software.substitution"


def structure(
    scenario: Name = "baseline",
    /,
    *,
    worlds: Annotated[Worlds, whole(LEAST_WORLDS)] = DEFAULTS[0],
    which: Which = Which(),
    where: Where = Where(),
    claims: Claims = (),
    saved: Saved = Saved(),
) -> int:
    """Show the claim's answer across choices of the model's form, so that an artefact shows.

    Every allocation rule, every strategy of the claimant and both signs of substitution in research are run in the
    same worlds, --worlds of each combination, and each definition and set of rivals is counted. The last month is the
    deadline. --claims tells other claims of each combination, too.
    """
    from computerace.runs.studies.answered import Asked, answered, exit_code
    from computerace.runs.studies.variants_claims import in_design, of_variants
    from computerace.runs.terminal.pictures import draw_structure

    chosen = which.scenario(scenario)
    months = which.horizon(chosen)
    own = of_variants(claims, (chosen,), months)
    asked = Asked("structure", (chosen,), worlds, which.seed, months, DEFAULTS, saved.out, which.fixed, in_design(own))
    begun = time.monotonic()
    with where.on() as on:
        answer, folder = answered(asked, lambda: _work(asked, on, own), draw_structure)
    if saved.as_json:
        print_json(answer)
        return exit_code(answer, asked.worlds, folder)
    from computerace.runs.terminal.structure import show_structure

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


def _work(
    asked: "Asked", on: "Workers", own: "tuple[Resolved, ...]" = ()
) -> "tuple[StructureAnswer, dict[str, pd.DataFrame]]":
    """Play all combinations and count: the answer, and the tables structure and worlds."""
    from computerace.analysis.causes.structure import structure_table
    from computerace.runs.studies.variants_claims import structure_claims

    worlds, failures = play_combinations(asked, on, own)
    table = structure_table(worlds)
    answer = _answer(asked, table)
    if own:
        answer["claims"] = structure_claims(own, worlds)
    return answer, {"structure": table, "worlds": worlds} | failures


def play_combinations(
    asked: "Asked", on: "Workers", own: "tuple[Resolved, ...]" = ()
) -> "tuple[pd.DataFrame, dict[str, pd.DataFrame]]":
    """A row per world and combination: rule, strategy, ces, world and outcomes; and the table of failures."""
    import pandas as pd

    from computerace.analysis.columns import DEFINITIONS, RIVALS, first_month_column, ratio_column
    from computerace.runs.worlds.variants import Wanted, play_together

    claims = [(one, other) for other in RIVALS for one in DEFINITIONS]
    names = [name for claim in claims for name in (first_month_column(*claim), ratio_column(*claim, asked.months))]
    choices, variants = zip(*combinations(asked.scenarios[0]), strict=True)
    wanted = Wanted(asked.seed, asked.months, tuple(names), fixed=asked.fixed, claims=own)
    with progress(f"{len(variants)} combinations", len(variants) * asked.worlds) as advance:
        played = play_together(variants, asked.worlds, wanted, on=on, advance=advance)
    chosen = pd.DataFrame(list(choices)).loc[played.outcomes["variant"]].reset_index(drop=True)
    return pd.concat([chosen, played.outcomes.drop(columns="variant")], axis=1), played.failure_tables()


def _answer(asked: "Asked", table: "pd.DataFrame") -> "StructureAnswer":
    from computerace.analysis.causes.structure import reach
    from computerace.market.rivals import with_names

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
        "chosen": {"rule": str(known[RULE].value), "strategy": str(known[f"labs.{scenario.claimant}.strategy"].value)},
        "combinations": cast("list[Combination]", with_names(rows, scenario.claimant, scenario.labs)),
        "reach": {
            "probability": cast("list[Reach]", reach(table).to_dict("records")),
            "log_ratio": cast("list[Reach]", reach(logs, value="log_ratio").to_dict("records")),
        },
    }
