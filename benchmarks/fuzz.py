"""Is every wrong input told in a line? Thousands of generated cases, in one process.

    python -m benchmarks.fuzz --cases 3000 --seed 1 [--only options scenarios] [--slowest 5]

Kinds of cases: each option of each command with each kind of bad value; scenarios, designs and tables of points with a
value, a key or some bytes changed; folders of runs whose manifest or files were changed. A case breaks a claim where

- anything but an exit code comes out (a traceback), or code 2 comes with more or less than one line;
- a value that cannot be right is taken, as far as this program can tell by itself (a word where a whole number stands);
- it takes more than `SECONDS` of the processor, or `PATIENCE` seconds by the clock.

Printed are the cases that broke a claim. A sample is the same for the same seed and code.
"""

import argparse
import contextlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import fuzz_inputs as inputs
from benchmarks.fuzz_case import SMALL, Case
from benchmarks.fuzz_options import options

SECONDS = 20
PATIENCE = 240
LONGEST_LINE = 700


class TooLong(BaseException):
    """A case that took more than its time; no command may catch it."""


KINDS: dict[str, Callable[[random.Random], Iterator[Case]]] = {
    "options": options,
    "designs": inputs.tables(inputs.DESIGN, "designs", ("sweep", "{here}/designs.toml", "--plan")),
    "scenarios": inputs.tables(
        inputs.SCENARIO, "scenarios", ("parameters", "chips", "--scenario", "{here}/scenarios.toml")
    ),
    "points": inputs.points,
    "manifests": inputs.manifests,
    "folders": inputs.folders,
}
SHARES = {"options": 0.5, "designs": 0.12, "scenarios": 0.12, "points": 0.1, "manifests": 0.08, "folders": 0.08}


