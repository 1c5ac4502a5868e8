"""Pictures: the data drawn is the data given, axes say what they measure in what unit, a lab has its colour."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, PolyCollection
from matplotlib.colors import same_color
from matplotlib.dates import num2date
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from computerace.analysis import plots
from computerace.analysis.claim import claim_table, first_passage
from computerace.analysis.plots.parts import in_units, round_numbers, spread_out
from computerace.analysis.style import CAUSE_COLOURS, CONTRACT_COLOURS, lab_colour, new_axes
from computerace.market.errors import UserError
from tests.analysis.drawn import (
    DRAWN,
    KINDS,
    curve_frame,
    drawn_worlds,
    factor_frame,
    indices_frame,
    ledger_frame,
    limits_frame,
    pairs_frame,
    shares_frame,
)
from tests.analysis.folders import LABS, START, claim_worlds, spread_frame

HALF_A_PAGE = 3.3  # inches


def line_of(ax: Axes, colour: str) -> np.ndarray:
    """The heights of the one solid line of a colour with as many points as there are months."""
    found = [line for line in ax.lines if same_color(line.get_color(), colour) and line.get_linestyle() == "-"]
    assert len(found) == 1
    return np.asarray(found[0].get_ydata(), dtype=float)


def colour_of(drawn: Collection) -> Any:
    """The colour of a filled area, without its transparency."""
    colours: Any = drawn.get_facecolor()
    return colours[0][:3]


def heights_of(drawn: Collection) -> np.ndarray:
    """The heights of a filled area's corners."""
    return np.asarray(drawn.get_paths()[0].vertices, dtype=float)[:, 1]


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_draws_on_the_axes_given_and_says_what_they_measure(name: str) -> None:
    draw, vertical, horizontal = DRAWN[name]
    given = new_axes()
    ax = draw(given)
    assert ax is given
    assert vertical in ax.get_ylabel()
    assert horizontal in ax.get_xlabel()
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", DRAWN)
def test_letters_can_be_read_at_half_a_page(name: str) -> None:
    ax = DRAWN[name][0](None)
    figure: Any = ax.figure
    figure.draw_without_rendering()
    letters = [one for one in figure.findobj(Text) if one.get_text() and one.get_visible()]
    smallest = min(one.get_fontsize() for one in letters)
    plt.close(figure)
    assert letters
    assert smallest * HALF_A_PAGE / figure.get_figwidth() >= 5


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_that_is_written_leaves_the_figure(name: str) -> None:
    ax = DRAWN[name][0](None)
    figure: Any = ax.figure
    figure.draw_without_rendering()
    whole = figure.bbox.padded(2)
    written = [ax.xaxis.label, ax.yaxis.label, *ax.texts, *_shown(ax.xaxis), *_shown(ax.yaxis)]
    outside = [
        one.get_text()
        for one in written
        if one.get_text() and one.get_visible() and not _holds(whole, one.get_window_extent())
    ]
    legend = ax.get_legend()
    fits = legend is None or _holds(whole, legend.get_window_extent())
    plt.close(figure)
    assert outside == []
    assert fits


def _shown(axis: Axis) -> list[Text]:
    """The labels of the ticks within view; those beyond are never drawn."""
    low, high = sorted(axis.get_view_interval())
    return [
        one for one, place in zip(axis.get_ticklabels(), axis.get_majorticklocs(), strict=True) if low <= place <= high
    ]


def _holds(whole: Bbox, part: Bbox) -> bool:
    return bool(whole.x0 <= part.x0 and part.x1 <= whole.x1 and whole.y0 <= part.y0 and part.y1 <= whole.y1)


def test_fans_draw_the_medians_and_bands_that_were_given() -> None:
    spread = spread_frame(*LABS)
    ax = plots.compute_fan(spread, ax=new_axes())
    for lab in LABS:
        rows = spread[spread["lab"] == lab]
        assert line_of(ax, lab_colour(lab)) == pytest.approx(rows["p50"].to_numpy())
        bands = [one for one in ax.collections if same_color(colour_of(one), lab_colour(lab))]
        heights = sorted(float(heights_of(band).max()) for band in bands)
        assert heights == pytest.approx([rows["p75"].max(), rows["p95"].max()])
    assert ax.get_yscale() == "log"


