"""`computerace explain`: how much of the outcome each factor of the article accounts for."""

import time
from typing import TYPE_CHECKING, Annotated, cast

from computerace.runs.commands.options import Claim, Claims, Name, Saved, Where, Which, Worlds, whole
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.answers.causes import Ends, ExplainAnswer, Part
    from computerace.runs.claims import Resolved
    from computerace.runs.studies.answered import Asked
    from computerace.runs.worlds.play import Workers
    from computerace.runs.worlds.variants import Together

DEFAULTS = (2000, 1)
LEAST_WORLDS = 30
OUTCOMES = ("probability", "log_ratio")


def explain(
    scenario: Name = "baseline",
    /,
    *,
    worlds: Annotated[Worlds, whole(LEAST_WORLDS)] = DEFAULTS[0],
    which: Which = Which(),
    where: Where = Where(),
    claim: Claim = Claim(),
    claims: Claims = (),
    saved: Saved = Saved(),
) -> int:
    """Say how much of the outcome each factor of the article accounts for.

    Every combination of the seven factors, in the model or taken out, is run in the same worlds: 128 times --worlds.
    The last month is the deadline. --claims tells beside it what each factor adds to the chance of other claims.
    """
    from computerace.runs.studies.answered import Asked, answered, exit_code
    from computerace.runs.studies.variants_claims import in_design, of_variants
    from computerace.runs.terminal.pictures import draw_explain

    chosen = which.scenario(scenario)
    months = which.horizon(chosen)
    own = of_variants(claims, (chosen,), months)
    design = claim.design | in_design(own)
    asked = Asked("explain", (chosen,), worlds, which.seed, months, DEFAULTS, saved.out, which.fixed, design)
    begun = time.monotonic()
    with where.on() as on:
        answer, folder = answered(asked, lambda: _work(asked, *claim.words, on, own), draw_explain)
    if saved.as_json:
        print_json(answer)
        return exit_code(answer, asked.worlds, folder)
    from computerace.runs.terminal.explain import show_explain

    show_explain(answer, chosen.claimant, time.monotonic() - begun)
    print(f"\nsaved in {folder} (picture: {folder / 'explain.png'})")
    return exit_code(answer, asked.worlds, folder)


def _work(
    asked: "Asked", definition: str, rivals: str, on: "Workers", own: "tuple[Resolved, ...]" = ()
) -> "tuple[ExplainAnswer, dict[str, pd.DataFrame]]":
    """Play all coalitions and attribute: the answer, and the tables attribution and worlds."""
    from computerace.analysis.causes.attribution import FACTORS, shapley
    from computerace.runs.studies.variants_claims import explained_claims

    played = play_coalitions(asked, definition, rivals, on, own)
    table = coalition_table(played, definition, rivals, asked.months, own)
    found = shapley(table, list(FACTORS), OUTCOMES, seed=asked.seed)
    tables = {"attribution": found, "worlds": table} | played.failure_tables()
    answer = _answer(asked, definition, rivals, table, found)
    if own:
        answer["claims"] = explained_claims(own, table, asked.seed)
    return answer, tables


def play_coalitions(
    asked: "Asked", definition: str, rivals: str, on: "Workers", own: "tuple[Resolved, ...]" = ()
) -> "Together":
    """Every coalition of factors in the same worlds."""
    from computerace.analysis.causes.attribution import FACTORS, coalitions, neutral_mechanisms
    from computerace.analysis.columns import first_month_column, ratio_column
    from computerace.runs.worlds.variants import Wanted, play_together

    names = (first_month_column(definition, rivals), ratio_column(definition, rivals, asked.months))
    wanted = Wanted(asked.seed, asked.months, names, fixed=asked.fixed, claims=own)
    scenario = asked.scenarios[0]
    variants = [
        scenario.with_neutral(*neutral_mechanisms({str(factor): bool(on) for factor, on in row.items()}))
        for row in coalitions(list(FACTORS)).to_dict("records")
    ]
    with progress(f"{len(variants)} combinations", len(variants) * asked.worlds) as advance:
        return play_together(variants, asked.worlds, wanted, on=on, advance=advance)


def coalition_table(
    played: "Together", definition: str, rivals: str, months: int, own: "tuple[Resolved, ...]" = ()
) -> "pd.DataFrame":
    """A row per coalition and world: its factors (bool), world, probability (bool: the claim came true), log_ratio.

    own: claims of one's own; whether they came true stands in their columns (bool).
    """
    import numpy as np

    from computerace.analysis.causes.attribution import FACTORS, coalitions
    from computerace.analysis.columns import first_month_column, ratio_column

    outcomes = played.outcomes
    table = coalitions(list(FACTORS)).loc[outcomes["variant"]].reset_index(drop=True)
    ratio = outcomes[ratio_column(definition, rivals, months)].to_numpy(dtype=float)
    kept = {part.column: outcomes[part.column].to_numpy() for one in own for part in one.parts}
    return table.assign(
        **kept,
        world=outcomes["world"].to_numpy(),
        probability=(outcomes[first_month_column(definition, rivals)] <= months).to_numpy(),
        log_ratio=np.log(np.maximum(ratio, np.finfo(float).tiny)),
    )


def _answer(
    asked: "Asked", definition: str, rivals: str, table: "pd.DataFrame", found: "pd.DataFrame"
) -> "ExplainAnswer":
    from computerace.analysis.causes.attribution import FACTORS, TOTAL, ends
    from computerace.market.rivals import against

    rows: list[Part] = [
        {
            "name": row["factor"], "outcome": row["outcome"], "value": row["value"],
            "interval": [row["low"], row["high"]], "alone": row["alone"], "last": row["last"],
        }
        for row in found.to_dict("records")
    ]  # fmt: skip
    who = against(rivals, asked.scenarios[0].claimant, asked.scenarios[0].labs)
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
        "counted": who["counted"],
        "left_out": who["left_out"],
        "outcomes": cast("dict[str, Ends]", levels),
        "absent": [name for name, parts in FACTORS.items() if set(parts) <= set(asked.scenarios[0].neutral)],
        "factors": [row for row in rows if row["name"] != TOTAL],
        "total": [row for row in rows if row["name"] == TOTAL],
    }
