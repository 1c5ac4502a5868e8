"""The folder that a run leaves: what is in it, and how it gets there whole or not at all.

Everything is written into a hidden folder beside the target, forced to disk, the manifest last, and then renamed into
place. A folder that holds the same run is replaced; anything else is left alone and refused. A hidden folder is locked
for as long as its process lives: what an ended one left is cleared away, or put back into its place, by the next.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from computerace.analysis.aside import REPORT, aside, clear, exchanged, held, leftovers
from computerace.analysis.manifest import check_manifest, read_whole, with_sum
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.analysis.unwritten import explained
from computerace.market.errors import UserError
from computerace.runs.store.manifest import other_text, without_place
from computerace.runs.store.whole import write_whole

MANIFEST = "manifest.json"
SHOWN = 120  # bytes of a folder's name in that of the hidden one beside it, which has more and may be no longer
# What a run's folder may hold; a file by another name was put there by somebody and is not ours to delete.
OWN_FILES = {
    MANIFEST, "worlds.parquet", "steps.parquet", "failures.parquet", "points.parquet", "vectors.parquet", "race.png",
    "report.html", "figures", "answer.json", "explain.png", "twin.png", "structure.png",
    "attribution.parquet", "differences.parquet", "structure.parquet",
    "backtest.csv", "backtest.png", "backtest-markets.png", "forecast.csv", "claim.csv", "draws.csv", "recovery.csv",
}  # fmt: skip
WEIGHTED = ("claim", "report", "ledger", "update")  # commands that know what `update` writes
# What makes two runs the same: equal here, their results are the same up to program and library versions.
IDENTITY = ("kind", "scenario", "parameter_set", "seed", "worlds", "months", "fixed", "design", "keep", "updated")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run's folder, or None where the folder is no run of this program.

    Raises UserError where it is not as it was written.
    """
    try:
        manifest = read_whole((folder / MANIFEST).read_text(encoding="utf-8"), str(folder))
    except UserError:
        raise
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(manifest, dict) and "kind" in manifest and "scenario" in manifest
    return cast("Manifest", manifest) if ours else None


def refuse_other_kinds(folder: Path, command: str) -> None:
    """Raise UserError where `command` cannot read a folder: it is of another command, or its manifest is damaged."""
    manifest = read_manifest(folder)
    kind = "race" if manifest is None else str(manifest["kind"])
    if kind not in ("race", "sweep", *(("update",) if command in WEIGHTED else ())):
        maker = "calibrate" if kind == "parameters" else kind
        raise UserError(f"{folder} is of `computerace {maker}`; {command} reads a race's or a sweep's folder")
    if manifest is not None:
        check_manifest(manifest, str(folder), replayed=command in ("verify", "replay"))


def same_run(one: Manifest, other: Manifest) -> bool:
    """Whether two manifests describe the same run."""
    return all(_identity(one, key) == _identity(other, key) for key in IDENTITY)


def _identity(manifest: Manifest, key: str) -> Any:
    value = _plain(manifest.get(key))
    return without_place(value) if key == "scenario" and isinstance(value, dict) else value


def refuse_unless_free(target: Path, manifest: Manifest) -> None:
    """Raise UserError unless `target` is absent, empty, or holds the run that `manifest` describes."""
    if target.exists() and not target.is_dir():
        raise UserError(f"{target} is not a folder; give another one with --out")
    if not target.exists():
        return
    held = _listing(target)
    if not held:
        return
    there = _run_there(target, held)
    strange = sorted(set(held) - OWN_FILES)
    if strange:
        raise UserError(f"{target} holds a run and beside it {strange[0]}; move that away or give another --out")
    _refuse_another(target, there, manifest)


def refuse_another_question(target: Path, manifest: Manifest) -> Manifest | None:
    """What `target` says of itself; None where nothing is there but hidden files.

    Raises UserError unless it is of the question that `manifest` describes.
    """
    held = [name for name in _listing(target) if not name.startswith(".")]
    if not held:
        return None
    there = _run_there(target, held)
    _refuse_another(target, there, manifest)
    return there