def test_observed_points_stand_in_front_of_the_fans() -> None:
    observed = pd.DataFrame({"lab": ["xAI"], "date": [START], "p5": [4e5], "p50": [5e5], "p95": [7e5]})
    ax = plots.compute_fan(spread_frame(*LABS), observed, ax=new_axes())
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(points) == 1
    assert list(np.asarray(points[0].get_ydata())) == [5e5]
    assert points[0].get_zorder() > max(line.get_zorder() for line in ax.lines if line is not points[0])
    assert points[0].get_zorder() > max(
        band.get_zorder() for band in ax.collections if isinstance(band, PolyCollection)
    )


def test_stacked_shares_put_the_claimant_at_the_bottom_under_the_line_at_one_half() -> None:
    ax = plots.stacked_shares(shares_frame(), "xAI", ax=new_axes())
    bottom = ax.collections[0]
    assert same_color(colour_of(bottom), lab_colour("xAI"))
    heights = heights_of(bottom)
    assert (heights.min(), heights.max()) == pytest.approx((0.0, 0.6))
    assert 0.5 in [float(np.asarray(line.get_ydata(), dtype=float)[0]) for line in ax.lines]
    assert "more than the other labs combined" in next(one.get_text() for one in ax.texts)


def test_first_passage_draws_the_share_of_worlds_and_starts_at_the_start() -> None:
    worlds = claim_worlds(50, 30, 10)
    ax = plots.first_passage_curve(first_passage(worlds), START, colour="#4477AA", ax=new_axes())
    heights = line_of(ax, "#4477AA")
    assert (heights[29], heights[30], heights[60]) == pytest.approx((0.0, 0.2, 0.2))
    assert num2date(ax.get_xlim()[0]).year == 2025


def test_a_claim_that_no_world_met_is_drawn_as_a_bound() -> None:
    ax = plots.first_passage_curve(first_passage(claim_worlds(50)), START, ax=new_axes())
    assert "no world got there: below 7.1 %" in [text.get_text() for text in ax.texts]
    named = plots.structure_map(claim_table(claim_worlds(50), [60]), ["rivals"], ax=new_axes())
    assert {text.get_text() for text in named.texts} == {"< 7.1 %"}


def test_a_share_of_a_designs_runs_is_not_called_a_probability() -> None:
    ax = plots.first_passage_curve(first_passage(claim_worlds(50)), START, is_sample=False, ax=new_axes())
    assert "probability" not in ax.get_ylabel()


def test_factor_bars_are_as_long_as_the_factors_with_the_largest_on_top() -> None:
    ax = plots.factor_bars(factor_frame(), "probability", "probability", ax=new_axes())
    drawn = {tick.get_text(): bar.get_width() for tick, bar in zip(ax.get_yticklabels(), ax.patches, strict=True)}  # type: ignore[attr-defined]
    assert drawn == {"total": -0.28, "software": 0.02, "energy and sites": -0.3}
    assert list(drawn)[-1] == "energy and sites"


def test_the_ledgers_strips_keep_the_colours_of_causes() -> None:
    ax = plots.ledger_strips(ledger_frame(), ax=new_axes())
    assert len(ax.collections) == 3 * len(LABS)
    assert same_color(colour_of(ax.collections[0]), CAUSE_COLOURS["chips"])
    thickness = [np.ptp(heights_of(one)) for one in ax.collections[:3]]
    assert np.array(thickness) / sum(thickness) == pytest.approx([0.5, 0.3, 0.2])


def test_power_draws_each_kind_in_its_colour_and_what_is_signed_dashed() -> None:
    running = {kind: spread_frame("Market", scale=1e3 * (place + 1)) for place, kind in enumerate(KINDS)}
    ax = plots.power_by_contract(running, {"grid": spread_frame("Market", scale=7e3)}, ax=new_axes())
    for kind in KINDS:
        assert line_of(ax, CONTRACT_COLOURS[kind]) == pytest.approx(running[kind]["p50"].to_numpy())
    dashed = [line for line in ax.lines if line.is_dashed()]
    assert [float(np.asarray(line.get_ydata(), dtype=float)[0]) for line in dashed] == [7e3]


