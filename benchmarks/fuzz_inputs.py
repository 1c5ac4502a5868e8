"""Scenarios, designs, tables, manifests and folders with a value, a cell, a row, a file or some bytes changed."""

import copy
import datetime
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.fuzz_case import SMALL, Case
from benchmarks.fuzz_options import BAD_WORDS

BAD_VALUES: tuple[Any, ...] = (
    True, False, None, 7, -1, 0, 1.5, 1e300, float("inf"), float("nan"), 10**400, 1 << 63, "x", "", "1.6", "é\n", [],
    [1], ["x"], {}, {"a": 1}, {"scale": "a"}, {"prior": "normal", "low": "a"}, [[[[1]]]], datetime.date(2025, 12, 31),
)  # fmt: skip
ABSURD = 1e299  # more than anything in the world has
DESIGN: dict[str, Any] = {
    "scenario": "baseline", "worlds_per_point": 4, "months": 2, "seed": 3, "keep": "quantiles",
    "measures": ["owned_h100e"], "every": 1, "fixed": False, "settings": {"chips.price_decline": 0.2},
    "sampler": {"kind": "saltelli", "n": 4, "second_order": False},
    "vary": [{"parameter": "chips.supply_growth_2026"},
             {"parameter": "energy.on_site_lead_months", "low": 3.0, "high": 9.0},
             {"parameter": "labs.xAI.strategy", "values": ["steady", "all_in"]}],
}  # fmt: skip
SCENARIO: dict[str, Any] = {
    "extends": "baseline", "question": "What if?", "months": 12, "claimant": "xAI", "start": "2025-12-31",
    "neutral": ["talent"], "parameter_set": "prior", "settings": {"chips.price_decline": 0.2},
    "labs": {"xAI": {"owned_h100e": 1e6, "strategy": "steady"}},
}  # fmt: skip
READERS = (
    ("claim", "{copy}"), ("ledger", "{copy}"), ("verify", "{copy}", "--sample", "1"), ("sensitivity", "{copy}"),
    ("replay", "{copy}", "--world", "1"), ("sweep", "{copy}", "--plan"), ("discover", "{copy}", "--worlds", "2"),
)  # fmt: skip
WRITERS = (
    ("claim", "{copy}"), ("ledger", "{copy}"), ("verify", "{copy}", "--all", "--workers", "1"),
    ("sensitivity", "{copy}"), ("race", "baseline", *SMALL, "--out", "{copy}"), ("sweep", "{copy}", "--plan"),
    ("sweep", "{copy}", "--out", "{copy}", "--workers", "1"),
)  # fmt: skip
HARM = ("gone", "empty", "cut", "changed", "folder", "loop", "stranger", "all gone")
POINTS = [["chips.supply_growth_2026", "chips.price_decline"], ["1.4", "0.3"], ["1.6", "0.2"], ["1.5", "0.25"]]
LATER = [
    ["date", "owner", "quantity", "value"],
    ["2026-03-31", "xAI", "owned_h100e", "2e6"],
    ["2026-06-30", "Meta", "owned_h100e", "3e6"],
]


LISTED = {"scenario": "baseline", "months": 2, "sampler": {"kind": "list", "points": "points.csv"}}
RIGHT = (  # what must be taken before anything in it is changed
    ("sweep", "{here}/designs.toml", "--plan"), ("parameters", "chips", "--scenario", "{here}/scenarios.toml"),
    ("sweep", "{here}/points.toml", "--plan"), ("score", "{forecast}", "{here}/later.csv"),
)  # fmt: skip


def write_right(folder: Path) -> None:
    """The files that RIGHT names, as they are before anything in them is changed."""
    for name, content in {
        "designs.toml": toml(DESIGN), "scenarios.toml": toml(SCENARIO), "points.toml": toml(LISTED),
        "points.csv": csv_of(POINTS), "later.csv": csv_of(LATER),
    }.items():  # fmt: skip
        (folder / name).write_bytes(content)