def _run_there(target: Path, held: list[str]) -> Manifest:
    there = read_manifest(target)
    if there is None:
        raise UserError(f"{target} holds something else than a run ({held[0]}, …); give another folder with --out")
    return there


def _refuse_another(target: Path, there: Manifest, manifest: Manifest) -> None:
    if not same_run(there, manifest):
        raise UserError(f"{target} holds another run ({_difference(there, manifest)}); give another folder with --out")


@contextmanager
def run_folder(target: Path, manifest: Manifest) -> Iterator[Path]:
    """A fresh folder to write a run into; on leaving without an error it takes the place of `target`, whole.

    `manifest` may be completed inside the block; it is written last. On any error, and on Ctrl-C, nothing is left.
    Raises UserError where the target is not free or cannot be written.
    """
    target = at_home(target)
    with explained(target):
        if target.is_symlink():  # the folder behind it is written, and the link stays
            target = target.resolve()
    with explained(target):
        clear_leftovers(target)
        refuse_unless_free(target, manifest)
        parent = target.absolute().parent
        parent.mkdir(parents=True, exist_ok=True)
        with aside(parent, _hidden(target)) as made:
            yield made
            write_manifest(made, manifest)
            sync_folder(made)
            made.chmod(0o755)
            _swap(made, target.absolute(), manifest)


def _hidden(target: Path) -> str:
    """What the hidden folders beside a run's folder are named for it; no longer than a file's name may be."""
    name = target.name
    if len(os.fsencode(name)) <= SHOWN:
        return name
    return f"{name[: SHOWN // 8]}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def clear_leftovers(target: Path) -> None:
    """Put back, or clear away, what an ended process left beside a run's folder and in it.

    What a living one holds stays.
    """
    parent, name = target.absolute().parent, _hidden(target)
    for left in leftovers(parent, f"{name}-old"):
        with held(left) as mine:
            if mine and (left / "run").is_dir() and not target.exists():  # ended between the two renames
                (left / "run").rename(target)
    for left in (*leftovers(parent, name), *leftovers(parent, f"{name}-old"), *leftovers(target, REPORT)):
        clear(left)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest beside its place and rename it in, so that a reader never sees half of one."""
    text = json.dumps(with_sum(_plain(manifest)), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(folder / MANIFEST, text.encode())


def sync_folder(folder: Path) -> None:
    """Force every file below a folder, and the folders' own entries, to disk."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _swap(made: Path, target: Path, manifest: Manifest) -> None:
    """Rename the new folder to the target's name; an old run goes only once the new one stands."""
    refuse_unless_free(target, manifest)
    if not target.exists():
        made.rename(target)
    elif not exchanged(made, target):  # where that is done, the old run is in the new one's place, and goes
        old = Path(tempfile.mkdtemp(prefix=f".computerace-{_hidden(target)}-old-", dir=target.parent))
        with held(old):
            target.rename(old / "run")
            try:
                made.rename(target)
            except OSError:
                (old / "run").rename(target)
                old.rmdir()
                raise
            shutil.rmtree(old, ignore_errors=True)
    handle = os.open(target.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _listing(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def _difference(there: Manifest, here: Manifest) -> str:
    """What tells two runs apart, in a few words."""
    parts = []
    for key in IDENTITY:
        old, new = _identity(there, key), _identity(here, key)
        if old != new:
            text = other_text(there["scenario"], here["scenario"]) if key == "scenario" and old and new else ""
            if text:
                parts.append(text)
                continue
            named = isinstance(old, (dict, list)) or isinstance(new, (dict, list))
            parts.append(f"another {key}" if named else f"{key} {old} there, {new} here")
    return "; ".join(parts)


def _plain(value: Any) -> Any:
    """The value as JSON gives it back, so that what was written compares equal to what will be."""
    return json.loads(json.dumps(value, default=_as_plain))


def _as_plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
