"""What the tests of sweeps share: a small design on the real model, and a folder's contents as one number per file."""

import hashlib
from pathlib import Path
from typing import Any

MONTHS = 2
ALLOCATION = "chips.allocation"
GROWTH = "chips.supply_growth_2026"


def design(**changes: Any) -> dict[str, Any]:
    """Six points of two structures, five worlds each, two months; what does not vary keeps its centre."""
    plain = {
        "scenario": "baseline",
        "seed": 7,
        "worlds_per_point": 5,
        "months": MONTHS,
        "fixed": True,
        "sampler": {"kind": "lhs", "points": 6},
        "vary": [{"parameter": GROWTH}, {"parameter": ALLOCATION, "values": ["posted", "pro_rata"]}],
    }
    return plain | changes


def contents(folder: Path) -> dict[str, str]:
    """The hash of every result file."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("*.parquet"))}
