"""Two races beside each other: the pinned one and the present one, world by world where the luck is the same."""

import math
from dataclasses import dataclass

import numpy as np

from computerace.market.vocabulary import DEADLINE_MONTHS, SPREAD
from computerace.runs.page.chart_parts import (
    Option,
    decade_bounds,
    fan,
    frame,
    mark_line,
    plain,
    spread_labels,
    time_axis,
    value_axis,
)
from computerace.runs.page.chart_race import MILLION, PLOT_HEIGHT
from computerace.runs.page.claim import first_months
from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import Months, Snapshot, bands

PINNED_COLOUR = "#7A8794"


@dataclass(frozen=True)
class Difference:
    """The present race less the pinned one at one month, over the worlds that both have.

    paired: whether the worlds share their luck. probability, error: the claim's difference and its standard error.
    ratio: median difference of the ratio to the rivals, with its 5-95 % range; None where worlds cannot be paired.
    """

    paired: bool
    worlds: int
    month: int
    probability: float
    error: float
    ratio: tuple[float, float, float] | None


def difference(pinned: Snapshot, present: Snapshot, definition: str, rivals: str) -> Difference:
    """The difference at the last month that both have, the deadline at the latest."""
    month = min(pinned.month, present.month, DEADLINE_MONTHS)
    before, after = (one.ratio(definition, rivals)[: month + 1].astype(np.float64) for one in (pinned, present))
    paired = are_paired(pinned, present)
    reached_before, reached_after = np.isfinite(first_months(before)), np.isfinite(first_months(after))
    if not paired:
        error = math.sqrt(_variance(reached_before) + _variance(reached_after))
        gain = float(reached_after.mean() - reached_before.mean())
        return Difference(False, min(pinned.worlds, present.worlds), month, gain, error, None)
    worlds = min(pinned.worlds, present.worlds)
    gains = reached_after[:worlds].astype(float) - reached_before[:worlds]
    spread = np.quantile(after[-1, :worlds] - before[-1, :worlds], SPREAD)
    error = math.sqrt(float(gains.var()) / worlds)
    return Difference(True, worlds, month, float(gains.mean()), error, (spread[0], spread[1], spread[2]))


def are_paired(pinned: Snapshot, present: Snapshot) -> bool:
    """Whether world i of the one has the luck of world i of the other: the seed and i alone decide that."""
    return pinned.seed == present.seed


def measures(snapshot: Snapshot) -> tuple[str, ...]:
    """What can be compared: the claimant's ratio to its rivals, and each lab's compute."""
    return (f"{snapshot.claimant} / rivals", *snapshot.labs)


def chosen_measure(snapshot: Snapshot, wanted: str) -> str:
    """The wanted measure where this race has it, else the ratio."""
    known = measures(snapshot)
    return wanted if wanted in known else known[0]


def both_chart(
    pinned: Snapshot, present: Snapshot, what: str, definition: str, rivals: str, palette: Palette
) -> Option:
    """Both races' bands on the same axes, logarithmic: the pinned one grey, the present one in its colour."""
    is_ratio = what not in present.labs
    unit = f"{what}, {definition}" if is_ratio else f"{what}, million H100e, {definition}"
    option = frame(palette, f"pinned and present race: {unit}")
    option["xAxis"] = time_axis(present, palette)
    colour = palette.owner(present.claimant if is_ratio else what)
    shown, ends = [1.0] if is_ratio else [], []
    for name, one, shade in (("pinned", pinned, palette.shade(PINNED_COLOUR)), ("present", present, colour)):
        values = series(one, what, definition, rivals)
        held = np.where(values > 0, values, np.nan)
        option["series"] += fan(name, one.dates(), held, shade)
        ends.append(option["series"][-1])
        shown += [value for value in bands(held).flat if math.isfinite(value)]
    low, high = decade_bounds([value for value in shown if value > 0] or [0.1, 1.0])
    spread_labels(ends, low, high, PLOT_HEIGHT, logarithmic=True)
    option["yAxis"] = value_axis(palette, unit, type="log", min=low, max=high)
    if is_ratio:
        words = "claim: more than its rivals combined"
        option["series"][-1]["markLine"] = mark_line(palette, 1, words, place="insideEndBottom")
    return option


def difference_chart(
    pinned: Snapshot, present: Snapshot, what: str, definition: str, rivals: str, palette: Palette
) -> Option:
    """The paired difference, world by world, month by month: present less pinned."""
    unit = what if what not in present.labs else f"{what}, million H100e"
    option = frame(palette, f"paired difference, present less pinned: {unit}")
    option["xAxis"] = time_axis(present, palette)
    option["yAxis"] = value_axis(palette, f"present − pinned, {unit}")
    worlds, months = min(pinned.worlds, present.worlds), min(pinned.month, present.month) + 1
    before, after = (series(one, what, definition, rivals)[:months, :worlds] for one in (pinned, present))
    colour = palette.owner(present.claimant if what not in present.labs else what)
    option["series"] = fan("difference", present.dates()[:months], after - before, colour)
    option["series"][-1]["markLine"] = mark_line(palette, 0, "no difference", place="insideEndTop")
    return option


def series(snapshot: Snapshot, what: str, definition: str, rivals: str) -> Months:
    """What is compared, (months + 1, worlds): a lab's compute in million H100e, or the ratio to the rivals."""
    if what in snapshot.labs:
        return snapshot.compute(definition, what) * np.float32(MILLION)
    return snapshot.ratio(definition, rivals)


def difference_words(found: Difference) -> str:
    """The difference in a sentence, with its error, or with a 95 % bound where no world differs."""
    if found.paired and found.probability == 0 and found.error == 0:
        bound = 1 - 0.05 ** (1 / found.worlds)
        points = (
            f"the same in all {found.worlds:,} paired worlds (a difference below {plain(100 * bound)} points can hide)"
        )
    else:
        points = f"{signed(100 * found.probability)} ± {plain(100 * found.error)} percentage points"
        points += f" over {found.worlds:,} paired worlds" if found.paired else ""
    if found.ratio is None:
        return f"{points}; the seeds differ, so the worlds cannot be paired"
    low, middle, high = (signed(value) for value in found.ratio)
    return f"{points}; ratio {middle} ({low} to {high})"


def signed(value: float) -> str:
    """A figure with its sign."""
    return f"{'−' if value < 0 else '+'}{plain(abs(value))}"


def _variance(reached: np.ndarray) -> float:
    """Variance of the estimated share of worlds."""
    share = float(reached.mean())
    return share * (1 - share) / len(reached)
