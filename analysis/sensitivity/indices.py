"""Which parameters account for the spread of the answer, over time, from the folder of a sweep.

`sensitivity(load(folder))` picks the method by the design that the folder holds:

- a `saltelli` design: Sobol' indices (`sobol.py`), first, total and second order;
- a `morris` design: elementary effects (`morris.py`);
- any other in which parameters were drawn (a prior, a Latin hypercube, a plain race): what each parameter accounts for
  alone, from the given data (`given_data.py`). Totals and pairs need a design of their own.

Each method looks at two outcomes at each of the run's marked months (every twelfth): `log_ratio` and `probability`
(`outcomes.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from computerace.analysis.columns import HEADLINE, parameter_columns, require
from computerace.analysis.folder import Runs
from computerace.analysis.manifest_form import design_in, problem_in
from computerace.analysis.outcomes import Outcome, Own, outcome_words, outcomes
from computerace.analysis.precision import is_wide, width_note
from computerace.analysis.sensitivity.given_data import importance
from computerace.analysis.sensitivity.morris import drowned, morris
from computerace.analysis.sensitivity.noise import by_point, spread_of
from computerace.analysis.sensitivity.sobol import Array, between_designs, block_size, sobol
from computerace.analysis.weights import refuse_weighted
from computerace.market.errors import UserError
from computerace.market.vocabulary import UNIT_PREFIX
from computerace.shown import Shown

INDICES = ("outcome", "month", "order", "parameter", "other", "value", "low", "high", "chance")
EFFECTS = ("outcome", "month", "parameter", "value", "low", "high", "mean", "spread", "luck")
SPREAD = ("outcome", "month", "part", "variance", "share")
SOBOL, MORRIS, GIVEN = "sobol", "morris", "given data"
NOT_DRAWN = ("grid", "list")
ONE_WORLD = "one world per point: the parameters' part cannot be told from luck; give worlds_per_point = 8 or more"


@dataclass(frozen=True, repr=False)
class Sensitivity(Shown):
    """The result; both frames are tidy, a row per number.

    method: "sobol", "morris" or "given data".
    indices: columns INDICES for sobol and given data: outcome ("log_ratio" or "probability"), month, order ("first",
    "total" or "second"; always "first" for given data), parameter, other (the second one of a pair, else ""), value (a
    share of the variance), low and high (95 %), chance (of given data: the value that the luckiest of so many
    parameters without effect stays below; else NaN). Columns EFFECTS for morris; see `morris.morris`.
    spread: columns SPREAD: outcome, month, part ("parameters": what was varied; "luck": the worlds' luck and whatever
    else differs between them; "interaction": luck that works differently at different points, which
    counts with luck where each point had worlds of its own), variance, share. The parts are those of one world at one
    point. Empty where there is one world per point.
    notes: warnings for the reader, each a sentence.
    """

    method: str
    indices: pd.DataFrame
    spread: pd.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One outcome at one month, as (points, worlds); claimant: whose it is."""

    outcome: Outcome
    table: Array
    claimant: str

    @property
    def title(self) -> str:
        """The outcome's name for a reader."""
        return outcome_words(self.outcome.name, self.claimant)

    @property
    def words(self) -> str:
        """Outcome and month for a reader."""
        return f"{self.title} at month {self.outcome.month}"


def sensitivity(
    runs: Runs,
    definition: str = HEADLINE[0],
    rivals: str = HEADLINE[1],
    *,
    scenario: str | None = None,
    seed: int = 0,
    own: Sequence[Own] = (),
) -> Sensitivity:
    """Which parameters account for the claim's answer in a folder, by the method that its design allows.

    Parameters
    ----------
    runs: a loaded folder. definition, rivals: of the claim. scenario: which one, where the folder has several.
    seed: of resampling (Morris). own: claims of one's own, outcomes beside the usual two.

    Raises UserError for an outcome that is missing or not finite, a design that is not whole, too few points or worlds,
    several scenarios where none is named, and a folder in which nothing was drawn.
    """
    refuse_weighted(runs.worlds)
    worlds = one_scenario(runs, scenario)
    kind = sampler(runs)
    if kind in NOT_DRAWN:
        raise UserError(
            f"{runs.path} holds points of a {kind}, which is no sample of the parameters: indices need a design with"
            " the sampler saltelli, morris or prior, such as `computerace sweep sobol`, `morris` or `prior`"
        )
    if kind not in ("saltelli", "morris"):
        return _given_data(runs, worlds, list(outcomes(worlds, definition, rivals, own)))
    require(worlds, ["point", "world"])
    expected = int(runs.manifest["points"]) // len(runs.manifest["scenarios"])
    found = outcomes(worlds, definition, rivals, own)
    cells = [Cell(one, by_point(worlds, one.values, expected), runs.claimant) for one in found]
    return _sobol(runs, cells) if kind == "saltelli" else _morris(runs, cells, seed)


