"""The code blocks of the pages, and what becomes of each when it is held to what it says.

A comment in the line above a block may say
    <!-- example -->                   its commands print what stands below them; `bash .ci/examples` writes it anew
    <!-- answer -->                    the same; `bash .ci/answer` writes it
    <!-- run small: --worlds 40 -->    the tests give its commands these options, as far as a command has them
    <!-- as printed on DAY: WHY -->    the tests hold the form of what it shows to smaller runs, not the numbers
    <!-- not run: WHY -->              the tests only read its commands
"""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/*.md", "docs/decisions/*.md", "forecasts/README.md")
BLOCK = re.compile(
    r"^(?:<!-- (?P<note>[^\n]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
PROGRAMS = ("uv", "computerace", "pip", "python", "ray", "cd", "bash", "export", "docker", "CI=true", "#")
INLINE = re.compile(r"(?<!`)`(?:uv run )?(computerace [^`\n]+)`(?!`)")
SMALL = "run small: "
NOT_RUN = "not run: "
DATED = "as printed on "
CHANGE = "tests/documents/test_changes.py applies it to a copy"


@dataclass(frozen=True)
class Block:
    """A block of a page: where it begins, its language, its text, and what the comment above it says."""

    page: str
    line: int
    language: str
    text: str
    note: str

    @property
    def kind(self) -> str:
        """What it is: toml, python, a transcript (commands with what they print), commands, or other text."""
        if self.language:
            return self.language
        first = (self.text.split() or [""])[0]
        return "transcript" if first == "$" else "commands" if first in PROGRAMS else "text"

    @property
    def is_run(self) -> bool:
        """Whether the tests run it."""
        return not self.note.startswith((NOT_RUN, DATED))

    @property
    def is_dated(self) -> bool:
        """Whether its numbers are of a day, and its form is today's."""
        return self.note.startswith(DATED)

    @property
    def is_change(self) -> bool:
        """Whether it is part of a worked change, which is applied to a copy of the tree."""
        return self.note == NOT_RUN + CHANGE

    @property
    def commands(self) -> list[str]:
        """The lines of a block of commands or of a transcript that are commands."""
        lines = self.text.splitlines()
        if self.kind == "transcript":
            return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        return [line for line in lines if line.strip() and not line.startswith("#")]

    @property
    def small(self) -> dict[str, str]:
        """The options that make its commands small, with their values."""
        words = shlex.split(self.note.removeprefix(SMALL)) if self.note.startswith(SMALL) else []
        return dict(zip(words[::2], words[1::2], strict=True))


def pages() -> list[str]:
    """Every page whose blocks are held to what they say."""
    return [path.relative_to(ROOT).as_posix() for pattern in PAGES for path in sorted(ROOT.glob(pattern))]


def blocks(page: str) -> list[Block]:
    """The blocks of a page in its order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["language"], found["text"], found["note"] or "")
        for found in BLOCK.finditer(text)
    ]


def inline_commands(page: str) -> list[str]:
    """Commands that stand in a page's sentences and tables, without those that are left open by an ellipsis."""
    text = BLOCK.sub("", (ROOT / page).read_text(encoding="utf-8"))
    return [command for command in INLINE.findall(text) if "…" not in command]


def form(printed: str) -> set[str]:
    """The headings of what a command prints, titles and columns of its tables, whatever numbers are in them."""
    lines = printed.splitlines()
    rules = [number for number, line in enumerate(lines) if line.startswith("───")]
    heads = [lines[number - back] for number in rules for back in (1, 2) if number >= back]
    plain = [re.sub(r"\d[\d.,]*", "#", " ".join(line.split())) for line in heads]
    return {re.sub(r"(\w+ #)( \1)+", r"\1", line) for line in plain if line}


def tidy(printed: str) -> str:
    """What a command prints, without what changes from run to run."""
    timed = re.sub(r",? in [0-9.,]+ s$", "", printed, flags=re.MULTILINE)
    return re.sub(r" +$", "", timed, flags=re.MULTILINE).rstrip()
