"""`computerace break-even`: what would have to change for the claim to reach a chance."""

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import Claim, Claims, Name, Saved, Where, Which, Worlds, whole
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.game.levers import Lever
    from computerace.runs.answers.game import BreakEvenAnswer, BreakEvenRow, JointRow, ScenarioRow
    from computerace.runs.studies.break_even import Played

LEAST_WORLDS = 100
DEFAULTS = (1000, 1)  # worlds and seed
JOINT = 6  # levers that joint changes are made of
MAP = 9  # values of each of two levers that are drawn
CHANCE = Parameter(help="the chance that the claim is to reach, as in 10% or 0.1.")
LEVERS = Parameter(help="main, all, or names of parameters, figures and scenarios, as in sites.speed,frontier.")


def break_even(
    scenario: Name = "baseline",
    /,
    *,
    chance: Annotated[str, CHANCE] = "10%",
    levers: Annotated[str, LEVERS] = "main",
    worlds: Annotated[Worlds, whole(LEAST_WORLDS)] = DEFAULTS[0],
    which: Which = Which(),
    where: Where = Where(),
    claim: Claim = Claim(),
    claims: Claims = (),
    saved: Saved = Saved(),
) -> int:
    """Say for each lever at which value the claim reaches a chance, and which smallest joint changes reach it.

    A lever is held at one value in all worlds, within its bounds; all values are tried in the same worlds. Joint
    changes move two or three of the levers that do most, by the least distance in units of their priors' spreads.
    Where the chance is there already, it says so, and at which value of a lever it falls to the one asked. The same
    folder goes on where it was stopped: a value that was tried is not played again, for another chance neither.
    --claims takes one other claim in place of the usual one; of several deadlines the last counts.
    """
    from computerace.analysis.game import levers as game
    from computerace.runs.studies.answered import Asked
    from computerace.runs.studies.break_even import Played, levers_of, scenarios_named, scenarios_table
    from computerace.runs.studies.going_on import going_on
    from computerace.runs.studies.lost import told
    from computerace.runs.studies.tried import FAILURES, Tried
    from computerace.runs.studies.variants_claims import in_design, only_one

    target, chosen = _chance(chance), which.scenario(scenario)
    game.refuse_unresolved(target, worlds)
    words = [word.strip() for word in levers.split(",") if word.strip()]
    found, others = levers_of(chosen, words), scenarios_named(words, scenario)
    if not found and not others:
        raise UserError("--levers needs at least one: main, all, or names of parameters")
    own = only_one(claims, chosen, which.horizon(chosen), claim.words)
    asked = Asked(
        "break-even",
        (chosen,),
        worlds,
        which.seed,
        which.horizon(chosen),
        DEFAULTS,
        saved.out,
        which.fixed,
        claim.design | in_design((own.claim,) if own else ()),
    )
    begun, total = time.monotonic(), (_work(len(found)) + len(others)) * worlds
    with going_on(asked) as folder, where.on() as on, progress("values of levers", total) as advance:
        tried = Tried(folder)
        tried.read()
        played = Played(
            chosen, worlds, which.seed, asked.months, *claim.words, fixed=which.fixed, on=on, advance=advance,
            tried=tried, own=own,
        )  # fmt: skip
        single = game.break_even(found, played, target, worlds)
        able = _strongest(found, single)
        joint = game.joint_changes(able, played, target)
        present = scenarios_table(played, [chosen])
        there = scenarios_table(played, [which.scenario(name) for name in others])
        _keep(folder, single, joint, there, _map(found, single, played, joint), target)
    if saved.as_json:
        print_json(_answer(played, target, present, single, joint, there, folder))
        return told(played.lost, worlds, folder / FAILURES)
    from computerace.runs.terminal.break_even import show_break_even

    show_break_even(played, target, present, single, joint, there, time.monotonic() - begun)
    print(f"\nsaved in {folder}" + (f" (picture: {folder / 'break-even.png'})" if found else ""))
    return told(played.lost, worlds, folder / FAILURES)


def _chance(text: str) -> float:
    """A chance, in per cent or as a part of one."""
    match = re.fullmatch(r"\s*([0-9.]+)\s*(%?)\s*", text)
    try:
        found = float(match[1]) / (100.0 if match[2] else 1.0) if match else float("nan")
    except ValueError:
        found = float("nan")
    if not 0.0 < found < 1.0:
        raise UserError(f"--chance must be above 0 and below 1, as in 10% or 0.1, got '{text[:40]}'")
    return found


def _work(levers: int) -> int:
    """About how many changes will be tried: places along each lever, roots, rays and their roots, and a map."""
    from computerace.analysis.game.levers import GRID

    return levers * (GRID + 9) + 255 * 6 + MAP * MAP + 2


def _strongest(levers: "list[Lever]", single: "pd.DataFrame") -> "list[Lever]":
    """The levers with a prior that by themselves bring the chance furthest."""
    most = dict(zip(single["lever"], single["most"], strict=True))
    return sorted((one for one in levers if one.spread), key=lambda one: -most[one.name])[:JOINT]


def _map(
    levers: "list[Lever]", single: "pd.DataFrame", played: "Played", joint: "pd.DataFrame"
) -> "pd.DataFrame | None":
    """The chance over the pair that reaches it with the least change, or over the strongest two, or one."""
    from computerace.analysis.game.levers import chance_map

    if not levers:
        return None
    pairs = [names for names in joint["levers"] if len(names) == 2]
    strongest = single.sort_values("most", ascending=False, kind="stable")["lever"].head(2)
    names = pairs[0] if pairs else list(strongest)
    return chance_map([next(one for one in levers if one.name == name) for name in names], played, MAP)


def _keep(
    folder: Path,
    single: "pd.DataFrame",
    joint: "pd.DataFrame",
    there: "pd.DataFrame",
    found: "pd.DataFrame | None",
    target: float,
) -> None:
    """The tables as CSV and Parquet, and the picture."""
    from computerace.analysis.plots.game import chance_map
    from computerace.analysis.style import save
    from computerace.runs.store.frames import save_frames

    words = ("levers", "values", "spreads")
    told = joint.assign(**{name: joint[name].map(lambda one: json.dumps(one, ensure_ascii=False)) for name in words})
    save_frames(folder, {"levers": single.assign(chance=target), "joint": told, "scenarios": there})
    if found is None:
        return
    save_frames(folder, {"map": found})
    save(chance_map(found, target), folder / "break-even.png")


def _answer(
    played: "Played",
    target: float,
    present: "pd.DataFrame",
    single: "pd.DataFrame",
    joint: "pd.DataFrame",
    there: "pd.DataFrame",
    folder: Path,
) -> "BreakEvenAnswer":
    from computerace.runs.store.frames import records
    from computerace.runs.studies.variants_claims import part_names

    found: BreakEvenAnswer = {
        "scenario": played.scenario.name, "claimant": played.scenario.claimant, "chance": target,
        "present": cast("list[ScenarioRow]", records(present))[0],
        "definition": played.definition, "rivals": played.rivals, "worlds": played.worlds, "months": played.months,
        "seed": played.seed, "levers": cast("list[BreakEvenRow]", records(single)),
        "joint": cast("list[JointRow]", records(joint)),
        "scenarios": cast("list[ScenarioRow]", records(there)), "failed": played.lost, "run": str(folder),
    }  # fmt: skip
    if played.own is not None:
        found["asked"] = part_names(played.own)
    return found
