"""Are endings clean? Kills every command that writes, at random moments and at exact file events, and runs it again.

    python -m benchmarks.kills --kills 200 --seed 1 [--only race sweep]

A command is ended by SIGKILL, SIGTERM or SIGHUP, after a random part of its time or just before its n-th file event
(a file opened to be written, renamed, removed; a folder made or removed), over nothing or over an earlier result.
Then what stands in its place must be whole: the old result, the new one, or nothing where nothing was. The command run
again must leave what a run straight through leaves, to the bit, and nothing beside it, in the system's folder for
temporary files neither. Printed are the kills that broke this, and how many there were of each command.

Commands run in forks of this process, which has imported what they need: a kill costs the work, and no start.
"""

import argparse
import hashlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
VOLATILE = (
    "commit",
    "started",
    "ended",
    "made",
    "machine",
    "sweep",
    "shards",
    "checksum",
)  # of a manifest: equal runs differ in them
UNWHOLE = "unwhole"
PATIENCE = 300  # seconds for a run that should take a few
IMPORTED = (
    "computerace.analysis.plots.race_picture", "computerace.analysis.report.write",
    "computerace.runs.calibration.fitting",
    "computerace.runs.calibration.summary", "computerace.runs.commands.explain", "computerace.runs.commands.forecast",
    "computerace.runs.commands.sensitivity", "computerace.runs.commands.structure", "computerace.runs.commands.sweep",
    "computerace.runs.commands.twin", "computerace.runs.studies.backtest", "computerace.runs.studies.forecast",
    "computerace.runs.sweeps.single_race", "computerace.runs.sweeps.verify", "computerace.runs.terminal.calibrate",
    "computerace.runs.terminal.pictures", "computerace.runs.terminal.race", "computerace.analysis.sensitivity.indices",
    "computerace.analysis.validation.backtest_picture", "matplotlib.backends.backend_agg", "rich.table", "scipy.stats",
)  # fmt: skip
DESIGN = """
scenario = "baseline"
worlds_per_point = 8
months = 2
[sampler]
kind = "saltelli"
n = 8
[[vary]]
parameter = "chips.supply_growth_2026"
[[vary]]
parameter = "chips.price_decline"
"""
SMALL = ("--months", "2", "--worlds", "3", "--workers", "1")
PAIRED = ("--months", "1", "--worlds", "30", "--workers", "1")


class Writer(NamedTuple):
    """A command that writes: its words, with {out}, {run}, {sweep} and {design} for paths, and how it treats a place.

    replaces: whether it may run over its own earlier result. grows: whether its place may hold a part of the result.
    shared: whether others may be at work in its place, so that what an ended one left is not its to clear.
    """

    words: tuple[str, ...]
    replaces: bool = True
    grows: bool = False
    shared: bool = False


