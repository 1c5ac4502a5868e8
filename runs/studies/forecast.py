"""Freezing a forecast: quarterly quantiles of each lab's compute and the claim's probabilities, with the manifest."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.digests import checksum
from computerace.analysis.validation.frozen import LEVELS, QUANTITIES, column
from computerace.analysis.validation.record import before, record
from computerace.market.errors import UserError
from computerace.observables.outcomes import of_claim
from computerace.runs import store
from computerace.runs.scenarios import Scenario, own_code
from computerace.runs.schema.bounds import check_memory
from computerace.runs.store import provenance
from computerace.runs.store.manifest import plain_parameters
from computerace.runs.studies.market_paths import MEASURES, further_paths
from computerace.runs.studies.published import from_published
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress
from computerace.runs.worlds.sample import Sample, Sampled, joined, play_sample

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.manifest_form import Manifest
    from computerace.runs.worlds.simulate import Batch

OUTCOME = "outcome"
BYTES_A_QUARTER = 2 * 8 * 22  # of a world: twice while batches are joined, of 22 quantities
DIGITS = 5  # significant: finer than the sampling error of any number of worlds
BASIS = (
    "Quantiles over worlds at quarter ends. owned_h100e and used_h100e are the figure published for the start, where "
    "there is one, and what each world has added since (so that the publisher's own error, which stays, is not counted "
    "twice), and so is powered_mw; operational_h100e, used_h100e of Microsoft, capex_usd of the quarter, and "
    "supply_h100e of the quarter and rent_usd_per_h100e_hour of the Market are the worlds' own figures. The claim's "
    "probabilities are of the worlds as they are."
)

type Floats = NDArray[np.float64]
type Paths = dict[tuple[str, str], Floats]
type Kept = dict[tuple[str, str], Floats]


@dataclass(frozen=True)
class Request:
    """What was asked for: folder, scenario, worlds, seed, months, parameter set."""

    folder: Path
    scenario: Scenario = field(default_factory=Scenario)
    worlds: int = 20_000
    seed: int = 1
    parameters: str = "prior"
    on: Workers = ONE

    @property
    def quarters(self) -> tuple[datetime.date, ...]:
        """Quarter ends of the scenario's horizon."""
        import pandas as pd

        start = pd.Timestamp(self.scenario.start)
        last = start + pd.DateOffset(months=self.scenario.months)
        return tuple(stamp.date() for stamp in pd.date_range(start, last + pd.Timedelta(days=3), freq="QE")[1:])


@dataclass(frozen=True)
class Frozen:
    """A forecast's folder, and how many worlds failed, which its quantiles leave out."""

    folder: Path
    failed: int


def freeze(request: Request) -> Frozen:
    """Run the worlds and write the folder.

    Raises UserError where the folder holds anything, a forecast above all: what is frozen is never written again.
    """
    if request.folder.exists() and (not request.folder.is_dir() or any(request.folder.iterdir())):
        raise UserError(
            f"{request.folder} is taken, and a frozen forecast is never changed; give another folder with --out"
        )
    check_memory("a forecast", request.worlds, BYTES_A_QUARTER * (len(request.quarters) + 1))
    if not request.quarters:
        raise UserError(f"scenario {request.scenario.name} runs {request.scenario.months} months; a forecast needs 3")
    own_code.prepare((request.scenario,), elsewhere=True)
    request = replace(request, scenario=request.scenario.with_parameters(request.parameters))
    manifest: Manifest = {
        "kind": "forecast",
        "scenario": request.scenario.to_dict(),
        "parameter_set": request.scenario.parameter_set,
        "start": request.scenario.start.isoformat(),
        "seed": request.seed,
        "worlds": request.worlds,
        "months": request.scenario.months,
        "basis": BASIS,
        "parameters": plain_parameters(request.scenario),
        "versions": provenance.versions(),
        "commit": provenance.commit(),
        "machine": provenance.machine(),
        "made": provenance.now(),
        "status": "complete",
    }
    with store.run_folder(request.folder, manifest) as folder:
        with progress("forecast", request.worlds) as advance:
            found = _sampled(request, advance)
        paths, outcomes = _paths(found), _outcomes(found)
        _quantiles(paths, request).to_csv(folder / "forecast.csv", index=False)
        _claim(outcomes).to_csv(folder / "claim.csv", index=False)
        if found.lost:
            found.failures.to_parquet(folder / "failures.parquet", index=False)
        manifest["counts"] = {"worlds": len(found.worlds), "failed": found.lost}
        manifest["files"] = {one: checksum(folder / one) for one in ("forecast.csv", "claim.csv")}
    return Frozen(request.folder, found.lost)


@dataclass(frozen=True)
class QuarterEnds:
    """What is kept of a batch: quantities of labs and market by quarter, and the claim's outcomes.

    ends: months, the first being the start's.
    """

    scenario: Scenario
    ends: tuple[int, ...]

    def __call__(self, batch: "Batch") -> Kept:
        """Paths by (quantity, owner), each (1 + quarters, worlds), and outcomes by ("outcome", name), each (worlds,).

        Sums over quarters have no row of the start.
        """
        rows = {lab: self.scenario.owners.index(lab) for lab in self.scenario.labs}
        kept: Kept = {
            (quantity, lab): batch.steps[quantity][list(self.ends), row].astype(np.float64)
            for quantity in QUANTITIES
            for lab, row in rows.items()
        }
        kept |= further_paths(self.scenario, batch, self.ends)
        return kept | {(OUTCOME, name): batch.outcomes[name] for name in of_claim(batch.outcomes)}


def _sampled(request: Request, advance: Callable[[int], None]) -> Sampled[Kept]:
    ends = (0, *(3 * (number + 1) for number in range(len(request.quarters))))
    sample = Sample(
        scenario=request.scenario, seed=request.seed, world=np.arange(request.worlds),
        keep=QuarterEnds(request.scenario, ends), measures=(*QUANTITIES, *MEASURES), folder=request.folder,
    )  # fmt: skip
    return play_sample(sample, request.on, advance=advance)


def _paths(found: Sampled[Kept]) -> Paths:
    """Paths by (quantity, owner), as `QuarterEnds` keeps them."""
    return {key: values for key, values in joined(found.kept).items() if key[0] != OUTCOME}


def _outcomes(found: Sampled[Kept]) -> "pd.DataFrame":
    """The claim's outcomes, a row per world."""
    import pandas as pd

    outcomes = {key[1]: values for key, values in joined(found.kept).items() if key[0] == OUTCOME}
    return pd.DataFrame({"world": found.worlds} | outcomes)


def _quantiles(paths: Paths, request: Request) -> "pd.DataFrame":
    """A row per quarter end, lab (or Market) and quantity with a column per level, in five significant digits."""
    import pandas as pd

    published = from_published(paths, before(record(), request.scenario.start), request.scenario.start)
    rows = []
    for quantity, owner in published:
        values = np.quantile(published[quantity, owner], LEVELS, axis=1)
        for number, day in enumerate(request.quarters):
            figures = (float(f"{value:.{DIGITS}g}") for value in values[:, number])
            rows.append(
                {"date": day, "lab": owner, "quantity": quantity} | dict(zip(map(column, LEVELS), figures, strict=True))
            )
    return pd.DataFrame(rows).sort_values(["date", "lab", "quantity"], kind="stable").reset_index(drop=True)


def _claim(outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """The claim's probability with its interval for each definition, rivals and twelfth month."""
    from computerace.analysis.claim import claim_table

    return claim_table(outcomes).drop(columns=["effective_worlds", "bound"])
