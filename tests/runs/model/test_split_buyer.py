"""One buyer or two halves of it: the market's totals stay, and so does what the two own together.

What does change with size, and should: two smaller clusters lose less to failures, each trains smaller models, so that
users drift away, and strategies that look at the leader (catch up, match) see a larger gap from half the size.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from computerace.market.figures import STATE, TOTALS, TRAITS
from computerace.runs.scenarios import scenario
from computerace.runs.worlds.simulate import Batch, simulate

WORLDS, MONTHS = 96, 24
TWIN = 4  # row of the other half, behind the four labs
HALVED = (*TOTALS, "rented_h100e", "largest_site_h100e", "campus_mw", "added_h100e_per_month")
OF_OWNERS = ("owned_h100e", "used_h100e", "power_mw", "researchers", "capex_usd", "cash_usd")
OF_THE_MARKET = ("supply_h100e", "chip_price_usd_per_h100e", "rent_usd_per_h100e_hour")


@cache
def played(lab: str) -> tuple[Batch, Batch, int]:
    """The race with one lab, with its two halves, and the lab's row; the other half stands last of the labs."""
    whole = scenario("baseline").with_settings({f"labs.{lab}.strategy": "steady"})
    known = whole.parameters()
    figures = {quantity: known[f"labs.{lab}.{quantity}"].value for quantity in (*STATE, *TRAITS)}
    half = {name: float(value) * (0.5 if name in HALVED else 1.0) for name, value in figures.items()}
    halves: dict[str, dict[str, Any]] = {lab: half, "Twin": half | {"strategy": "steady"}}
    split = replace(whole, labs=(*whole.labs, "Twin"), blocks=halves)
    found = [
        simulate(one, np.arange(WORLDS), 1, months=MONTHS, fixed=True, measures=(*OF_OWNERS, *OF_THE_MARKET))
        for one in (whole, split)
    ]
    return found[0], found[1], whole.labs.index(lab)


@pytest.mark.parametrize("lab", ["Google", "Microsoft", "Meta"])
@pytest.mark.parametrize("measure", OF_OWNERS)
def test_a_buyer_in_two_equal_halves_keeps_the_markets_totals_and_its_own(lab: str, measure: str) -> None:
    whole, split, row = played(lab)
    before, after = (np.median(one.steps[measure][-1].sum(axis=0)) for one in (whole, split))
    assert after == pytest.approx(before, rel=0.03)
    own, two = whole.steps[measure][-1][row], split.steps[measure][-1][[row, TWIN]].sum(axis=0)
    assert np.median(two) == pytest.approx(np.median(own), rel=0.08)


@pytest.mark.parametrize("lab", ["Google", "Microsoft", "Meta"])
@pytest.mark.parametrize("measure", OF_THE_MARKET)
def test_a_buyer_in_two_equal_halves_keeps_supply_price_and_rent(lab: str, measure: str) -> None:
    whole, split, _ = played(lab)
    assert np.median(split.market[measure][-1]) == pytest.approx(np.median(whole.market[measure][-1]), rel=0.06)
