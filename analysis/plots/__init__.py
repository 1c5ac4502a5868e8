"""Pictures: each takes tidy frames and `ax=None`, and returns the axes it drew on, in the style of `analysis.style`.

from computerace.analysis import plots
plots.compute_fan(spread(load("out/baseline"), "owned_h100e"))
"""

from computerace.analysis.plots.claim import first_passage_curve, ratio_bands, structure_map
from computerace.analysis.plots.conditions import condition_ranges, trade_off
from computerace.analysis.plots.factors import (
    difference_bars,
    elementary_effects,
    factor_bars,
    importance_bars,
    sobol_over_time,
    tornado,
)
from computerace.analysis.plots.game import chance_map, equilibrium_chances, equilibrium_ratios
from computerace.analysis.plots.labs import ledger_bars, ledger_strips, researcher_flows
from computerace.analysis.plots.market import backlog, chip_price, herfindahl, power_by_contract
from computerace.analysis.plots.race import compute_fan, stacked_shares
from computerace.analysis.plots.twins import paired_difference

__all__ = [
    "backlog",
    "chance_map",
    "chip_price",
    "compute_fan",
    "condition_ranges",
    "difference_bars",
    "elementary_effects",
    "equilibrium_chances",
    "equilibrium_ratios",
    "factor_bars",
    "first_passage_curve",
    "herfindahl",
    "importance_bars",
    "ledger_bars",
    "ledger_strips",
    "paired_difference",
    "power_by_contract",
    "ratio_bands",
    "researcher_flows",
    "sobol_over_time",
    "stacked_shares",
    "structure_map",
    "tornado",
    "trade_off",
]
