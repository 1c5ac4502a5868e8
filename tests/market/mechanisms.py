"""What the tests of mechanisms share: a mechanism's parameters as arrays, and rows written by hand."""

from dataclasses import fields
from typing import Any

import numpy as np

from computerace.market.arrays import Owners
from computerace.market.parameters import described

WORLDS = 3


def parameters_of[Mechanism](kind: type[Mechanism], **changed: float | list[float]) -> Mechanism:
    """A mechanism's parameters at their centres in three worlds; a number, or one per world, for those that differ."""
    known = described("mechanism", kind)
    found: dict[str, Any] = {}
    for one in fields(kind):  # type: ignore[arg-type]
        value = changed.pop(one.name, known[f"mechanism.{one.name}"].value)
        found[one.name] = value if isinstance(value, str) else np.broadcast_to(np.asarray(value, float), WORLDS).copy()
    assert not changed, f"no such parameter: {changed}"
    return kind(**found)


def owners(*rows: list[float]) -> Owners:
    """(owners, worlds) from a list per owner."""
    return np.array(rows, dtype=float)


def everywhere(*values: float) -> Owners:
    """(owners, worlds) with one value per owner, the same in all worlds."""
    return np.repeat(np.array(values, dtype=float)[:, None], WORLDS, axis=1)