def text_of(value: Any) -> str:
    """A value as TOML has it; what TOML has no form for, such as null, becomes text that it refuses."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(text_of, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {text_of(inner)}" for key, inner in value.items()) + "}"
    return "10" + "0" * 399 if isinstance(value, int) and value > 1 << 64 else str(value)


def toml(content: dict[str, Any]) -> bytes:
    """A table as TOML's text."""
    return "".join(f"{key} = {text_of(value)}\n" for key, value in content.items()).encode()


def csv_of(rows: list[list[str]], separator: str = ",") -> bytes:
    """Rows as a text file."""
    return "".join(separator.join(row) + "\n" for row in rows).encode("utf-8", "surrogateescape")


def paths_in(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in nested tables and lists."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*here, key)
        yield from paths_in(one, (*here, key))


def put(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value in one place."""
    made = copy.deepcopy(content)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


def cannot_be(now: Any, bad: Any, *, is_setting: bool) -> bool:
    """Whether a value cannot stand where another one stands, whatever is meant by it.

    is_setting: whether what stands there is a parameter's value, which may be given in several forms.
    """
    if isinstance(bad, float) and not abs(bad) < ABSURD:
        return True
    if isinstance(now, bool):
        return False
    if isinstance(now, (int, float)):
        return isinstance(bad, (str, list)) or (isinstance(bad, bool) and isinstance(now, float))
    return isinstance(now, (list, dict)) and not isinstance(bad, (list, dict)) and not is_setting


def tables(base: dict[str, Any], name: str, words: tuple[str, ...]) -> Callable[[random.Random], Iterator[Case]]:
    """A TOML file with each value replaced by each bad one, then with keys and bytes changed at random."""

    def cases(chance: random.Random) -> Iterator[Case]:
        for path in paths_in(base):
            now = base
            for key in path:
                now = now[key]
            for bad in BAD_VALUES:
                made = put(base, path, bad)
                wrong = cannot_be(now, bad, is_setting=path[0] == "settings")
                about = f"{'.'.join(map(str, path))} = {str(bad)[:30]}"
                yield Case(name, words, _writes(f"{name}.toml", toml(made)), not wrong, about)
        whole = toml(base)
        while True:
            yield Case(name, words, _writes(f"{name}.toml", bytes_changed(whole, chance)), True, "bytes changed")

    return cases


def bytes_changed(content: bytes, chance: random.Random) -> bytes:
    """A text with a few bytes lost, doubled, replaced or moved, or with something nested in it."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(made) + 1), chance.randint(1, 12)
        what = chance.randrange(6)
        if what == 0:
            del made[place : place + length]
        elif what == 1:
            made[place:place] = bytes(chance.choice(b'=[]{}".,\n#0aE-\xff\x00') for _ in range(length))
        elif what == 2:
            made[place:place] = made[place : place + length]
        elif what == 3:
            made[place:place] = chance.choice([b"[" * 5000, b"{a=" * 2000, b"9" * 5000, b"\xef\xbb\xbf", b"\r", b'"""'])
        elif what == 4 and place < len(made):
            made[place] ^= 1 << chance.randrange(8)
        else:
            made[place:] = made[place:][::-1] if chance.random() < 0.1 else made[place:]
    return bytes(made)


def points(chance: random.Random) -> Iterator[Case]:
    """Tables of points and of later figures with cells, rows, headings and bytes changed."""
    while True:
        rows, file, words = chance.choice([
            (POINTS, "points.csv", ("sweep", "{here}/points.toml", "--plan")),
            (LATER, "later.csv", ("score", "{forecast}", "{here}/later.csv")),
        ])  # fmt: skip
        made, possible, about = _table_changed([list(row) for row in rows], chance)
        separator = chance.choice([",", ",", ";", "\t"])
        content = csv_of(made, separator)
        possible |= separator != ","
        if chance.random() < 0.2:
            content, possible, about = bytes_changed(content, chance), True, f"{about}; bytes changed"

        def make(folder: Path, file: str = file, content: bytes = content) -> None:
            (folder / "points.toml").write_bytes(toml(LISTED))
            (folder / file).write_bytes(content)

        yield Case("points", words, make, possible, f"{file}: {about}")


def _table_changed(rows: list[list[str]], chance: random.Random) -> tuple[list[list[str]], bool, str]:
    """The table, whether it may still be right, and what was changed."""
    row, column = chance.randrange(1, len(rows)), chance.randrange(len(rows[0]))
    what = chance.choice(["cell", "long", "short", "heading", "comma", "twice", "empty", "whole", "quote"])
    if what == "cell":
        rows[row][column] = chance.choice([word for word in BAD_WORDS if "\n" not in word and len(word) < 300])
    elif what == "long":
        rows[row].append(chance.choice(["1", "x", " "]))
        return rows, rows[row][-1] == " ", "a row longer than its heading"
    elif what == "short":
        rows[row].pop()
        return rows, False, "a row shorter than its heading"
    elif what == "heading":
        rows[0][column] = chance.choice(["", "x", "chips", "1", rows[0][0], "é", '"'])
    elif what == "comma":
        rows[row][-1] = "1,6"
        return rows, False, "a decimal comma"
    elif what == "twice":
        rows = [[*one, one[0]] for one in rows]
        return rows, False, "a column twice"
    elif what == "empty":
        rows = chance.choice([[], rows[:1], [[]], [[""]]])
    elif what == "whole":
        rows = [[f" {cell} " for cell in one] for one in rows]
    else:
        rows[row][column] = f'"{rows[row][column]}'
    return rows, True, what


def manifests(chance: random.Random) -> Iterator[Case]:
    """Folders whose manifest has a value replaced, a key lost, or bytes changed."""
    while True:
        kind, words = chance.choice(["run", "sweep", "forecast"]), chance.choice(READERS)
        words = ("score", "{copy}", "{later}") if kind == "forecast" else words

        def make(folder: Path, kind: str = kind, seed: int = chance.randrange(1 << 30)) -> None:
            mine = random.Random(seed)
            shutil.copytree(folder.parent / kind, folder / "copy")
            file = folder / "copy" / "manifest.json"
            if mine.random() < 0.3:
                file.write_bytes(bytes_changed(file.read_bytes(), mine))
                return
            held = json.loads(file.read_text(encoding="utf-8"))
            path = mine.choice(list(paths_in(held)))
            bad = mine.choice([value for value in BAD_VALUES if not isinstance(value, datetime.date)])
            file.write_text(json.dumps(put(held, path, bad)), encoding="utf-8")

        yield Case("manifests", words, make, True, f"{kind}, read by {words[0]}")


def folders(chance: random.Random) -> Iterator[Case]:
    """Folders of which a file is gone, empty, cut, changed, a folder, a link to itself, or has a stranger beside it."""
    while True:
        kind, words = chance.choice(["run", "sweep", "forecast"]), chance.choice(WRITERS)
        words = ("score", "{copy}", "{later}") if kind == "forecast" else words
        how, seed = chance.choice(HARM), chance.randrange(1 << 30)

        def make(folder: Path, kind: str = kind, how: str = how, seed: int = seed) -> None:
            mine = random.Random(seed)
            copied = folder / "copy"
            shutil.copytree(folder.parent / kind, copied)
            if how == "all gone":
                shutil.rmtree(copied)
                copied.write_bytes(b"") if mine.random() < 0.5 else None
                return
            file = mine.choice(sorted(path for path in copied.iterdir() if path.is_file()))
            content = file.read_bytes()
            file.unlink()
            if how == "empty":
                file.write_bytes(b"")
            elif how == "cut":
                file.write_bytes(content[: mine.randrange(len(content) + 1)])
            elif how == "changed":
                file.write_bytes(bytes_changed(content, mine))
            elif how == "folder":
                file.mkdir()
            elif how == "loop":
                file.symlink_to(file)
            elif how == "stranger":
                file.write_bytes(content)
                (copied / "letter.txt").write_text("mine", encoding="utf-8")

        yield Case("folders", words, make, True, f"{kind}, a file {how}, read by {words[0]}")


def _writes(name: str, content: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return make
