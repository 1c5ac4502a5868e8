"""The race as a game, on a terminal: what each lab would gain, and where nobody would any more."""

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.rivals import against, legend
from computerace.runs.terminal.claim import percent
from computerace.runs.terminal.race import show, titled_table
from computerace.shown import plain

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.game.answer import Equilibria
    from computerace.runs.studies.equilibrium import Question

BILLION = 1e9
PURE_SHOWN = 5
MIXED_SHOWN = 2  # mixed equilibria of one weight
PLAYED_SHOWN = 4  # profiles of a mixed equilibrium


def show_equilibria(question: "Question", found: "Equilibria", seconds: float) -> None:
    """Print the game's answer."""
    profiles = len(question.choices) ** len(question.labs)
    head = f"{question.scenario.name}: does the answer survive when every lab plays its best response?"
    told = f"{profiles:,} profiles of {found.worlds:,} worlds, {question.months} months, seed {question.seed}"
    parts: list[RenderableType] = [Text(head, "bold"), Text(f"{told}, in {seconds:,.0f} s"), Text(""), _regret(found)]
    for ambition, rows in found.rows.groupby("ambition_usd", sort=False):
        parts += [Text(""), _profiles(found, float(str(ambition)), rows)]
    show(Group(*parts, *(Text(line, "dim") for line in _notes(question, found))))


def _regret(found: "Equilibria") -> RenderableType:
    table = titled_table("What each lab would gain by its best response (billions of US dollars)", 0)
    for name in ("ambition", "lab", "plays", "best response"):
        table.add_column(name, no_wrap=True)
    table.add_column("gain (95 % interval)", justify="right", no_wrap=True)
    for row in found.regret.to_dict("records"):
        gain = f"{row['gain_usd'] / BILLION:,.0f} ({row['low'] / BILLION:,.0f} to {row['high'] / BILLION:,.0f})"
        same = row["strategy"] == row["best_response"]
        table.add_row(
            f"{row['ambition_usd'] / BILLION:g}", row["lab"], row["strategy"],
            "the same" if same else row["best_response"], "–" if same else gain,
        )  # fmt: skip
    return table


def _profiles(found: "Equilibria", ambition: float, rows: "pd.DataFrame") -> RenderableType:
    table = titled_table(f"Profiles at an ambition of {ambition / BILLION:g} billion for a log point of share", 0)
    table.add_column("profile", no_wrap=True)
    for lab in found.labs:
        table.add_column(lab, no_wrap=True)
    for name in ("chance in %", "ratio", "most gain"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in _shown(rows).to_dict("records"):
        name = row["kind"] if row["settled"] else "responses, in circles"
        if row["kind"] == "mixed":
            name = f"mixed {row['number']}, {100 * row['weight']:.0f} %"
        chance = f"{percent(row['chance'])} ({percent(row['low'])}–{percent(row['high'])})"
        gain = f"{row['most_gain_usd'] / BILLION:,.0f}"
        table.add_row(name, *(row[lab] for lab in found.labs), chance, plain(row["ratio_p50"]), gain)
    return table


def _shown(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The first pure equilibria and mixed ones; of these the profiles that are played most."""
    ordered = rows.sort_values("weight", ascending=False, kind="stable")
    mixed = ordered["kind"] == "mixed"
    others = ordered[~mixed].groupby("kind", sort=False).head(PURE_SHOWN)
    first = ordered[mixed & (ordered["number"] <= MIXED_SHOWN)]
    played = first.groupby("number").head(PLAYED_SHOWN)
    return rows[rows.index.isin(others.index) | rows.index.isin(played.index)]


def _notes(question: "Question", found: "Equilibria") -> list[str]:
    beyond = f"more than {question.tolerance_usd / BILLION:g} billion" if question.tolerance_usd else "anything"
    worth = f"present value of free cash flow and of {question.fleet_part:g} of what the last fleet would cost new"
    lines = [
        f"payoff: {worth}, and ambition times ln(share of {question.definition} compute)",
        "value is the firm's, to all who finance it: no interest, no debt and no new money is in it",
        f"pure: no lab gains {beyond} by leaving it beyond the noise of the worlds; most gain: of any lab",
        "chance: that the claim comes true in owned compute against the other labs",
        *legend([{"rivals": "three", **against("three", question.scenario.claimant, question.scenario.labs)}]),
        _better(found),
    ]
    for ambition, rows in found.rows.groupby("ambition_usd", sort=False):
        pure = int((rows["kind"] == "pure").sum())
        weight = f"{float(str(ambition)) / BILLION:g}"
        lines.append(f"pure equilibria at {weight}: {pure or 'none'}")
        lines += _mixed(rows, weight)
    return lines + list(found.notes)


def _mixed(rows: "pd.DataFrame", ambition: str) -> list[str]:
    """The chance in each mixed equilibrium that is shown, over all profiles that it plays; how many there are."""
    mixed = rows[rows["kind"] == "mixed"]
    found = (mixed["weight"] * mixed["chance"]).groupby(mixed["number"]).sum()
    lines = [
        f"mixed {number} at {ambition}: the claim has a chance of {percent(chance)} %, over all profiles that it plays"
        for number, chance in found.head(MIXED_SHOWN).items()
    ]
    further = len(found) - MIXED_SHOWN
    return lines + ([f"and {further} more mixed at {ambition}, in game/equilibria.csv"] if further > 0 else [])


def _better(found: "Equilibria") -> str:
    """Which strategies a lab would do better with in value and in share."""
    rows = found.choices[found.choices["better"]]
    if not len(rows):
        return "no lab has a strategy that is better in value and in share than what the scenario has it play"
    names = ", ".join(f"{lab} {strategy}" for lab, strategy in zip(rows["lab"], rows["strategy"], strict=True))
    return f"better in value and in share than what the scenario has it play: {names}"
