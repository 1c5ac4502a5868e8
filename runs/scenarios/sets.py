"""Parameter sets: joint draws of fitted parameters, in the package by name or in a folder from `calibrate`."""

import datetime
import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.manifest import read_whole
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.market.data.given import parsed
from computerace.market.errors import UserError, unknown
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.listed import checked_points
from computerace.shown import Shown

PACKAGE = "computerace.runs.scenarios.parameter_sets"
LATEST = "fitted"
PRIOR = "prior"
DIGITS = 6
DRAWS, RECOVERY, MANIFEST = "draws.csv", "recovery.csv", "manifest.json"


@dataclass(frozen=True, repr=False)
class FittedSet(Shown):
    """Joint draws of some parameters that know the record up to a date.

    values: (parameters, draws) in the order of names. recovery: a row per parameter with a prior (see recovery.py),
    with what the record did to it: `moved`, the mean in standard deviations of the prior; `narrowed`, the part of its
    variance taken away; `kept`, whether it is in the set. sha256: of the draws as they are written; "" before that.
    """

    name: str
    until: datetime.date
    names: tuple[str, ...]
    values: NDArray[np.float64]
    recovery: pd.DataFrame
    manifest: Manifest
    sha256: str = ""

    def of_worlds(self, probability: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """One draw for each world, the same for all parameters; probability: uniform (worlds,)."""
        chosen = np.minimum((probability * self.values.shape[1]).astype(np.intp), self.values.shape[1] - 1)
        return {name: row[chosen] for name, row in zip(self.names, self.values, strict=True)}

    def centre(self) -> dict[str, float]:
        """The median of each parameter."""
        return {name: float(np.median(row)) for name, row in zip(self.names, self.values, strict=True)}

    def write(self, folder: Path) -> None:
        """Write draws and recovery into a folder that exists; the manifest is the caller's to write, last."""
        draws = pd.DataFrame(dict(zip(self.names, self.values, strict=True)))
        draws.to_csv(folder / DRAWS, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
        self.recovery.to_csv(folder / RECOVERY, index=False, float_format="%.4f", lineterminator="\n")


def packaged() -> tuple[str, ...]:
    """Names of the sets that come with the project, oldest first."""
    ending = "-manifest.json"
    found = [entry.name for entry in files(PACKAGE).iterdir() if entry.name.endswith(ending)]
    return tuple(sorted(name.removesuffix(ending) for name in found))


def load_set(name: str) -> FittedSet:
    """A set by its name, "fitted" for the latest, or by the folder that `calibrate` has written.

    Raises UserError for an unknown name, or a folder that holds no set.
    """
    names = packaged()
    chosen = names[-1] if name == LATEST and names else name
    if chosen in names:
        return _of_package(chosen)
    folder = at_home(name)
    if not folder.is_dir():
        raise unknown("parameter set", name, (PRIOR, LATEST, *names))
    parts = [folder / part for part in (DRAWS, RECOVERY, MANIFEST)]
    written = tuple(part.stat().st_mtime_ns if part.exists() else 0 for part in parts)
    return _of_folder(name, folder.absolute(), written)


def set_of(scenario: Scenario) -> FittedSet:
    """The set that a scenario draws from; raises UserError where its folder holds another by now."""
    found = load_set(scenario.parameter_set)
    expected = scenario.parameter_set_sha256
    if expected and found.sha256 != expected:
        raise UserError(
            f"{scenario.parameter_set} is not the set that this was run with (SHA-256 {found.sha256[:12]}…, not"
            f" {expected[:12]}…): bring that one back, or use another folder"
        )
    return found


@cache
def _of_folder(name: str, folder: Path, _written: tuple[int, ...]) -> FittedSet:
    """The set in a folder, read anew once it has been written anew."""
    return _read(name, {part: folder / part for part in (DRAWS, RECOVERY, MANIFEST)})


@cache
def _of_package(name: str) -> FittedSet:
    return _read(name, {part: files(PACKAGE).joinpath(f"{name}-{part}") for part in (DRAWS, RECOVERY, MANIFEST)})


def _read(name: str, parts: "dict[str, Any]") -> FittedSet:
    try:
        manifest = read_whole(parts[MANIFEST].read_text(encoding="utf-8"), name)
        held = {part: parts[part].read_bytes() for part in (DRAWS, RECOVERY)}
        for part, digest in manifest.get("files", {}).items():
            if hashlib.sha256(held[part]).hexdigest() != digest:
                raise UserError(
                    f"{name}/{part} is damaged: it is not as `computerace calibrate` left it; run that again"
                )
        text = held[DRAWS].decode("utf-8")
        recovery = pd.read_csv(io.StringIO(held[RECOVERY].decode("utf-8")))
        until = datetime.date.fromisoformat(manifest["until"])
    except UserError:
        raise
    except (AttributeError, OSError, ValueError, KeyError, TypeError):
        raise UserError(
            f"'{name}' holds no parameter set; `computerace calibrate --until DATE --out {name}` makes one"
        ) from None
    draws = checked_points(parsed(text, f"{name}/{DRAWS}"), Scenario().parameters())
    values = draws.to_numpy(dtype=np.float64).T.copy()
    known, digest = str(manifest.get("name", name)), hashlib.sha256(held[DRAWS]).hexdigest()
    return FittedSet(known, until, tuple(draws.columns), values, recovery, manifest, digest)


def with_set(scenario: Scenario, name: str) -> Scenario:
    """The scenario with a set where it knows nothing after the start, with the priors where it knows more.

    Raises UserError for an unknown set.
    """
    if name in (PRIOR, LATEST):
        fit = [one for one in packaged() if load_set(one).until <= scenario.start]
        return scenario.with_parameters(fit[-1] if fit and name == LATEST else PRIOR)
    allowed = load_set(name).until <= scenario.start
    return scenario.with_parameters(name if allowed else PRIOR)


def set_for(name: str, start: datetime.date) -> tuple[str, str]:
    """The name under which a race from a start may use a set: the latest that knows nothing after it for "fitted".

    Of a folder the whole path, and beside it the SHA-256 of its draws, by which `set_of` knows it again; else "".
    Raises UserError where the set knows what came after the start.
    """
    if name == PRIOR:
        return PRIOR, ""
    if name == LATEST:
        fit = [one for one in packaged() if load_set(one).until <= start]
        if not fit:
            raise UserError(f"no fitted set knows only what came before {start}; use --parameters prior")
        return fit[-1], ""
    chosen = load_set(name)
    if chosen.until > start:
        raise UserError(f"parameter set {name} knows the record to {chosen.until}, after the start {start}")
    return (name, "") if name in packaged() else (str(at_home(name).absolute()), chosen.sha256)
