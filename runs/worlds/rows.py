"""Worlds side by side in one array, as a task for an engine."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.runs.worlds.failures import Failure, failure
from computerace.runs.worlds.halves import FAILS, by_halves

if TYPE_CHECKING:
    from computerace.runs.model.recording import Record
    from computerace.runs.model.shocks import Shocks
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch


@dataclass(frozen=True)
class Call:
    """What the model is asked to play, in the words of `simulate`; arrays are (worlds,).

    shocks: luck drawn beforehand, None for the worlds' own. bounds: whether to count what bounds cut.
    """

    scenario: "Scenario"
    indices: NDArray[np.int64]
    seed: int
    months: int | None = None
    settings: Mapping[str, Any] | None = None
    fixed: bool = False
    replicate: int = 0
    measures: tuple[str, ...] = ()
    shocks: "Shocks | None" = None
    recorded: Mapping[str, Any] | None = None
    bounds: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows[R](ABC):
    """Some worlds that share an array, played on one worker; `R` is what they leave.

    given_up: rows that killed their worker, with the reason. probe: played to see whether they kill, and thrown away.
    """

    given_up: Mapping[int, str] = field(default_factory=dict)
    probe: bool = False

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many worlds there are."""

    @abstractmethod
    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The same for some rows."""

    @abstractmethod
    def call(self, rows: NDArray[np.intp]) -> Call:
        """What the model is asked to play for some rows."""

    @abstractmethod
    def result(self, played: "list[tuple[NDArray[np.intp], Batch]]", failures: list[Failure]) -> R:
        """What is kept: of pieces that were played, each with its rows, and of worlds that failed."""

    def only(self, rows: Sequence[int]) -> Self:
        """A probe: some rows, played and thrown away."""
        return replace(self.picked(np.asarray(rows, dtype=np.intp)), given_up={}, probe=True)

    def without(self, rows: Sequence[int], reason: str) -> Self:
        """The same with some rows given up."""
        return replace(self, given_up={**self.given_up, **dict.fromkeys(rows, reason)})

    def run(self) -> R | None:
        """Play the worlds, each that fails by itself in the end; None for a probe.

        Raises UserError for a mistake in what was asked for.
        """
        rows = np.setdiff1d(np.arange(self.rows), list(self.given_up))
        tried = by_halves(self.simulate, rows)
        if self.probe:
            return None
        failures = [Failure(row, reason) for row, reason in self.given_up.items()]
        return self.result(tried.done, failures + [failure(row, error) for row, error in tried.failed])

    @property
    def played(self) -> "Iterable[Scenario]":
        """The scenarios of which `call` asks something before the model does; their code is read before."""
        return ()

    def simulate(self, rows: NDArray[np.intp], record: "Record | None" = None) -> "Batch":
        """The model's run of some rows. record: what keeps the measures, None for whole trajectories."""
        from computerace.runs.scenarios import own_code
        from computerace.runs.worlds import simulate as model

        for scenario in self.played:
            own_code.require(scenario)
        call = self.call(rows)
        return model.simulate(
            call.scenario, call.indices, call.seed, months=call.months, settings=call.settings, fixed=call.fixed,
            replicate=call.replicate, shocks=call.shocks, measures=call.measures, recorded=call.recorded,
            bounds=call.bounds, record=record,
        )  # fmt: skip

    def read_code(self, *, elsewhere: bool) -> None:
        """Have the code of the first row's scenario read, which is that of all; see `own_code.prepare`."""
        from computerace.runs.scenarios import own_code

        call = self.call(np.zeros(1, dtype=np.intp))
        own_code.prepare((call.scenario,), elsewhere=elsewhere)
        if elsewhere:
            own_code.check_measures(call.measures)

    def set_up(self) -> None:
        """Build the race of the first row; with code of one's own, play its first month, which asks all of that code.

        Raises UserError for a mistake in what was asked for; what else goes wrong is that world's.
        """
        from computerace.runs.model.race import Race
        from computerace.runs.scenarios import own_code

        call = self.call(np.zeros(1, dtype=np.intp))
        try:
            race = Race(
                call.scenario, worlds=1, seed=call.seed, months=call.months, indices=call.indices,
                settings=call.settings, fixed=call.fixed, replicate=call.replicate, collect=False,
                measures=call.measures, recorded=call.recorded,
            )  # fmt: skip
            if call.scenario.code:
                race.step()
        except UserError:
            raise
        except FAILS as error:
            own_code.answer_for(
                call.scenario, error
            )  # of others, that world fails when it is played, and is a row then
