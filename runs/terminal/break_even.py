"""What would have to change for the claim to reach a chance, on a terminal."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.rivals import against, legend
from computerace.market.vocabulary import RIVAL_NAMES
from computerace.runs.terminal.claim import percent
from computerace.runs.terminal.race import month_name, show, titled_table
from computerace.shown import large, plain

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.studies.break_even import Played

JOINT_SHOWN = 5
SCENARIOS_SHOWN = 5


def show_break_even(
    played: "Played",
    target: float,
    present: "pd.DataFrame",
    single: "pd.DataFrame",
    joint: "pd.DataFrame",
    there: "pd.DataFrame",
    seconds: float,
) -> None:
    """Print the values of single levers and the smallest joint changes. present: the chance, nothing changed."""
    scenario = played.scenario
    deadline = month_name(scenario.start.isoformat(), played.months)
    claim = f"passes {RIVAL_NAMES[played.rivals]} in {played.definition} compute by {deadline}"
    head = f"{scenario.name}: what would make it {percent(target)} % likely that {scenario.claimant} {claim}"
    if played.own is not None:
        by = month_name(scenario.start.isoformat(), played.own.deadline)
        asked = f"{played.own.claim.claim.subject} ({played.own.lab}, {by})"
        head = f"{scenario.name}: what would bring this to {percent(target)} %: {asked}"
    told = f"{played.worlds:,} worlds at each value, {played.months} months, seed {played.seed}, in {seconds:,.0f} s"
    rivals = {"rivals": played.rivals, **against(played.rivals, scenario.claimant, scenario.labs)}
    notes = [
        "each lever is held at one value in all worlds; in brackets where the sampling error of the chance has it",
        "joint changes: the least distance from the middle, in spreads of the levers' priors",
    ]
    notes += [] if played.own else legend([rivals])
    there_already = bool(present["chance"].iloc[0] >= target)
    show(
        Group(
            Text(head, "bold"), Text(told), *([_already(present, single, target)] if there_already else []), Text(""),
            *_single(single, target), *([] if there_already else _joint(joint, single, target)),
            *_scenarios(there, target), *(Text(line, "dim") for line in notes),
        )
    )  # fmt: skip


def _already(present: "pd.DataFrame", single: "pd.DataFrame", target: float) -> Text:
    """That the chance needs no change, and what the values that follow are then."""
    row = present.iloc[0]
    now = f"{percent(row['chance'])} % ({percent(row['low'])}–{percent(row['high'])})"
    falls = f" Below: where it falls to {percent(target)} %." if single["at"].notna().any() else ""
    return Text(f"The chance is there already: {now} as the scenario stands.{falls}", "bold")


def _single(single: "pd.DataFrame", target: float) -> list[RenderableType]:
    if not len(single):
        return []
    table = titled_table("One lever by itself", 0)
    table.add_column("lever", no_wrap=True)
    for name in ("now", "would have to be"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("unit")
    ordered = single.assign(never=single["at"].isna()).sort_values(["never", "most"], ascending=[True, False])
    for row in ordered.to_dict("records"):
        table.add_row(row["lever"], large(row["value"]), *_needed(row, target))
    return [table, Text("")]


def _needed(row: Mapping[Any, Any], target: float) -> tuple[str, str]:
    """The value with its interval, and its unit; how near the chance comes, without one, where it is not reached."""
    if not math.isnan(row["at"]):
        return f"{large(row['at'])} ({large(row['low'])} to {large(row['high'])})", row["unit"]
    near = f"at least {percent(row['least'])}" if row["present"] >= target else f"at most {percent(row['most'])}"
    return f"not within bounds: {near} %", ""


def _joint(joint: "pd.DataFrame", single: "pd.DataFrame", target: float) -> list[RenderableType]:
    if len(single) < 2:
        return []
    if not len(joint):
        return [
            Text(f"No two or three levers with priors reach {percent(target)} % within six spreads of their priors."),
            Text(""),
        ]
    before = dict(zip(single["lever"], single["value"], strict=True))
    parts: list[RenderableType] = [Text("The smallest joint changes", "bold italic")]
    for row in joint.head(JOINT_SHOWN).to_dict("records"):
        arrow = " →" if row["distance"] else ", held at"
        words = [f"{name} {large(before[name])}{arrow} {large(value)}" for name, value in row["values"].items()]
        parts.append(Text(f"  {plain(row['distance'])} spreads: {', '.join(words)}"))
    return [*parts, *_further(len(joint) - JOINT_SHOWN, "joint.csv"), Text("")]


def _further(number: int, file: str) -> list[RenderableType]:
    """How many more there are than are shown, and where."""
    return [Text(f"  and {number:,} more, in {file}", "dim")] if number > 0 else []


def _scenarios(there: "pd.DataFrame", target: float) -> list[RenderableType]:
    """Chances in other scenarios, those that reach it or come nearest first."""
    if not len(there):
        return []
    table = titled_table("Another scenario in its place", 0)
    table.add_column("scenario", no_wrap=True)
    table.add_column("chance in %", justify="right", no_wrap=True)
    for row in there.head(SCENARIOS_SHOWN).to_dict("records"):
        reached = " reaches it" if row["chance"] >= target else ""
        table.add_row(
            row["scenario"], f"{percent(row['chance'])} ({percent(row['low'])}–{percent(row['high'])}){reached}"
        )
    return [table, *_further(len(there) - SCENARIOS_SHOWN, "scenarios.csv"), Text("")]
