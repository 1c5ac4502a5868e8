"""The folder of a study that goes on where it was stopped: one question's, held while it is at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from computerace.analysis.digests import checksums
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.unwritten import explained
from computerace.market.errors import UserError
from computerace.runs import store
from computerace.runs.store import program, provenance
from computerace.runs.store.holding import held
from computerace.runs.store.whole import ASIDE
from computerace.runs.studies.answered import Asked


@contextmanager
def going_on(asked: Asked) -> Iterator[Path]:
    """The folder of a question, empty or with what was found of it before; at the end its tables have check sums.

    Raises UserError where it holds something else, another question, or what another version of the program found; a
    folder in which nothing was found when such an error comes out of the block is gone again.
    """
    folder = asked.folder
    manifest = asked.manifest() | {
        "program": program.fingerprint(), "started": provenance.now(), "ended": None, "status": "running",
    }  # fmt: skip
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is not a folder; give another one with --out")
    with held(folder, asked.kind, alone=True):
        before = store.refuse_another_question(folder, manifest)
        _refuse_other_program(folder, before)
        for left in folder.glob(ASIDE):  # of a process that was ended in the middle of a file
            left.unlink(missing_ok=True)
        _write(folder, manifest)
        try:
            yield folder
        except UserError:
            if before is None and {file.name for file in folder.iterdir() if file.name[0] != "."} == {store.MANIFEST}:
                (folder / store.MANIFEST).unlink()
            raise
        _write(folder, manifest | {"ended": provenance.now(), "status": "complete", "files": checksums(folder)})


def _write(folder: Path, manifest: Manifest) -> None:
    with explained(folder):
        store.write_manifest(folder, manifest)


def _refuse_other_program(folder: Path, before: Manifest | None) -> None:
    changed = [] if before is None else program.changes(before.get("program", {}), program.fingerprint())
    if changed:
        shown = ", ".join(changed[:4]) + (f" and {len(changed) - 4} more" if len(changed) > 4 else "")
        raise UserError(
            f"{folder} was begun by another version of the program ({shown}), which may find other chances;"
            " go on with that version, or give another folder with --out"
        )
