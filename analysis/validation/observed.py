"""What was observed before a race begins: each lab's compute by quarter, from the project's own record."""

import datetime
from collections.abc import Sequence
from importlib import resources

import pandas as pd


def observed_compute(labs: Sequence[str], until: datetime.date) -> pd.DataFrame:
    """Owned compute by quarter end up to a date, H100e: columns lab, date, p5, p50, p95; no row where it was none."""
    with resources.files("computerace.market.data").joinpath("observed.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, parse_dates=["quarter_end"])
    table = table[table["owner"].isin(labs) & (table["quarter_end"] <= pd.Timestamp(until))]
    names = {"owner": "lab", "quarter_end": "date", "h100e_p5": "p5", "h100e_median": "p50", "h100e_p95": "p95"}
    table = table.rename(columns=names)[list(names.values())]
    return table[table["p50"] > 0].reset_index(drop=True)


def observed_shares(labs: Sequence[str], until: datetime.date) -> pd.DataFrame:
    """Shares of the given labs' observed compute by quarter up to a date: columns date, lab, share.

    A quarter counts only where every lab was observed: a share of an unknown whole says nothing.
    """
    with resources.files("computerace.market.data").joinpath("observed.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, parse_dates=["quarter_end"])
    table = table[table["owner"].isin(labs) & (table["quarter_end"] <= pd.Timestamp(until))]
    wide = table.pivot_table(index="quarter_end", columns="owner", values="h100e_median")
    wide = wide.reindex(columns=list(labs)).dropna()
    shares = wide.div(wide.sum(axis=1), axis=0).rename_axis("date").reset_index()
    return shares.melt("date", var_name="lab", value_name="share")
