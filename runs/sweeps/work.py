"""What a sweep has to do: which worlds are missing, cut into batches, whatever was done before and however."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.vocabulary import REST
from computerace.observables import MEASURES, OBSERVABLES
from computerace.runs.claims.resolved import resolved
from computerace.runs.designs.points import Group, groups, numbered, parameter_columns
from computerace.runs.store import program
from computerace.runs.store.plan import Plan
from computerace.runs.store.summaries import EXACT_WORLDS
from computerace.runs.store.windows import windows
from computerace.runs.sweeps.batches import WorldBatch

if TYPE_CHECKING:
    from computerace.runs.designs.design import Design
    from computerace.runs.scenarios import Scenario
    from computerace.runs.store.parts import SweepFolder
    from computerace.runs.store.pieces import Cut

BATCH = 4096  # worlds; in batches of half as many a world costs an eighth more, in larger ones memory grows
FEW_BATCHES = 4  # where there are fewer, they are half as large: the processes end together, and progress shows
BATCH_OF_STEPS = 512  # worlds, where all their months go into the tables
ALL_MEASURES_POINTS = 256  # points up to which all measures are kept unless the design says
# Place within its group, number, and whether it is new, of the world that tries a group's set-up.
FIRST_WORLD = (np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.int64), np.ones(1, dtype=bool))

# What is kept of the months of a large design, unless it says otherwise.
HEADLINE = (
    "owned_h100e",
    "operational_h100e",
    "effective_h100e",
    "share",
    "power_mw",
    "ratio_owned_three",
    "chip_price_usd_per_h100e",
    "backlog_months",
)


@dataclass(frozen=True)
class Missing:
    """Worlds to be played, and those of them whose rows are new; both (points, worlds)."""

    play: NDArray[np.bool_]
    fresh: NDArray[np.bool_]

    @property
    def worlds(self) -> int:
        """How many worlds will be played."""
        return int(self.play.sum())


class Some(NamedTuple):
    """Some worlds of a group: the places of their points in it, their numbers, and which are new; (worlds,)."""

    group: Group
    place: NDArray[np.intp]
    world: NDArray[np.int64]
    fresh: NDArray[np.bool_]


@dataclass(frozen=True)
class Work:
    """A sweep's points and what every batch of it shares."""

    plan: Plan
    points: pd.DataFrame
    groups: tuple[Group, ...]

    def missing(self, folder: "SweepFolder") -> Missing:
        """What the folder does not hold yet."""
        size = (len(self.points), self.plan.worlds)
        failed = folder.rows("failures", *size)
        fresh = ~(folder.rows("worlds", *size) | failed)
        play = fresh.copy()
        if self.plan.keep == "quantiles" and self.plan.exact:
            # A point's quantiles need all its worlds at once.
            lacking = fresh.any(axis=1) | (~folder.summarised(*size) & ~failed.all(axis=1))
            play[lacking] |= ~failed[lacking]
        elif self.plan.keep == "quantiles":
            play |= ~folder.counted(*size) & ~failed
        return Missing(play, fresh)

    def batches(self, missing: Missing, size: int | None = None) -> Iterator[WorldBatch]:
        """The missing worlds in batches of about `size` worlds, drawn as they are needed."""
        return (self._batch(*some) for some in self.cut(missing, size))

    def pieces(
        self, missing: Missing, cut: "Cut", wanted: Callable[[int], bool] = lambda _: True
    ) -> Iterator[WorldBatch]:
        """Of a cut's batches those that are wanted by their numbers, from 1; each is asked for as it is needed."""
        for number, some in enumerate(self.cut(missing, cut.batch), 1):
            if wanted(number):
                yield replace(self._batch(*some), name=cut.name(number))

    def cut(self, missing: Missing, size: int | None = None) -> Iterator[Some]:
        """The missing worlds in lots of about `size`, always the same ones in the same order."""
        plan = self.plan
        wanted = size or usual_batch(plan.keep, missing.worlds)
        whole_points = plan.keep == "quantiles" and plan.exact
        for group in self.groups:
            places = np.flatnonzero(missing.play[group.points].any(axis=1))
            step = whole_windows(plan, max(1, wanted // plan.worlds))
            for start in range(0, len(places), step):
                some = places[start : start + step]
                which, world = np.nonzero(missing.play[group.points[some]])
                place = some[which]
                for first in range(0, len(world), len(world) if whole_points else wanted):
                    part = slice(first, first + (len(world) if whole_points else wanted))
                    fresh = missing.fresh[group.points[place[part]], world[part]]
                    yield Some(group, place[part], world[part], fresh)

    def batch_of(self, point: NDArray[np.int64], world: NDArray[np.int64]) -> Iterator[WorldBatch]:
        """Batches that play chosen worlds again."""
        for group in self.groups:
            inside = np.isin(point, group.points)
            if inside.any():
                order = np.lexsort((world[inside], point[inside]))
                place = np.searchsorted(group.points, point[inside][order])
                yield self._batch(group, place, world[inside][order], np.ones(len(place), dtype=bool))

    def first_worlds(self) -> Iterator[WorldBatch]:
        """One world of each structure among the points, to try its set-up with."""
        return (self._batch(group, *FIRST_WORLD) for group in self.groups)

    def _batch(
        self, group: Group, place: NDArray[np.intp], world: NDArray[np.int64], fresh: NDArray[np.bool_]
    ) -> WorldBatch:
        point = group.points[place]
        columns: dict[str, NDArray[Any]] = {
            name: self.points[name].to_numpy()[point] for name in ("scenario", *parameter_columns(self.points))
        }
        return WorldBatch(
            plan=self.plan,
            scenario=group.scenario,
            name=f"{point[0]:09d}-{world[0]:09d}",
            point=point,
            world=world.astype(np.int64),
            settings={name: values[place] for name, values in group.settings.items()},
            columns=columns,
            fresh=fresh,
            ready=self._ready(point, world, fresh),
        )

    def _ready(self, point: NDArray[np.int64], world: NDArray[np.int64], fresh: NDArray[np.bool_]) -> bool:
        """Whether the worlds, in order, fill windows of the result files."""
        plan = self.plan
        if plan.keep == "steps" or plan.spooled or not fresh.all():
            return False
        first, last = (int(point[row]) * plan.worlds + int(world[row]) for row in (0, -1))
        cut, end = windows(plan)["worlds"], len(self.points) * plan.worlds
        whole = cut.is_border(first) and (cut.is_border(last + 1) or last + 1 == end)
        return whole and last + 1 - first == len(world)


def whole_windows(plan: Plan, points: int) -> int:
    """The points of a batch, less those that would fill a window of the result files in part."""
    window = windows(plan)["worlds"].block // plan.worlds
    return points - points % window if points > window else points


def usual_batch(keep: str, worlds: int) -> int:
    """How many worlds a batch has where so many are to be played."""
    if keep == "steps":
        return BATCH_OF_STEPS
    return BATCH if worlds >= FEW_BATCHES * BATCH else BATCH // 2


def make_work(design: "Design", points: pd.DataFrame, measures: tuple[str, ...], out: str) -> Work:
    """The work of a design; raises UserError where a structural value does not fit its scenario."""
    first = design.scenarios[0]
    exact = design.quantiles == "exact" or (design.quantiles == "auto" and design.worlds_per_point <= EXACT_WORLDS)
    plan = Plan(
        seed=design.seed,
        worlds=design.worlds_per_point,
        months=design.months,
        fixed=design.fixed,
        independent=design.independent,
        keep=design.keep,
        measures=measures,
        every=design.every,
        exact=exact,
        several=len(design.scenarios) > 1,
        out=out,
        start=first.start,
        owners=(*first.labs, REST),
        claimant=first.claimant,
        program=program.digest(),
        claims=tuple(resolved(one, first.owners, first.claimant, first.start, design.months) for one in design.claims),
    )
    return Work(plan, points, tuple(groups(points, design.scenarios)))


def one_point(scenario: "Scenario", plan: Plan) -> Work:
    """The work of a race: a design of one point, which sets nothing."""
    rows = pd.DataFrame(index=pd.RangeIndex(1))
    return Work(plan, numbered(rows, (scenario,)), (Group(scenario, np.zeros(1, dtype=np.int64), {}),))


def kept_measures(design: "Design", points: int) -> tuple[str, ...]:
    """The measures whose months are kept: those the design names, else all, else (many points) the headline ones.

    Measures of one's own are among all where each scenario's code has brought them.
    """
    from computerace.runs.scenarios import own_code

    if design.keep == "outcomes":
        return ()
    if design.measures is not None:
        own = own_code.measures(design.scenarios, alone=True)
        return tuple(name for name in (*OBSERVABLES, *own) if name in design.measures)
    known = (*MEASURES, *own_code.measures(design.scenarios))
    if design.keep == "steps" or points <= ALL_MEASURES_POINTS:
        return known
    return tuple(name for name in known if name in HEADLINE)
