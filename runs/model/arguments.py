"""What a race may be given, in every form that Mesa's users know: seeds, scenarios, worlds, measures."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from mesa.experimental.scenarios import Scenario as MesaScenario
from numpy.typing import NDArray

from computerace.market.errors import UserError, unknown
from computerace.runs.model.shocks import Shocks
from computerace.runs.scenarios import LONGEST, Scenario, scenario
from computerace.runs.schema.bounds import LARGEST_SEED

SeedLike = int | np.integer[Any] | Sequence[int] | np.random.SeedSequence | np.random.Generator | np.random.BitGenerator
DEFAULT_SEED = 1
KINDS: Mapping[str, tuple[type, str]] = {
    "fixed": (bool, "true or false"),
    "settings": (Mapping, "a mapping of parameters to values"),
    "labs": (Mapping, "a mapping of owners to classes of labs"),
    "shocks": (Shocks, "luck as draw_shocks gives it"),
}
OF_RACE = ("name", "worlds", "months")  # what a Mesa scenario may hold beside parameters


def seed_of(seed: SeedLike | None, rng: SeedLike | None) -> int:
    """The seed as a number: as it is, mixed from what is more than a number, or a new one for None.

    Raises UserError for a negative number, something that is no seed, or two of them.
    """
    if rng is not None and not (seed is None or (isinstance(seed, Integral) and int(seed) == DEFAULT_SEED)):
        raise UserError("a race takes a seed or an rng, not both")
    given = seed if rng is None else rng
    if given is None:
        return _mixed(np.random.SeedSequence())
    if isinstance(given, np.random.BitGenerator):
        given = np.random.Generator(given)
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**32))
    if isinstance(given, np.random.SeedSequence):
        return _mixed(given)
    if isinstance(given, bool) or not isinstance(given, Integral):
        return _mixed(np.random.SeedSequence(_words(given)))
    if not 0 <= int(given) <= LARGEST_SEED:
        raise UserError(f"the seed must be from 0 to {LARGEST_SEED:,}, got {given}")
    return int(given)


def _mixed(sequence: np.random.SeedSequence) -> int:
    return int(sequence.generate_state(1)[0])


def _words(given: object) -> list[int]:
    words = np.asarray(given) if isinstance(given, (list, tuple, np.ndarray)) else np.empty(0)
    if words.ndim == 1 and words.size and words.dtype.kind in "iu" and (words >= 0).all():
        return [int(one) for one in words]
    raise UserError(f"a seed is a whole number, a sequence of them or one of NumPy's generators, got {given!r}")


def plan_of(given: object) -> Scenario:
    """The scenario that was given: one of ours, a name, a file, or none for the baseline.

    Raises UserError for anything else, and for an unknown name.
    """
    if given is None:
        return Scenario()
    if isinstance(given, Scenario):
        return given
    if isinstance(given, (str, Path)):
        return scenario(given)
    raise UserError(f"a scenario is a name, a TOML file, a Scenario of computerace or one of Mesa's; got {given!r}")


def of_mesa(given: MesaScenario) -> tuple[Scenario, dict[str, Any], dict[str, Any]]:
    """A Mesa scenario as ours, with what else it says of the race, and the parameters that it sets.

    Its attributes are `name` (of a scenario), `worlds`, `months`, and parameters by full name. Raises UserError for
    another attribute.
    """
    held = {key: value for key, value in given if key != "rng"}
    plan = plan_of(held.get("name"))
    settings = {key: value for key, value in held.items() if key not in OF_RACE}
    for key in settings:
        if key not in plan.parameters():
            raise unknown("attribute of a Mesa scenario", key, (*OF_RACE, *plan.parameters()))
    return plan, {key: held[key] for key in ("worlds", "months") if key in held}, settings


def agreed(name: str, said: Mapping[str, Any], given: Any, usual: object) -> Any:
    """What a Mesa scenario says of the race, where nothing else is given. Raises UserError where the two differ."""
    if name in said and given not in (usual, said[name]):
        raise UserError(f"{name} is {said[name]!r} in the scenario and {given!r} beside it: leave one of them out")
    return said.get(name, given)


def whole(name: str, value: object, low: int, high: float) -> int:
    """A whole number within bounds; NumPy's count too. Raises UserError otherwise."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        allowed = f"from {low} to {high:g}" if high < float("inf") else f"of {low} or more"
        raise UserError(f"{name} must be a whole number {allowed}, got {value!r}")
    return int(value)


def months_of(value: object, plan: Scenario) -> int:
    """The horizon in months, the scenario's where none is given."""
    return plan.months if value is None else whole("months", value, 1, LONGEST)


def check_kinds(**given: object) -> None:
    """Raise UserError where an argument of a race is of another kind than `KINDS` says; none is allowed."""
    for name, value in given.items():
        kind, words = KINDS[name]
        if value is not None and not isinstance(value, kind):
            raise UserError(f"{name} must be {words}, got {value!r:.60}")


def worlds_of(worlds: object, indices: object) -> NDArray[np.int64]:
    """Numbers of the worlds, 0 … worlds - 1 where none are given; (worlds,).

    Raises UserError for none at all, and for numbers that are not whole or negative.
    """
    if indices is None and isinstance(worlds, Integral) and int(worlds) < 1:
        raise UserError(f"a race needs at least 1 world, got {worlds}")
    if indices is None:
        return np.arange(whole("worlds", worlds, 1, float("inf")), dtype=np.int64)
    given = np.asarray(indices)
    if given.ndim != 1 or not given.size:
        raise UserError(f"indices are the numbers of at least 1 world in one row, got {indices!r}")
    if given.dtype.kind not in "iu" or (given < 0).any():
        raise UserError(f"indices must be whole numbers of 0 or more, got {given.tolist()[:5]!r}")
    if worlds not in (1, given.size):
        raise UserError(f"worlds says {worlds!r}, and indices name {given.size}: leave one of them out")
    return given.astype(np.int64)


def measures_of(given: Iterable[str], known: Mapping[str, object] | Sequence[str]) -> tuple[str, ...]:
    """The measures that are to be kept. Raises UserError for an unknown one, with the nearest known."""
    if isinstance(given, str):
        raise UserError(f'measures is a list of names, such as ("{given}",)')
    names = tuple(given)
    for name in names:
        if name not in known:
            raise unknown("measure", name, known)
    return names
