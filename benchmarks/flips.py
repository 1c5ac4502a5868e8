"""Is a changed bit noticed? Flips bits in every kind of file that the program leaves, and has each reader read it.

    python -m benchmarks.flips --bits 60 --seed 1

For every kind of file (tables and manifest of a race and of a sweep, a sweep's points, a part of a sweep that was
begun, a frozen forecast's tables and manifest, a fitted set's draws and manifest) single bits are flipped at random
places, one at a time. Whoever reads the file must then refuse it in a line, or give to the letter what it gave before.
Printed are the bits that changed an answer without a word, and how many were noticed.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.fuzz import carried_out

DESIGN = """
scenario = "baseline"
worlds_per_point = 8
months = 2
[sampler]
kind = "grid"
[[vary]]
parameter = "chips.price_decline"
values = [0.2, 0.3]
"""
SMALL = ("--worlds", "4", "--months", "2", "--workers", "1")
CLAIM, LEDGER = ("claim", "{run}", "--json"), ("ledger", "{run}", "--json")
REPLAY, PLAN = ("replay", "{run}", "--world", "1", "--json"), ("sweep", "{run}", "--plan", "--json")
SCORE = ("score", "{run}", "{later}", "--json")
DRAWN = (
    "race",
    "--parameters",
    "{run}",
    "--worlds",
    "2",
    "--months",
    "1",
    "--workers",
    "1",
    "--json",
    "--out",
    "{out}",
)
GO_ON = ("sweep", "{run}", "--workers", "1", "--json", "--out", "{run}")


class Kind(NamedTuple):
    """A kind of file: in which folder, which file, and the commands that read it."""

    folder: str
    file: str
    readers: tuple[tuple[str, ...], ...]


KINDS = (
    Kind("race", "worlds.parquet", (CLAIM,)),
    Kind("race", "steps.parquet", (LEDGER,)),
    Kind("race", "manifest.json", (CLAIM, REPLAY)),
    Kind("sweep", "worlds.parquet", (CLAIM,)),
    Kind("sweep", "steps.parquet", (LEDGER,)),
    Kind("sweep", "points.parquet", (REPLAY, PLAN)),
    Kind("sweep", "manifest.json", (CLAIM, PLAN)),
    Kind("forecast", "forecast.csv", (SCORE,)),
    Kind("forecast", "claim.csv", (SCORE,)),
    Kind("forecast", "manifest.json", (SCORE,)),
    Kind("set", "draws.csv", (DRAWN,)),
    Kind("set", "manifest.json", (DRAWN,)),
    Kind("begun", "parts/*.part", (GO_ON,)),
    Kind("begun", "points.parquet", (GO_ON,)),
    Kind("begun", "manifest.json", (GO_ON,)),
)


def prepare(folder: Path) -> None:
    """Make a folder of each kind."""
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    later = "date,owner,quantity,value\n2026-03-31,xAI,owned_h100e,2e6\n"
    (folder / "later.csv").write_text(later, encoding="utf-8")
    fit = ("calibrate", "--until", "2024-12-31", "--members", "200", "--truths", "5", "--draws", "5")
    for words in (
        ("race", *SMALL, "--out", str(folder / "race")),
        ("sweep", str(folder / "design.toml"), "--workers", "1", "--out", str(folder / "sweep")),
        ("forecast", "--worlds", "4", "--out", str(folder / "forecast")),
        (*fit, "--out", str(folder / "set")),
    ):
        code, _, said = carried_out(words)
        if code:
            raise RuntimeError(f"{' '.join(words)} ended with {code}: {said}")
    begin(folder / "design.toml", folder / "begun")


def begin(design: Path, folder: Path) -> None:
    """A sweep that is ended in the middle, so that its parts stand there."""
    from computerace.runs.sweeps.sweep import Advance, sweep

    seen: list[Advance] = []

    def tell(advance: Advance) -> None:
        seen.append(advance)
        if len(seen) > 2:  # once at the start, once a batch
            raise KeyboardInterrupt

    try:
        sweep(design, folder, workers=1, batch=4, progress=tell)
    except KeyboardInterrupt:
        return
    raise RuntimeError("the sweep ended before it was stopped")


def read(words: tuple[str, ...], inputs: Path, copy: Path) -> tuple[object, str]:
    """Exit code and what a reader prints of a copy, without what tells where, when and how well a trial was packed."""
    paths = {"run": str(copy), "later": str(inputs / "later.csv"), "out": str(copy.parent / "out")}
    code, printed, said = carried_out(tuple(word.format(**paths) if word[0] == "{" else word for word in words))
    shutil.rmtree(copy.parent / "out", ignore_errors=True)
    if words[0] == "sweep" and "--plan" not in words and not code:
        from computerace.analysis.digests import checksums

        printed += str({name: digest for name, digest in checksums(copy).items() if name != "points.parquet"})
    differs = ('"seconds"', '"run"', '"bytes_of_parts"')
    shown = "\n".join(line for line in printed.splitlines() if not any(name in line for name in differs))
    return code, (shown if not code else said).replace(str(copy.parent), "…")


def flips(bits: int, seed: int, tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """Flip bits in every kind of file; returns a line for each that changed an answer and was not noticed."""
    chance, wrong = random.Random(seed), []
    with tempfile.TemporaryDirectory(prefix="computerace-flips-") as folder:
        inputs = Path(folder)
        prepare(inputs)
        for kind in KINDS:
            before = {words: _flipped(inputs, kind, None, words) for words in kind.readers}
            noticed = 0
            for number in range(bits):
                words, place = kind.readers[number % len(kind.readers)], chance.random()
                code, shown = _flipped(inputs, kind, (place, chance.randrange(8)), words)
                noticed += code == 2
                if code != 2 and (code, shown) != before[words]:
                    wrong.append(f"{kind.folder}/{kind.file} at {place:.4f}, read by {words[0]}: {code} {shown[-300:]}")
                    tell(wrong[-1])
            tell(f"{kind.folder}/{kind.file}: {noticed} of {bits} bits were noticed, the others changed no answer")
    return wrong


def _flipped(inputs: Path, kind: Kind, bit: tuple[float, int] | None, words: tuple[str, ...]) -> tuple[object, str]:
    """What a reader gives of a copy of the folder with one bit of the file turned over, or none."""
    copy = Path(tempfile.mkdtemp(dir=inputs)) / kind.folder
    try:
        shutil.copytree(inputs / kind.folder, copy)
        if bit is not None:
            file = min(copy.glob(kind.file))
            content = bytearray(file.read_bytes())
            content[int(bit[0] * len(content))] ^= 1 << bit[1]
            file.write_bytes(bytes(content))
        return read(words, inputs, copy)
    finally:
        shutil.rmtree(copy.parent, ignore_errors=True)


def main() -> int:
    """Read the options, flip, and print what went unnoticed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--bits", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    wrong = flips(asked.bits, asked.seed, lambda line: print(line, flush=True))
    print(f"{len(wrong)} changed bits changed an answer without a word")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
