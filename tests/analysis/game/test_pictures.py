"""Pictures of the game: the line of the chance asked for is whole, and legends cover nothing."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet

from computerace.analysis.plots.game import chance_map, equilibrium_chances, equilibrium_ratios
from computerace.analysis.style import new_axes


def box_of_legend(ax: Axes) -> tuple[float, float]:
    """Where the legend ends above and the axes end below, in the figure's points."""
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]
    legend = ax.get_legend()
    assert legend is not None
    return legend.get_window_extent().y1, ax.get_window_extent().y0


def test_the_line_of_the_chance_asked_for_runs_from_end_to_end() -> None:
    """Of a chance that hangs on one lever alone the line runs across the whole of the other, in one piece."""
    first, second = np.geomspace(1.0, 1000.0, 9), np.linspace(-4.0, 4.0, 9)
    found = pd.DataFrame(
        [(one, other, np.log10(one) / 3.0) for one in first for other in second], columns=["a", "b", "chance"]
    )
    ax = chance_map(found, 0.3, ax=new_axes())
    lines = [one for one in ax.collections if isinstance(one, ContourSet) and not one.filled]
    (path,) = lines[0].get_paths()
    assert len(path.to_polygons(closed_only=False)) == 1
    heights = np.asarray(path.vertices, dtype=np.float64)[:, 1]
    assert (heights.min(), heights.max()) == (-4.0, 4.0)
    assert np.diff(np.sort(heights)).max() == pytest.approx(1.0)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["30 %, as asked for"]  # type: ignore[union-attr]
    above, below = box_of_legend(ax)
    assert above < below


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_chance_that_is_the_same_everywhere_has_a_bar_from_nothing_up(chance: float) -> None:
    found = pd.DataFrame(
        [(one, other, chance) for one in (1.0, 2.0) for other in (3.0, 4.0)], columns=["a", "b", "chance"]
    )
    (filled,) = [one for one in chance_map(found, 0.1, ax=new_axes()).collections if isinstance(one, ContourSet)]
    levels = list(filled.levels)
    assert (levels[0], levels[-1]) == (0.0, 100.0 * max(chance, 0.1))


def profiles() -> pd.DataFrame:
    kinds = ("default", "best responses", "pure", "mixed")
    return pd.DataFrame([
        {"ambition_usd": weight, "kind": kind, "chance": 0.1, "low": 0.0, "high": 0.9, "ratio_p50": 0.1 * (place + 1)}
        for weight in (0.0, 1e11)
        for place, kind in enumerate(kinds)
    ])  # fmt: skip


@pytest.mark.parametrize("picture", [equilibrium_chances, equilibrium_ratios])
def test_the_legend_of_the_equilibria_lies_outside_the_axes(picture: Callable[..., Axes]) -> None:
    above, below = box_of_legend(picture(profiles(), ax=new_axes()))
    assert above < below


def test_ratios_stand_at_their_weights_below_the_line_of_the_claim() -> None:
    ax = equilibrium_ratios(profiles(), ax=new_axes())
    drawn = {str(one.get_label()): one[0].get_xydata() for one in ax.containers}
    assert [row[1] for row in drawn["pure equilibria"]] == pytest.approx([0.3, 0.3])
    assert [round(row[0]) for row in drawn["pure equilibria"]] == [0, 1]
    (claim,) = [one for one in ax.get_lines() if one.get_label() == "as much as its rivals combined"]
    assert set(np.asarray(claim.get_ydata()).tolist()) == {1.0}
    assert "as much as its rivals combined" in [text.get_text() for text in ax.get_legend().get_texts()]  # type: ignore[union-attr]
