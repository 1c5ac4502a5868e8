"""Which figures a folder allows, how each is drawn, and what is said of those that it does not allow."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis import plots
from computerace.analysis.causes.ledger import bound_by_month, bound_overall
from computerace.analysis.claim import claim_table, first_passage
from computerace.analysis.columns import (
    CAUSES,
    DEFINITIONS,
    HEADLINE,
    RIVAL_WORDS,
    ratio_months,
    structural_columns,
)
from computerace.analysis.folder import Runs
from computerace.analysis.intervals import bootstrap
from computerace.analysis.outcomes import log_ratio
from computerace.analysis.report.answer import Answer, month
from computerace.analysis.report.figure import Figure
from computerace.analysis.report.game_figures import game_figures
from computerace.analysis.report.parameter_figures import parameter_figures
from computerace.analysis.report.rests_on import RestsOn
from computerace.analysis.sensitivity.spreads import (
    MARKED,
    MEDIANS,
    basis,
    market,
    mean_shares,
    share_spread,
    spread,
)
from computerace.analysis.style import WIDTH
from computerace.analysis.validation.observed import observed_compute, observed_shares
from computerace.analysis.weights import WEIGHT
from computerace.market.errors import UserError
from computerace.observables import BOUND, COMPUTE, PIPELINE, POWER, RATIOS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RATIO, OWNED = RATIOS[HEADLINE].name, COMPUTE["owned"].name
KINDS = {"grid": "grid", "on site": "on_site", "ready": "ready"}
MOST_CELLS = 40  # rows of a map that can still be read


def figures(answer: Answer, found: RestsOn) -> list[Figure]:
    """The figures of a folder in the order of the report; one that the folder does not allow raises when drawn."""
    one = answer.runs.of_scenario(answer.runs.scenarios[0])
    return [
        *_claim(answer),
        *_comparison(answer),
        *game_figures(answer.runs),
        *_race(answer, one),
        *_market(one),
        *parameter_figures(answer, found),
    ]


def _where(answer: Answer) -> str:
    """Which part of a folder with several points a figure of the race shows."""
    runs = answer.runs
    if len(runs.scenarios) > 1:
        return f" In scenario {runs.scenarios[0]}; the folder holds {len(runs.scenarios)}."
    return " Over all points of the design." if runs.many_points else ""


def _at_marks(runs: Runs, measure: str) -> str:
    marked = runs.path and _basis(runs, measure) == MARKED
    return " Every twelfth month, with straight lines between." if marked else ""


def _basis(runs: Runs, measure: str) -> str:
    try:
        return basis(runs, measure)
    except UserError:
        return ""


def _of(runs: Runs, measure: str) -> str:
    """What the bands of a measure are over, in the words of a figure's note."""
    return "the points' medians" if _basis(runs, measure) == MEDIANS else "worlds"


def _claim(answer: Answer) -> list[Figure]:
    runs = answer.runs
    one = runs.of_scenario(runs.scenarios[0])
    chance = "probability" if answer.is_probability else "share of the design's worlds"

    def passage(ax: "Axes | None") -> "Axes":
        curves = [
            first_passage(one.worlds, definition, crossed=answer.crossed).assign(label=definition)
            for definition in DEFINITIONS
        ]
        return plots.first_passage_curve(
            pd.concat(curves), pd.Timestamp(one.start), is_sample=answer.is_probability, ax=ax
        )

    return [
        Figure(
            "ratio",
            f"{runs.claimant} against the other labs combined",
            "Where a band crosses the line at 1, worlds get there." + _at_marks(one, RATIO) + _where(answer),
            lambda ax: plots.ratio_bands(spread(one, RATIO, [runs.claimant]), runs.claimant, ax=ax),
        ),
        Figure(
            "first-passage",
            "By when the claim comes true",
            f"The {chance} that {runs.claimant} has more than the other labs combined by each month, under each"
            " definition of compute." + _where(answer),
            passage,
        ),
    ]


def _comparison(answer: Answer) -> list[Figure]:
    """Figures of folders with several scenarios or choices of form."""
    runs = answer.runs
    by = structural_columns(runs.worlds)
    found = []
    if len(runs.scenarios) > 1:
        found.append(
            Figure(
                "scenarios",
                f"What each scenario is worth, against {runs.scenarios[0]}",
                "By what the ratio is multiplied, world by world in the same luck (the geometric mean).",
                lambda ax: plots.difference_bars(
                    scenario_differences(runs, answer.deadline),
                    f"{runs.claimant} / the other labs is multiplied by, {month(runs, answer.deadline)}",
                    is_factor=True,
                    ax=ax,
                ),
            )
        )
    rows = by or ["rivals"]
    cells = len(runs.worlds.drop_duplicates(by)) if by else 2
    if cells <= MOST_CELLS:
        found.append(
            Figure(
                "structure",
                "Whether the answer hangs on a choice of form",
                f"The {'probability' if answer.is_probability else 'share of worlds'} in each cell, by "
                f"{', '.join(by) if by else 'rivals'} and definition of compute; the colour is the median ratio.",
                lambda ax: plots.structure_map(_structure(answer, by), rows, ax=ax),
                (WIDTH, 1.5 + 0.26 * max(2, cells)),
            )
        )
    return found


