"""Chip generations: launch, mix of what is sold, watts per H100e, chips per H100e, and retirement.

Ampere, Hopper and Blackwell have published specifications (Epoch AI, Machine Learning Hardware; IT power per chip with
server and network from Epoch AI, AI compute users). Later ones follow the roadmap announced by the start of the race
(`market/known.py`; from 2025 Rubin in the second half of 2026, Rubin Ultra a year later: Nvidia, GTC 2025) with watts per
H100e falling by `efficiency_growth` a year and H100e per chip growing by `performance_growth`. What is sold shifts to the newest by a logistic ramp. Chips retire at a
hazard that rises around their economic life, counted from when they were bought.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Stock, Worlds, above, below, bounded
from computerace.market.known import END_OF_RECORD, Roadmap, roadmap
from computerace.market.parameters import lognormal, quantity, uniform
from computerace.market.units import DAYS_PER_MONTH, DAYS_PER_YEAR

ANNOUNCED = roadmap(END_OF_RECORD)
NAMES = ANNOUNCED.names
KNOWN_WATTS = (2940.0, 1453.0, 836.0)  # IT watts per H100e: 926 W / 0.315, 1453 W / 1, 2090 W / 2.5
KNOWN_H100E_PER_CHIP = (0.315, 1.0, 2.5)
STEEPEST = 30.0  # exponent at which a logistic is as good as 0 or 1


@dataclass(frozen=True)
class Generations:
    """Parameters of chip generations; each (worlds,) in a race."""

    delay_months: Worlds = quantity(
        3.0, "months", "time from launch to half of the sales",
        prior=uniform(1, 8), high=60, source="Blackwell: first revenue at the end of 2024, racks in volume in mid-2025", grade="C",
        effect="- operational_h100e of all",
    )  # fmt: skip
    efficiency_growth: Worlds = quantity(
        1.3, "ratio per year", "growth of H100e per MW between generations",
        prior=lognormal(1.2, 1.45), low=1, high=4, source="A100 926, H100 1,453, GB200 2,090 W a chip: 1.35 and 1.26 a year (Epoch AI)", grade="B",
        effect="+ operational_h100e of all at 36",
    )  # fmt: skip
    performance_growth: Worlds = quantity(
        1.45, "ratio per year", "growth of H100e per chip between generations",
        prior=uniform(1.25, 1.7), low=1, high=4, source="A100 to H100 1.64, H100 to GB200 1.47 a year (Epoch AI); Pilz et al. 2025: 1.6", grade="B",
        effect="+ goodput of claimant at 36",
    )  # fmt: skip
    life_years: Worlds = quantity(
        5.0, "years", "economic life of an accelerator",
        prior=uniform(4, 6), low=1, high=30, source="useful lives in accounts 2023–2025 (10-K): 5.5–6, Amazon 5", grade="B",
        effect="+ owned_h100e of all",
    )  # fmt: skip
    ramp_months: Worlds = quantity(
        4.0, "months", "breadth of the ramp by which a generation takes over",
        low=0.1, high=60, source="held; no published figure", grade="assumed",
        effect="± operational_h100e of all: a broader ramp begins earlier and ends later",
    )  # fmt: skip
    wear_months: Worlds = quantity(
        6.0, "months", "breadth of retirement around the economic life",
        low=0.1, high=60, source="held; no published figure", grade="assumed",
        effect="- owned_h100e of all",
    )  # fmt: skip
    age_at_start: Worlds = quantity(
        0.45, "fraction", "mean age of a generation's chips at the start over the time since its launch",
        prior=uniform(0.3, 0.65), low=0, high=1, grade="C",
        source="purchases that grow threefold a year from launch (Epoch AI, AI Chip Owners) are 0.4–0.6 as old",
        effect="- owned_h100e of rest at 24 from 0 to 1",
    )  # fmt: skip


def watts_per_h100e(parameters: Generations, plan: Roadmap = ANNOUNCED) -> Stock:
    """IT watts per H100e by generation; (generations, 1, worlds)."""
    return _extrapolated(KNOWN_WATTS, -np.log(parameters.efficiency_growth), plan)


def h100e_per_chip(parameters: Generations, plan: Roadmap = ANNOUNCED) -> Stock:
    """H100e per chip by generation; (generations, 1, worlds)."""
    return _extrapolated(KNOWN_H100E_PER_CHIP, np.log(parameters.performance_growth), plan)


def _extrapolated(published: tuple[float, ...], growth: Worlds, plan: Roadmap) -> Stock:
    known = published[: plan.specified]
    rows = [np.full(growth.shape, value) for value in known]
    for launch in plan.launch[len(known) :]:
        years = (launch - plan.launch[len(known) - 1]).days / DAYS_PER_YEAR
        rows.append(known[-1] * np.exp(growth * years))
    return np.stack(rows)[:, None, :]


def sales_mix(parameters: Generations, today: date, plan: Roadmap = ANNOUNCED) -> Stock:
    """Share of each generation in what is sold today, summing to 1; (generations, 1, worlds)."""
    active = max(plan.launched(today), 1)
    ages = _ages(today, plan)[1:active]
    behind = (parameters.delay_months - ages) / (parameters.ramp_months / 2.0)
    ramps = np.where(ages > 0, 1.0 / (1.0 + np.exp(below(behind, STEEPEST))), 0.0)
    taken, mix = np.ones_like(parameters.delay_months), []
    for ramp in ramps:
        newer = np.minimum(taken, ramp)
        mix.append(taken - newer)
        taken = newer
    to_come = [np.zeros_like(taken)] * (len(plan.launch) - active)
    return np.stack([*mix, taken, *to_come])[:, None]


class Wear(NamedTuple):
    """What retirement takes of the parameters; (worlds,)."""

    life_months: Worlds
    breadth_months: Worlds
    month: Worlds  # by which the odds of having retired grow in a month, a factor
    part: Worlds  # of the odds after a month that came in it


def wear(parameters: Generations) -> Wear:
    """How chips wear out."""
    month = np.exp(1.0 / parameters.wear_months)
    return Wear(12.0 * parameters.life_years, parameters.wear_months, month, 1.0 - 1.0 / month)


def retirement(worn: Wear, age: Stock) -> Stock:
    """Fraction that retires in a month of chips of an age in months; lives are logistic about the economic life."""
    excess = age - worn.life_months
    excess /= worn.breadth_months
    then = np.exp(bounded(excess, -STEEPEST, STEEPEST))
    then *= worn.month
    came = then * worn.part
    then += 1.0
    came /= then
    return came


def ages_at_start(parameters: Generations, today: date, plan: Roadmap = ANNOUNCED) -> Stock:
    """Mean age in months of each generation's chips at the start; (generations, 1, worlds)."""
    return (above(_ages(today, plan), 0.0) * parameters.age_at_start)[:, None]


def _ages(today: date, plan: Roadmap) -> NDArray[np.float64]:
    """Months since each generation's launch; (generations, 1)."""
    return np.array([(today - launch).days / DAYS_PER_MONTH for launch in plan.launch])[:, None]


class Technology(NamedTuple):
    """What can be bought in a month."""

    active: int  # how many generations have been launched
    mix: Stock  # share of each generation in what is sold (generations, 1, worlds)
    new_watts: Worlds  # IT watts per H100e of what is sold (worlds,)


def technology(parameters: Generations, watts: Stock, today: date, plan: Roadmap) -> Technology:
    """The technology of a month; watts: IT watts per H100e by generation (generations, 1, worlds)."""
    active = plan.launched(today)
    mix = sales_mix(parameters, today, plan)
    new = mix[0] * watts[0]
    for generation in range(1, active):
        new = new + mix[generation] * watts[generation]
    return Technology(active, mix, new[0])