def test_researchers_who_leave_are_drawn_below_zero() -> None:
    ax = plots.researcher_flows(spread_frame("xAI", scale=10), spread_frame("xAI", scale=30), ax=new_axes())
    first = sorted(float(np.asarray(line.get_ydata(), dtype=float)[0]) for line in ax.lines)
    assert first == pytest.approx([-31.5, 0.0, 10.5])


def test_a_box_covers_the_part_of_the_range_that_it_asks_for() -> None:
    ax = plots.condition_ranges(limits_frame(), drawn_worlds(), ax=new_axes())
    bars: Any = ax.patches
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["c.d", "a.b"]  # what is needed stands on top
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0, 1), (0, 0.2), (0, 1), (0.5, 0.5)]
    assert [text.get_text() for text in ax.texts] == ["at most 20", "at least 50"]
    assert bars[1].get_alpha() < bars[3].get_alpha()
    with pytest.raises(UserError, match="no conditions of box 2"):
        plots.condition_ranges(limits_frame(), drawn_worlds(), 2, ax=new_axes())


def test_the_trade_off_marks_the_box_that_was_chosen() -> None:
    ax = plots.trade_off(curve_frame(), ax=new_axes())
    ring = next(line for line in ax.lines if line.get_marker() == "o")
    assert (list(ring.get_xdata()), list(ring.get_ydata())) == ([0.6], [0.8])  # type: ignore[arg-type]


def test_twins_draw_the_mean_and_name_both_scenarios() -> None:
    ax = plots.paired_difference(pairs_frame(), "power (MW)", first="baseline", second="glut", ax=new_axes())
    assert np.asarray(ax.lines[0].get_ydata(), dtype=float) == pytest.approx(pairs_frame()["mean"].to_numpy())
    assert "glut less baseline" in ax.get_ylabel()


def test_twins_of_a_logarithm_draw_what_it_is_multiplied_by() -> None:
    pairs = pairs_frame()
    columns = [name for name in pairs.columns if name != "month"]
    pairs[columns] /= 400.0
    ax = plots.paired_difference(pairs, "ratio", first="baseline", second="glut", is_log=True, ax=new_axes())
    assert np.asarray(ax.lines[0].get_ydata(), dtype=float) == pytest.approx(np.exp(pairs["mean"].to_numpy()))
    assert "multiplied by, glut / baseline" in ax.get_ylabel()
    assert 1.0 in ax.get_yticks()


def test_a_frame_without_a_needed_column_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="the spread lacks the column p95"):
        plots.compute_fan(spread_frame("xAI").drop(columns="p95"), ax=new_axes())
    with pytest.raises(UserError, match="the table of indices lacks the column low"):
        plots.sobol_over_time(indices_frame().drop(columns="low"), "", ax=new_axes())


def test_labels_move_apart_and_keep_their_order() -> None:
    places = spread_out({"a": 0.99, "b": 1.0, "c": 0.98, "d": 0.1}, 0.05)
    assert sorted(places, key=lambda name: places[name]) == ["d", "c", "a", "b"]
    heights = sorted(places.values())
    assert all(np.diff(heights) >= 0.05 - 1e-12)
    assert heights[-1] <= 1.0
    assert places["d"] == 0.1


def test_ticks_of_a_logarithmic_axis_are_round_and_at_least_three() -> None:
    assert round_numbers(0.001, 1.0) == [0.001, 0.01, 0.1, 1.0]
    assert round_numbers(0.006, 0.3) == [0.01, 0.03, 0.1, 0.3]
    assert round_numbers(0.03, 0.08) == [0.03, 0.04, 0.06, 0.08]
    assert round_numbers(1.02, 1.21) == [1.05, 1.1, 1.15, 1.2]


def test_large_numbers_are_written_in_few_letters() -> None:
    assert [in_units(value) for value in (0.25, 1500.0, 2e6, -3e9)] == ["0.25", "1.5 k", "2 M", "-3 B"]
