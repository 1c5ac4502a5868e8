"""What each figure of an owner moves first and which way, by quantity (`market/effects.py` reads the lines)."""

from computerace.market.effects import Effect, effect

EFFECTS: dict[str, Effect] = {
    quantity: effect(line)
    for quantity, line in {
        "users_share": "+ revenue_usd of own at 12",
        "ai_revenue_usd_per_year": "+ revenue_usd of own at 12",
        "capability_index": "+ users_share of own",
        "hallucination_rate": "- users_share of own",
        "software_efficiency": "+ effective_h100e of own at 1",
        "utilisation": "+ effective_h100e of own at 1",
        "largest_site_h100e": "+ got_training_h100e of own at 1 where clusters.training_share = 0.6",
    }.items()
}
