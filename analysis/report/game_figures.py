"""Figures of the race as a game, where a folder holds what `equilibrium` or `break-even` left there."""

from collections.abc import Iterator

import pandas as pd

from computerace.analysis import plots
from computerace.analysis.columns import require
from computerace.analysis.folder import Runs
from computerace.analysis.report.figure import Figure

EQUILIBRIA = "game/equilibria.parquet"
LEVERS, MAP = "break-even/levers.parquet", "break-even/map.parquet"


def game_figures(runs: Runs) -> Iterator[Figure]:
    """Best responses from the folder's own game; levers from a folder break-even/ in it."""
    if (runs.path / EQUILIBRIA).is_file():
        yield Figure(
            "game",
            "The claim where labs play their best responses",
            "A payoff is the present value of a lab's free cash flow and of its last fleet, and so many dollars for"
            " a log point of its share: the further to the right, the more share counts.",
            lambda ax: plots.equilibrium_chances(pd.read_parquet(runs.path / EQUILIBRIA), ax=ax),
        )
    if (runs.path / LEVERS).is_file() and (runs.path / MAP).is_file():
        yield Figure(
            "break-even",
            "What levers would have to be",
            "The chance of the claim over the levers that bring it furthest, all else as drawn; the line is the chance"
            " that was asked for.",
            lambda ax: plots.chance_map(pd.read_parquet(runs.path / MAP), _chance(runs), ax=ax),
        )


def _chance(runs: Runs) -> float:
    """The chance that was asked for."""
    levers = pd.read_parquet(runs.path / LEVERS)
    require(levers, ["chance"], f"{runs.path / LEVERS}")
    return float(levers["chance"].iloc[0])
