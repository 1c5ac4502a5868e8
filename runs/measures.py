"""What a race reports each month: owner measures, market measures and the claim's ratios."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import vocabulary
from computerace.market.arrays import TINY, Owners, Worlds, over_owners, ratio
from computerace.market.energy import KINDS
from computerace.market.ledger import CAUSES

if TYPE_CHECKING:
    from computerace.runs.race import Race

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


def owner_measures(race: "Race") -> dict[str, Owners]:
    """Every owner measure of this month, each (owners, worlds); ratios are NaN but on the claimant's row."""
    state = race.state
    owned = state.owned
    found = {
        "owned_h100e": owned,
        "operational_h100e": state.operational,
        "used_h100e": state.used,
        "effective_h100e": state.effective,
        "share": _share(owned),
        "power_mw": np.minimum(state.powered, 1e9) * race.energy.facility_ratio,
        "capex_usd": state.capex,
        "cash_usd": state.cash,
        "revenue_usd": state.revenue,
        "researchers": state.researchers,
        "stars": state.stars,
        "quality": state.quality,
        "hallucination": state.hallucination,
        "users_share": state.users,
        "goodput": state.goodput,
        "largest_site_h100e": state.largest_site,
        "backlog_h100e": state.prepaid + state.open_orders,
        "in_house_share": ratio(state.in_house, owned),
        "researchers_in": state.moved_in,
        "researchers_out": state.moved_out,
    }
    found |= {f"bound_{cause}": state.bound[number] for number, cause in enumerate(CAUSES)}
    for name, values in ratios(race, found).items():
        found[name] = np.full_like(owned, np.nan)
        found[name][race.claimant_row] = values
    return found


def ratios(race: "Race", measures: dict[str, Owners]) -> dict[str, Worlds]:
    """The claimant's compute over its rivals' by definition and rivals; each (worlds,)."""
    found = {}
    rest = len(race.names) - 1
    for rivals in RIVALS:
        rows = [row for row in range(rest + (rivals == "all")) if row != race.claimant_row]
        for definition in DEFINITIONS:
            compute = measures[f"{definition}_h100e"]
            against = over_owners(compute[rows])
            found[f"ratio_{definition}_{rivals}"] = compute[race.claimant_row] / np.maximum(against, TINY)
    return found


def market_measures(race: "Race") -> dict[str, Worlds]:
    """Every market measure of this month, each (worlds,)."""
    state = race.state
    shares = _share(state.owned)[:-1]
    found = {
        "chip_price_usd_per_h100e": state.chip_price,
        "backlog_months": state.backlog_months,
        "supply_h100e": state.made,
        "rent_usd_per_h100e_hour": state.rent,
        "herfindahl": over_owners(shares * shares),
        "agi_share": (state.crossed.max(axis=0) > 0).astype(np.float64),
    }
    for number, kind in enumerate(KINDS):
        found[f"power_{kind}_mw"] = over_owners(state.energised[number])
        found[f"pipeline_{kind}_mw"] = over_owners(state.energy_pipeline[number])
    return found


def _share(owned: Owners) -> Owners:
    """Shares of the labs' owned compute; the rest of the market has none (NaN)."""
    shares = owned / np.maximum(over_owners(owned[:-1]), TINY)
    shares[-1] = np.nan
    return shares
