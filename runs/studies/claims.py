"""Claims of which a folder is asked: from what its tables keep where that tells, else from its worlds played again.

    ask("out/baseline", ["half", "mine.toml"])     # a frame, a row for each claim, lab and deadline

This is the one place where a claim meets worlds: `outcomes` gives what came of it in each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.claim import share_of
from computerace.analysis.columns import require
from computerace.analysis.folder import Runs, load
from computerace.analysis.paths import at_home
from computerace.analysis.weights import quantiles, weights_of
from computerace.market.vocabulary import REST, SPREAD
from computerace.observables import definition_of
from computerace.observables.outcomes import compute_column, first_month_column, marked_months
from computerace.runs.answers.claims import OwnClaim
from computerace.runs.answers.updates import SMOOTHER
from computerace.runs.claims import Claim, Resolved, read_claims, resolved
from computerace.runs.claims.claim import ALL_OTHERS, MORE, OTHER_LABS, AnyClaim
from computerace.runs.claims.held import Came, as_first, came, came_at
from computerace.runs.claims.resolved import Part
from computerace.runs.store import refuse_other_kinds
from computerace.runs.sweeps.again import play_again
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    from computerace.runs.worlds.simulate import Batch

RIVALS = {OTHER_LABS: "three", ALL_OTHERS: "all"}  # in the columns of a table of worlds
COLUMNS = (
    "claim", "question", "lab", "deadline_months", "worlds", "effective_worlds", "reached", "probability", "low",
    "high", "bound", "first_month_p5", "first_month_p50", "first_month_p95",
)  # fmt: skip


@dataclass(frozen=True)
class KeepCame:
    """What is kept of a batch: what came of each claim, (names, deadlines, worlds) and (names, worlds)."""

    claims: tuple[Resolved, ...]

    def __call__(self, batch: "Batch") -> dict[str, NDArray[Any]]:
        """The arrays of `Came` by number of the claim."""
        found: dict[str, NDArray[Any]] = {}
        for number, claim in enumerate(self.claims):
            name = claim.claim.quantity
            values = batch.steps[name] if name in batch.steps else batch.market[name]
            found |= {f"{number} {part}": one for part, one in came(claim, values)._asdict().items()}
        return found


def ask(
    folder: str | Path | Runs,
    claims: Sequence[AnyClaim | Claim] | AnyClaim | Claim,
    *,
    on: Workers = ONE,
    trust_code: bool = False,
) -> pd.DataFrame:
    """How likely each claim is in a race's or a sweep's folder; columns [scenario,] COLUMNS.

    claims: names, TOML files, or mappings of their keys; one alone too. on: where worlds are played again for what was
    not kept.
    Raises UserError for a claim of which this folder cannot be asked.
    """
    runs = folder if isinstance(folder, Runs) else opened(Path(folder))
    asked = [fitted(one, runs) for one in read_claims(claims)]
    found = outcomes(runs, asked, on=on, trust_code=trust_code)
    return table(runs, asked, found)


def opened(folder: Path, command: str = "claim") -> Runs:
    """The tables of a race or a sweep; raises UserError where the folder is one that `command` cannot read."""
    refuse_other_kinds(at_home(folder), command)
    return load(folder)


def fitted(claim: Claim, runs: Runs) -> Resolved:
    """The claim of this folder's race."""
    return resolved(claim, (*runs.labs, REST), runs.claimant, runs.start, runs.horizon)


def outcomes(runs: Runs, claims: Sequence[Resolved], *, on: Workers = ONE, trust_code: bool = False) -> list[Came]:
    """What came of each claim in each row of a folder's worlds."""
    found = {number: kept for number, one in enumerate(claims) if (kept := from_table(runs, one)) is not None}
    missing = {number: one for number, one in enumerate(claims) if number not in found}
    if missing:
        found |= dict(zip(missing, _played(runs, tuple(missing.values()), on, trust_code), strict=True))
    return [found[number] for number in range(len(claims))]


def with_columns(
    runs: Runs, claims: Sequence[AnyClaim | Claim], *, on: Workers = ONE, trust_code: bool = False
) -> tuple[Runs, tuple[Part, ...]]:
    """The folder with a column of its worlds for whatever the claims say, true or false, and what each column says."""
    asked = [fitted(one, runs) for one in read_claims(claims)]
    found = outcomes(runs, asked, on=on, trust_code=trust_code)
    columns = {
        part.column: one.true[part.number, part.place]
        for claim, one in zip(asked, found, strict=True)
        for part in claim.parts
    }
    parts = tuple(part for claim in asked for part in claim.parts)
    return replace(runs, worlds=runs.worlds.assign(**columns)), parts


def of_design(runs: Runs) -> list[Mapping[str, object]]:
    """The claims that a sweep's design counted in every world."""
    return list((runs.manifest.get("design") or {}).get("claims", ()))


def _counted(runs: Runs, claim: Resolved) -> Came | None:
    """What came of a claim that the design counted; None where it did not."""
    columns = [[part.column for part in claim.parts if part.number == number] for number in range(len(claim.names))]
    names = {*(one for row in columns for one in row), *claim.first_columns}
    if claim.claim.to_dict() not in of_design(runs) or not names <= set(runs.worlds.columns):
        return None
    if claim.first_columns:
        return as_first(claim, runs.worlds[[*claim.first_columns]].to_numpy(dtype=np.float64).T)
    true = np.stack([runs.worlds[row].to_numpy(dtype=bool).T for row in columns])
    return Came(true, np.full((len(columns), len(runs.worlds)), np.nan))