class Fuzz:
    """A folder of inputs that are right, and the cases that are tried beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = {name: str(folder / name) for name in ("run", "long", "sweep", "forecast")}
        self.paths |= {"design": str(folder / "design.toml"), "later": str(folder / "later.csv")}
        (folder / "design.toml").write_bytes(inputs.toml(inputs.DESIGN))
        (folder / "later.csv").write_bytes(inputs.csv_of(inputs.LATER))
        plain = inputs.DESIGN | {"vary": inputs.DESIGN["vary"][:2]}
        (folder / "plain.toml").write_bytes(inputs.toml(plain))
        for words in (
            ("race", *SMALL, "--out", self.paths["run"]),
            ("race", "--worlds", "2", "--months", "4", "--workers", "1", "--out", self.paths["long"]),
            ("sweep", str(folder / "plain.toml"), "--workers", "1", "--out", self.paths["sweep"]),
            ("forecast", "--worlds", "2", "--out", self.paths["forecast"]),
        ):
            self._must_do(words)
        inputs.write_right(folder)
        for line in inputs.RIGHT:
            self._must_do(tuple(word.format(here=folder, **self.paths) for word in line))

    @staticmethod
    def _must_do(words: tuple[str, ...]) -> None:
        code, _, said = carried_out(words)
        if code:
            raise RuntimeError(f"{' '.join(words)} ended with {code}: {said}")

    def wrong(self, case: Case, number: int) -> tuple[str, float]:
        """What was wrong with a case, "" for nothing, and how many seconds it took."""
        here = self.folder / f"case-{number}"
        here.mkdir()
        try:
            case.make(here)
            paths = self.paths | {"here": str(here), "copy": str(here / "copy"), "out": str(here / "out")}
            words = tuple(
                re.sub(r"\{(\w+)\}", lambda found: paths.get(found[1], found[0]), word) for word in case.words
            )
            begun = time.process_time()
            with contextlib.chdir(here):
                code, printed, said = carried_out(words)
            return broken(case, code, printed, said), time.process_time() - begun
        finally:
            shutil.rmtree(here, ignore_errors=True)


def carried_out(words: tuple[str, ...]) -> tuple[Any, str, str]:
    """Exit code (or what was raised, in words), standard output and standard error of a command."""
    from computerace.runs.cli import run

    out, error = io.StringIO(), io.StringIO()

    def late(*_: Any) -> None:
        raise TooLong

    timers = {signal.ITIMER_PROF: (signal.SIGPROF, SECONDS), signal.ITIMER_REAL: (signal.SIGALRM, PATIENCE)}
    before = {sent: signal.signal(sent, late) for sent, _ in timers.values()}
    for timer, (_, seconds) in timers.items():
        signal.setitimer(timer, seconds)
    code: Any
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = run(list(words))
    except TooLong:
        code = f"took more than {SECONDS} s of the processor, or {PATIENCE} s"
    except SystemExit as ended:
        code = f"SystemExit {ended.code}" if ended.code else 0
    except BaseException:  # whatever comes out here is what a person would have seen
        code = " / ".join(traceback.format_exc().strip().splitlines()[-3:])
    finally:
        for timer, (sent, _) in timers.items():
            signal.setitimer(timer, 0)
            signal.signal(sent, before[sent])
    return code, out.getvalue(), error.getvalue()


def broken(case: Case, code: Any, printed: str, said: str) -> str:
    """The claim that a case broke, in words; "" for none."""
    if code not in (0, 1, 2):
        return str(code)
    if "Traceback" in said:
        return f"a traceback on standard error: {said[-200:]}"
    if code == 2 and (said.count("\n") != 1 or not said.startswith("computerace: ") or printed):
        return f"refused with {said.count(chr(10))} lines: {said[:300]!r}, printed {printed[:100]!r}"
    if code == 2 and len(said) > LONGEST_LINE:
        return f"refused with a line of {len(said)} characters: {said[:200]!r}"
    return "" if case.possible or code == 2 else f"taken, and cannot be right: {printed[:100]!r} {said[:100]!r}"


def sample(count: int, seed: int, only: list[str]) -> list[Case]:
    """So many cases: of each kind its share, the ones that are listed at random, the ones that go on as they come."""
    total = sum(SHARES[name] for name in only)
    found: list[Case] = []
    for name in only:
        wanted = max(1, round(count * SHARES[name] / total))
        chance = random.Random(f"{seed} {name}")
        made = KINDS[name](chance)
        if name == "options":
            every = list(made)
            found += every if wanted >= len(every) else chance.sample(every, wanted)
        else:
            listed = [next(made) for _ in range(max(wanted, 1000))] if name in ("designs", "scenarios") else []
            found += chance.sample(listed, wanted) if listed else [next(made) for _ in range(wanted)]
    return found


def fuzz(count: int, seed: int, only: list[str], tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """Try a sample; returns a line for each case that broke a claim."""
    wrong, times, done = [], [], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="computerace-fuzz-") as folder:
        made = Fuzz(Path(folder))
        for number, case in enumerate(sample(count, seed, only)):
            why, seconds = made.wrong(case, number)
            done[case.kind] += 1
            times.append((seconds, case))
            if why:
                wrong.append(f"{case.kind}: {case.about}: {why}")
                tell(wrong[-1])
    tell(f"{sum(done.values())} cases: " + ", ".join(f"{times} {name}" for name, times in done.items()))
    for seconds, case in sorted(times, key=lambda one: -one[0])[:5]:
        tell(f"{seconds:.1f} s: {case.kind}: {case.about}")
    return wrong


def main() -> int:
    """Read the options, try the cases, and print what broke."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--cases", type=int, default=3000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", nargs="+", choices=sorted(KINDS), default=list(KINDS))
    chosen = asked.parse_args()
    os.environ.setdefault("COLUMNS", "120")
    wrong = fuzz(chosen.cases, chosen.seed, chosen.only, lambda line: print(line, flush=True))
    print(f"{len(wrong)} cases broke a claim")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
