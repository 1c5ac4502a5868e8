"""What months leave behind: exact quantiles over the worlds of a point, and counts that can be added up.

Two methods, both blind to the order and the size of batches:

exact   the worlds of a point are sorted; quantiles interpolate linearly between them (Hyndman & Fan 1996, number 7).
counts  each value falls into one of 65,536 fixed bins, the upper half of its bits as a single-precision number: 128 to
        each doubling, for any sign and size. Counts are integers, so adding them up in any order gives the same
        bits. Bins are 0.8 % wide at most, so a quantile is off by less than that; smallest and largest are exact.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from computerace.market import vocabulary
from computerace.observables import is_flag

type Values = NDArray[np.float32]

QUANTILES = vocabulary.QUANTILES
MARKET = vocabulary.MARKET
KEYS = 1 << 16  # bins of the counts: the upper 16 bits of a single-precision number
EXACT_WORLDS = 4096  # worlds of a point up to which its quantiles are exact


def exact_quantiles(values: Values, measure: str) -> Values:
    """Quantiles over the last axis, put last: (…, worlds) to (…, quantiles).

    A share of worlds stands in every quantile's place. Worlds in which the measure does not exist (NaN) are left out.
    """
    if is_flag(measure):
        mean = values.mean(axis=-1, dtype=np.float64).astype(np.float32)
        return np.repeat(mean[..., None], len(QUANTILES), axis=-1)
    ordered = np.sort(values, axis=-1)
    result = _between(ordered, np.asarray(QUANTILES) * (ordered.shape[-1] - 1))
    gaps = np.isnan(ordered[..., -1]) & ~np.isnan(ordered[..., 0])
    for place in zip(*np.nonzero(gaps), strict=True):
        known = ordered[place][~np.isnan(ordered[place])]
        result[place] = _between(known, np.asarray(QUANTILES) * (len(known) - 1))
    return result


def _between(ordered: Values, place: NDArray[np.float64]) -> Values:
    """Linear interpolation at fractional places along the sorted last axis, a place after the other."""
    found = np.empty((*ordered.shape[:-1], len(place)), dtype=np.float32)
    for number, low in enumerate(np.floor(place).astype(np.intp)):
        below = ordered[..., low].astype(np.float64)
        above = ordered[..., min(low + 1, ordered.shape[-1] - 1)].astype(np.float64)
        with np.errstate(invalid="ignore"):  # between two infinities there is no number, but there is one value
            between = below + (above - below) * (place[number] - low)
        found[..., number] = np.where(below == above, below, between)
    return found


@dataclass(frozen=True)
class Counts:
    """How often each value occurred, for every series of one measure; a series is a month, or a month and an owner.

    codes: (n,) int64, series * 65,536 + bin, ascending. counts: (n,) int64. smallest, largest: (series,) float32,
    +inf and -inf where a series has no value.
    """

    codes: NDArray[np.int64]
    counts: NDArray[np.int64]
    smallest: Values
    largest: Values

    @classmethod
    def of(cls, values: Values) -> "Counts":
        """Counts of (series, worlds) values; NaN is left out."""
        values = np.ascontiguousarray(values, dtype=np.float32)
        bins = np.sort(_bins(values), axis=-1)
        first = np.ones(bins.shape, dtype=bool)
        np.not_equal(bins[:, 1:], bins[:, :-1], out=first[:, 1:])
        starts = np.flatnonzero(first)
        series = starts // bins.shape[1]
        codes = series * KEYS + bins.reshape(-1)[starts]
        counts = np.diff(starts, append=bins.size)
        absent = np.isnan(values)
        smallest = np.where(absent, np.float32(np.inf), values).min(axis=-1)
        largest = np.where(absent, np.float32(-np.inf), values).max(axis=-1)
        known = codes % KEYS != KEYS - 1
        return cls(codes[known], counts[known], smallest, largest)

    @classmethod
    def merged(cls, parts: Sequence["Counts"]) -> "Counts":
        """The counts of all worlds together."""
        if len(parts) == 1:
            return parts[0]
        base = min(int(part.codes[0]) if len(part.codes) else 0 for part in parts)
        top = max(int(part.codes[-1]) if len(part.codes) else 0 for part in parts)
        total = np.zeros(top - base + 1, dtype=np.int64)
        for part in parts:
            total[part.codes - base] += part.counts
        codes = np.flatnonzero(total)
        return cls(
            codes + base,
            total[codes],
            np.minimum.reduce([part.smallest for part in parts]),
            np.maximum.reduce([part.largest for part in parts]),
        )

    def quantiles(self, measure: str) -> Values:
        """Quantiles of each series: (series, quantiles), NaN where it has no value."""
        series = len(self.smallest)
        number = np.bincount(self.codes // KEYS, weights=self.counts, minlength=series).astype(np.int64)
        if is_flag(measure):
            return self._shares(number)
        before = np.concatenate([[0], np.cumsum(number)[:-1]])
        place = np.asarray(QUANTILES) * (np.maximum(number, 1) - 1)[:, None]
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(number, 1)[:, None] - 1)
        below, above = self._ranked(before, low), self._ranked(before, high)
        with np.errstate(invalid="ignore"):
            between = below + (above - below) * (place - low)
        result = np.where(below == above, below, between)
        result = np.clip(result, self.smallest[:, None], self.largest[:, None])
        result[number == 0] = np.nan
        return result.astype(np.float32)

    def _shares(self, number: NDArray[np.int64]) -> Values:
        """The share of worlds with a 1, which has a bin of its own as every power of two has."""
        ones = self.codes % KEYS == int(_bins(np.ones(1, dtype=np.float32))[0])
        hit = np.bincount(self.codes[ones] // KEYS, weights=self.counts[ones], minlength=len(number))
        share = np.where(number > 0, hit / np.maximum(number, 1), np.nan).astype(np.float32)
        return np.repeat(share[:, None], len(QUANTILES), axis=1)

    def _ranked(self, before: NDArray[np.int64], rank: NDArray[np.int64]) -> NDArray[np.float64]:
        """The value of a rank within each series, spread evenly over its bin; (series, quantiles)."""
        reached = np.cumsum(self.counts)
        if not len(reached):
            return np.full(rank.shape, np.nan)
        wanted = before[:, None] + rank
        where = np.minimum(np.searchsorted(reached, wanted, side="right"), len(reached) - 1)
        inside = (wanted - (reached[where] - self.counts[where]) + 0.5) / self.counts[where]
        bins = self.codes[where] % KEYS
        with np.errstate(invalid="ignore"):  # behind infinity's bin there is no number
            start, end = _edge(bins).astype(np.float64), _edge(bins + 1).astype(np.float64)
            value = np.where(np.isfinite(end), start + (end - start) * inside, start)
        return np.where(np.isinf(start), start, value)


def _bins(values: Values) -> NDArray[np.uint16]:
    """The bin of each value: its upper 16 bits, turned so that bins ascend with values; NaN has the last one."""
    bits = (values + np.float32(0)).view(np.uint32)  # which makes -0 the 0 that it equals
    turned = np.where(bits >> 31 == 1, ~bits, bits | np.uint32(0x80000000))
    bins = (turned >> 16).astype(np.uint16)
    bins[np.isnan(values)] = KEYS - 1
    return bins


def _edge(bins: NDArray[np.int64]) -> Values:
    """The lower end of each bin."""
    turned = bins.astype(np.uint32) << np.uint32(16)
    bits = np.where(turned >> 31 == 1, turned & np.uint32(0x7FFFFFFF), ~turned)
    return bits.astype(np.uint32).view(np.float32)


def kept_months(months: int, every: int) -> list[int]:
    """The months of which something is kept: 0, every, 2 every, … and the last."""
    return sorted({*range(0, months + 1, every), months})


def steps_frame(
    columns: Mapping[str, Values],
    keys: Mapping[str, NDArray[np.int32]],
    months: Sequence[int],
    start: datetime.date,
    owners: Sequence[str],
) -> pa.Table:
    """The tidy table of months from one array per measure.

    columns: measure to (points, months, quantiles, owners + 1), or to (worlds, months, 1, owners + 1) for whole
    trajectories; the last owner is "Market". What is masked is nobody's and becomes null; NaN is a value that does not
    exist.
    keys: the leading key columns, such as point (and world), one number per first-axis entry.
    """
    names = [*owners, MARKET]
    shape = next(iter(columns.values())).shape
    count, inner = shape[0], int(np.prod(shape[1:]))
    _, quantile, owner = (axis.ravel() for axis in np.indices(shape[1:]))
    month = np.repeat(np.asarray(months, dtype=np.int16), shape[2] * shape[3])
    dates = month_ends(start, max(months) + 1).astype("datetime64[ms]")[month]
    table: dict[str, pa.Array] = {"point": pa.array(np.repeat(keys["point"], inner))}
    table["month"] = pa.array(np.tile(month, count))
    table["date"] = pa.array(np.tile(dates, count))
    if "world" in keys:
        table["world"] = pa.array(np.repeat(keys["world"], inner))
    else:
        table["quantile"] = pa.array(np.tile(np.asarray(QUANTILES)[quantile], count))
    table["lab"] = pa.DictionaryArray.from_arrays(np.tile(owner.astype(np.int8), count), names).cast(pa.string())
    for measure, values in columns.items():
        # What is masked is whatever was in memory there, and a part has the bits beneath a null too.
        known, mask = np.ma.filled(values, 0.0).reshape(-1), np.ma.getmaskarray(values).reshape(-1)
        table[measure] = pa.array(np.ascontiguousarray(known), type=pa.float32(), mask=mask, from_pandas=False)
    return pa.table(table)


def month_ends(start: datetime.date, count: int) -> np.ndarray:
    """The last days of `count` months, the first being the start's month, as datetime64[ns] values."""
    return pd.date_range(start, periods=count, freq="ME").to_numpy() if count else np.empty(0, "datetime64[ns]")
