"""What each figure of an owner moves first and which way, by quantity (`market/effects.py` reads the lines).

A line for "Rest.quantity" goes before that for all owners.
"""

from computerace.market.effects import Effect, effect

YOUNG = "labs.own.operating_cash_flow_usd_per_year = -1e9"  # who lives on outside money
LINES = {
    "users_share": "+ revenue_usd of own at 12",
    "ai_revenue_usd_per_year": "+ revenue_usd of own at 12",
    "capability_index": "+ users_share of own",
    "hallucination_rate": "- users_share of own",
    "software_efficiency": "+ effective_h100e of own at 1",
    "utilisation": "+ effective_h100e of own at 1",
    "largest_site_h100e": "+ got_training_h100e of own at 1 where clusters.training_share = 0.6",
    "owned_h100e": "+ owned_h100e of own at 1",
    "share_ampere": "- operational_h100e of own at 1",
    "share_hopper": "± operational_h100e of own: it takes less power than Ampere and more than Blackwell",
    "share_blackwell": "+ operational_h100e of own at 1",
    "in_house_share": "+ in_house_share of own at 1",
    "rented_h100e": "+ got_rented_h100e of own at 1",
    "let_share": "- used_h100e of own at 1",
    "external_share": "+ got_let_h100e of own at 1 where labs.own.let_share = 0.5",
    "powered_mw": "+ operational_h100e of own at 1",
    "contracted_grid_mw": "- asked_grid_mw of own at 1",
    "contracted_on_site_mw": "+ got_power_mw of own at 3",
    "contracted_ready_mw": "+ got_power_mw of own at 3",
    "power_grid_share": "± saw_income_usd of own: its power costs less than power on site, and more than none",
    "power_on_site_share": "- saw_income_usd of own at 1",
    "power_ready_share": "- saw_income_usd of own at 1",
    "build_years": "+ asked_buildings_mw of own at 1",
    "campus_mw": "± got_begun_mw of own: larger campuses come later and in larger lumps",
    "researchers": "+ researchers of own at 1",
    "stars": "+ stars of own at 1",
    "attrition": "- researchers of own at 12",
    "relative_pay": "+ researchers_in of own at 1",
    "openings_growth": "+ researchers of own at 12",
    "cash_usd": "+ cash_usd of own at 1",
    "operating_cash_flow_usd_per_year": "+ saw_income_usd of own at 1",
    "cash_flow_growth": "+ saw_funds_usd of own at 36 where labs.own.operating_cash_flow_usd_per_year = 2e11",
    "capex_usd_per_year": "+ asked_wish_usd of own at 1",
    "ai_capex_share": "+ asked_wish_usd of own at 1",
    "added_h100e_per_month": "± asked_chips_h100e of own: it says what is on record alone, which a prior changes and no setting",
    "raised_usd_per_year": f"+ saw_window_usd of own at 1 where {YOUNG} and labs.own.cash_usd = 0",
    "Rest.raised_usd_per_year": "± saw_window_usd of own: the rest of the market raises no rounds",
    "promised_growth": f"- saw_window_usd of own at 24 where {YOUNG} and labs.own.raised_usd_per_year = 1e10",
    "backing_usd_per_month": "+ saw_funds_usd of own at 1 from 0 to 1e9",
    "purchase_cost": "- asked_chips_h100e of own at 12",
    "in_house_target": "+ got_own_chips_h100e of own at 12",
    "prepaid_share": "+ got_chips_h100e of own at 3",
    "access_weight": "+ got_chips_h100e of own at 3 where chips.supply_multiplier = 0.2",
    "entry_month": "- owned_h100e of own at 6 from 0 to 12",
    "exit_month": "- owned_h100e of own at 12 from 0 to 6",
    "Rest.entry_month": "± owned_h100e of own: the rest of the market neither enters nor leaves",
    "Rest.exit_month": "± owned_h100e of own: the rest of the market neither enters nor leaves",
}
EFFECTS: dict[str, Effect] = {quantity: effect(line) for quantity, line in LINES.items()}
