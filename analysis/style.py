"""One style for every picture: colours, letters, lines. The page's charts and the saved figures both take it from here.

A lab keeps its colour everywhere. Okabe and Ito's palette (https://jfly.uni-koeln.de/color/) for labs, Tol's muted and
bright schemes (https://personal.sron.nl/~pault/) for causes and contracts: readers with any common kind of colour
blindness tell them apart, and the three sets share no colour.

Light libraries only at import: the command line and the page read colours from here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAB_COLOURS = {
    "xAI": "#D55E00",
    "Google": "#0072B2",
    "Microsoft": "#009E73",
    "Meta": "#CC79A7",
    "Amazon": "#E69F00",
    "OpenAI": "#56B4E9",
    "Anthropic": "#6B4A00",
    "Oracle": "#3F5D3A",
    "CoreWeave": "#8B4FE0",
    "ByteDance": "#202080",
}
FURTHER_COLOURS = ("#B8860B", "#00667A", "#5C4A36")  # labs of a scenario's own
REST_COLOUR = "#9A9A9A"
CAUSE_COLOURS = {
    "chips": "#CC6677",
    "power": "#DDCC77",
    "sites": "#88CCEE",
    "cash": "#117733",
    "people": "#AA4499",
    "goodput": "#6A6FD0",
    "none": "#BBBBBB",
}
CONTRACT_COLOURS = {"grid": "#4477AA", "on site": "#EE6677", "ready": "#228833"}
PRICE_COLOUR, BACKLOG_COLOUR = "#AA3377", "#4477AA"
LINE_COLOURS = ("#4477AA", "#EE6677", "#228833", "#997700", "#66CCEE", "#AA3377", "#555555", "#DDAA33")
"""For lines that stand for nothing above (Tol's bright scheme, its yellow darkened so that letters can be read)."""
UP_COLOUR, DOWN_COLOUR = "#0077BB", "#CC3311"  # raises and lowers the outcome (Tol's vibrant scheme)

INK, MUTED, GRID, SURFACE = "#1F2933", "#5F6B76", "#E4E7EB", "#FFFFFF"
ON_DARK = {INK: "#E6EAF0", MUTED: "#A3AEBB", GRID: "#323B47", SURFACE: "#161B22"}
"""What the neutral colours become on a dark ground; every other colour becomes `lighter`."""
LIGHTER = 0.35  # of the way to white: dark hues are hard to read on a dark ground

TITLE_LETTERS = 8.5  # of a title, to an inch
WIDTH, HEIGHT = 5.0, 3.3  # inches: at half a page's width (3.3) the smallest letters still measure 5 points
UNDATED: dict[str, dict[str, None]] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
"""By a file's ending: what keeps the time out of it."""
RC: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "figure.dpi": 110,
    "figure.figsize": (WIDTH, HEIGHT),
    "font.size": 9,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.dpi": 200,
    "svg.fonttype": "path",  # the same letters on every machine
    "svg.hashsalt": "computerace",  # the same file for the same picture
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
}


KNOWN_COLOURS = frozenset(
    (
        *LAB_COLOURS.values(), *FURTHER_COLOURS, REST_COLOUR, *CAUSE_COLOURS.values(), *CONTRACT_COLOURS.values(),
        PRICE_COLOUR, BACKLOG_COLOUR, *LINE_COLOURS, UP_COLOUR, DOWN_COLOUR, *ON_DARK,
    )
)  # fmt: skip
"""The colours that a picture may change on a dark ground; those of colour scales stay what they are."""


def lab_colour(lab: str) -> str:
    """The colour of a lab, or of the rest of the market; a lab that a scenario adds takes one by its name."""
    if lab == "Rest":
        return REST_COLOUR
    return LAB_COLOURS.get(lab, FURTHER_COLOURS[sum(lab.encode()) % len(FURTHER_COLOURS)])


def lighter(colour: str) -> str:
    """A hex colour moved part of the way to white, for a dark ground."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (255 - part) * LIGHTER):02X}" for part in parts)


def on_dark(colour: str) -> str:
    """The colour that takes another's place on a dark ground."""
    return ON_DARK.get(colour.upper(), lighter(colour))


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's settings for the project's figures, inside the block only: the reader's own stay as they were."""
    import matplotlib as mpl

    # Not `rc_context`, which puts back everything: also what a notebook's backend sets when the first figure wakes it.
    settings: Any = mpl.rcParams
    before = {name: settings[name] for name in RC}
    settings.update(RC)
    try:
        yield
    finally:
        settings.update(before)


def plot[**P](draw: Callable[P, "Axes"]) -> Callable[P, "Axes"]:
    """Let a function draw in the house style, whatever the reader's own settings are."""

    @wraps(draw)
    def styled(*arguments: P.args, **named: P.kwargs) -> "Axes":
        with house_style():
            return draw(*arguments, **named)

    return styled


def new_axes(width: float = WIDTH, height: float = HEIGHT) -> "Axes":
    """Axes of a figure of its own that needs no display and leaves pyplot's state alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with house_style():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure.subplots()


def axes_or_new(ax: "Axes | None", width: float = WIDTH, height: float = HEIGHT) -> "Axes":
    """The axes given, or those of a new pyplot figure, which a notebook shows by itself."""
    if ax is None:
        import matplotlib.pyplot as plt

        with house_style():
            ax = plt.subplots(figsize=(width, height))[1]
    # Ticks are made when the figure is drawn, after the style has gone: give them their looks now.
    ax.tick_params(colors=MUTED, labelcolor=INK, labelsize=RC["xtick.labelsize"])
    return ax


def titled(ax: "Axes", title: str) -> None:
    """Give the axes a title in the house style, in as many lines as the figure's width asks for."""
    figure: Any = ax.figure
    with house_style():
        ax.set_title(fill(title, max(20, int(TITLE_LETTERS * figure.get_figwidth()))))


def save(ax: "Axes", file: Path) -> None:
    """Write the figure that the axes are in; the file's ending says how: .png, .svg or .pdf.

    The same picture gives the same bytes: no date, no random names.
    """
    figure: Any = ax.figure
    with house_style():
        figure.savefig(file, metadata=UNDATED.get(file.suffix))
