"""`computerace twin`: the same worlds with one thing changed, and what it is worth."""

import math
import time
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import WORD, Claim, Claims, Name, Saved, Where, Which, Worlds, whole
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.answers.causes import TwinAnswer, TwinClaim, TwinMonth
    from computerace.runs.claims import Resolved
    from computerace.runs.scenarios import Scenario
    from computerace.runs.studies.answered import Asked
    from computerace.runs.worlds.play import Workers
    from computerace.runs.worlds.variants import Series, Together

DEFAULTS = (4000, 1)
LEAST_WORLDS = 30


def twin(
    first: Name,
    second: Annotated[
        str | None, WORD, Parameter(help="the other one; left out, it is the first with the changes of --set.")
    ] = None,
    /,
    *,
    worlds: Annotated[Worlds, whole(LEAST_WORLDS)] = DEFAULTS[0],
    which: Which = Which(),
    where: Where = Where(),
    claim: Claim = Claim(),
    claims: Claims = (),
    saved: Saved = Saved(),
) -> int:
    """Run two scenarios in the same worlds and say what the difference is worth.

    --set changes the second one; both take as many months as the first, unless --months says otherwise. Months are
    compared by the --definition of compute and the --rivals; the chance is told for all of them.
    """
    from computerace.runs.studies.answered import Asked, answered, exit_code
    from computerace.runs.studies.variants_claims import in_design, of_variants
    from computerace.runs.terminal.pictures import draw_twin

    pair = _pair(first, second, which)
    months = which.horizon(pair[0])
    own = of_variants(claims, pair, months)
    design = claim.design | in_design(own)
    asked = Asked("twin", pair, worlds, which.seed, months, DEFAULTS, saved.out, which.fixed, design)
    begun = time.monotonic()
    with where.on() as on:
        answer, folder = answered(asked, lambda: _work(asked, *claim.words, on, own), draw_twin)
    if saved.as_json:
        print_json(answer)
        return exit_code(answer, asked.worlds, folder)
    from computerace.runs.terminal.twin import show_twin

    show_twin(answer, pair[0].claimant, time.monotonic() - begun)
    print(f"\nsaved in {folder} (picture: {folder / 'twin.png'})")
    return exit_code(answer, asked.worlds, folder)


def _pair(first: str, second: str | None, which: Which) -> "tuple[Scenario, Scenario]":
    """Both scenarios; raises UserError where they are the same, or no two worlds of theirs could be a pair."""
    if second is None and not which.settings:
        raise UserError("twin needs a second scenario, or a change to the first, as in --set chips.supply_cut=0.5")
    one, other = which.scenario(first, changed=False), which.scenario(second or first)
    if one.parameters() == other.parameters() and one.labs == other.labs:
        raise UserError(f"{first} and {second or 'its twin'} are the same: there is no difference to look at")
    for key in ("start", "claimant"):
        mine, theirs = getattr(one, key), getattr(other, key)
        if mine != theirs:
            raise UserError(f"twins need the same {key}: {one.name} has {mine}, {other.name} has {theirs}")
    return one, other


def _work(
    asked: "Asked", definition: str, rivals: str, on: "Workers", own: "tuple[Resolved, ...]" = ()
) -> "tuple[TwinAnswer, dict[str, pd.DataFrame]]":
    """Play both and pair them: the answer, and the tables differences and worlds."""
    from computerace.runs.studies.variants_claims import twin_claims

    played = play_pair(asked, definition, rivals, on, own)
    differences = monthly_differences(asked, played)
    worlds = played.outcomes.assign(scenario=played.outcomes["variant"].map({0: "first", 1: "second"}))
    tables = {"differences": differences, "worlds": worlds} | played.failure_tables()
    answer = _answer(asked, definition, rivals, played, differences)
    if own:
        answer["claims"] = twin_claims(own, played.outcomes)
    return answer, tables


def shared_labs(asked: "Asked") -> list[str]:
    """The labs that both scenarios have."""
    return [lab for lab in asked.scenarios[0].labs if lab in asked.scenarios[1].labs]


def compared_series(asked: "Asked", definition: str, rivals: str) -> "tuple[Series, ...]":
    """The months that are compared: of the claim's ratio, and of each lab's compute."""
    from computerace.observables import COMPUTE, RATIOS

    ratio, compute = RATIOS[definition, rivals].name, COMPUTE[definition].name
    return ((ratio, asked.scenarios[0].claimant), *((compute, lab) for lab in shared_labs(asked)))


