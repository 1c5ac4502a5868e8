"""Parameters of worlds: drawn from their priors, held at their centre, or given from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import batched
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Owners, Worlds
from computerace.market.errors import UserError, unknown
from computerace.market.parameters import Parameter, drawn_together
from computerace.market.registry import MECHANISMS
from computerace.runs.model.streams import Once, draw_uniforms, fill, once, uniforms
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.value import is_strategy

CACHED = 1 << 15  # numbers that are drawn together: a quarter of a megabyte


@dataclass(frozen=True)
class Values:
    """Parameters of a set of worlds: numbers by full name, each (worlds,); words; and the names that were drawn.

    strategies: words that differ from world to world, by full name (worlds,).
    recorded: what the record has for the numbers that something has set. A setting is a change to a world of which the
    record is true as it was drawn: what makes the record hold at the start is found from these, not from the setting.
    """

    numbers: Mapping[str, Worlds]
    words: Mapping[str, str]
    drawn: tuple[str, ...]
    recorded: Mapping[str, Worlds] = field(default_factory=dict)
    strategies: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    def on_record(self) -> "Values | None":
        """The values without what was set; None where nothing was."""
        return replace(self, numbers={**self.numbers, **self.recorded}, recorded={}) if self.recorded else None

    def mechanism(self, name: str) -> Any:
        """The frozen parameter object of one mechanism with arrays for its numbers."""
        parameters = MECHANISMS[name]
        full = {one.name: f"{name}.{one.name}" for one in fields(parameters)}
        return parameters(
            **{short: self.words[long] if long in self.words else self.numbers[long] for short, long in full.items()}
        )

    def figure(self, owners: tuple[str, ...], quantity: str) -> Owners:
        """One figure of all owners, 0 for an owner that has none; (owners, worlds)."""
        found = [self.numbers.get(f"labs.{owner}.{quantity}") for owner in owners]
        nothing = np.zeros_like(self.numbers[f"labs.{owners[0]}.{quantity}"])
        return np.stack([nothing if row is None else row for row in found])


@dataclass(frozen=True)
class _Worlds:
    """Which worlds draw, each once, for how many rows, and how."""

    once: Once
    rows: int
    seed: int
    fixed: bool
    replicate: int


def draw(
    scenario: Scenario,
    indices: NDArray[np.int64],
    seed: int,
    settings: Mapping[str, Any] | None = None,
    *,
    fixed: bool = False,
    replicate: int = 0,
    recorded: Mapping[str, Any] | None = None,
) -> Values:
    """Parameters of the worlds with the given numbers; each has a stream of its own, so that none disturbs another.

    settings: changes by name, numbers or (worlds,); a lab's strategy may be words (worlds,). The record keeps what
    would have been drawn. recorded: values in place of what would be drawn. Raises UserError for an unknown name in
    either, a value out of bounds, or an array of another length than indices.
    """
    parameters, given, known = scenario.parameters(), dict(settings or {}), dict(recorded or {})
    for name in (*given, *known):
        if name not in parameters:
            raise unknown("parameter", name, parameters)
    strategies = {
        name: _words(parameters[name], given.pop(name), indices) for name in list(given) if _differs(given, name)
    }
    words = {name: str(one.checked(given.pop(name, one.value))) for name, one in parameters.items() if one.choices}
    worlds = _Worlds(once(indices), len(indices), seed, fixed, replicate)
    numbers, drawn = _numbers(scenario, worlds, {**known, **given}, [name for name in parameters if name not in words])
    before = scenario.on_record()
    others = before.parameters()
    changed = [name for name in numbers if name in given or parameters[name] != others[name]]
    record = _numbers(before, worlds, known, changed)[0] if changed else {}
    return Values(numbers, words, tuple(drawn), record, strategies)


def _differs(given: Mapping[str, Any], name: str) -> bool:
    """Whether a word is given world by world."""
    return is_strategy(name) and not isinstance(given[name], str) and np.ndim(given[name]) > 0


def _words(parameter: Parameter, given: object, indices: NDArray[np.int64]) -> NDArray[np.str_]:
    words = np.asarray(given, dtype=np.str_)
    if words.shape != indices.shape:
        raise UserError(f"{parameter.name} has {words.shape} words for {len(indices)} worlds")
    for word in np.unique(words):
        parameter.checked(str(word))
    return words


def _numbers(
    scenario: Scenario, worlds: _Worlds, given: Mapping[str, Any], names: Sequence[str]
) -> tuple[dict[str, Worlds], list[str]]:
    """Values of some parameters by name, and which of them were drawn."""
    parameters = scenario.parameters()
    fitted = _fitted(scenario, parameters, worlds)
    free = [parameters[name] for name in names if name not in given and name not in fitted]
    free = [] if worlds.fixed else [one for one in free if one.prior is not None]
    found = fitted | _from_priors(free, worlds)
    drawn = [] if worlds.fixed else [name for name in names if name in found and name not in given]
    numbers = {
        name: _given(parameters[name], given[name], worlds.rows)
        if name in given
        else worlds.once.spread(found[name])
        if name in found
        else np.full(worlds.rows, float(parameters[name].value))
        for name in names
    }
    return numbers, drawn


def _from_priors(parameters: Sequence[Parameter], worlds: _Worlds) -> dict[str, Worlds]:
    """Values drawn from the priors of some parameters by name, each world once; a kind of prior at a time.

    So many parameters are taken together that their arrays stay in the processor's cache.
    """
    indices = worlds.once.numbers
    kinds: dict[str, list[Parameter]] = {}
    for one in parameters:
        kinds.setdefault("" if one.prior is None else one.prior.kind, []).append(one)
    at_once = max(1, CACHED // len(indices))
    found: dict[str, Worlds] = {}
    for alike in kinds.values():
        for some in batched(alike, at_once):
            luck = np.empty((len(some), len(indices)), dtype=np.float32)
            streams = [(f"parameters/{one.name}", row) for one, row in zip(some, luck, strict=True)]
            fill(draw_uniforms, streams, worlds.seed, indices, worlds.replicate)
            values = drawn_together(some, luck.astype(np.float64))
            found |= {one.name: row for one, row in zip(some, values, strict=True)}
    return found


def _fitted(scenario: Scenario, parameters: Mapping[str, Parameter], worlds: _Worlds) -> dict[str, Worlds]:
    """Values of what the scenario's fitted set holds and the scenario leaves alone, each world once; none for "prior".

    A world takes one draw of the set for all of them, so that they keep what ties them together.
    """
    if scenario.parameter_set == "prior":
        return {}
    from computerace.runs.scenarios.sets import set_of

    found, indices = set_of(scenario), worlds.once.numbers
    if worlds.fixed:
        values = {name: np.full(len(indices), value) for name, value in found.centre().items()}
    else:
        luck = uniforms(worlds.seed, "parameters/fitted", indices, (), worlds.replicate)
        values = found.of_worlds(luck.astype(np.float64))
    free = scenario.untouched()
    return {
        name: np.clip(row * parameters[name].scale, parameters[name].low, parameters[name].high)
        for name, row in values.items()
        if name in free
    }


def _given(parameter: Parameter, value: object, worlds: int) -> Worlds:
    if isinstance(value, (int, float, str, np.number)):
        return np.full(worlds, float(parameter.checked(value)))
    if np.asarray(value).dtype.kind not in "iuf":
        raise UserError(f"{parameter.name} must be numbers ({parameter.unit}), got {value!r:.60}")
    values = np.asarray(value, dtype=np.float64)
    if values.shape != (worlds,):
        raise UserError(f"{parameter.name} has {values.shape} values for {worlds} worlds")
    low, high = parameter.bounds
    outside = ~((values >= low) & (values <= high))
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        raise UserError(
            f"{parameter.name} = {values[row]:g} in row {row} is out of bounds: allowed {low:g} to {high:g}"
        )
    return values.copy()
