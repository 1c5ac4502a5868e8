"""What each figure of an owner moves first and which way, by quantity (`market/effects.py` reads the lines)."""

from computerace.market.effects import Effect, effect

EFFECTS: dict[str, Effect] = {
    quantity: effect(line)
    for quantity, line in {
        "utilisation": "+ effective_h100e of own at 1",
    }.items()
}
