"""At either bound of any figure of an owner a race goes on, in finite numbers and with nothing below zero."""

from collections.abc import Iterator

import numpy as np
import pytest

from computerace.market.figure_bounds import BOUNDS
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario

MONTHS = 24
OF_LABS = ("entry_month", "exit_month")
STOCKS = ("stock", "operational", "let", "rented", "used", "researchers", "stars", "revenue", "shares", "powered")


def at_bounds(name: str, owner: str) -> tuple[list[str], Race]:
    """Every figure at its lower and then its upper bound, a world for each, all others as the record has them."""
    known = scenario(name).parameters()
    names = [f"labs.{owner}.{quantity}" for quantity in BOUNDS if f"labs.{owner}.{quantity}" in known]
    if owner == "Rest":
        names = [one for one in names if not one.endswith(OF_LABS)]
    settings = {}
    for place, one in enumerate(names):
        settings[one] = np.full(2 * len(names), float(known[one].value))
        settings[one][2 * place : 2 * place + 2] = known[one].bounds
    race = Race(name, worlds=2 * len(names), fixed=True, settings=settings, measures=())
    race.run_for(MONTHS)
    return names, race


def arrays(value: object, path: str = "") -> Iterator[tuple[str, np.ndarray]]:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield path, value
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from arrays(part, f"{path}.{getattr(value, '_fields', range(len(value)))[place]}")


@pytest.mark.parametrize(
    ("name", "owner"), [("baseline", "xAI"), ("baseline", "Meta"), ("baseline", "Rest"), ("frontier", "OpenAI")]
)
def test_a_race_survives_every_figure_at_both_bounds(name: str, owner: str) -> None:
    names, race = at_bounds(name, owner)
    for path, values in (*arrays(race.state, "state"), *arrays(race.flows, "flows")):
        worlds = values.reshape(-1, values.shape[-1])
        wrong = ~np.isfinite(worlds).all(axis=0)
        if path.endswith(STOCKS):
            wrong |= (worlds < 0.0).any(axis=0)
        if len(wrong) == 2 * len(names):
            assert not wrong.any(), (
                path,
                [f"{names[one // 2]} {('low', 'high')[one % 2]}" for one in np.flatnonzero(wrong)],
            )
