"""How a sweep is cut for shards: the same for all of them, and for as long as their pieces wait to be merged."""

from typing import TYPE_CHECKING

from computerace.market.errors import UserError
from computerace.runs.store.parts import SweepFolder
from computerace.runs.store.pieces import Cut, digest_of, piece_size, write_cut
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.sweeps.work import Missing, Work, usual_batch

if TYPE_CHECKING:
    from computerace.runs.store.pieces import Shard


def cut_there(folder: SweepFolder, work: Work) -> tuple[Cut, Missing] | None:
    """The folder's cut, and what was missing when it was made; None where it has none.

    None too where the sweep has grown since, or somebody changed its files: then what pieces there are count as parts
    like others, and the rest may be cut anew.
    """
    cut = folder.cut()
    if cut is None:
        return None
    missing = work.missing(SweepFolder(folder.path, without=cut))
    return (cut, missing) if _digest(folder, cut.batch, missing) == cut.digest else None


def cut_for(
    folder: SweepFolder, work: Work, batch: int | None, shard: "Shard", *, write: bool = True
) -> tuple[Cut, Missing]:
    """The folder's cut, made and written down where there is none, and what was missing then.

    batch: worlds per piece, None for what the cut has. Raises UserError where it has another size, SweepStopped where
    another shard makes another cut at the same moment.
    """
    there = cut_there(folder, work)
    if there is not None:
        if batch not in (None, there[0].batch):
            raise UserError(
                f"the pieces of {folder.path} were cut with --batch {there[0].batch}; leave --batch out, or give that"
            )
        return there
    missing = work.missing(folder)
    size = batch or piece_size(usual_batch(work.plan.keep, missing.worlds), missing.worlds, shard.of)
    pieces = sum(1 for _ in work.cut(missing, size))
    cut = Cut(_digest(folder, size, missing), size, pieces, missing.worlds)
    if write and pieces:
        with folder.explained():
            write_cut(folder.parts, cut)
        refuse_other_cut(folder, cut)
    return cut, missing


def refuse_other_cut(folder: SweepFolder, cut: Cut) -> bool:
    """Whether the folder still has this cut, or False where it has none: somebody has merged it.

    Raises SweepStopped where it has another.
    """
    now = folder.cut()
    if now not in (None, cut):
        raise SweepStopped(
            f"another shard of {folder.path} has cut it in another way meanwhile; start the shards again,"
            " all with the same design, N and --batch"
        )
    return now is not None


def _digest(folder: SweepFolder, batch: int, missing: Missing) -> str:
    return digest_of(folder.sweep, batch, missing.play, missing.fresh)
