"""What a study has tried so far, scenario by scenario, in a file that grows with it: it goes on from there.

Of each scenario is kept in which worlds the claim came true, and which went through, a bit a world. The file is written
whole or not at all, every few seconds, and carries a check sum. Worlds that failed are rows of a table beside it, each
with its scenario, which has a number there by which `computerace replay` finds it.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.manifest import CHECKSUM, sum_of, with_sum
from computerace.analysis.unwritten import explained
from computerace.market.errors import UserError
from computerace.runs.store.parts import readable
from computerace.runs.store.whole import write_whole
from computerace.runs.studies.answered import replayable
from computerace.runs.worlds.failures import Lost, failures_frame

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.variants import Piece

FILE, FAILURES = "tried.json", "failures.parquet"
SECONDS = 5.0  # between two writings

type Bits = NDArray[np.bool_]


def key_of(scenario: "Scenario") -> str:
    """A scenario in a word: equal where all that it sets is equal."""
    return _key(scenario.to_dict())


def _key(scenario: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(scenario, sort_keys=True, default=str).encode()).hexdigest()[:32]


@dataclass
class Tried:
    """By scenario: worlds in which the claim came true, and worlds that went through; (worlds,) each.

    folder: where the file is; None where nothing is kept. failures: a row for each scenario and world that failed.
    """

    folder: Path | None = None
    found: dict[str, tuple[Bits, Bits]] = field(default_factory=dict)
    failures: pd.DataFrame = field(default_factory=lambda: failures_frame(()))
    _written: float = field(default_factory=time.monotonic)

    def read(self) -> None:
        """Take in what the file has; raises UserError where it is damaged."""
        if self.folder is None or not (self.folder / FILE).exists():
            return
        try:
            held = json.loads((self.folder / FILE).read_text(encoding="utf-8"))
            if held.pop(CHECKSUM) != sum_of(held):
                raise ValueError("it is not as it was written")
            worlds = held["worlds"]
            self.found = {
                key: (_bits(one, worlds), _bits(other, worlds)) for key, (one, other) in held["tried"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UserError(
                f"{self.folder / FILE} is damaged; move it away and ask again: what it held is played again"
            ) from error
        self._read_failures(self.folder / FAILURES)

    def _read_failures(self, file: Path) -> None:
        """Take in the rows of worlds that failed, but for scenarios that were not tried to their end."""
        if not file.exists():
            return
        with readable(file, "move it away with tried.json and ask again"):
            rows = pd.read_parquet(file)
        whole = [_key(json.loads(text)) in self.found for text in rows["scenario"]]
        self.failures = rows[whole].reset_index(drop=True)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of the scenarios that have not been tried, each once."""
        return [key for key in dict.fromkeys(keys) if key not in self.found]

    def take(self, keys: Sequence[str], worlds: int, pieces: "Iterable[Piece]", column: str) -> None:
        """Keep what comes of scenarios, by number, in so many worlds; the claim came true where the column is a number.

        What has come whole is written every few seconds, and at the end, however that comes.
        """
        reached, through = np.zeros((2, len(keys), worlds), dtype=bool)
        left = np.full(len(keys), worlds)
        try:
            for piece in pieces:
                if len(piece.variant):
                    through[piece.variant, piece.world] = True
                    values = piece.outcomes[column]
                    reached[piece.variant, piece.world] = values if values.dtype == bool else ~np.isnan(values)
                failed = np.array([one.variant for one in piece.failures], dtype=np.int64)
                self._lose(piece.failures)
                left -= np.bincount(np.concatenate([piece.variant, failed]), minlength=len(keys))
                for number in map(int, np.flatnonzero(left == 0)):
                    self.found[keys[number]] = reached[number], through[number]
                if time.monotonic() - self._written > SECONDS:
                    self.write()
        finally:
            self.write()

    def _lose(self, failures: Sequence[Lost]) -> None:
        """Keep rows of worlds that failed; a scenario has a number of its own, one after those that are there."""
        if not failures:
            return
        numbers = dict(zip(self.failures["scenario"], self.failures["variant"], strict=True)) if self.lost else {}
        first = max(numbers.values(), default=-1) + 1
        fresh = dict.fromkeys(str(one.scenario) for one in failures if one.scenario not in numbers)
        numbers |= {scenario: first + place for place, scenario in enumerate(fresh)}
        rows = failures_frame([replace(one, variant=int(numbers[str(one.scenario)])) for one in failures])
        if self.folder is not None:
            rows = replayable(rows, self.folder)
        self.failures = pd.concat([self.failures, rows], ignore_index=True) if self.lost else rows

    @property
    def lost(self) -> int:
        """How many worlds failed, of all scenarios together."""
        return len(self.failures)

    def write(self) -> None:
        """Write the file, and the rows of worlds that failed before it."""
        self._written = time.monotonic()
        if self.folder is None or not self.found:
            return
        tried = {key: [_hex(one) for one in both] for key, both in sorted(self.found.items())}
        held: dict[str, object] = {"worlds": len(next(iter(self.found.values()))[0]), "tried": tried}
        with explained(self.folder):
            if self.lost:
                write_whole(self.folder / FAILURES, self.failures.to_parquet(index=False))
            write_whole(self.folder / FILE, (json.dumps(with_sum(held)) + "\n").encode())


def _bits(text: str, worlds: int) -> Bits:
    return np.unpackbits(np.frombuffer(bytes.fromhex(text), dtype=np.uint8), count=worlds).astype(bool)


def _hex(bits: Bits) -> str:
    return np.packbits(bits).tobytes().hex()
