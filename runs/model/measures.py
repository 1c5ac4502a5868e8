"""What a race reports each month: owner measures, market measures and the claim's ratios."""

from collections.abc import Callable, Iterable

import numpy as np

from computerace.market import own, vocabulary
from computerace.market.arrays import TINY, Owners, Worlds, over_owners, ratio
from computerace.market.energy import KINDS
from computerace.market.errors import UserError
from computerace.market.ledger import CAUSES
from computerace.market.setting import Setting, State
from computerace.runs.model.decisions import DECISIONS
from computerace.runs.model.flows import Flows

DEFINITIONS = vocabulary.DEFINITIONS
RIVALS = vocabulary.RIVALS
COMPUTE = tuple(f"{definition}_h100e" for definition in DEFINITIONS)
RATIOS = tuple(f"ratio_{definition}_{rivals}" for rivals in RIVALS for definition in DEFINITIONS)
MEASURES = (
    *COMPUTE, "share", "power_mw", "capex_usd", "cash_usd", "revenue_usd", "researchers", "stars", "quality",
    "hallucination", "users_share", "goodput", "largest_site_h100e", "backlog_h100e", "in_house_share",
    *(f"bound_{cause}" for cause in CAUSES), "researchers_in", "researchers_out", *RATIOS,
)  # fmt: skip
MARKET_MEASURES = (
    "chip_price_usd_per_h100e", "backlog_months", "supply_h100e", "rent_usd_per_h100e_hour", "herfindahl",
    *(f"power_{kind}_mw" for kind in KINDS), *(f"pipeline_{kind}_mw" for kind in KINDS), "agi_share",
)  # fmt: skip


KEYS = ("scenario", "point", "world", "month", "date", "quantile", "lab")  # of the tables, beside measures

type OwnMeasure = Callable[[Setting, State, Flows], Owners]
OWN_MEASURES: dict[str, OwnMeasure] = {}


def add_measure(name: str, measure: OwnMeasure) -> None:
    """Make a measure of one's own known by name: it is recorded each month beside the model's.

    measure: takes setting, state and flows of a month, and returns (owners, worlds), or (worlds,) for the market. In a
    file that a scenario names (`code`), workers and folders know it too. A name that was added before is replaced.
    Raises UserError for the name of one of the model's own measures, or for what cannot be called.
    """
    if not callable(measure):
        raise UserError(f"the measure {name} must be a function of setting, state and flows, got {measure!r}")
    own.bring(own.MEASURE, name, (*MEASURES, *MARKET_MEASURES, *DECISIONS, *KEYS))
    OWN_MEASURES[name] = measure


def own_measures(setting: Setting, state: State, flows: Flows, names: Iterable[str]) -> dict[str, Owners]:
    """The measures of one's own among the names, each (owners, worlds) or (worlds,).

    Raises UserError for one that returns another shape.
    """
    found = {name: np.asarray(OWN_MEASURES[name](setting, state, flows)) for name in names if name in OWN_MEASURES}
    allowed = ((len(setting.owners), setting.worlds), (setting.worlds,))
    for name, values in found.items():
        if values.shape not in allowed:
            raise UserError(
                f"the measure {name} returned an array {values.shape}; it must be {allowed[0]} or {allowed[1]}"
            )
    return found


def owner_measures(setting: Setting, state: State, flows: Flows) -> dict[str, Owners]:
    """Every owner measure of this month, each (owners, worlds); ratios are NaN but on the claimant's row."""
    owned = state.fleet.owned
    found = {
        "owned_h100e": owned,
        "operational_h100e": state.fleet.operational,
        "used_h100e": state.rental.used,
        "effective_h100e": flows.clusters.effective,
        "share": _share(owned),
        "power_mw": np.minimum(state.sites.powered, 1e9) * setting.mechanisms.energy.facility_ratio,
        "capex_usd": flows.finance.capex,
        "cash_usd": state.finance.cash,
        "revenue_usd": state.users.revenue,
        "researchers": state.talent.researchers,
        "stars": state.talent.stars,
        "quality": state.software.quality,
        "hallucination": state.software.hallucination,
        "users_share": state.users.shares,
        "goodput": flows.clusters.goodput,
        "largest_site_h100e": flows.clusters.largest_site,
        "backlog_h100e": state.chips.prepaid + state.chips.open_orders,
        "in_house_share": ratio(state.fleet.in_house, owned),
        "researchers_in": flows.talent.arrived + flows.talent.stars_arrived,
        "researchers_out": flows.talent.left + flows.talent.stars_left,
    }
    found |= {f"bound_{cause}": flows.ledger.bound[number] for number, cause in enumerate(CAUSES)}
    for name, values in ratios(setting.claimant, found).items():
        found[name] = np.full_like(owned, np.nan)
        found[name][setting.claimant] = values
    return found


def ratios(claimant: int, measures: dict[str, Owners]) -> dict[str, Worlds]:
    """The claimant's compute over its rivals' by definition and rivals; each (worlds,)."""
    found = {}
    rest = len(measures["owned_h100e"]) - 1
    for rivals in RIVALS:
        rows = [row for row in range(rest + (rivals == "all")) if row != claimant]
        for definition in DEFINITIONS:
            compute = measures[f"{definition}_h100e"]
            against = over_owners([compute[row] for row in rows])
            found[f"ratio_{definition}_{rivals}"] = compute[claimant] / np.maximum(against, TINY)
    return found


def market_measures(state: State, flows: Flows) -> dict[str, Worlds]:
    """Every market measure of this month, each (worlds,)."""
    shares = _share(state.fleet.owned)[:-1]
    found = {
        "chip_price_usd_per_h100e": state.chips.price,
        "backlog_months": state.chips.backlog_months,
        "supply_h100e": flows.chips.made,
        "rent_usd_per_h100e_hour": state.rental.rent,
        "herfindahl": over_owners(shares * shares),
        "agi_share": (state.software.crossed.max(axis=0) > 0).astype(np.float64),
    }
    for number, kind in enumerate(KINDS):
        found[f"power_{kind}_mw"] = over_owners(state.energy.energised[number])
        found[f"pipeline_{kind}_mw"] = over_owners(state.energy.pipeline[number])
    return found


def _share(owned: Owners) -> Owners:
    """Shares of the labs' owned compute; the rest of the market has none (NaN)."""
    shares = owned / np.maximum(over_owners(owned[:-1]), TINY)
    shares[-1] = np.nan
    return shares
