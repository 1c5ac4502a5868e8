"""What an update says, as plain values; and the folder with weights that it leaves."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from computerace.analysis.claim import claim_table, is_sample
from computerace.analysis.columns import DEADLINE_MONTHS, HEADLINE
from computerace.analysis.digests import checksums
from computerace.analysis.leads import leads
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.analysis.validation.updating import FAR, nearest
from computerace.analysis.weights import WEIGHT, quantiles, weights_of
from computerace.market.errors import UserError
from computerace.market.vocabulary import SPREAD
from computerace.runs import store
from computerace.runs.answers.updates import Answered, Chance, News, UpdateAnswer
from computerace.runs.store import provenance
from computerace.runs.studies.claims import by_scenario
from computerace.runs.studies.lost import lost_rows
from computerace.runs.studies.moved import write_vectors
from computerace.runs.studies.update import ENOUGH, Floats, Updated, effective_of, manifest_of
from computerace.runs.sweeps.race_answer import lead, number
from computerace.runs.sweeps.single_race import played, request_of
from computerace.runs.worlds.failures import failures_frame
from computerace.runs.worlds.play import ONE, Workers


def update_answer(found: Updated, observed: str, out: Path | None) -> UpdateAnswer:
    """The object that `update --json` prints."""
    runs = found.runs
    deadline = min(DEADLINE_MONTHS, runs.horizon)
    answer: UpdateAnswer = {
        "run": str(runs.path),
        "observed": observed,
        "out": None if out is None else str(out),
        "scenario": str(runs.manifest["scenario"]["name"]),
        "claimant": runs.claimant,
        "start": runs.start.isoformat(),
        "worlds": len(found.worlds),
        "played": found.played,
        "effective_worlds": found.effective_worlds,
        "enough": ENOUGH,
        "needed": found.needed,
        "how": found.how,
        "failed": found.failed,
        "deadline_months": deadline,
        "is_sample": is_sample(runs.manifest),
        "before": _answered(found, found.before, deadline),
        "after": _answered(found, found.worlds, deadline),
        "figures": [one for number in range(len(found.news.told)) for one in _news(found, number, deadline)],
        "not_compared": list(found.news.left),
    }
    if found.lost:
        answer["failures"] = lost_rows(failures_frame(found.lost))
    return answer


def _crossed(found: Updated) -> bool:
    return not (found.runs.manifest.get("design") or {}).get("independent", False)


def _answered(found: Updated, worlds: pd.DataFrame, deadline: int) -> Answered:
    """The answer from a table of worlds, scenario by scenario where it has several."""
    crossed, answer = _crossed(found), Answered(claim=[], leads=[])
    for scenario, places in by_scenario(worlds):
        some = worlds.iloc[places]
        rows = claim_table(some, [deadline], crossed=crossed).to_dict("records")
        ahead = leads(some, found.runs.labs, crossed=crossed).to_dict("records")
        chances, leading = [_chance(row) for row in rows], [lead(row) for row in ahead]
        for one in (*chances, *leading) if scenario else ():
            one["scenario"] = scenario
        answer["claim"] += chances
        answer["leads"] += leading
    return answer


def _chance(row: dict[Any, Any]) -> Chance:
    return {
        "definition": row["definition"],
        "rivals": row["rivals"],
        "probability": float(row["probability"]),
        "interval": [float(row["low"]), float(row["high"])],
        "bound": bool(row["bound"]),
        "worlds_reached": int(row["reached"]),
        "ratio": [number(row[f"ratio_{one}"]) for one in ("p5", "p50", "p95")],
    }


def _news(found: Updated, number: int, deadline: int) -> Iterator[News]:
    """A figure with what worlds said, and the answer without it, in each scenario."""
    without = found.without(number)
    parts = (by_scenario(table) for table in (found.before, found.worlds, without))
    for (scenario, old), (_, new), (_, left) in zip(*parts, strict=True):
        before, after = found.said_before[number][old], found.said[number][new]
        one = _of_scenario(found, number, deadline, before, after, found.worlds.iloc[new], without.iloc[left])
        if scenario:
            one["scenario"] = scenario
        yield one


def _of_scenario(
    found: Updated, number: int, deadline: int, said: Floats, after: Floats, worlds: pd.DataFrame, without: pd.DataFrame
) -> News:
    """The same in one scenario; said, after: logs of what its worlds said before and say now."""
    distance = nearest(said, found.news.told[number].value, float(found.news.frame["error"].iloc[number]))
    table = claim_table(without, [deadline], crossed=_crossed(found))
    (headline,) = table[(table["definition"] == HEADLINE[0]) & (table["rivals"] == HEADLINE[1])].to_dict("records")
    return {
        **found.news.forms[number],  # type: ignore[typeddict-item]
        "before": np.exp(quantiles(said, None, SPREAD)).tolist(),
        "after": np.exp(quantiles(after, weights_of(worlds), SPREAD)).tolist(),
        "distance": distance,
        "no_world_near": distance > FAR,
        "probability_without": float(headline["probability"]),
        "ratio_without": float(headline["ratio_p50"]),
        "effective_worlds_without": effective_of(without),
    }  # fmt: skip


def refuse_taken(out: Path) -> None:
    """Raise UserError where a folder is not free for an update, as far as is known before worlds are weighed."""
    there = store.read_manifest(at_home(out))
    if there is not None and there["kind"] != "update":
        raise UserError(f"{out} holds a run of `computerace {there['kind']}`; give another folder with --out")
    store.refuse_unless_free(at_home(out), there or {})


def save(found: Updated, answer: UpdateAnswer, out: Path, *, on: Workers = ONE, trust_code: bool = False) -> None:
    """Write the folder: the worlds with their weights, the points of a sweep, the answer, and the manifest of the old.

    Of a race the worlds are played again for their months, which are summarised by the weights.

    Raises UserError where the folder is not free.
    """
    manifest = _manifest(found)
    with store.run_folder(out, manifest) as folder:
        found.worlds.to_parquet(folder / "worlds.parquet", index=False)
        if found.runs.points is not None:
            found.runs.points.to_parquet(folder / "points.parquet", index=False)
        months = _months(found, folder, on, trust_code) if manifest["keep"] == "quantiles" else None
        if months is not None:
            months.to_parquet(folder / "steps.parquet", index=False)
        if found.moved_from is not None:
            write_vectors(found.moved_from.ensemble, folder)
        text = json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "answer.json").write_text(text + "\n", encoding="utf-8")
        rows = {"worlds": len(found.worlds), "failed": 0, "rows_of_steps": 0 if months is None else len(months)}
        manifest |= {"ended": provenance.now(), "counts": rows, "files": checksums(folder)}


def _months(found: Updated, folder: Path, on: Workers, trust_code: bool) -> pd.DataFrame:
    """Quantiles of a race's months by the weights of its worlds, or of those that were moved."""
    if found.moved_from is not None and found.runs.steps is not None:
        return found.runs.steps
    runs, world = found.runs, found.worlds["world"].to_numpy(dtype=np.int64)
    request = request_of(runs.path, runs.manifest, trust_code=trust_code)
    last = int(world.max()) + 1 - request.first_world
    weights = pd.Series(found.worlds[WEIGHT].to_numpy(dtype=np.float64), index=world)
    return played(replace(request, worlds=last, on=on), folder, weights).steps


def _manifest(found: Updated) -> Manifest:
    """The manifest of the old folder, with the figures."""
    manifest = manifest_of(found)
    manifest["keep"] = "quantiles" if manifest["updated"]["kind"] == "race" else "outcomes"
    manifest["worlds"], manifest["started"] = len(found.worlds), provenance.now()
    manifest["files"], manifest["counts"] = {}, {}
    return manifest
