"""Docstrings as they are written here, turned into reStructuredText.

They are plain words: code in single backticks, lists with dashes, equations and examples indented by four, arguments as
`name: what it is` under a ruled heading. None of it is markup, so every other character stands for itself.
"""

import re
from collections.abc import Iterator
from typing import Any

CODE = re.compile(r"(`+[^`]+`+)")
MARKUP = re.compile(r"([\\*_|])")
ARGUMENT = re.compile(r"^(\w+(?:, \w+)*): (.*)$")
NO_EXPRESSION = re.compile(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>")
ALIAS = re.compile(r"Alias for field number \d+")  # what Python says of every field of a named tuple
ITEM = re.compile(r"^[-*] |^\d+\. ")


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx calls."""
    app.connect("autodoc-process-docstring", _process)
    app.connect("autodoc-process-signature", _signature)
    return {"parallel_read_safe": True}


def _process(_app: Any, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    lines[:] = [] if lines and ALIAS.fullmatch(lines[0]) else list(marked_up(lines))


def _signature(
    _app: Any, _what: str, _name: str, _object: Any, _options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Defaults that are no expressions, such as a factory's, stand as an ellipsis: else Sphinx reads none of it."""
    return NO_EXPRESSION.sub("...", signature) if signature else signature, returns


def marked_up(lines: list[str]) -> Iterator[str]:
    """The lines of one docstring as reStructuredText."""
    for block in _blocks(lines):
        if all(line.startswith("    ") for line in block):
            yield from ("::", "", *block)
        elif len(block) > 1 and set(block[1]) == {"-"}:
            yield from (f"**{block[0]}**", "", *_arguments(block[2:]))
        else:
            yield from _text(block)
        yield ""


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield block
            block = []


def _arguments(lines: list[str]) -> Iterator[str]:
    """A list of arguments; a line that is not one goes on with the last, or stands above its indented description."""
    for line in lines:
        found = ARGUMENT.match(line)
        if found:
            yield f"- ``{found[1]}``: {plain(found[2])}"
        elif line.startswith(" "):
            yield f"  {plain(line.strip())}"
        else:
            yield f"- ``{line.strip()}``"


def _text(block: list[str]) -> Iterator[str]:
    """A paragraph, with the lists that may stand in it set apart."""
    inside = False
    for line in block:
        if ITEM.match(line):
            yield ""
            yield f"- {plain(ITEM.sub('', line))}"
            inside = True
        elif line.startswith("    ") and not inside:
            yield from ("", f"| ``{line.strip()}``", "")
        else:
            yield ("  " if inside else "") + plain(line.strip())


def plain(text: str) -> str:
    """Words in which nothing is markup but code in backticks."""
    parts = CODE.split(text)
    return "".join(f"``{part.strip('`')}``" if CODE.fullmatch(part) else MARKUP.sub(r"\\\1", part) for part in parts)
