"""A figure's SVG inside a page: ids that clash with no other figure's, and colours that follow a dark ground."""

import io
import re
from typing import TYPE_CHECKING

from computerace.analysis.style import KNOWN_COLOURS, house_style, on_dark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg[^>]*?) width="[\d.]+pt" height="[\d.]+pt"')
_NAMESPACES = re.compile(r' xmlns:xlink="[^"]*"| xmlns="[^"]*"')


def svg_text(ax: "Axes") -> str:
    """The figure that the axes are in, as SVG, on no ground of its own."""
    sink = io.StringIO()
    figure = ax.figure
    with house_style():
        figure.savefig(sink, format="svg", transparent=True, metadata={"Date": None})  # type: ignore[union-attr]
    return sink.getvalue()


def inlined(svg: str, name: str) -> str:
    """The SVG as an element of a page: sized by it, hidden from screen readers (the caption says what it shows)."""
    text = _METADATA.sub("", _PROLOGUE.sub("", svg, count=1))
    text = _SIZE.sub(r'\1 aria-hidden="true" focusable="false"', text, count=1)
    text = _NAMESPACES.sub("", text.replace("xlink:href=", "href="))
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    return _COLOUR.sub(_turned, _shielded(text)).replace("\0", "#")


def _turned(found: re.Match[str]) -> str:
    """A colour of the style as a variable; one of a colour scale as it is."""
    colour = found[0].upper()
    return f"var({variable(colour)}, {colour})" if colour in KNOWN_COLOURS else colour.replace("#", "\0")


def _shielded(text: str) -> str:
    """Hide the # of references, some of which look like colours."""
    text = re.sub(r'href="#', 'href="\0', text)
    return re.sub(r"url\(#", "url(\0", text)


def colours_in(text: str) -> list[str]:
    """The colours that inlined figures use, each once."""
    return sorted({one.upper() for one in re.findall(r"var\(--c[0-9a-f]{6}, (#[0-9a-fA-F]{6})\)", text)})


def variable(colour: str) -> str:
    """The style variable that holds a colour."""
    return f"--c{colour[1:].lower()}"


def dark_variables(text: str) -> str:
    """The declarations that give every colour of inlined figures its look on a dark ground."""
    return " ".join(f"{variable(one)}: {on_dark(one)};" for one in colours_in(text))
