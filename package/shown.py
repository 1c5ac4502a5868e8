"""How results show themselves: a line where Python prints them, a table in a notebook, and never all their rows."""

import math
from collections.abc import Mapping
from dataclasses import fields
from html import escape
from textwrap import shorten
from typing import Any

LINE = 200  # characters that a result may take where it is printed
WORDS = 80  # characters of one fact
BILLION = 1e9


class Shown:
    """A result that shows itself by its facts: a dataclass takes repr=False."""

    def facts(self) -> dict[str, str]:
        """What it is, by name and in a few words; of a dataclass its fields, frames and arrays by their size."""
        own: Any = self
        return {one.name: in_words(getattr(self, one.name)) for one in fields(own)}

    def __repr__(self) -> str:
        said = "; ".join(f"{name}: {text}" for name, text in self.facts().items() if text)
        return shorten(f"<{type(self).__name__} {said}", LINE, placeholder=" …") + ">"

    def _repr_html_(self) -> str:
        told = ((escape(name), escape(text)) for name, text in self.facts().items())
        rows = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in told)
        return f"<table><caption>{type(self).__name__}</caption><tbody>{rows}</tbody></table>"


def plain(value: float, digits: int | None = None) -> str:
    """A figure as people write it, without an exponent: three significant digits, two below 1, or as many as asked."""
    if value == 0:
        return "0"
    wanted = digits or (3 if abs(value) >= 1 else 2)
    places = wanted - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}"


def enough(count: float) -> str:
    """A number of worlds that is reckoned, not counted: rounded up to two figures, so that it suffices."""
    unit = 10 ** max(0, math.floor(math.log10(max(count, 1))) - 1)
    return f"{math.ceil(count / unit) * unit:,}"


def large(value: float) -> str:
    """The same, in billions where it is that large."""
    return f"{plain(value / BILLION)} billion" if abs(value) >= BILLION else plain(value)


def in_words(value: Any) -> str:
    """A value in a few words: what has a shape by its size, a list of many by its number."""
    if value is None:
        return "none"
    if hasattr(value, "shape"):
        columns = getattr(value, "columns", None)
        size = " × ".join(f"{number:,}" for number in value.shape)
        return shorten(size if columns is None else f"{size}: {', '.join(map(str, columns))}", WORDS, placeholder=" …")
    if isinstance(value, Mapping):
        return shorten(", ".join(map(str, value)), WORDS, placeholder=" …")
    if isinstance(value, (tuple, list)):
        return shorten(", ".join(map(in_words, value)), WORDS, placeholder=" …")
    return shorten(str(value), WORDS, placeholder=" …")
