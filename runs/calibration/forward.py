"""From a vector of standard normals to what races say in place of the figures.

A world's vector holds every parameter with a prior, as the normal score of its probability, and the luck that moves
the figures: of the market, and of each owner's plans, rounds, contracts and sites. Luck belongs to the vector because
figures came out of one history: what bad luck explains must not be laid on a parameter.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from computerace.market.errors import UserError
from computerace.market.parameters import Parameter
from computerace.runs.calibration.evidence import MARKET, Figure
from computerace.runs.model.shocks import Shocks, draw_shocks
from computerace.runs.scenarios import Scenario
from computerace.runs.worlds.failures import Failure
from computerace.runs.worlds.play import ONE, Workers, counted, play, set_up
from computerace.runs.worlds.rows import Call, Rows

if TYPE_CHECKING:
    from computerace.runs.worlds.simulate import Batch

type Vectors = NDArray[np.float64]

MEASURES = (
    "owned_h100e", "capex_usd", "power_mw", "used_h100e", "supply_h100e", "chip_price_usd_per_h100e",
    "rent_usd_per_h100e_hour",
)  # fmt: skip
OF_OWNERS = {"owned": "owned_h100e", "used": "used_h100e", "power": "power_mw", "capex": "capex_usd"}
OF_MARKET = {"supply": "supply_h100e", "price": "chip_price_usd_per_h100e", "rent": "rent_usd_per_h100e_hour"}
FACILITY = "energy.facility_ratio"
CHUNK = 2048
MARKET_LUCK = ("supply", "mood", "demand")
OWNERS_LUCK = ("energy", "site", "plan", "round", "closing")  # the luck of owners that moves the figures
LARGEST = 4.0


def nobody(_: int) -> None:
    """Hear nothing: what a task carries goes to other processes."""


class History(Protocol):
    """Figures that came after the start of a race; measures: what is kept of it to say them."""

    @property
    def months(self) -> int:
        """Months to the last figure."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the figures are about."""

    def said(self, batch: "Batch", scenario: Scenario, facility_ratio: NDArray[np.float64]) -> NDArray[np.float64]:
        """Logs of what races say in their place, (figures, worlds); facility_ratio: power over IT power (worlds,)."""


@dataclass(frozen=True)
class Record:
    """The figures of the public record that parameters are fitted to."""

    known: tuple[Figure, ...]
    measures: tuple[str, ...] = MEASURES

    @property
    def months(self) -> int:
        """Months to the last figure."""
        return max(one.last for one in self.known)

    def said(self, batch: "Batch", scenario: Scenario, facility_ratio: NDArray[np.float64]) -> NDArray[np.float64]:
        """What races say in place of the figures, (figures, worlds)."""
        return np.stack([said(batch, one, scenario, facility_ratio) for one in self.known])


