"""Discovery on a terminal: the trade-off, the conditions with units, what leaving out each did, and fresh worlds."""

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.vocabulary import RIVAL_WORDS
from computerace.runs.answers.parameters import DiscoveryAnswer
from computerace.runs.terminal.race import compact, month_name, rivals_lines, show, titled_table
from computerace.shown import plain

if TYPE_CHECKING:
    import pandas as pd

CURVE_ROWS = 8
WIDTH = 88  # characters, where the output is no terminal


def show_discovery(answer: DiscoveryAnswer, tables: dict[str, "pd.DataFrame"], claimant: str) -> None:
    """Print what `discover --json` holds."""
    share = answer["hits"] / answer["worlds"]
    parts: list[RenderableType] = [
        Text(f"{answer['scenario']}: under what conditions {_target(answer, claimant)}", style="bold"),
        Text(f"{answer['hits']:,} of {answer['worlds']:,} worlds, {plain(100 * share)} %"),
    ]
    limits, curve, conditions = tables["limits"], tables["curve"], tables["conditions"]
    for box in curve["box"].drop_duplicates():
        parts += [Text(""), _curve(curve[curve["box"] == box], box)]
        if not (limits["box"] == box).any():
            continue
        rows = conditions[conditions["box"] == box]
        taken = curve[(curve["box"] == box) & curve["chosen"]].iloc[0]
        parts += [Text(""), _limits(limits[limits["box"] == box], rows, box, float(taken["density"]))]
    parts += [Text(""), _check(tables["check"], answer["fresh_seed"])]
    parts += [] if "asked" in answer else rivals_lines([answer])
    parts += [Text(f"! {note}", style="yellow") for note in answer["notes"]]
    show(Group(*parts), WIDTH)


def _target(answer: DiscoveryAnswer, claimant: str) -> str:
    against = RIVAL_WORDS[answer["rivals"]]
    month = month_name(answer["start"], answer["deadline_months"])
    if "asked" in answer:
        return f"this comes true: {answer['asked']['question']} ({answer['asked']['lab']}, {month})"
    if answer["ratio"] is None:
        return f"{claimant} passes {against} in {answer['definition']} compute by {month}"
    return f"{claimant} / {against} is above {plain(answer['ratio'])} in {answer['definition']} compute in {month}"


def _curve(curve: "pd.DataFrame", box: int) -> RenderableType:
    """Some steps of the peeling, with the chosen one in bold."""
    table = titled_table(f"Box {box}: coverage against density", 1)
    for heading in ("limited", "coverage", "density", "mass", "density where found"):
        table.add_column(heading, justify="right")
    table.add_column("")
    chosen = int(curve["chosen"].to_numpy().argmax())
    every = max(1, len(curve) // CURVE_ROWS)
    for place in sorted({*range(0, len(curve), every), chosen}):
        row = curve.iloc[place]
        cells = [percent(row[name]) for name in ("coverage", "density", "mass", "density_where_found")]
        mark, style = ("taken", "bold") if place == chosen else ("", None)
        table.add_row(f"{row['parameters']:.0f}", *cells, mark, style=style)
    note = "limited: how many parameters; coverage, density, mass: where the box was not found"
    return Group(table, Text(note, style="dim"))


def _limits(limits: "pd.DataFrame", conditions: "pd.DataFrame", box: int, density: float) -> RenderableType:
    """The box's conditions, those that suffice first, each with what is lost without it; density: of the whole box."""
    table = titled_table(f"Box {box}: its conditions", 1)
    table.add_column("parameter", no_wrap=True)
    table.add_column("range")
    table.add_column("of prior", justify="right", no_wrap=True)
    table.add_column("without it", justify="right", no_wrap=True)
    enough = set(limits.loc[limits["kind"] == "fewest", "parameter"])
    without = conditions.drop_duplicates("parameter", keep="last").set_index("parameter")["density"]
    rows = limits[limits["kind"] == "found"].to_dict("records")
    for row in sorted(rows, key=lambda one: (one["parameter"] not in enough, without[one["parameter"]])):
        needed = row["parameter"] in enough
        table.add_row(
            row["parameter"],
            f"{_range(row['low'], row['high'])} {row['unit']}",
            percent(row["share_of_prior"]),
            percent(without[row["parameter"]]) if needed else "no loss",
            style=None if needed else "dim",
        )
    dropped = conditions.loc[conditions["dropped"], "density"]
    left = float(dropped.iloc[-1]) if len(dropped) else density
    together = f"density with all of them {percent(density)}, with the {len(enough)} that are kept {percent(left)}"
    note = "of prior: what the range leaves of it; without it: the density without the condition"
    return Group(table, Text(together), Text(note, style="dim"))


def _check(check: "pd.DataFrame", seed: int) -> RenderableType:
    worlds = int(check["worlds"].iloc[0])
    table = titled_table(f"In {worlds:,} fresh worlds each (seed {seed})", 1)
    table.add_column("where", no_wrap=True)
    table.add_column("part of priors", justify="right")
    table.add_column("probability (95 %)", justify="right", no_wrap=True)
    table.add_column("covers", justify="right")
    words = {"everywhere": "everywhere", "found": "all conditions of box {}", "fewest": "the fewest of box {}"}
    for row in check.to_dict("records"):
        where = words[row["kind"]].format(row["box"])
        chance = f"{percent(row['probability'])} ({percent(row['low'])} to {percent(row['high'])})"
        table.add_row(where, percent(row["mass"]), chance, percent(row["coverage"]))
    return table


def _range(low: float, high: float) -> str:
    if low != low:
        return f"up to {figure(high)}"
    if high != high:
        return f"from {figure(low)}"
    return f"{figure(low)} to {figure(high)}"


def figure(value: float) -> str:
    """A figure with three significant digits; in billions (bn), millions (M) or thousands (k) where that is short."""
    return f"{plain(value / 1e9)} bn" if abs(value) >= 1e9 else compact(value)


def percent(share: float) -> str:
    """A share in percent, two significant digits below ten."""
    if share != share:
        return "–"
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{plain(100 * share, 2)} %"
