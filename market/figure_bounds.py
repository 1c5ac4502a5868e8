"""The least and the most that a figure of an owner may be, by quantity: far beyond the record, and no race breaks there."""

AMOUNT = (0.0, 1e10)  # H100e; the world had 2e7 at the end of 2025
POWER = (0.0, 1e7)  # IT megawatts; the world's electricity took 3.5e6 on average in 2024
MONEY = (0.0, 1e14)  # US dollars, in all or a year; the world's product of 2025 was about 1.1e14
FRACTION = (0.0, 1.0)
YEARLY = (0.1, 10.0)  # a growth, ratio per year
MONTHS = (0.0, 1200.0)

BOUNDS: dict[str, tuple[float, float]] = {
    "owned_h100e": AMOUNT,
    "rented_h100e": AMOUNT,
    "added_h100e_per_month": AMOUNT,
    "largest_site_h100e": AMOUNT,
    "powered_mw": POWER,
    "contracted_grid_mw": POWER,
    "contracted_on_site_mw": POWER,
    "contracted_ready_mw": POWER,
    "researchers": (0.0, 1e7),
    "stars": (0.0, 1e5),
    "cash_usd": MONEY,
    "operating_cash_flow_usd_per_year": (-1e13, 1e14),
    "capex_usd_per_year": MONEY,
    "raised_usd_per_year": MONEY,
    "ai_revenue_usd_per_year": MONEY,
    "backing_usd_per_month": (0.0, 1e13),
    "users_share": FRACTION,
    "share_ampere": FRACTION,
    "share_hopper": FRACTION,
    "share_blackwell": FRACTION,
    "in_house_share": FRACTION,
    "ai_capex_share": FRACTION,
    "let_share": FRACTION,
    "hallucination_rate": FRACTION,
    "utilisation": FRACTION,
    "prepaid_share": FRACTION,
    "in_house_target": FRACTION,
    "external_share": FRACTION,
    "equity_share": FRACTION,
    "listing_share": FRACTION,
    "power_grid_share": FRACTION,
    "power_on_site_share": FRACTION,
    "power_ready_share": FRACTION,
    "capability_index": (0.0, 1000.0),
    "software_efficiency": (0.001, 1000.0),
    "access_weight": (0.0, 1000.0),
    "build_years": (0.1, 30.0),
    "campus_mw": (1.0, 1e5),
    "cash_flow_growth": (-1.0, 1.0),
    "attrition": (0.0, 12.0),
    "relative_pay": (0.01, 100.0),
    "openings_growth": YEARLY,
    "promised_growth": YEARLY,
    "purchase_cost": (0.01, 100.0),
    "entry_month": MONTHS,
    "exit_month": MONTHS,
}