def from_table(runs: Runs, claim: Resolved) -> Came | None:
    """What came of a claim where the table of worlds tells it; None where it does not."""
    kept = _counted(runs, claim)
    if kept is not None:
        return kept
    wanted, worlds = claim.claim, runs.worlds
    definition = definition_of(wanted.quantity)
    if definition is None or wanted.months_in_a_row > 1:
        return None
    if wanted.by:
        of_article = wanted.relation == MORE and claim.names == (runs.claimant,) and wanted.rivals in RIVALS
        name = first_month_column(definition, RIVALS[wanted.rivals]) if of_article else ""
        return as_first(claim, worlds[name].to_numpy(dtype=np.float64)[None]) if name in worlds else None
    if not set(claim.deadlines) <= set(marked_months({str(name) for name in worlds.columns})):
        return None
    owners, months = (*runs.labs, REST), (0, *claim.deadlines)
    names = [[compute_column(owner, definition, month) for owner in owners] for month in months]
    require(worlds, [name for row in names for name in row])
    values = np.array([[worlds[name].to_numpy(dtype=np.float64) for name in row] for row in names])
    return came_at(claim, values)


def _played(runs: Runs, claims: tuple[Resolved, ...], on: Workers, trust_code: bool) -> list[Came]:
    measures = tuple(dict.fromkeys(one.claim.quantity for one in claims))
    with progress("playing its worlds again", len(runs.worlds)) as advance:
        keep = KeepCame(claims)
        if runs.manifest["kind"] == "update" and runs.manifest["updated"].get("how") == SMOOTHER:
            from computerace.runs.studies.moved import play_moved_again

            kept = play_moved_again(runs, measures, keep, on=on, advance=advance, trust_code=trust_code)
        else:
            kept = play_again(
                runs.path, runs.manifest, runs.worlds, measures, keep, on=on, advance=advance, trust_code=trust_code
            )
    return [Came(kept[f"{number} true"], kept[f"{number} first"]) for number in range(len(claims))]


def table(runs: Runs, claims: Iterable[Resolved], found: Iterable[Came]) -> pd.DataFrame:
    """The answer's rows: for each scenario, claim, name and deadline; columns [scenario,] COLUMNS."""
    crossed = not (runs.manifest.get("design") or {}).get("independent", False)
    several = "scenario" in runs.worlds.columns
    rows = []
    for claim, one in zip(claims, found, strict=True):
        for scenario, places in by_scenario(runs.worlds):
            row = partial(_row, runs.worlds.iloc[places], crossed=crossed)
            for number, name in enumerate(claim.names):
                for place, deadline in enumerate(claim.deadlines):
                    true, first = one.true[number, place, places], one.first[number, places]
                    keys: dict[str, Any] = {"scenario": scenario} if several else {}
                    keys |= {
                        "claim": claim.claim.name,
                        "question": claim.claim.subject,
                        "lab": name,
                        "deadline_months": deadline,
                    }
                    rows.append(keys | row(true, first))
    return pd.DataFrame(rows, columns=[*(["scenario"] if several else []), *COLUMNS])


def answered(
    runs: Runs, claims: Sequence[AnyClaim | Claim], *, on: Workers = ONE, trust_code: bool = False
) -> list[OwnClaim]:
    """The rows of `ask` as `claim --json` has them."""
    asked = [fitted(one, runs) for one in read_claims(claims)]
    found = table(runs, asked, outcomes(runs, asked, on=on, trust_code=trust_code))
    return [_plain(row) for row in found.to_dict("records")]


def _plain(row: Mapping[Any, Any]) -> OwnClaim:
    found: OwnClaim = {
        "claim": row["claim"],
        "question": row["question"],
        "lab": row["lab"],
        "deadline_months": int(row["deadline_months"]),
        "worlds": int(row["worlds"]),
        "effective_worlds": float(row["effective_worlds"]),
        "worlds_reached": int(row["reached"]),
        "probability": float(row["probability"]),
        "interval": [float(row["low"]), float(row["high"])],
        "bound": bool(row["bound"]),
        "first_month": _number(row["first_month_p50"]),
        "first_month_interval": [_number(row["first_month_p5"]), _number(row["first_month_p95"])],
    }
    if "scenario" in row:
        found["scenario"] = row["scenario"]
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _row(worlds: pd.DataFrame, true: NDArray[np.bool_], first: NDArray[np.float64], *, crossed: bool) -> dict[str, Any]:
    weights = weights_of(worlds)
    months = quantiles(first[true], None if weights is None else weights[true], SPREAD)
    named = dict(zip(COLUMNS[-3:], months, strict=True))
    return share_of(worlds, pd.Series(true, index=worlds.index), crossed)._asdict() | named


def by_scenario(worlds: pd.DataFrame) -> list[tuple[str, NDArray[np.intp]]]:
    """Places of the rows of each scenario, in order; of one without a name where the table has one."""
    if "scenario" not in worlds.columns:
        return [("", np.arange(len(worlds)))]
    names = worlds["scenario"].to_numpy()
    return [(str(name), np.flatnonzero(names == name)) for name in dict.fromkeys(names)]
