"""Which bounds bind: a recorder that the functions of `market/arrays.py` tell each cut of a value to a bound.

Nothing is recorded unless somebody watches, as `computerace bounds` does, and what is computed is the same either way:
the recorder stands in a context variable, so that it is seen by what runs under `watch` alone, and by no other thread. A
bound is known by the function that cuts, such as `talent.pay`, or by a name of its own where a function has several.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

MARKET = "market"  # whose values a bound cuts where it cuts no owner's

_WATCHED: ContextVar["Recorder | None"] = ContextVar("watched", default=None)


@dataclass
class Recorder:
    """How often each bound cut, and how often it could have.

    owners: names of the rows. counts: by bound, (owners and the market last, 3): cut from below, from above, and all
    values that went through. acting: the row of the owner that decides, where one does.
    """

    owners: tuple[str, ...]
    counts: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    acting: int | None = None

    def note(self, name: str, below: NDArray[np.bool_], above: NDArray[np.bool_]) -> None:
        """Count a cut by owner; (…, owners, worlds), or (worlds,) for the market or the owner that decides."""
        rows = len(self.owners)
        counts = self.counts.setdefault(name, np.zeros((rows + 1, 3), dtype=np.int64))
        if below.ndim >= 2 and below.shape[-2] == rows:
            axes = (*range(below.ndim - 2), below.ndim - 1)
            counts[:rows, 0] += below.sum(axis=axes)
            counts[:rows, 1] += above.sum(axis=axes)
            counts[:rows, 2] += below.size // rows
        else:
            row = rows if self.acting is None else self.acting
            counts[row] += (below.sum(), above.sum(), below.size)


@contextmanager
def watch(owners: tuple[str, ...]) -> Iterator[Recorder]:
    """Record what bounds cut within; owners: names of the rows."""
    recorder = Recorder(owners)
    token = _WATCHED.set(recorder)
    try:
        yield recorder
    finally:
        _WATCHED.reset(token)


def act(row: int | None) -> None:
    """Tell a recorder, where there is one, which owner decides from now on; None for the markets."""
    recorder = _WATCHED.get()
    if recorder is not None:
        recorder.acting = row


def note(values: ArrayLike, low: ArrayLike, high: ArrayLike, name: str) -> None:
    """Tell a recorder, where there is one, of a cut to low … high; named for the function that asked for it."""
    recorder = _WATCHED.get()
    if recorder is not None:
        below, above, _ = np.broadcast_arrays(np.less(values, low), np.greater(values, high), values)
        recorder.note(_place(name), below, above)


def _place(name: str) -> str:
    """The module and function whose value is cut, and the bound's own name where it has one."""
    frame = sys._getframe(3)
    module = str(frame.f_globals["__name__"]).rpartition(".")[2]
    return f"{module}.{name or frame.f_code.co_name}"
