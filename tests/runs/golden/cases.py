"""Every shipped scenario under every allocation rule, played; and the files that keep what came out.

`python -m tests.runs.golden.cases` writes hashes.json and values.csv anew. They are written by a commit that means to
move results, and by no other.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from computerace.market.allocation import RULES
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario, scenarios
from computerace.runs.worlds.watch import Watch
from tests.runs.golden.arrays import arithmetic, digest, state_arrays

FOLDER = Path(__file__).parent
HASHES, VALUES = FOLDER / "hashes.json", FOLDER / "values.csv"
MONTHS = (1, 12, 36, 60)
MANY, FEW = 2048, 64  # worlds: of the long test, and of the quick one
TABLED = ("owned", "cash", "chip_price", "rent")
TABLED_WORLDS = 1

type Found = dict[str, str]


def cases() -> list[tuple[str, str]]:
    """Names of scenario and rule."""
    return [(name, rule) for name in scenarios() for rule in RULES]


def play(name: str, rule: str, worlds: int) -> tuple[Found, dict[str, float]]:
    """Digests of every state array over the marked months and of the outcomes; and the values of the table."""
    race = Race(scenario(name).with_settings({"chips.allocation": rule}), worlds=worlds, seed=1, collect=False)
    watch = Watch(race)
    kept: dict[str, list[Any]] = {}
    while race.month < race.horizon:
        race.step()
        watch.see(race)
        if race.month in MONTHS:
            for key, values in state_arrays(race).items():
                kept.setdefault(key, []).append(values.copy())
    outcomes = watch.outcomes(race)
    found = {key: digest(*values) for key, values in kept.items()}
    found["outcomes"] = digest(*(outcomes[key] for key in sorted(outcomes)))
    return found, _tabled(race)


def _tabled(race: Race) -> dict[str, float]:
    arrays = {**state_arrays(race), "owned": race.measures()["owned_h100e"]}
    return {
        f"{key}/{row}/{world}": float(owner[world])
        for key in TABLED
        for row, owner in enumerate(np.atleast_2d(arrays[key]))
        for world in range(TABLED_WORLDS)
    }


def write() -> None:
    """Play all cases and write both files."""
    hashes: dict[str, dict[str, Found]] = {str(worlds): {} for worlds in (MANY, FEW)}
    rows = []
    for name, rule in cases():
        hashes[str(MANY)][f"{name}/{rule}"], _ = play(name, rule, MANY)
        hashes[str(FEW)][f"{name}/{rule}"], values = play(name, rule, FEW)
        rows += [(name, rule, key, f"{value:.10g}") for key, value in values.items()]
    HASHES.write_text(json.dumps({"arithmetic": arithmetic(), **hashes}, indent=0) + "\n", encoding="utf-8")
    with VALUES.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("scenario", "rule", "of", "value"), *rows])


if __name__ == "__main__":
    write()