@dataclass(frozen=True)
class Forward[H: History]:
    """A race from a start over some months, as a function of vectors; `advance` hears the worlds done.

    history: the figures that it is held against. on: where the worlds are played.
    """

    scenario: Scenario
    history: H
    seed: int
    advance: Callable[[int], None] = lambda _: None
    on: Workers = ONE

    @property
    def months(self) -> int:
        """Months to the last figure."""
        return self.history.months

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters with a prior, in the order of the vector."""
        return tuple(one for one in self.scenario.parameters().values() if one.prior is not None and not one.choices)

    @property
    def size(self) -> int:
        """Length of a vector."""
        owners = len(self.scenario.owners)
        kinds = len(MARKET_LUCK) + owners * len(OWNERS_LUCK)
        return len(self.parameters) + self.months * kinds

    def draw(self, members: int) -> Vectors:
        """Vectors from the priors, (size, members); member i is the same whatever their number."""
        from computerace.runs.model.streams import normals

        return normals(self.seed, "calibration", np.arange(members), (self.size,)).astype(np.float64)

    def settings(self, vectors: Vectors) -> dict[str, NDArray[np.float64]]:
        """Values of the parameters by name, each (members,)."""
        probability = ndtr(np.clip(vectors[: len(self.parameters)], -LARGEST, LARGEST))
        return {one.name: one.draw(row) for one, row in zip(self.parameters, probability, strict=True)}

    def __call__(self, vectors: Vectors) -> NDArray[np.float64]:
        """What the races say in place of the figures, (figures, members)."""
        world = np.arange(vectors.shape[1])
        whole = Members(forward=replace(self, advance=nobody, on=ONE), world=world, vectors=vectors)
        tasks = [whole.picked(world[first : first + CHUNK]) for first in range(0, len(world), CHUNK)]
        on = self.on.for_worlds(len(world))
        set_up(tasks[:1], on)
        with play(tasks, on, tasks_at_most=len(tasks)) as results:
            found = {int(task.world[0]): result for task, result in counted(results, self.advance)}
        return np.concatenate([found[first] for first in sorted(found)], axis=1)

    def luck(self, vectors: Vectors, indices: NDArray[np.int64], until: int = 0) -> Shocks:
        """The shocks that a vector holds behind its parameters; what it leaves out comes from the streams.

        until: the last month, where it is later than the vector's.
        """
        months, worlds = self.months, vectors.shape[1]
        luck = vectors[len(self.parameters) :].reshape(months, -1, worlds).astype(np.float32)
        market = luck[:, : len(MARKET_LUCK)]
        owners = luck[:, len(MARKET_LUCK) :].reshape(months, len(OWNERS_LUCK), -1, worlds)
        held = {name: market[:, place] for place, name in enumerate(MARKET_LUCK)}
        held |= {name: owners[:, place] for place, name in enumerate(OWNERS_LUCK)}
        chance = ndtr(held["closing"].astype(np.float64))
        held["closing"] = np.clip(chance, 1e-7, 1 - 1e-7).astype(np.float32)
        drawn = draw_shocks(self.scenario.owners, max(months, until), indices, self.seed, 0).each()
        return Shocks({name: _begun_with(held[name], one) if name in held else one for name, one in drawn.items()})


@dataclass(frozen=True, kw_only=True)
class Members(Rows[NDArray[np.float64]]):
    """Some worlds of an ensemble. world: numbers (members,). vectors: (size, members)."""

    forward: Forward[Any]
    world: NDArray[np.int64]
    vectors: Vectors

    @property
    def rows(self) -> int:
        """How many worlds there are."""
        return len(self.world)

    @property
    def played(self) -> Iterable[Scenario]:
        """The scenario, whose parameters the vectors hold."""
        return (self.forward.scenario,)

    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The same for some rows."""
        return replace(self, world=self.world[rows], vectors=self.vectors[:, rows])

    def call(self, rows: NDArray[np.intp]) -> Call:
        """What the model is asked to play: parameters and luck are the vectors'."""
        forward, vectors, world = self.forward, self.vectors[:, rows], self.world[rows]
        return Call(
            forward.scenario, world, forward.seed, forward.months, measures=forward.history.measures,
            recorded=forward.settings(vectors), shocks=forward.luck(vectors, world),
        )  # fmt: skip

    def result(self, played: "list[tuple[NDArray[np.intp], Batch]]", failures: list[Failure]) -> NDArray[np.float64]:
        """What the races say in place of the figures, (figures, members).

        Raises UserError where a world failed: the smoother moves all members together and can do without none.
        """
        if failures:
            first = failures[0]
            raise UserError(
                f"{len(failures)} of {self.rows} worlds of the ensemble failed, world {self.world[first.row]} with"
                f" {first.error}; a fit needs all of them: take another --seed"
            )
        return np.concatenate([self._said(rows, batch) for rows, batch in played], axis=1)

    def _said(self, rows: NDArray[np.intp], batch: "Batch") -> NDArray[np.float64]:
        return self.forward.history.said(batch, self.forward.scenario, self._facility_ratio(rows))

    def _facility_ratio(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Power of a site over its IT power; (members,)."""
        forward = self.forward
        default = np.full(len(rows), float(forward.scenario.parameters()[FACILITY].value))
        return forward.settings(self.vectors[:, rows]).get(FACILITY, default)


def _begun_with(first: NDArray[np.float32], later: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([first, later[len(first) :]])


def said(batch: "Batch", one: Figure, scenario: Scenario, facility_ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log of what races say in place of a figure; (worlds,)."""
    months = slice(one.first, one.last + 1)
    if one.owner == MARKET:
        values = batch.market[OF_MARKET[one.quantity]][months].astype(np.float64)
    else:
        row = scenario.owners.index(one.owner)
        values = batch.steps[OF_OWNERS[one.quantity]][months, row].astype(np.float64)
    if one.quantity == "power":
        values = values / facility_ratio
    total = values[0].copy()
    for month in values[1:]:
        total += month
    if one.quantity not in ("capex", "supply"):
        total /= len(values)
    return np.log(np.maximum(total, 1e-9) + one.small)


def started(scenario: Scenario, start: datetime.date) -> Scenario:
    """The scenario from a start, with the priors that were known then."""
    return replace(scenario, start=start)