def _structure(answer: Answer, by: Sequence[str]) -> pd.DataFrame:
    table = claim_table(answer.runs.worlds, [answer.deadline], crossed=answer.crossed, by=by)
    return table[table["rivals"] == "three"] if by else table.assign(rivals=table["rivals"].map(RIVAL_WORDS))


def scenario_differences(runs: Runs, deadline: int) -> pd.DataFrame:
    """Each scenario less the first, world by world: by what the ratio is multiplied, as name, value, low, high.

    Worlds are paired by the design's row and the world's number, so that both saw the same luck.
    """
    if runs.points is None:
        raise UserError(f"{runs.path} holds one scenario: there is nothing to compare")
    if WEIGHT in runs.worlds.columns:
        raise UserError("figures weight the worlds of each scenario apart, so that none of them is another's pair")
    table = runs.worlds[["point", "world"]].assign(value=log_ratio(runs.worlds, *HEADLINE, deadline))
    table = table.merge(runs.points[["point", "row", "scenario"]], on="point", suffixes=("", "_of_point"))
    name = "scenario_of_point" if "scenario_of_point" in table.columns else "scenario"
    wide = table.pivot_table(index=["row", "world"], columns=name, values="value").dropna()
    rows = []
    for scenario in runs.scenarios[1:]:
        difference = (wide[scenario] - wide[runs.scenarios[0]]).to_numpy(dtype=float)
        low, high = bootstrap(difference[:, None])
        rows.append((scenario, *(math.exp(float(one)) for one in (difference.mean(), low[0], high[0]))))
    return pd.DataFrame(rows, columns=["name", "value", "low", "high"])


def _race(answer: Answer, one: Runs) -> list[Figure]:
    def shares(ax: "Axes | None") -> "Axes":
        observed = observed_shares(one.labs, one.start)
        band = share_spread(one, one.claimant)
        return plots.stacked_shares(mean_shares(one), one.claimant, band, observed if len(observed) else None, ax=ax)

    def compute(ax: "Axes | None") -> "Axes":
        found = spread(one, OWNED, one.labs)
        return plots.compute_fan(found, observed_compute(one.labs, one.start), ax=ax)

    def bound(ax: "Axes | None") -> "Axes":
        if one.keeps_months(BOUND[CAUSES[0]].name):
            return plots.ledger_strips(bound_by_month(one.steps, one.labs), ax=ax)
        return plots.ledger_bars(bound_overall(one.worlds, one.labs), ax=ax)

    months = ratio_months(one.worlds)
    return [
        Figure(
            "shares",
            "Shares of the labs' compute",
            f"Means over worlds at months {', '.join(map(str, months))}, with straight lines between." + _where(answer),
            shares,
        ),
        Figure(
            "compute",
            "Compute by lab",
            "On a logarithmic axis: a straight line is constant growth." + _at_marks(one, OWNED) + _where(answer),
            compute,
            (WIDTH, 3.7),
        ),
        Figure(
            "ledger",
            "What bound each lab",
            "Of chips, power, sites, cash, people and the goodput of clusters, the one that cost a lab most of what it"
            " wanted." + _where(answer),
            bound,
            (WIDTH, 1.2 + 0.65 * len(one.labs)),
        ),
        Figure(
            "researchers",
            "Researchers who come and go",
            "People who join each lab and leave it in a month." + _where(answer),
            lambda ax: plots.researcher_flows(
                spread(one, "researchers_in", one.labs),
                spread(one, "researchers_out", one.labs),
                one.labs,
                of=_of(one, "researchers_in"),
                ax=ax,
            ),
        ),
    ]


def _market(one: Runs) -> list[Figure]:
    price, waiting, concentration = "chip_price_usd_per_h100e", "backlog_months", "herfindahl"

    def power(ax: "Axes | None") -> "Axes":
        running, signed = (
            {kind: market(one, what[name].name) for kind, name in KINDS.items()} for what in (POWER, PIPELINE)
        )
        return plots.power_by_contract(running, signed, of=_of(one, "power_grid_mw"), ax=ax)

    return [
        Figure(
            "chip-price",
            "The price of chips",
            "What a new chip costs per H100 equivalent.",
            lambda ax: plots.chip_price(market(one, price), of=_of(one, price), ax=ax),
        ),
        Figure(
            "backlog",
            "Orders that wait",
            "How many months of the supply are ordered and not yet delivered.",
            lambda ax: plots.backlog(market(one, waiting), of=_of(one, waiting), ax=ax),
        ),
        Figure(
            "power",
            "Power by kind of contract",
            "Over all owners: what runs under grid connections, on-site generation and ready sites.",
            power,
        ),
        Figure(
            "concentration",
            "How concentrated compute is",
            "The sum of the labs' squared shares: one lab alone would be 1.",
            lambda ax: plots.herfindahl(market(one, concentration), len(one.labs), of=_of(one, concentration), ax=ax),
        ),
    ]
