"""Folders that look like a sweep's, with a function in place of the model: what is true of them is known."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.runs.designs.design import design_from
from computerace.runs.designs.points import points_of
from computerace.runs.designs.samplers import problem

NAMES = ("chips.supply_growth_2026", "chips.price_decline", "finance.window_growth")

type Array = NDArray[np.float64]


def sweep_folder(
    folder: Path,
    sampler: dict[str, Any],
    function: Callable[[Array, Array], Array],
    *,
    worlds: int = 4,
    months: tuple[int, ...] = (12, 24),
    independent: bool = False,
    seed: int = 1,
) -> Path:
    """A sweep over three parameters, each uniform on [0, 1] as a place within its range.

    function: from places (points, 3) and luck (points, worlds), standard normal and shared by all points unless
    `independent`, to the log ratio (points, worlds), which the claim exceeds where it is positive.
    """
    content = {
        "scenario": "baseline", "seed": seed, "worlds_per_point": worlds, "months": max(months), "sampler": sampler,
        "keep": "outcomes", "independent": independent, "fixed": True,
        "vary": [{"parameter": name} for name in NAMES],
    }  # fmt: skip
    design = design_from(content)
    points = points_of(design)
    places = _places(points)
    generator = np.random.default_rng(seed + 100)
    shape = (len(points), worlds) if independent else (1, worlds)
    value = function(places, np.broadcast_to(generator.normal(size=shape), (len(points), worlds)))
    table = points.drop(columns=["row", "scenario"]).loc[np.repeat(np.arange(len(points)), worlds)]
    table = table.drop(columns=[name for name in table.columns if name.startswith("unit.")]).reset_index(drop=True)
    table.insert(1, "world", np.tile(np.arange(worlds), len(points)))
    for month in months:
        table[f"owned_three_ratio_{month}"] = np.exp(value.ravel() * month / max(months))
    table["owned_three_first_month"] = np.where(value.ravel() > 0, float(max(months)), np.nan)
    folder.mkdir()
    points.to_parquet(folder / "points.parquet", index=False)
    table.to_parquet(folder / "worlds.parquet", index=False)
    first = design.scenarios[0]
    manifest = {
        "kind": "sweep", "scenario": first.to_dict(), "scenarios": [first.to_dict()], "parameters": {},
        "seed": seed, "points": len(points), "worlds": len(table), "worlds_per_point": worlds, "months": max(months),
        "start": first.start.isoformat(), "fixed": True, "design": design.to_dict(), "status": "complete",
        "problem": problem(design) if sampler["kind"] in ("saltelli", "morris") else None, "varied": list(NAMES),
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, default=str), encoding="utf-8")
    return folder


def _places(points: pd.DataFrame) -> Array:
    """Where each point lies in the unit cube; by rank where the sampler does not say."""
    if f"unit.{NAMES[0]}" in points.columns:
        return points[[f"unit.{name}" for name in NAMES]].to_numpy(dtype=float)
    ranks = points[list(NAMES)].rank().to_numpy(dtype=float)
    return (ranks - 0.5) / len(points)