def combined(found: Sequence[Sensitivity]) -> Sensitivity:
    """Several independently drawn designs as one: mean indices, with intervals from their spread alone.

    Raises UserError where they are not of Sobol' indices, or of the same ones.
    """
    if any(one.method != SOBOL for one in found):
        raise UserError("several folders can be compared where each holds a saltelli design")
    indices = between_designs([one.indices.drop(columns="chance") for one in found]).assign(chance=np.nan)
    spread = pd.concat([one.spread for one in found]).groupby(["outcome", "month", "part"], sort=False, as_index=False)
    kept = [note for one in found for note in one.notes if "too few" not in note]
    return Sensitivity(SOBOL, indices[list(INDICES)], spread.mean()[list(SPREAD)], tuple(dict.fromkeys(kept)))


def sampler(runs: Runs) -> str:
    """How the folder's points were drawn; "none" for a plain race."""
    design = runs.manifest.get("design")
    return "none" if design is None else str(design["sampler"]["kind"])


def one_scenario(runs: Runs, scenario: str | None) -> pd.DataFrame:
    """The worlds of one scenario with its points numbered from 0; all of them where there is but one."""
    worlds, several = runs.worlds, "scenario" in runs.worlds.columns
    names = worlds["scenario"].drop_duplicates().tolist() if several else [runs.manifest["scenario"]["name"]]
    if scenario is None and len(names) > 1:
        raise UserError(f"the folder holds several scenarios; choose one with --scenario: {', '.join(names)}")
    chosen = names[0] if scenario is None else scenario
    if chosen not in names:
        raise UserError(f"the folder has no scenario '{chosen}'; it has {', '.join(names)}")
    if not several:
        return worlds
    rows = worlds[worlds["scenario"] == chosen].reset_index(drop=True)
    # Row r under scenario s of S is point r S + s (`runs/designs/points.py`).
    return rows.assign(point=rows["point"] // len(names))


def _sobol(runs: Runs, cells: list[Cell]) -> Sensitivity:
    problem, design = problem_in(runs.manifest), design_in(runs.manifest)
    second, crossed = bool(design["sampler"]["second_order"]), not design["independent"]
    block, worlds = block_size(int(problem["num_vars"]), second), cells[0].table.shape[1]
    found, notes = _each(cells, lambda cell: sobol(cell.table, problem, second_order=second, crossed=crossed))
    for entries in _by_outcome(found):
        cell, last = entries[-1]
        note = width_note(last, cell.words, worlds, block)
        earlier = [str(one.outcome.month) for one, found_there in entries[:-1] if is_wide(found_there)]
        notes += [note] if note else []
        notes += [f"{cell.title}: too wide at months {', '.join(earlier)} too"] if earlier else []
    # The first and last point of each base sample are draws from the parameters' distribution; the rest repeat them.
    drawn = [replace(one, table=one.table.reshape(-1, block, worlds)[:, [0, -1]].reshape(-1, worlds)) for one in cells]
    indices = _joined([(cell, one.frame().assign(chance=np.nan)) for cell, one in found], INDICES)
    return Sensitivity(SOBOL, indices, _spread(drawn, crossed), (*notes, *_one_world(cells)))


def _morris(runs: Runs, cells: list[Cell], seed: int) -> Sensitivity:
    problem, design = problem_in(runs.manifest), design_in(runs.manifest)
    levels, crossed, unit = int(design["sampler"]["levels"]), not design["independent"], _places(runs)
    found, notes = _each(
        cells, lambda cell: morris(cell.table, unit, problem, levels=levels, crossed=crossed, seed=seed)
    )
    for entries in _by_outcome(found):
        cell, frame = entries[-1]
        lost = len(drowned(frame))
        if lost:
            notes.append(f"{cell.words}: {lost} of {len(frame)} effects are within twice what luck alone gives")
    return Sensitivity(MORRIS, _joined(found, EFFECTS), _spread(cells, crossed), (*notes, *_one_world(cells)))


def _places(runs: Runs) -> Array:
    """The places of a design's rows in the unit cube, (rows, parameters)."""
    columns = [UNIT_PREFIX + name for name in problem_in(runs.manifest)["names"]]
    try:
        points = pd.read_parquet(runs.path / "points.parquet")
    except (OSError, ValueError) as error:
        raise UserError(f"{runs.path}/points.parquet cannot be read: {' '.join(str(error).split())[:120]}") from error
    require(points, ["row", *columns], "points.parquet")
    return np.asarray(points.drop_duplicates("row").sort_values("row")[columns], dtype=float)


def _given_data(runs: Runs, worlds: pd.DataFrame, asked: Sequence[Outcome]) -> Sensitivity:
    varied = runs.manifest.get("varied") or parameter_columns(worlds, runs.manifest)
    names = [name for name in varied if worlds[name].dtype.kind in "fiu" and _differ(worlds[name])]
    if not names:
        raise UserError(f"{runs.path}: no parameter differs between its worlds, so that none can account for anything")
    shared = "point" in worlds.columns and _differ(worlds["point"])
    crossed = shared and not design_in(runs.manifest)["independent"]

    def table(values: pd.Series) -> Array:
        return by_point(worlds, values) if shared else values.to_numpy(dtype=float)[:, None]

    def analyse(cell: Cell) -> pd.DataFrame:
        luck = spread_of(cell.table, crossed).noise_in_points if cell.table.shape[1] > 1 else 0.0
        return importance(worlds, cell.outcome.values, names, luck=luck)

    cells = [Cell(one, table(one.values), runs.claimant) for one in asked]
    found, notes = _each(cells, analyse)
    for entries in _by_outcome(found):
        cell, frame = entries[-1]
        chance = float(frame["chance"].iloc[0])
        above = int((frame["share"] > chance).sum())
        notes.append(
            f"{cell.words}: {above} of {len(frame)} parameters stand out from chance, with a share above {chance:.3f}"
        )
    if str(runs.manifest["scenario"].get("parameter_set", "prior")) != "prior":
        notes.append("parameters of a fitted set hang together: what one accounts for may be another's part")
    if cells[0].table.shape[1] == 1:
        notes.append("each world has parameters of its own: shares are of all that differs, luck included")
    indices = [
        (cell, frame.rename(columns={"share": "value"}).assign(order="first", other="")) for cell, frame in found
    ]
    return Sensitivity(GIVEN, _joined(indices, INDICES), _spread(cells, crossed), tuple(notes))


def _differ(values: pd.Series) -> bool:
    return bool((values != values.iloc[0]).any())


def _each[Result](cells: list[Cell], analyse: Callable[[Cell], Result]) -> tuple[list[tuple[Cell, Result]], list[str]]:
    """What can be analysed, and a note for each reason why some cells cannot; raises UserError where none can."""
    found: list[tuple[Cell, Result]] = []
    refused: dict[str, list[Cell]] = {}
    for cell in cells:
        try:
            found.append((cell, analyse(cell)))
        except UserError as error:
            refused.setdefault(f"{cell.title} MONTHS: {error}", []).append(cell)
    reasons = []
    for reason, those in refused.items():
        months = ", ".join(str(cell.outcome.month) for cell in those)
        reasons.append(reason.replace("MONTHS", f"at month{'s' * (len(those) > 1)} {months}"))
    if not found:
        raise UserError(reasons[0])
    return found, [f"left out, {reason}" for reason in reasons]


def _by_outcome[Result](found: list[tuple[Cell, Result]]) -> list[list[tuple[Cell, Result]]]:
    """The results by outcome, in the order of months."""
    names = dict.fromkeys(cell.outcome.name for cell, _ in found)
    return [[entry for entry in found if entry[0].outcome.name == name] for name in names]


def _one_world(cells: list[Cell]) -> list[str]:
    return [ONE_WORLD] if cells[0].table.shape[1] == 1 else []


def _joined(found: Iterable[tuple[Cell, pd.DataFrame]], columns: Sequence[str]) -> pd.DataFrame:
    """One tidy frame, each row with its outcome and month."""
    frames = [frame.assign(outcome=cell.outcome.name, month=cell.outcome.month) for cell, frame in found]
    return pd.concat(frames, ignore_index=True)[list(columns)]


def _spread(cells: list[Cell], crossed: bool) -> pd.DataFrame:
    """The parts of each outcome's variance; an outcome that is always the same has none."""
    rows: list[tuple[str, int, str, float, float]] = []
    for cell in cells:
        found = spread_of(cell.table, crossed)
        if found.worlds == 1 or found.total == 0:
            continue
        for part in ("parameters", "luck", "interaction"):
            variance = float(getattr(found, part))
            rows.append((cell.outcome.name, cell.outcome.month, part, variance, variance / found.total))
    return pd.DataFrame(rows, columns=list(SPREAD))