WRITERS = {
    "race": Writer(("race", "baseline", *SMALL, "--out", "{out}")),
    "race-on-two": Writer(("race", "--months", "2", "--worlds", "3", "--workers", "2", "--out", "{out}")),
    "sweep": Writer(("sweep", "{design}", "--workers", "1", "--batch", "64", "--out", "{out}"), grows=True),
    "forecast": Writer(("forecast", "--worlds", "4", "--out", "{out}"), replaces=False),
    "calibrate": Writer(
        ("calibrate", "--until", "2024-12-31", "--members", "200", "--truths", "5", "--draws", "20", "--out", "{out}")
    ),
    "backtest": Writer(
        ("backtest", "--from", "2025-06-30", "--until", "2025-12-31", "--worlds", "4", "--out", "{out}")
    ),
    "explain": Writer(("explain", *PAIRED, "--out", "{out}")),
    "twin": Writer(("twin", "baseline", "chip-glut", *PAIRED, "--out", "{out}")),
    "structure": Writer(("structure", *PAIRED, "--out", "{out}")),
    "report": Writer(("report", "{run}", "--out", "{out}"), grows=True),
    "report-beside": Writer(("report", "{out}"), grows=True),
    "page": Writer(("page", "baseline", "--worlds", "3", "--out", "{out}")),
    "verify": Writer(("verify", "{out}", "--all", "--workers", "1")),
    "sensitivity": Writer(("sensitivity", "{sweep}", "--out", "{out}"), grows=True),
    "discover": Writer(
        ("discover", "{long}", "--top", "0.2", "--worlds", "200", "--workers", "1", "--out", "{out}"), grows=True
    ),
    "equilibrium": Writer(
        ("equilibrium", "--labs", "xAI,Meta", "--strategies", "steady,idle", "--worlds", "16", "--months", "2",
         "--workers", "1", "--out", "{out}"),
        grows=True,
    ),
    "break-even": Writer(
        ("break-even", "--levers", "sites.speed,chips.price_decline,frontier", "--worlds", "100", "--months", "1",
         "--workers", "1", "--out", "{out}"),
        grows=True,
    ),
    "update": Writer(("update", "{long}", "{later}", "--most-worlds", "320", "--workers", "1", "--out", "{out}")),
    "shard": Writer(
        ("sweep", "{design}", "--shard", "1/2", "--workers", "1", "--batch", "64", "--out", "{out}"),
        grows=True, shared=True,
    ),
    "merge": Writer(("merge", "{out}"), grows=True),
}  # fmt: skip
SELDOM = ("explain", "structure")  # which play a hundred variants, and end as `twin` does
ON_A_RUN = {"report-beside": "run", "verify": "run", "merge": "shards"}  # whose place is a run that is there already


LATER = "date,owner,quantity,value\n2026-03-31,xAI,owned_h100e,1.5e6\n"
INPUTS = {  # folders that commands read, and what makes them
    "run": (WRITERS["race"].words,),
    "long": (("race", "--months", "4", "--worlds", "300", "--workers", "1", "--out", "{out}"),),
    "sweep": (WRITERS["sweep"].words,),
    "shards": (WRITERS["shard"].words, tuple("2/2" if word == "1/2" else word for word in WRITERS["shard"].words)),
}


class Ground(NamedTuple):
    """Where commands run: a folder of inputs, and for each run a fresh one with its own place for temporary files."""

    inputs: Path
    place: Path

    @property
    def out(self) -> Path:
        """Where the command writes."""
        return self.place / "runs" / "out"

    def words(self, writer: Writer) -> list[str]:
        """The command's words with its paths."""
        paths = {name: self.inputs / name for name in ("run", "long", "sweep")} | {"out": self.out}
        files = {"design": self.inputs / "design.toml", "later": self.inputs / "later.csv"}
        return [word.format(**paths, **files) for word in writer.words]

    def beside(self) -> set[str]:
        """What there is beside the result, and in the folder for temporary files."""
        return {
            str(path.relative_to(self.place))
            for folder in (self.place / "runs", self.place / "tmp")
            for path in folder.iterdir()
        }


