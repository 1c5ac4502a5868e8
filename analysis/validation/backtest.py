"""Forecasts against what came later: the model's and the naïve rivals' by the same rules.

What is scored is the figure that was published, since nobody knows the truth. Every forecast, the model's and a rival's
alike, is a sample of what would be published: what changes in a source's error between the last figure known and the
one to come is added to it (`record.revision`), to the same extent for all. Shares are made of the sample's stocks after
that, so that they add up to one in every draw.
"""

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.validation.record import KEPT_PER_YEAR, LABS, revision
from computerace.analysis.validation.scores import COVERED, crps, inside, on_scale
from computerace.market.vocabulary import QUANTILES

MODEL = "model"
OWNED = ("owned_h100e", None)  # a verdict's quantity, and whom it leaves out
COLUMNS = (
    "origin", "date", "quantity", "owner", "forecast", "observed", "p5", "p25", "p50", "p75", "p95", "crps",
    "in_50", "in_90",
)  # fmt: skip

type Floats = NDArray[np.float64]
type Paths = dict[tuple[str, str], Floats]


def scored(
    forecasts: Mapping[str, Paths],
    actual: pd.DataFrame,
    origin: datetime.date,
    quarters: tuple[datetime.date, ...],
    seed: int,
    *,
    kept: float = KEPT_PER_YEAR,
    stated: Mapping[tuple[str, str], Floats] | None = None,
) -> pd.DataFrame:
    """A row for each figure that came later and each forecast of it: COLUMNS.

    forecasts: by name, paths by (quantity, owner), each (quarters, draws). actual: the record, as `record` gives it.
    kept: correlation of a source's errors a year apart; 1 takes its figures for the truth up to one factor, 0 takes
    each quarter's error for a new one. stated: errors as in `with_error`.
    """
    rows = []
    for number, (name, paths) in enumerate(forecasts.items()):
        generator = np.random.default_rng([seed, origin.toordinal(), number, 1])
        published = with_error(paths, actual, origin, quarters, generator, kept, stated)
        published |= shares(published)
        rows += [
            row
            for key in sorted(published)
            for row in _rows(name, key, published[key], _observed(actual, key, quarters), origin, quarters)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def with_error(
    paths: Paths,
    actual: pd.DataFrame,
    origin: datetime.date,
    quarters: tuple[datetime.date, ...],
    generator: np.random.Generator,
    kept: float = KEPT_PER_YEAR,
    stated: Mapping[tuple[str, str], Floats] | None = None,
) -> Paths:
    """The same paths with what the publisher's error changes since the origin; (quarters, draws) each.

    The size of the error is the source's, as stated for the last figure known at the origin, or for the figure itself
    where `stated` has it: log errors by (quantity, owner), (quarters,), NaN where there is none.
    """
    found = {}
    for (quantity, owner), values in sorted(paths.items()):
        errors = np.full(len(quarters), stated_error(actual, quantity, owner, origin))
        own = (stated or {}).get((quantity, owner), np.full(len(quarters), np.nan))
        errors = np.where(np.isnan(own), errors, own)
        years = [(day - origin).days / 365.25 for day in quarters]
        spread = [revision(quantity, float(error), past, kept) for error, past in zip(errors, years, strict=True)]
        noise = generator.standard_normal(values.shape)
        found[quantity, owner] = values * np.exp(np.array(spread)[:, None] * noise)
    return found


def shares(paths: Paths) -> Paths:
    """Shares of the labs' owned compute in every draw; none where the stocks are not all there."""
    keys = [("owned_h100e", lab) for lab in LABS]
    if not all(key in paths for key in keys):
        return {}
    total = sum((paths[key] for key in keys[1:]), paths[keys[0]])
    return {("share", lab): paths["owned_h100e", lab] / total for lab in LABS}


def summary(rows: pd.DataFrame, by: tuple[str, ...] = ("quantity", "owner")) -> pd.DataFrame:
    """Mean CRPS and coverage by forecast: columns of `by`, forecast, figures, crps, in_50, in_90."""
    grouped = rows.groupby([*by, "forecast"], sort=False, observed=True)
    means = grouped[["crps", "in_50", "in_90"]].mean()
    return pd.concat([grouped.size().rename("figures"), means], axis=1).reset_index()


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of figures that every forecast of their quantity and owner was made of: these alone can be compared."""
    forecasts = rows.groupby(["quantity", "owner"])["forecast"].transform("nunique")
    made = rows.groupby(["quantity", "owner", "origin", "date"])["forecast"].transform("nunique")
    return rows[made == forecasts]


def verdicts(rows: pd.DataFrame, claimant: str) -> pd.DataFrame:
    """The model beside the best naïve rival, a row per quantity, and one for owned compute without the claimant.

    Columns: quantity, without (the claimant or None), figures, in_50, in_90, compared, crps, rival, rival_crps, better.
    Coverage is over all figures.
    CRPS are sums over the owners of the means over the figures that were compared; the best rival is the one with the
    least, among those that forecast every owner. Where there is none, better is None.
    """
    groups: dict[tuple[str, str | None], pd.DataFrame] = {
        (str(quantity), None): group for quantity, group in rows.groupby("quantity", sort=False)
    }
    if OWNED in groups:
        owned = groups[OWNED]
        groups = {OWNED: owned, ("owned_h100e", claimant): owned[owned["owner"] != claimant]} | groups
    found = pd.DataFrame([_verdict(*key, group) for key, group in groups.items() if not group.empty])
    return found.assign(without=pd.Series([key[1] for key, group in groups.items() if not group.empty], dtype=object))


def _verdict(quantity: str, without: str | None, rows: pd.DataFrame) -> dict[str, object]:
    ours = rows[rows["forecast"] == MODEL]
    pairs = compared(rows)
    means = summary(pairs, ("owner",)).pivot_table(index="owner", columns="forecast", values="crps")
    totals = means.sum(skipna=False).drop(MODEL).dropna()
    best = str(totals.idxmin()) if len(totals) else ""
    score = float(means[MODEL].sum())
    rival = float(totals[best]) if best else np.nan
    return {
        "quantity": quantity, "without": without, "figures": len(ours), "in_50": float(ours["in_50"].mean()),
        "in_90": float(ours["in_90"].mean()), "compared": int((pairs["forecast"] == MODEL).sum()), "crps": score,
        "rival": best, "rival_crps": rival, "better": score < rival if best else None,
    }  # fmt: skip


def _rows(
    name: str,
    key: tuple[str, str],
    draws: Floats,
    observed: dict[datetime.date, float],
    origin: datetime.date,
    quarters: tuple[datetime.date, ...],
) -> list[tuple[object, ...]]:
    """Rows of COLUMNS for the quarters that were observed; draws: (quarters, draws)."""
    quantity, owner = key
    days = [day for day in quarters if day in observed]
    if not days:
        return []
    sample = draws[[quarters.index(day) for day in days]]
    figures = np.array([observed[day] for day in days])
    score = crps(on_scale(sample, quantity), on_scale(figures, quantity))
    quantiles = np.quantile(sample, QUANTILES, axis=-1).T
    covered = np.stack([inside(sample, figures, probability) for probability in COVERED], axis=-1)
    return [
        (origin, day, quantity, owner, name, *values)
        for day, *values in zip(days, figures, *quantiles.T, score, *covered.T, strict=True)
    ]


def _observed(
    actual: pd.DataFrame, key: tuple[str, str], quarters: tuple[datetime.date, ...]
) -> dict[datetime.date, float]:
    quantity, owner = key
    if quantity == "share":
        wide = actual[actual["quantity"] == "owned_h100e"].pivot_table(index="date", columns="owner", values="value")
        wide = wide.reindex(columns=list(LABS)).dropna()
        values = wide[owner] / wide.sum(axis=1)
    else:
        values = actual[(actual["quantity"] == quantity) & (actual["owner"] == owner)].set_index("date")["value"]
    days = {stamp.date(): float(value) for stamp, value in zip(pd.DatetimeIndex(values.index), values, strict=True)}
    return {day: days[day] for day in quarters if day in days}


def stated_error(actual: pd.DataFrame, quantity: str, owner: str, origin: datetime.date) -> float:
    """The log error of the last figure at or before the origin that was not zero; of the first one after if none is."""
    rows = actual[(actual["quantity"] == quantity) & (actual["owner"] == owner) & (actual["value"] > 0)]
    if rows.empty:
        return 0.0
    known = rows[rows["date"] <= pd.Timestamp(origin)]
    error = float(known["error"].iloc[-1] if len(known) else rows["error"].iloc[0])
    return 0.0 if np.isnan(error) else error  # a figure without a band says nothing of its error
