"""`computerace sensitivity`: which parameters account for the spread of the answer, over time."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.settings import known_word, positive

if TYPE_CHECKING:
    from computerace.analysis.folder import Runs
    from computerace.analysis.sensitivity import Sensitivity


def sensitivity(
    folder: Path,
    /,
    *further: Path,
    definition: str = "owned",
    rivals: str = "three",
    scenario: str | None = None,
    seed: int = 0,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Say which parameters account for the spread of the answer, over time.

    Sobol' indices of a saltelli design (`sweep sobol`), elementary effects of a morris design
    (`sweep morris`), and of any other folder whose parameters were drawn what each accounts for alone.

    Parameters
    ----------
    folder: of a sweep, or of a race.
    further: folders of the same saltelli design drawn with other seeds; intervals then come from their differences.
    definition: what counts as compute: owned, operational, used or effective.
    rivals: three (the other labs) or all (with the rest of the market).
    scenario: which one, where the folder has several.
    seed: of resampling.
    out: a folder for the tables, as CSV and Parquet.
    as_json: print one JSON object and nothing else.
    """
    from computerace.analysis.columns import DEFINITIONS, RIVALS
    from computerace.analysis.folder import load
    from computerace.analysis.sensitivity import combined
    from computerace.analysis.sensitivity import sensitivity as analyse
    from computerace.runs.store import refuse_other_kinds

    claim = (known_word("definition", definition, DEFINITIONS), known_word("rivals", rivals, RIVALS))
    positive("--seed", seed, least=0)
    for one in (folder, *further):
        refuse_other_kinds(one, "sensitivity")
    loaded = [load(one) for one in (folder, *further)]
    _refuse_same_luck(loaded)
    parts = [analyse(one, *claim, scenario=scenario, seed=seed) for one in loaded]
    found = parts[0] if len(parts) == 1 else combined(parts)
    if out is not None:
        from computerace.runs.frames import save_frames

        save_frames(out, {"indices": found.indices, "spread": found.spread})
    if as_json:
        print(json.dumps(_answer(loaded, found, *claim), indent=1, allow_nan=False))
        return 0
    from computerace.runs.terminal_sensitivity import show_sensitivity

    show_sensitivity(found, [one.manifest for one in loaded], *claim)
    if out is not None:
        print(f"\nsaved in {out}: indices and spread, as CSV and Parquet")
    return 0


def _refuse_same_luck(loaded: list["Runs"]) -> None:
    """Raise UserError where several folders are not the same design with other seeds: they would agree by birth."""
    seeds = [one.manifest["seed"] for one in loaded]
    if len(set(seeds)) < len(seeds):
        raise UserError(f"the folders must be drawn with different seeds; they have {', '.join(map(str, seeds))}")
    for one in loaded[1:]:
        for key in ("scenario", "problem", "months", "worlds_per_point", "points"):
            if one.manifest.get(key) != loaded[0].manifest.get(key):
                raise UserError(f"{one.path} holds another design than {loaded[0].path}: its {key} differs")


def _answer(loaded: list["Runs"], found: "Sensitivity", definition: str, rivals: str) -> dict[str, Any]:
    from computerace.runs.frames import records

    return {
        "runs": [str(one.path) for one in loaded],
        "scenario": loaded[0].manifest["scenario"]["name"],
        "definition": definition,
        "rivals": rivals,
        "method": found.method,
        "indices": records(found.indices),
        "spread": records(found.spread),
        "notes": list(found.notes),
    }
