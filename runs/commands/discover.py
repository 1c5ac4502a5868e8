"""`computerace discover`: under what conditions the claim comes true, and whether they hold in fresh worlds."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from computerace.extras import need
from computerace.market.errors import UserError
from computerace.runs.commands.settings import known_word, positive

LEAST_WORLDS = 100


def discover(
    folder: Path,
    /,
    *,
    definition: str = "owned",
    rivals: str = "three",
    deadline: int | None = None,
    top: float | None = None,
    ratio: float | None = None,
    density: float | None = None,
    boxes: int = 1,
    worlds: int = 2000,
    seed: int | None = None,
    out: Path | None = None,
    trust_code: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Say under what conditions the claim comes true, the fewest of them, and whether they hold in fresh worlds.

    Parameters
    ----------
    folder: of a race, or of a sweep whose points are drawn from the priors (`computerace sweep prior`).
    definition: what counts as compute: owned, operational, used or effective.
    rivals: three (the other labs) or all (with the rest of the market).
    deadline: the month by which the claim has to come true; by default 60, or the last one.
    top: ask for the worlds with the highest ratios instead, such as the best twentieth, 0.05.
    ratio: ask for the worlds with a ratio above this at the deadline instead.
    density: take the box of most coverage with at least this density, instead of the best of both.
    boxes: how many boxes to look for, each in what the ones before left.
    worlds: how many fresh worlds to play, in each box and everywhere.
    seed: of the fresh worlds; by default the one after the folder's.
    out: a folder for the tables, as CSV and Parquet.
    trust_code: let code of one's own run that the folder names.
    as_json: print one JSON object and nothing else.
    """
    from computerace.analysis.columns import DEADLINE_MONTHS, DEFINITIONS, RIVALS, horizon
    from computerace.analysis.folder import load
    from computerace.runs.conditions import answer_of, find, frames, lost_of
    from computerace.runs.fresh import drawn_as
    from computerace.runs.lost import told
    from computerace.runs.store import refuse_other_kinds
    from computerace.runs.sweeps.played_again import say_if_changed

    need("discovery", "discover")
    claim = (known_word("definition", definition, DEFINITIONS), known_word("rivals", rivals, RIVALS))
    positive("--worlds", worlds, least=LEAST_WORLDS)
    positive("--boxes", boxes, most=5)
    _refuse_out_of_range(top, ratio, density)
    refuse_other_kinds(folder, "discover")
    runs = load(folder)
    own = None if seed is None else positive("--seed", seed, least=0)
    fresh = drawn_as(folder, runs.manifest, own, worlds, trust_code=trust_code)
    say_if_changed(folder, runs.manifest)
    last = horizon(runs.worlds)
    month = min(DEADLINE_MONTHS, last) if deadline is None else positive("--deadline", deadline, most=last)
    found = find(runs, (*claim, month), (top, ratio), density, boxes)
    tables = frames(found, fresh)
    if out is not None:
        from computerace.runs.frames import save_frames

        save_frames(out, tables)
    answer = answer_of(folder, found, fresh, tables)
    if as_json:
        print(json.dumps(answer, indent=1, allow_nan=False))
        return told(*lost_of(tables["check"]))
    from computerace.runs.terminal_discover import show_discovery

    show_discovery(answer, tables, fresh.scenario.claimant)
    if out is not None:
        print(f"\nsaved in {out}: {', '.join(tables)}, as CSV and Parquet")
    return told(*lost_of(tables["check"]))


def _refuse_out_of_range(top: float | None, ratio: float | None, density: float | None) -> None:
    if top is not None and ratio is not None:
        raise UserError("give --top or --ratio, not both")
    for option, value in (("--top", top), ("--density", density)):
        if value is not None and not 0 < value < 1:
            raise UserError(f"{option} must be between 0 and 1; got {value:g}")
    if ratio is not None and not ratio > 0:
        raise UserError(f"--ratio must be above 0; got {ratio:g}")
