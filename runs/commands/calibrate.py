"""`computerace calibrate`: what the record up to a date says about the parameters."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.runs.commands.settings import positive

if TYPE_CHECKING:
    from computerace.runs.calibration import FittedSet


def calibrate(
    *,
    until: str,
    members: int = 4000,
    truths: int = 40,
    draws: int = 500,
    seed: int = 1,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Fit the parameters to the record up to a date, and keep joint draws of what it can tell as a parameter set.

    Parameters
    ----------
    until: quarter end up to which the record is used; nothing later is read.
    members: worlds of the ensemble that is fitted.
    truths: invented histories, fitted to see which parameters can be recovered at all.
    draws: fitted worlds that are kept.
    seed: which draws and luck; equal seeds give equal results.
    out: where to save the set; by default a folder under out/.
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.backtest import parsed_date
    from computerace.runs.calibration.fitting import checked_until, fit, identity, worlds_needed
    from computerace.runs.progress import progress
    from computerace.runs.store import run_folder

    day = checked_until(parsed_date("--until", until))
    members, truths = positive("--members", members, least=200), positive("--truths", truths, least=5)
    draws, seed = positive("--draws", draws, most=members), positive("--seed", seed, least=0)
    folder = out if out is not None else Path("out") / f"fitted-{day}"
    manifest = identity(day, members, truths, seed)
    with run_folder(folder, manifest) as made:  # before the fit: a folder that cannot be had is told at once
        with progress(f"fit to {day}", worlds_needed(members, truths)) as advance:
            found = fit(day, members=members, draws=draws, truths=truths, seed=seed, advance=advance)
        manifest |= found.manifest
        found.write(made)
    if as_json:
        json.dump(_answer(found, folder), sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        from computerace.runs.terminal_calibrate import show_calibration

        show_calibration(found)
        print(f"saved in {folder}; use it with `computerace race --parameters {folder}`")


def _answer(found: "FittedSet", folder: Path) -> dict[str, Any]:
    """The object that `calibrate --json` prints."""
    from computerace.runs.calibration.summary import summary

    return {
        **found.manifest, "folder": str(folder), "fitted": summary(found),
        "recovery": json.loads(found.recovery.to_json(orient="records")),
    }  # fmt: skip
