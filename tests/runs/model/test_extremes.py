"""Every parameter at both its bounds, alone and a few together, under every rule: finite, never negative, conserved."""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from computerace.market.allocation import RULES
from computerace.market.parameters import Parameter
from computerace.runs.model.draws import draw
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from tests.runs.conservation import NEVER_NEGATIVE, check_month
from tests.runs.states import state_arrays

TOGETHER = 1500  # pairs, and as many triples

type Case = tuple[tuple[str, int], ...]


def _numbers() -> dict[str, Parameter]:
    """The parameters that are numbers."""
    return {name: one for name, one in scenario("baseline").parameters().items() if not one.choices}


def _cases(names: list[str]) -> list[Case]:
    """Each bound of each parameter alone, and a random sample of pairs and of triples."""
    generator = np.random.default_rng(3)
    cases: list[Case] = [((name, end),) for name in names for end in (0, 1)]
    for count in (2, 3):
        for _ in range(TOGETHER):
            chosen = generator.choice(len(names), count, replace=False)
            cases.append(tuple((names[one], int(generator.integers(2))) for one in chosen))
    return cases


def _settings(known: Mapping[str, Parameter], cases: list[Case]) -> dict[str, NDArray[np.float64]]:
    """World i plays case i; what a case does not name is as world 0 has it without priors."""
    centre = draw(scenario("baseline"), np.arange(1), 1, fixed=True).numbers
    found = {name: np.full(len(cases), float(centre[name][0])) for name in known}
    for world, case in enumerate(cases):
        for name, end in case:
            found[name][world] = known[name].bounds[end]
    return found


def _wrong(race: Race) -> Iterator[tuple[int, str]]:
    """Worlds with a number that is none, or negative where it cannot be, and what it is."""
    below_nothing = {f"{group}.{name}" for group, names in NEVER_NEGATIVE.items() for name in names}
    for name, values in state_arrays(race).items():
        wrong = ~np.isfinite(values) | ((values < 0) & (name in below_nothing))
        for world in np.flatnonzero(wrong.reshape(-1, wrong.shape[-1]).any(axis=0)):
            yield int(world), name


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_parameters_at_their_bounds_leave_finite_and_balanced_books(rule: str) -> None:
    known = _numbers()
    cases = _cases(list(known))
    chosen = scenario("baseline").with_settings({"chips.allocation": rule})
    with np.errstate(all="ignore"):
        race = Race(chosen, indices=np.arange(len(cases)), settings=_settings(known, cases), seed=1, collect=False)
        while race.month < race.horizon:
            before = race.state
            race.step()
            found = {cases[world]: name for world, name in _wrong(race)}
            assert not found, f"month {race.month}: {list(found.items())[:20]}"
            check_month(race.setting, before, race.state, race.flows)
