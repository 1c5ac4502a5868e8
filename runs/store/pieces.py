"""A sweep cut into numbered pieces, which shards play into one folder from any number of machines.

The cut follows from the design, from what the folder held when it was made, and from its pieces' size, and from nothing
else: whoever makes it finds the same pieces under the same numbers. A piece is a part, `parts/piece-CUT-NUMBER.part`,
whose rows are the same whoever plays it, and which is renamed into place: played twice, at once even, it stands there
once. So shards need no lock between them; `cut.json` and what each shard says of itself are for those who finish.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.runs.store.whole import here, write_whole

CUT = "cut.json"  # below parts
PIECE = re.compile(r"piece-([0-9a-f]{12})-(\d{7})")
MOST_SHARDS = 100_000
PIECES_PER_SHARD = 16  # at least, so that a shard's processes end together
LEAST_PIECE = 512  # worlds, unless there are more shards than pieces of this size


@dataclass(frozen=True)
class Shard:
    """Shard `number` of `of`: every `of`-th piece, from the one of that number on."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, piece: int) -> bool:
        """Whether the piece of that number, from 1, is this shard's."""
        return piece % self.of == self.number % self.of


@dataclass(frozen=True)
class Cut:
    """What shards play. digest: of what was missing and how it is cut. batch: worlds per piece, about."""

    digest: str
    batch: int
    pieces: int
    worlds: int

    def name(self, piece: int) -> str:
        """The name of a piece's part."""
        return f"piece-{self.digest}-{piece:07d}"

    def has(self, name: str) -> bool:
        """Whether a part's name is that of a piece of this cut."""
        found = PIECE.fullmatch(name)
        return found is not None and found[1] == self.digest


@dataclass(frozen=True)
class Account:
    """What a shard says of itself, for the manifest. pieces, worlds, failed: what this start of it has played."""

    shard: int
    of: int
    host: str
    process: int
    started: str
    ended: str | None
    pieces: int
    worlds: int
    failed: int


def as_shard(given: object) -> Shard:
    """The shard that "3/16" or (3, 16) means.

    Raises UserError unless both are whole numbers, 1 ≤ K ≤ N.
    """
    pair = given.split("/") if isinstance(given, str) else given
    if isinstance(pair, (list, tuple)) and len(pair) == 2:
        numbers = [_whole(one) for one in pair]
        if None not in numbers:
            number, of = int(numbers[0] or 0), int(numbers[1] or 0)
            if 1 <= number <= of <= MOST_SHARDS:
                return Shard(number, of)
    shown = f"{given[0]}/{given[1]}" if isinstance(given, tuple) and len(given) == 2 else str(given)
    raise UserError(
        f"a shard is K/N, as in 3/16: whole numbers, K from 1 to N, N at most {MOST_SHARDS:,}; got '{shown[:40]}'"
    )


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def piece_size(usual: int, worlds: int, shards: int) -> int:
    """Worlds per piece: the usual batch, or fewer where shards would otherwise have few pieces each, or none."""
    return max(1, min(usual, max(worlds // (PIECES_PER_SHARD * shards), min(LEAST_PIECE, worlds // shards))))


def digest_of(sweep: str, batch: int, *missing: NDArray[np.bool_]) -> str:
    """The digest of a cut: of the sweep, of which worlds are to be played (and are new), and of the pieces' size."""
    found = hashlib.sha256(f"{sweep} {batch} {missing[0].shape}".encode())
    for marks in missing:
        found.update(np.packbits(marks).tobytes())
    return found.hexdigest()[:12]


def read_cut(parts: Path) -> Cut | None:
    """The cut in a folder of parts, None where there is none; raises UserError where it is damaged."""
    try:
        return Cut(**json.loads((parts / CUT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{parts / CUT} is damaged; move it away and start the shards again") from error


def write_cut(parts: Path, cut: Cut) -> None:
    """Write the cut down; all shards write the same."""
    parts.mkdir(exist_ok=True)
    write_whole(parts / CUT, json.dumps(asdict(cut)).encode())


def pieces_there(parts: Path, cut: Cut) -> set[int]:
    """The numbers of the pieces that have been played."""
    found = (PIECE.fullmatch(file.stem) for file in parts.glob("piece-*.part"))
    return {int(one[2]) for one in found if one and one[1] == cut.digest}


def write_account(parts: Path, account: Account) -> None:
    """Let a shard say what it has done."""
    name = f"shard-{account.shard}-of-{account.of}.{here()}.json"
    write_whole(parts / name, json.dumps(asdict(account)).encode())


def accounts(parts: Path) -> list[Account]:
    """What the shards have said of themselves, by their number; a damaged word is left out."""
    found = []
    for file in sorted(parts.glob("shard-*.json")):
        try:
            found.append(Account(**json.loads(file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            continue
    return sorted(found, key=lambda one: (one.of, one.shard, one.started))
