"""Each option of each command with each kind of bad value, and words where none belong."""

import contextlib
import datetime
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.fuzz_case import SMALL, Case
from computerace.runs import cli

LONG = "9" * 400
BAD_WORDS = (
    "", " ", "x", "-1", "0", "1.5", "nan", "inf", "-inf", "1e400", LONG, "9223372036854775808", "-0", "True", "none",
    "[1]", "{}", "é", "\x00", "a\nb", "a" * 5000, "=", "1,6", "٣", "0x10", "1_000", "½", "--", "-", "../x", "./",
    "/dev/null", "/proc/1/mem", "/proc/self/nothing", "~nobody-at-all/x", "2025-13-45", "2025-02-30", "1", "2e3",
    "\udcff", "a/b/c", "x" * 255, "2025-12-31", "baseline", "out", "chips.supply_growth_2026=1.6", "chips=", "x=y=z",
    "chips.supply_growth_2026=nan", "chips.supply_growth_2026=True", "labs.xAI.strategy=7", "chips.price_decline=1e30",
)  # fmt: skip
WHOLE = re.compile(r"\s*[+-]?\d+(_\d+)*\s*")
SWITCHED = ("true", "t", "yes", "y", "1", "false", "f", "no", "n", "0")
COSTLY = (  # of these, only what must be refused
    "structure", "equilibrium", "break-even", "explain", "calibrate", "backtest", "discover",
)  # fmt: skip
DAY = re.compile(r"\d{4}-?(\d\d-?\d\d|W\d\d-?\d)")


UNTRIED = {("view", "--port")}  # a right one serves until it is ended


class Kind(NamedTuple):
    """What an option takes, as far as this program knows it. possible: whether a word may be right."""

    possible: Callable[[str], bool]


def _whole_from(least: int) -> Kind:
    return Kind(lambda word: WHOLE.fullmatch(word) is not None and int(word) >= least)


def _is_number(word: str) -> bool:
    with contextlib.suppress(ValueError):
        return float(word) == float(word)
    return False


def _is_day(word: str) -> bool:
    if not DAY.fullmatch(word):
        return False
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(word) is not None
    return False


COUNT, FROM_ZERO, NUMBER = _whole_from(1), _whole_from(0), Kind(_is_number)
DATE, ANYTHING, NOTHING = Kind(_is_day), Kind(lambda _: True), Kind(lambda word: word.lower() in SWITCHED)
SETTING = Kind(lambda word: "=" in word)
KNOWN, NEVER = Kind(lambda word: word in ("baseline", "out")), Kind(lambda _: False)
COMMON = {  # options that mean the same in every command that has them
    "--engine": NEVER, "--workers": COUNT, "--json": NOTHING, "--trust-code": NOTHING, "--decisions": NOTHING,
    "--shard": NEVER, "--claims": NEVER, "--claimant": NEVER, "--parameters": KNOWN,
}  # fmt: skip


def of_any_value(command: str) -> dict[str, Kind]:
    """The options of a command of which nothing is told here: whatever is said, no traceback may follow."""
    arguments = cli.build_app([command])[command].assemble_argument_collection()
    names = [one.name for one in arguments if one.show and one.name.startswith("--")]
    names = [name for name in names if (command, name) not in UNTRIED]
    return {name: COMMON.get(name, ANYTHING) for name in names}


