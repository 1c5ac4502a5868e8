"""Figures of the race as a game, where a folder holds what `equilibrium` or `break-even` left there."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from computerace.analysis import plots
from computerace.analysis.claim import as_percent
from computerace.analysis.columns import require
from computerace.analysis.digests import refuse_changed
from computerace.analysis.folder import Runs
from computerace.analysis.manifest import read_whole
from computerace.analysis.report.figure import Figure, Table
from computerace.market.errors import UserError
from computerace.shown import BILLION, large, plain

GAME, LEVERS = "game", "break-even"  # folders below that of a run
AGAIN = "run `computerace break-even` again"
CHANGES = 10  # joint changes that are told


def game_figures(runs: Runs) -> Iterator[Figure]:
    """Best responses from the folder's own game; levers from a folder break-even/ in it."""
    game, levers = runs.path / GAME, runs.path / LEVERS
    if (game / "equilibria.parquet").is_file():
        yield Figure(
            "game",
            "The claim where labs play their best responses",
            "A payoff is the present value of a lab's free cash flow and of its last fleet, and so many dollars for"
            " a log point of its share: the further to the right, the more share counts.",
            lambda ax: plots.equilibrium_chances(pd.read_parquet(game / "equilibria.parquet"), ax=ax),
            tables=lambda: [regrets(_table(game, "regret"))] if (game / "regret.parquet").is_file() else [],
        )
        yield Figure(
            "game-ratio",
            "How far the claimant gets where labs play their best responses",
            "The claimant's compute over that of its rivals combined in the median world, at the same profiles.",
            lambda ax: plots.equilibrium_ratios(pd.read_parquet(game / "equilibria.parquet"), ax=ax),
        )
    if (levers / "levers.parquet").is_file() and (levers / "map.parquet").is_file():
        yield Figure(
            "break-even",
            "What levers would have to be",
            "The chance of the claim over the levers that bring it furthest, all else as drawn; the line is the chance"
            " that was asked for.",
            lambda ax: plots.chance_map(_table(levers, "map"), _chance(levers), ax=ax),
            tables=lambda: list(_break_even(levers)),
        )


def _table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a folder, as it was left there; raises UserError where it is not, or where its maker was stopped."""
    manifest = folder / "manifest.json"
    if manifest.is_file():
        held = read_whole(manifest.read_text(encoding="utf-8"), str(folder))
        if held.get("status") != "complete":
            raise UserError(f"{folder} is not finished; {AGAIN}")
        refuse_changed(folder, held.get("files"), AGAIN)
    return pd.read_parquet(folder / f"{name}.parquet")


def _chance(folder: Path) -> float:
    """The chance that was asked for."""
    levers = _table(folder, "levers")
    require(levers, ["chance"], f"{folder / 'levers.parquet'}")
    return float(levers["chance"].iloc[0])


def _break_even(folder: Path) -> Iterator[Table]:
    found: dict[str, Callable[[pd.DataFrame], Table]] = {
        "levers": single_levers, "joint": joint_changes, "scenarios": other_scenarios,
    }  # fmt: skip
    for name, told in found.items():
        if (folder / f"{name}.parquet").is_file():
            table = _table(folder, name)
            if len(table):
                yield told(table)


def single_levers(found: pd.DataFrame) -> Table:
    """The value at which each lever by itself brings the chance, those that reach it first."""
    names = ["lever", "unit", "value", "at", "low", "high", "present", "least", "most", "chance"]
    require(found, names, "the table of levers")
    ordered = found.assign(never=found["at"].isna()).sort_values(["never", "most"], ascending=[True, False])
    rows = [
        (row["lever"], large(row["value"]), *_needed(row)) for row in ordered.to_dict("records")
    ]  # fmt: skip
    caption = "One lever by itself: the value at which the chance is as asked for, and between which values it may lie"
    return Table(caption, ("lever", "now", "would have to be", "from", "to", "unit"), tuple(rows))


def _needed(row: Mapping[Any, Any]) -> tuple[str, str, str, str]:
    """The value, its interval and its unit; how near the chance comes where it is not reached."""
    if not math.isnan(row["at"]):
        return large(row["at"]), large(row["low"]), large(row["high"]), row["unit"]
    above = row["present"] >= row["chance"]
    near = f"at least {as_percent(row['least'])}" if above else f"at most {as_percent(row['most'])}"
    return f"not within its bounds: {near}", "", "", ""


def joint_changes(found: pd.DataFrame) -> Table:
    """The smallest changes of several levers together, as JSON has them in the table."""
    require(found, ["values", "distance"], "the table of joint changes")
    rows = [
        (
            plain(row["distance"]),
            ", ".join(f"{name} {large(value)}" for name, value in json.loads(row["values"]).items()),
        )
        for row in found.head(CHANGES).to_dict("records")
    ]
    first = f", the first {CHANGES} of {len(found)}" if len(found) > CHANGES else ""
    return Table(
        f"The smallest joint changes that reach it{first}", ("spreads of the priors", "what each would be"), tuple(rows)
    )


def other_scenarios(found: pd.DataFrame) -> Table:
    """The chance in other scenarios."""
    require(found, ["scenario", "chance", "low", "high"], "the table of scenarios")
    rows = [
        (row["scenario"], f"{as_percent(row['chance'])} ({as_percent(row['low'])} to {as_percent(row['high'])})")
        for row in found.to_dict("records")
    ]
    return Table("Another scenario in its place", ("scenario", "chance (95 % interval)"), tuple(rows))


def regrets(found: pd.DataFrame) -> Table:
    """What each lab would gain by its best response."""
    require(found, ["ambition_usd", "lab", "strategy", "best_response", "gain_usd", "low", "high"], "the regrets")
    rows = []
    for row in found.to_dict("records"):
        gain, low, high = (f"{row[name] / BILLION:,.0f}" for name in ("gain_usd", "low", "high"))
        same = row["strategy"] == row["best_response"]
        told = ("the same", "–") if same else (row["best_response"], f"{gain} ({low} to {high})")
        rows.append((f"{row['ambition_usd'] / BILLION:,.0f}", row["lab"], row["strategy"], *told))
    caption = (
        "What each lab would gain by its best response, billions of US dollars, by what a log point of share is worth"
    )
    return Table(caption, ("ambition", "lab", "plays", "best response", "gain (95 % interval)"), tuple(rows))