def contents(folder: Path) -> dict[str, str]:
    """The check sum of every file below a folder; of a manifest without what differs between equal runs."""
    found = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        if file.name == "manifest.json":
            try:
                held = json.loads(content)
                content = json.dumps({key: held[key] for key in held if key not in VOLATILE}, sort_keys=True).encode()
            except ValueError:
                return {UNWHOLE: file.name}
        if file.name != ".lock" and not file.match("parts/shard-*.json"):  # who played what, and when
            found[str(file.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found


def forked(ground: Ground, words: list[str], before: Callable[[], None] = lambda: None) -> int:
    """The number of a new process that carries out a command; what it says goes into a file."""
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        os.chdir(ground.place)
        os.environ["TMPDIR"] = tempfile.tempdir = str(ground.place / "tmp")
        said = os.open(ground.place / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(said, stream)
        before()
        from computerace.runs.cli import main

        main(words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # whatever comes out here is what a person would have seen
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int:
    """The code with which a process ends; kills it where it takes too long."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return 98


def straight(ground: Ground, writer: Writer) -> int:
    """Carry out a command from beginning to end; returns its exit code."""
    return ended(forked(ground, ground.words(writer)))


def _is_file_event(event: str, arguments: tuple[Any, ...], below: Path) -> bool:
    """Whether something is about to change below a folder."""
    if event not in EVENTS or not str(arguments[0]).startswith(str(below)):
        return False
    return event != "open" or (isinstance(arguments[2], int) and bool(arguments[2] & WRITING))


def at_event(number: int, sent: int, below: Path) -> Callable[[], None]:
    """Has the process end itself just before its n-th file event below a folder."""
    seen = [0]

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if _is_file_event(event, arguments, below):
            seen[0] += 1
            if seen[0] == number:
                os.kill(os.getpid(), sent)

    return lambda: sys.addaudithook(hear)


def count_events(ground: Ground, writer: Writer) -> int:
    """How many file events a command has."""
    file = ground.place / "events"

    def count() -> None:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if _is_file_event(event, arguments, ground.place):
                os.write(handle, b".")

        sys.addaudithook(hear)

    ended(forked(ground, ground.words(writer), count))
    return file.stat().st_size


@contextmanager
def ground_for(inputs: Path, name: str, earlier: Path | None) -> Iterator[Ground]:
    """A fresh place to run in, with an earlier result in it or without."""
    ground = Ground(inputs, inputs / "place")  # the same for all: an answer says where it stands
    for folder in ("tmp", "runs"):
        (ground.place / folder).mkdir(parents=True)
    there = inputs / ON_A_RUN[name] if name in ON_A_RUN else earlier
    if there is not None:
        shutil.copytree(there, ground.out)
    try:
        yield ground
    finally:
        shutil.rmtree(ground.place)


class Known(NamedTuple):
    """What a command does when nobody disturbs it."""

    result: dict[str, str]
    kept: Path
    beside: set[str]
    seconds: float
    events: int


def learn(inputs: Path, name: str) -> Known:
    """Run a command straight through, twice; raises RuntimeError where it fails or gives other bits."""
    writer = WRITERS[name]
    with ground_for(inputs, name, None) as ground:
        events = count_events(ground, writer)
        first = contents(ground.out)
    with ground_for(inputs, name, None) as ground:
        begun = time.monotonic()
        code = straight(ground, writer)
        seconds = time.monotonic() - begun
        if code or contents(ground.out) != first:
            said = (ground.place / "said.txt").read_text(encoding="utf-8")
            differ = sorted(file for file in first if contents(ground.out).get(file) != first[file])
            raise RuntimeError(f"{name} ended with {code}; differs from itself in {differ}: {said[-500:]}")
        kept = inputs / f"kept-{name}"
        shutil.copytree(ground.out, kept)
        return Known(first, kept, ground.beside(), seconds, events)


def one_kill(inputs: Path, name: str, known: Known, chance: random.Random) -> tuple[str, list[str]]:
    """Kill a command once; returns how, and what was wrong then or after the next run."""
    writer, sent = WRITERS[name], chance.choice(SIGNALS)
    over = writer.replaces and not writer.grows and chance.random() < 0.6
    with ground_for(inputs, name, known.kept if over else None) as ground:
        before = contents(ground.out)
        if chance.random() < 0.6:
            number = chance.randint(1, known.events)
            how = f"{sent.name} before file event {number} of {known.events}"
            pid = forked(ground, ground.words(writer), at_event(number, sent, ground.place))
        else:
            moment = chance.uniform(0.0, 1.1 * known.seconds)
            how = f"{sent.name} after {moment:.2f} s"
            pid = forked(ground, ground.words(writer))
            time.sleep(moment)
            with suppress(ProcessLookupError):
                os.kill(pid, sent)
        code = ended(pid)
        how += f", over {'a result' if over or name in ON_A_RUN else 'nothing'}, ended with {code}"
        return how, [*_after_kill(ground, writer, known, before, code, sent), *_after_rerun(ground, writer, known)]


def _after_kill(
    ground: Ground, writer: Writer, known: Known, before: dict[str, str], code: int, sent: int
) -> list[str]:
    wrong, said = [], (ground.place / "said.txt").read_text(encoding="utf-8")
    found = contents(ground.out)
    if "Traceback" in said:
        wrong.append(f"a traceback: {said[-300:]}")
    if code not in (0, 130, 128 + sent, -sent):
        wrong.append(f"ended with {code}: {said[-200:]}")
    if writer.grows:
        merged = "worlds.parquet" in found  # then parts have done what they were for
        lost = [file for file in before if file not in found and not (merged and file.startswith("parts/"))]
        wrong += [f"{lost} lost"] if lost else []
    elif found not in (before, known.result):
        wrong.append("neither the old result nor the new one is in its place")
    return wrong


def _after_rerun(ground: Ground, writer: Writer, known: Known) -> list[str]:
    stands = not writer.replaces and ground.out.exists()
    code = straight(ground, writer)
    said = (ground.place / "said.txt").read_text(encoding="utf-8")
    wrong = []
    if code != (2 if stands else 0):
        wrong.append(f"the next run ended with {code}: {said[-300:]}")
    found = contents(ground.out)
    if writer.shared:
        found = {name: digest for name, digest in found.items() if not name.endswith(".aside")}
    if found != known.result:
        wrong.append(
            f"other bits: {sorted(name for name in found | known.result if found.get(name) != known.result.get(name))}"
        )
    left = ground.beside() - known.beside
    if left:
        wrong.append(f"left behind: {sorted(left)}")
    return wrong


def prepare(inputs: Path) -> None:
    """The folders and files that commands read, and the imports that all share."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # threads do not outlive a fork
        os.environ.setdefault(name, "1")
    for module in IMPORTED:
        importlib.import_module(module)

    (inputs / "design.toml").write_text(DESIGN, encoding="utf-8")
    (inputs / "later.csv").write_text(LATER, encoding="utf-8")
    for target, steps in INPUTS.items():
        with ground_for(inputs, target, None) as ground:
            for words in steps:
                if straight(ground, Writer(words)):
                    raise RuntimeError((ground.place / "said.txt").read_text(encoding="utf-8"))
            shutil.copytree(ground.out, inputs / target)


def kills(count: int, seed: int, names: list[str], tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """Kill each of some commands in turn; returns a line for each kill that broke a claim."""
    chance, wrong, done = random.Random(seed), [], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="computerace-kills-inputs-") as folder:
        inputs = Path(folder)
        prepare(inputs)
        known = {}
        for name in names:
            known[name] = learn(inputs, name)
            tell(f"{name}: {known[name].seconds:.1f} s, {known[name].events} file events")
        turns = [name for name in names for _ in range(1 if name in SELDOM else 5)]
        chance.shuffle(turns)
        for number in range(count):
            name = turns[number % len(turns)]
            how, found = one_kill(inputs, name, known[name], chance)
            done[name] += 1
            wrong += [f"{name}, {how}: {'; '.join(found)}"] if found else []
            tell(f"{number + 1}/{count} {name}, {how}{': WRONG ' + '; '.join(found) if found else ''}")
    tell(", ".join(f"{name} {times}" for name, times in done.items()))
    return wrong


def main() -> int:
    """Read the options, kill, and print what broke."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", nargs="+", choices=sorted(WRITERS), default=list(WRITERS))
    asked = options.parse_args()
    wrong = kills(asked.kills, asked.seed, asked.only, lambda line: print(line, flush=True))
    print("\n".join([f"{len(wrong)} of {asked.kills} kills broke a claim", *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
