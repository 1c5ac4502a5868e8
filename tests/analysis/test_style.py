"""The one style: colours, the ground they stand on, and the reader's own settings left alone."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from computerace.analysis import style
from computerace.market.figures import DEFAULT_LABS
from computerace.runs.page.palette import DARK, LIGHT
from computerace.runs.scenarios import scenario, scenarios

# Linear RGB as a person without long-wave (protan) or middle-wave (deutan) cones sees it: Viénot, Brettel and Mollon
# 1999, Color Research and Application 24:243.
PROTAN = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTAN = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(colour: str) -> np.ndarray:
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lightness_and_chroma(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    x, y, z = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", [np.eye(3), PROTAN, DEUTAN], ids=["full colour", "protan", "deutan"])
def test_any_two_labs_are_told_apart_by_every_kind_of_sight(sight: np.ndarray) -> None:
    for one, other in combinations(style.LAB_COLOURS, 2):
        seen = [lightness_and_chroma(sight @ linear(style.lab_colour(lab))) for lab in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 12, (one, other)


def test_the_labs_of_every_shipped_scenario_have_colours_of_their_own() -> None:
    for name in scenarios():
        labs = scenario(name).labs
        assert len({style.lab_colour(lab) for lab in labs}) == len(labs), name


def test_the_page_and_the_figures_share_the_colours_of_labs() -> None:
    for lab in (*DEFAULT_LABS, "Amazon", "Rest", "A Lab Of Mine"):
        assert LIGHT.owner(lab) == style.lab_colour(lab)
        assert DARK.owner(lab) == style.on_dark(style.lab_colour(lab)) != style.lab_colour(lab)


def test_no_colour_stands_for_two_things_in_one_family() -> None:
    families = (style.LAB_COLOURS, style.CAUSE_COLOURS, style.CONTRACT_COLOURS)
    for family in families:
        assert len(set(family.values())) == len(family)
    labs = {*style.LAB_COLOURS.values(), *style.FURTHER_COLOURS, style.REST_COLOUR}
    assert not labs & {*style.CAUSE_COLOURS.values(), *style.CONTRACT_COLOURS.values()}


def test_a_plot_leaves_the_readers_settings_as_they_were() -> None:
    before = dict(mpl.rcParams)

    @style.plot
    def draw(ax: Axes | None = None) -> Axes:
        ax = style.axes_or_new(ax)
        ax.plot([0, 1], [0, 1])
        return ax

    ax = draw()
    assert to_hex(ax.xaxis.get_ticklabels()[0].get_color()).upper() == style.INK
    assert not ax.spines["top"].get_visible()
    plt.close(ax.figure)  # type: ignore[arg-type]
    assert dict(mpl.rcParams) == before
    assert draw(given := style.new_axes()) is given


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one.svg", "two.svg", "one.png", "two.png", "one.pdf", "two.pdf"):
        ax = style.new_axes()
        ax.fill_between([0, 1], [0, 1], color=style.lab_colour("xAI"))
        style.save(ax, tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert made[2] == made[3]
    assert made[4] == made[5]


def test_colours_come_without_a_plotting_library() -> None:
    code = "import sys, computerace.analysis.style; sys.exit('matplotlib' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