RUN_OPTIONS = {
    "--worlds": COUNT, "--seed": FROM_ZERO, "--months": COUNT, "--set": SETTING, "--start": DATE, "--parameters": KNOWN,
    "--fixed": NOTHING, "--workers": COUNT, "--out": ANYTHING, "--json": NOTHING,
}  # fmt: skip
CLAIM_OPTIONS = {"--definition": KNOWN, "--rivals": KNOWN}
PAIRED = ("--worlds", "30", "--months", "1", "--workers", "1")
OUT = ("--out", "{out}")
# command: the words of a case that is right, and what else may be said
TOLD: dict[str, tuple[tuple[str, ...], dict[str, Kind]]] = {
    "race": (("race", "baseline", *SMALL, *OUT), {**RUN_OPTIONS, "--first-world": FROM_ZERO}),
    "twin": (("twin", "baseline", *PAIRED, *OUT, "--set", "chips.price_decline=0.2"), {**RUN_OPTIONS, **CLAIM_OPTIONS}),
    "explain": (("explain", *PAIRED, *OUT), {**RUN_OPTIONS, **CLAIM_OPTIONS}),
    "structure": (("structure", *PAIRED, *OUT), RUN_OPTIONS),
    "sweep": (
        ("sweep", "{design}", "--plan"),
        {"--out": ANYTHING, "--engine": KNOWN, "--workers": COUNT, "--address": ANYTHING, "--batch": COUNT,
         "--max-failures": FROM_ZERO, "--plan": NOTHING, "--json": NOTHING},
    ),
    "merge": (("merge", "{sweep}"), {"--json": NOTHING}),
    "bounds": (
        ("bounds", "--worlds", "2", "--months", "1"),
        {"--worlds": COUNT, "--seed": FROM_ZERO, "--months": COUNT, "--set": SETTING, "--start": DATE,
         "--parameters": KNOWN, "--json": NOTHING},
    ),
    "break-even": (
        ("break-even", "--worlds", "100", "--months", "1", "--workers", "1", "--levers", "sites.speed", *OUT),
        {**RUN_OPTIONS, **CLAIM_OPTIONS, "--worlds": _whole_from(100), "--chance": NEVER, "--levers": NEVER},
    ),
    "equilibrium": (
        ("equilibrium", "--labs", "xAI", "--strategies", "steady,idle", *PAIRED, *OUT),
        {**RUN_OPTIONS, "--worlds": _whole_from(16), "--labs": NEVER, "--strategies": NEVER, "--ambition": NUMBER,
         "--definition": KNOWN, "--fleet-part": NUMBER, "--tolerance": NUMBER},
    ),
    "claim": (
        ("claim", "{run}"),
        {**CLAIM_OPTIONS, "--deadline": FROM_ZERO, "--worlds": COUNT, "--repeats": COUNT, "--workers": COUNT,
         "--json": NOTHING, "--rare": NOTHING},
    ),
    "ledger": (("ledger", "{run}"), {"--lab": KNOWN, "--span": COUNT, "--json": NOTHING}),
    "sensitivity": (
        ("sensitivity", "{sweep}"),
        {**CLAIM_OPTIONS, "--scenario": KNOWN, "--seed": FROM_ZERO, "--out": ANYTHING, "--json": NOTHING},
    ),
    "discover": (
        ("discover", "{run}"),
        {**CLAIM_OPTIONS, "--deadline": FROM_ZERO, "--top": NUMBER, "--ratio": NUMBER, "--density": NUMBER,
         "--boxes": COUNT, "--worlds": COUNT, "--seed": FROM_ZERO, "--out": ANYTHING, "--json": NOTHING},
    ),
    "verify": (
        ("verify", "{run}", "--sample", "1"),
        {"--sample": COUNT, "--seed": FROM_ZERO, "--all": NOTHING, "--workers": COUNT, "--json": NOTHING},
    ),
    "replay": (("replay", "{run}", "--world", "1"), {"--point": FROM_ZERO, "--world": FROM_ZERO, "--json": NOTHING}),
    "report": (("report", "{run}"), {"--out": ANYTHING, "--json": NOTHING}),
    "backtest": (
        ("backtest", "--from", "2025-06-30", "--worlds", "2", *OUT),
        {"--from": DATE, "--until": DATE, "--worlds": COUNT, "--seed": FROM_ZERO, "--parameters": KNOWN,
         "--json": NOTHING},
    ),
    "facts": (("facts", "--worlds", "2"), {"--worlds": COUNT, "--seed": FROM_ZERO, "--json": NOTHING}),
    "forecast": (
        ("forecast", "--worlds", "2", *OUT),
        {"--worlds": COUNT, "--seed": FROM_ZERO, "--parameters": KNOWN, "--start": DATE, "--json": NOTHING},
    ),
    "calibrate": (
        ("calibrate", "--until", "2024-12-31", "--members", "200", "--truths", "5", "--draws", "5", *OUT),
        {"--until": DATE, "--members": _whole_from(200), "--truths": _whole_from(5), "--draws": COUNT,
         "--seed": FROM_ZERO},
    ),
    "score": (("score", "{forecast}", "{later}"), {"--seed": FROM_ZERO, "--json": NOTHING}),
    "update": (("update", "{long}", "{later}", "--most-worlds", "2"), {"--most-worlds": COUNT, "--out": ANYTHING}),
    "parameters": (("parameters",), {"--scenario": KNOWN, "--json": NOTHING}),
    "scenarios": (("scenarios",), {"--json": NOTHING}),
    "designs": (("designs",), {"--json": NOTHING}),
    "schema": (("schema", "scenario"), {}),
    "page": (
        ("page", "baseline", "--worlds", "2", *OUT),
        {"--worlds": COUNT, "--seed": FROM_ZERO, "--out": ANYTHING, "--url": NEVER, "--json": NOTHING},
    ),
    "view": (
        ("view", "--port", "70000"),
        dict.fromkeys(("--host", "--name", "--framed-by", "--sessions", "--total-worlds"), Kind(lambda _: False)),
    ),
}  # fmt: skip
COMMANDS = {
    name: (TOLD[name][0], of_any_value(name) | TOLD[name][1]) if name in TOLD else ((name,), of_any_value(name))
    for name in cli.COMMANDS
}
FOR_SECONDS = {"--worlds": "3", "--months": "2"}  # in place of a right value that would take long


def options(_: random.Random) -> Iterator[Case]:
    """Each command with each of its options and each bad word, as the option's value and in its own place."""
    for command, (words, known) in COMMANDS.items():
        for option, kind in known.items():
            for bad in BAD_WORDS:
                if kind.possible(bad) and (command in COSTLY or (command == "report" and len(bad) > 1)):
                    continue
                shorter = FOR_SECONDS.get(option, bad) if kind.possible(bad) and kind in (COUNT, FROM_ZERO) else bad
                said = (*_without(words, option), f"{option}={shorter}")
                yield Case(
                    "options", said, possible=kind.possible(shorter), about=f"{command} {option}={shorter[:30]!r}"
                )
            yield Case("options", (*words, option, option), possible=False, about=f"{command} {option} twice")
        for bad in (*BAD_WORDS[:30], "--wordls=3", "-x", "--=3"):
            yield Case(
                "options",
                (*words, bad),
                possible=bad == "--" or command == "parameters",
                about=f"{command} … {bad[:30]!r}",
            )


def _without(words: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Words without an option and its value."""
    if option not in words:
        return words
    place = words.index(option)
    return (*words[:place], *words[place + 2 :])
