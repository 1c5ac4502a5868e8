"""A figure of the report."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from computerace.analysis.style import HEIGHT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Figure:
    """A figure of the report: its file's name, title, what to see in it, and how it is drawn on given axes.

    tables: what stands below it in words.
    """

    name: str
    title: str
    caption: str
    draw: "Callable[[Axes | None], Axes]"
    size: tuple[float, float] = (WIDTH, HEIGHT)
    tables: "Callable[[], Sequence[Table]]" = tuple


@dataclass(frozen=True)
class Table:
    """A table of a report in words.

    caption: what it tells. heads: of its columns. rows: the first cell names the row.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
