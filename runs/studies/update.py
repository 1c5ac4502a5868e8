"""A folder's answer, updated by figures published since its start: worlds weighted, more played where few count.

Where even then hardly any would, a race's worlds are moved to the figures instead (`moved`), and count alike.

    updated = update("out/baseline", "OBSERVED.csv")     # a frame of figures will do
    updated.worlds                                       # the table of worlds, with the column weight if weighted

Nothing of a frozen forecast is touched: what is read is a race's or a sweep's folder.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.folder import Runs
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.validation.updating import (
    least_effective,
    log_bound,
    log_likelihood,
    weights_from,
)
from computerace.analysis.weights import WEIGHT, weights_of
from computerace.market.errors import UserError, unknown
from computerace.runs.answers.updates import METHODS, SMOOTHER, WEIGHTS
from computerace.runs.claims import read_claim
from computerace.runs.studies.claims import fitted, of_design, opened
from computerace.runs.studies.moved import Ensemble, Published, movable, moved
from computerace.runs.studies.news import News, read_news
from computerace.runs.studies.said import KeepMore, KeepSaid, facility_ratio, logs_said, measures_of
from computerace.runs.sweeps.again import play_again, play_more
from computerace.runs.worlds.failures import Lost
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress

ENOUGH = 400  # effective worlds: a share's standard error is then 2.5 points at most
MOST_WORLDS = 20_000  # in all, unless more are asked for
FEW = 100  # effective worlds, in all that may be played, below which they are moved: an error of 5 points
MEMBERS = 1_000  # worlds of an ensemble that is moved
ROUNDS = 3  # of playing more, as far as the effective number was misjudged

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Before:
    """What a race was before figures moved its worlds: its table of worlds, and logs of what they said.

    without: tables of worlds that were moved to all figures but one, by the number of that one. ensemble: those that
    were moved to all.
    """

    worlds: pd.DataFrame
    said: Floats
    without: tuple[pd.DataFrame, ...]
    ensemble: Ensemble


@dataclass(frozen=True)
class Updated:
    """What came of an update.

    runs: the folder, its worlds with those that were added and with weights. said: logs, (figures, worlds). played: how
    many worlds were added. failed: how many more were left out, lost: these, of worlds that were not moved. moved_from:
    where worlds were moved, and have no weights.
    """

    runs: Runs
    news: News
    said: Floats
    played: int
    failed: int = 0
    moved_from: Before | None = None
    lost: tuple[Lost, ...] = ()

    @property
    def how(self) -> str:
        """By which of METHODS."""
        return WEIGHTS if self.moved_from is None else SMOOTHER

    @property
    def worlds(self) -> pd.DataFrame:
        """The table of worlds; with the column weight, unless they were moved."""
        return self.runs.worlds

    @property
    def before(self) -> pd.DataFrame:
        """The table of worlds without what figures told."""
        return self.worlds.drop(columns=WEIGHT) if self.moved_from is None else self.moved_from.worlds

    @property
    def said_before(self) -> Floats:
        """What the worlds said before, (figures, worlds)."""
        return self.said if self.moved_from is None else self.moved_from.said

    @property
    def effective_worlds(self) -> float:
        """How many equally weighted worlds tell as much; of the point that has the fewest."""
        return effective_of(self.worlds)

    @property
    def needed(self) -> int | None:
        """How many worlds would be enough; None where these are."""
        effective = self.effective_worlds
        return None if effective >= ENOUGH else math.ceil(len(self.worlds) * ENOUGH / max(effective, 1.0))

    def without(self, number: int) -> pd.DataFrame:
        """The table of worlds by all figures but one."""
        if self.moved_from is not None:
            return self.moved_from.without[number]
        others = [place for place in range(len(self.news.told)) if place != number]
        return weighted(self.worlds, self.news, self.said, others)


def update(
    folder: str | Path | Runs,
    observed: str | Path | pd.DataFrame,
    *,
    most_worlds: int = MOST_WORLDS,
    method: str = METHODS[0],
    on: Workers = ONE,
    trust_code: bool = False,
) -> Updated:
    """Weight the worlds of a race's or a sweep's folder by figures published since its start.

    observed: a file, or a frame, in the columns that `score` reads. most_worlds: more worlds are played until ENOUGH
    count at each point, to so many in all. method: "weights", "smoother", or "auto": the smoother for a race of which
    so many worlds would count as fewer than FEW. on: where worlds are played. trust_code: whether code of one's own
    that the folder names may run.
    Raises UserError for figures of which nothing can be taken in, and for a folder that the method does not fit.
    """
    if method not in METHODS:
        raise unknown("method", method, METHODS)
    runs = folder if isinstance(folder, Runs) else opened(Path(folder), "update")
    if runs.manifest["kind"] == "update":
        raise UserError(f"{runs.path} is updated already: update the folder that it came from, by all figures together")
    news = read_news(runs, observed)
    with progress("what its worlds say", len(runs.worlds)) as advance:
        kept = play_again(
            runs.path, runs.manifest, runs.worlds, measures_of(news.places), KeepSaid(news.places), on=on,
            advance=advance, trust_code=trust_code,
        )  # fmt: skip
    found = first = _weighed(runs, news, kept, 0)
    auto = method == METHODS[0]
    if method == SMOOTHER or (auto and _heavy(first, most_worlds)):
        return _moved(first, most_worlds, on, trust_code)
    for _ in range(ROUNDS):
        more = min(math.ceil(1.1 * (found.needed or 0)), most_worlds) - len(found.worlds)
        each = more // number_of_points(runs.worlds)
        if each <= 0:
            break
        found = _with_more(found, each, on, trust_code)
        if auto and _heavy(found, most_worlds):  # few worlds overstate how many of more would count
            return _moved(first, most_worlds, on, trust_code)
    return found


def _heavy(found: Updated, most_worlds: int) -> bool:
    """Whether hardly any of the worlds that may be played would count, and the smoother can move them."""
    runs, worlds = found.runs, len(found.worlds)
    reached = found.effective_worlds * max(most_worlds, worlds) / worlds
    return reached < FEW and movable(runs) and bool((found.news.frame["bound"] == "exact").any())


def _moved(found: Updated, most_worlds: int, on: Workers, trust_code: bool) -> Updated:
    """The same by the smoother: worlds moved to all figures of which more than a bound is known."""
    news = found.news.exact()
    if not news.told:
        raise UserError("the smoother takes no bounds, and there is no other figure: --method weights")
    exact = np.flatnonzero(found.news.frame["bound"] == "exact")
    before = found.worlds.drop(columns=WEIGHT)
    members = min(MEMBERS, max(most_worlds, ENOUGH))

    def to(chosen: Sequence[int]) -> Ensemble:
        begun = tuple(news.published[one] for one in chosen)
        history = Published(tuple(news.places[one] for one in chosen), begun)
        errors = news.errors[np.ix_(chosen, chosen)]
        return moved(found.runs, history, news.logs[chosen], errors, members, on=on, trust_code=trust_code)

    every = range(len(news.told))
    whole = to([*every])
    others = ([one for one in every if one != left] for left in every)
    without = tuple(to(some).worlds if some else before for some in others)
    runs, begun = replace(found.runs, worlds=whole.worlds, steps=whole.steps), found.said[exact]
    made = Updated(runs, news, whole.said, members, whole.failed, Before(before, begun, without, whole))
    return replace(made, runs=replace(runs, manifest=manifest_of(made)))


def manifest_of(found: Updated) -> Manifest:
    """The manifest of the folder that was updated, with the figures that told on its worlds."""
    manifest = found.runs.manifest.copy()
    if manifest["kind"] != "update":
        manifest["updated"] = {
            "folder": str(found.runs.path),
            "kind": manifest["kind"],
            "how": found.how,
            "figures": found.news.forms,
        }
        manifest["kind"] = "update"
    return manifest


def points_of(worlds: pd.DataFrame) -> NDArray[np.int64] | None:
    """The points of a table of worlds; None where it has one."""
    return worlds["point"].to_numpy(dtype=np.int64) if "point" in worlds.columns else None


def effective_of(worlds: pd.DataFrame) -> float:
    """How many equally weighted worlds tell as much as those of a table; of the point that has the fewest."""
    weights = weights_of(worlds)
    return float(len(worlds)) if weights is None else least_effective(weights, points_of(worlds))


def number_of_points(worlds: pd.DataFrame) -> int:
    """How many points a table of worlds has."""
    return int(worlds["point"].nunique()) if "point" in worlds.columns else 1


def weighted(worlds: pd.DataFrame, news: News, said: Floats, chosen: Sequence[int]) -> pd.DataFrame:
    """The table with the weights that some of the figures give."""
    exact = [place for place in chosen if news.frame["bound"][place] == "exact"]
    likely = log_likelihood(said[exact], news.logs[exact], news.errors[np.ix_(exact, exact)])
    for place in set(chosen) - set(exact):
        error, least = float(news.frame["error"][place]), news.frame["bound"][place] == "at least"
        likely = likely + log_bound(said[place], news.told[place].value, error, least=least)
    return worlds.assign(**{WEIGHT: weights_from(likely, points_of(worlds))})


def _weighed(runs: Runs, news: News, kept: dict[str, NDArray[Any]], played: int) -> Updated:
    facility = facility_ratio(runs.worlds, runs.manifest["parameters"])
    said = logs_said(kept, news.places, news.published, facility)
    worlds = weighted(runs.worlds, news, said, range(len(news.told)))
    return Updated(replace(runs, worlds=worlds), news, said, played)


def _with_more(found: Updated, each: int, on: Workers, trust_code: bool) -> Updated:
    """The same with so many further worlds at each point."""
    runs, news = found.runs, found.news
    old = runs.worlds.drop(columns=WEIGHT)
    fresh = _fresh(old, each)
    claims = tuple(fitted(read_claim(one), runs) for one in of_design(runs))
    measures = tuple(dict.fromkeys((*measures_of(news.places), *(one.claim.quantity for one in claims))))
    with progress("more worlds", len(fresh)) as advance:
        there, kept, lost = play_more(
            runs.path, runs.manifest, fresh, measures, KeepMore(KeepSaid(news.places), claims), on=on,
            advance=advance, trust_code=trust_code,
        )  # fmt: skip
    values = {name: kept.pop(name) for name in ("start", "then")}
    rows = _as_rows(old, fresh.iloc[there].reset_index(drop=True), kept)
    said = logs_said(values, news.places, news.published, facility_ratio(rows, runs.manifest["parameters"]))
    both = np.concatenate([found.said, said], axis=1)
    table = weighted(pd.concat([old, rows], ignore_index=True).copy(), news, both, range(len(news.told)))
    every, played = (*found.lost, *lost), found.played + len(rows)
    return Updated(replace(runs, worlds=table), news, both, played, len(every), lost=every)


def _fresh(worlds: pd.DataFrame, each: int) -> pd.DataFrame:
    """Points and numbers of so many worlds at each point beyond those of a table."""
    point = np.zeros(1, dtype=np.int64) if "point" not in worlds.columns else worlds["point"].unique()
    first = int(worlds["world"].max()) + 1
    number = np.tile(np.arange(first, first + each), len(point))
    return pd.DataFrame({"point": np.repeat(point, each), "world": number})


def _as_rows(old: pd.DataFrame, fresh: pd.DataFrame, kept: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """Rows as a table of worlds has them: its numbers, what its point sets, and what is kept of it."""
    places = old.drop_duplicates("point").set_index("point") if "point" in old.columns else old.iloc[:1]
    at = fresh["point"] if "point" in old.columns else np.zeros(len(fresh), dtype=np.int64)
    columns = {}
    for name in old.columns:
        if name in fresh.columns:
            columns[name] = fresh[name].to_numpy()
        else:
            columns[name] = kept[name] if name in kept else places[name].reindex(at).to_numpy()
    return pd.DataFrame(columns).astype(old.dtypes.to_dict())
