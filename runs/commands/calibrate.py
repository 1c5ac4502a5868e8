"""`computerace calibrate`: what the record up to a date says about the parameters."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.options import Saved, Seed, Until, Where, whole
from computerace.runs.commands.settings import positive
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.answers.validation import CalibrateAnswer
    from computerace.runs.calibration import FittedSet


def calibrate(
    *,
    until: Until,
    members: Annotated[int, whole(200), Parameter(help="worlds of the ensemble that is fitted.")] = 4000,
    truths: Annotated[
        int,
        whole(5),
        Parameter(help="invented histories, fitted to see which parameters can be recovered."),
    ] = 40,
    draws: Annotated[int, whole(), Parameter(help="fitted worlds that are kept.")] = 500,
    seed: Seed = 1,
    where: Where = Where(),
    saved: Saved = Saved(),
) -> None:
    """Fit the parameters to the record up to a date, and keep joint draws of what it can tell as a parameter set."""
    from computerace.analysis.digests import checksum
    from computerace.runs.calibration.fitting import checked_until, fit, identity, worlds_needed
    from computerace.runs.scenarios.sets import DRAWS, RECOVERY
    from computerace.runs.store import run_folder
    from computerace.runs.studies.backtest import parsed_date
    from computerace.runs.worlds.progress import progress

    day = checked_until(parsed_date("--until", until))
    positive("--draws", draws, most=members)
    folder = saved.out if saved.out is not None else Path("out") / f"fitted-{day}"
    manifest = identity(day, members, truths, seed)
    with run_folder(folder, manifest) as made:  # before the fit: a folder that cannot be had is told at once
        with where.on() as on, progress(f"fit to {day}", worlds_needed(members, truths)) as advance:
            found = fit(day, members=members, draws=draws, truths=truths, seed=seed, advance=advance, on=on)
        found.write(made)
        manifest |= found.manifest | {"files": {name: checksum(made / name) for name in (DRAWS, RECOVERY)}}
    if saved.as_json:
        print_json(_answer(found, folder))
    else:
        from computerace.runs.terminal.calibrate import show_calibration

        show_calibration(found)
        print(f"saved in {folder}; use it with `computerace race --parameters {folder}`")


def _answer(found: "FittedSet", folder: Path) -> "CalibrateAnswer":
    """The object that `calibrate --json` prints."""
    from computerace.runs.calibration.summary import summary

    return {
        **found.manifest, "folder": str(folder), "fitted": summary(found),
        "recovery": json.loads(found.recovery.to_json(orient="records")),
    }  # fmt: skip
