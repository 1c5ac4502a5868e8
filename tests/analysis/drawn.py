"""One of every plot, on frames whose numbers are all different, for what must hold for each of them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from computerace.analysis import plots
from computerace.analysis.claim import claim_table, first_passage
from tests.analysis.folders import LABS, START, claim_worlds, dates, spread_frame


def shares_frame() -> pd.DataFrame:
    wide = pd.DataFrame({"xAI": [0.05, 0.6], "Google": [0.45, 0.2], "Microsoft": [0.3, 0.15], "Meta": [0.2, 0.05]})
    wide["date"] = dates(60, 60)
    return wide.melt("date", var_name="lab", value_name="share")


def factor_frame() -> pd.DataFrame:
    rows = [("software", 0.02, -0.01, 0.05), ("energy", -0.3, -0.35, -0.25), ("total", -0.28, -0.3, -0.26)]
    return pd.DataFrame([("probability", *row) for row in rows], columns=["outcome", "factor", "value", "low", "high"])


def ledger_frame() -> pd.DataFrame:
    rows = [
        (lab, date, cause, share)
        for lab in LABS
        for date in dates(12)
        for cause, share in (("chips", 0.5), ("power", 0.3), ("none", 0.2))
    ]
    return pd.DataFrame(rows, columns=["lab", "date", "cause", "share"])


def importance_frame() -> pd.DataFrame:
    rows = [
        ("users.quality_weight", 0.6, 0.5, 0.7, 0.02, 0.8),
        ("users.market_growth_2026", 0.1, 0.0, 0.2, 0.02, -0.3),
    ]
    return pd.DataFrame(rows, columns=["parameter", "share", "low", "high", "chance", "correlation"])


def tornado_frame() -> pd.DataFrame:
    names = ["parameter", "at_low", "at_low_from", "at_low_to", "at_high", "at_high_from", "at_high_to", "middle"]
    return pd.DataFrame([("energy.grid_lead_months", 0.03, 0.02, 0.04, 0.01, 0.009, 0.012, 0.02)], columns=names)


def pairs_frame() -> pd.DataFrame:
    months = np.arange(61)
    return pd.DataFrame({"month": months} | {name: months * (k + 1.0) for k, name in enumerate(
        ("p5", "low", "mean", "p50", "high", "p95"))})  # fmt: skip


def indices_frame() -> pd.DataFrame:
    rows = [
        (month, name, value * month, 0.0, 1.0) for month in (12, 60) for name, value in (("a.b", 0.01), ("c.d", 0.002))
    ]
    return pd.DataFrame(rows, columns=["month", "parameter", "value", "low", "high"])


def effects_frame() -> pd.DataFrame:
    return pd.DataFrame(
        [("a.b", 0.4, 0.3, 0.5, -0.3, 0.05)], columns=["parameter", "value", "low", "high", "mean", "luck"]
    )


def limits_frame() -> pd.DataFrame:
    rows = [(1, "found", "a.b", 50.0, np.nan), (1, "found", "c.d", np.nan, 20.0), (1, "fewest", "a.b", 50.0, np.nan)]
    return pd.DataFrame(rows, columns=["box", "kind", "parameter", "low", "high"])


def drawn_worlds() -> pd.DataFrame:
    return pd.DataFrame({"a.b": np.arange(100.0), "c.d": np.arange(100.0)[::-1]})


def curve_frame() -> pd.DataFrame:
    rows = [(1, 1.0, 0.1, 0, False), (1, 0.6, 0.8, 2, True)]
    return pd.DataFrame(rows, columns=["box", "coverage", "density", "parameters", "chosen"])


KINDS = ("grid", "on site", "ready")
DRAWN: dict[str, tuple[Callable[..., Axes], str, str]] = {
    "stacked shares": (lambda ax: plots.stacked_shares(shares_frame(), "xAI", ax=ax), "H100e", ""),
    "compute": (lambda ax: plots.compute_fan(spread_frame(*LABS), ax=ax), "H100e", ""),
    "ratio": (lambda ax: plots.ratio_bands(spread_frame("xAI", scale=1e-2), ax=ax), "ratio", ""),
    "first passage": (
        lambda ax: plots.first_passage_curve(first_passage(claim_worlds(50, 30, 10)), START, ax=ax),
        "probability",
        "",
    ),
    "chip price": (lambda ax: plots.chip_price(spread_frame("Market"), ax=ax), "USD", ""),
    "backlog": (lambda ax: plots.backlog(spread_frame("Market"), ax=ax), "months", ""),
    "herfindahl": (lambda ax: plots.herfindahl(spread_frame("Market", scale=0.02), 4, ax=ax), "HHI", ""),
    "power": (
        lambda ax: plots.power_by_contract({kind: spread_frame("Market") for kind in KINDS}, ax=ax),
        "MW",
        "",
    ),
    "ledger": (lambda ax: plots.ledger_strips(ledger_frame(), ax=ax), "", "%"),
    "ledger totals": (lambda ax: plots.ledger_bars(ledger_frame().drop(columns="date"), ax=ax), "", "share"),
    "researchers": (
        lambda ax: plots.researcher_flows(spread_frame(*LABS), spread_frame(*LABS), ax=ax),
        "researchers per month",
        "",
    ),
    "factors": (lambda ax: plots.factor_bars(factor_frame(), "probability", "probability", ax=ax), "", "probability"),
    "tornado": (lambda ax: plots.tornado(tornado_frame(), "ratio at 60 months", ax=ax), "", "ratio"),
    "importance": (lambda ax: plots.importance_bars(importance_frame(), ax=ax), "", "variance"),
    "indices": (lambda ax: plots.sobol_over_time(indices_frame(), "total index", ax=ax), "share of variance", "months"),
    "effects": (lambda ax: plots.elementary_effects(effects_frame(), "log ratio", ax=ax), "", "log ratio"),
    "conditions": (lambda ax: plots.condition_ranges(limits_frame(), drawn_worlds(), ax=ax), "", "share of worlds"),
    "trade-off": (lambda ax: plots.trade_off(curve_frame(), ax=ax), "density", "coverage"),
    "twins": (lambda ax: plots.paired_difference(pairs_frame(), "owned compute (H100e)", ax=ax), "H100e", "months"),
    "structure": (
        lambda ax: plots.structure_map(claim_table(claim_worlds(50, 30, 10), [60]), ["rivals"], ax=ax),
        "rivals",
        "how many worlds got there",
    ),
}