def play_pair(
    asked: "Asked", definition: str, rivals: str, on: "Workers", own: "tuple[Resolved, ...]" = ()
) -> "Together":
    """Both scenarios in the same worlds: the claim's outcomes, what bound whom, and the months that are compared.

    own: claims of one's own.
    """
    from computerace.market.vocabulary import ALL_CAUSES, DEFINITIONS, RIVALS
    from computerace.observables.outcomes import bound_column, first_month_column, ratio_column
    from computerace.runs.worlds.variants import Wanted, play_together

    labs = shared_labs(asked)
    claims = [(one, other) for other in RIVALS for one in DEFINITIONS]
    outcomes = [
        column for claim in claims for column in (first_month_column(*claim), ratio_column(*claim, asked.months))
    ]
    outcomes += [bound_column(lab, cause) for lab in labs for cause in ALL_CAUSES]
    series = compared_series(asked, definition, rivals)
    wanted = Wanted(asked.seed, asked.months, tuple(outcomes), series, asked.fixed, own)
    with progress("twins", 2 * asked.worlds) as advance:
        return play_together(asked.scenarios, asked.worlds, wanted, on=on, advance=advance)


def monthly_differences(asked: "Asked", played: "Together") -> "pd.DataFrame":
    """The paired differences of logs: columns measure, lab, month, date and those of `twins.paired_by_month`."""
    import numpy as np
    import pandas as pd

    from computerace.analysis.causes.twins import paired_by_month

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
) -> "TwinAnswer":
    from computerace.analysis.causes.twins import flips
    from computerace.analysis.columns import DEFINITIONS, RIVALS, first_month_column
    from computerace.market.rivals import with_both_names
    from computerace.observables import RATIOS

    halves = [played.outcomes[played.outcomes["variant"] == number].reset_index(drop=True) for number in (0, 1)]
    claim = []
    for other in RIVALS:
        for one in DEFINITIONS:
            column = first_month_column(one, other)
            found = flips(halves[0][column], halves[1][column], asked.months)
            claim.append({"definition": one, "rivals": other, "deadline_months": asked.months, **found})
    rows = [_month(row) for row in differences.to_dict("records")]
    first, second = asked.scenarios
    ratio = RATIOS[definition, rivals].name
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
        "claim": cast("list[TwinClaim]", with_both_names(claim, first.claimant, first.labs, second.labs)),
        "ratio": [row for row in rows if row["measure"] == ratio],
        "labs": [row for row in rows if row["measure"] != ratio],
        "bound_by": _bound(shared_labs(asked), halves),
    }


def _month(row: dict[Any, Any]) -> "TwinMonth":
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
    return cast("TwinMonth", plain | levels | factors)


def _bound(labs: list[str], halves: list["pd.DataFrame"]) -> dict[str, dict[str, list[float]]]:
    """By lab and cause: the share of months in which it bound, in the first and in the second scenario."""
    from computerace.market.vocabulary import ALL_CAUSES
    from computerace.observables.outcomes import bound_column

    return {
        lab: {cause: [float(half[bound_column(lab, cause)].mean()) for half in halves] for cause in ALL_CAUSES}
        for lab in labs
    }


def changes(first: "Scenario", second: "Scenario") -> list[str]:
    """What differs between two scenarios, in words: labs that one alone has, parameters by name with both values."""
    joined = [f"{lab}: a lab, and no part of the rest" for lab in second.labs if lab not in first.labs]
    gone = [f"{lab}: part of the rest, and no lab" for lab in first.labs if lab not in second.labs]
    before, after = first.parameters(), second.parameters()
    said = {name: (_said(before[name]), _said(after[name])) for name in after if name in before}
    return [*joined, *gone, *(f"{name}: {one} → {other}" for name, (one, other) in said.items() if one != other)]


def _said(parameter: Any) -> str:
    if parameter.prior is not None:
        scale = "" if parameter.scale == 1.0 else f" × {parameter.scale:g}"
        return f"{parameter.prior.text}{scale}"
    return parameter.value if isinstance(parameter.value, str) else f"{parameter.value:g}"
