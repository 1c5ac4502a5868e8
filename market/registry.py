"""Every parameter of the mechanisms under one roof, and what takes a mechanism out."""

from computerace.market import (
    agi,
    capital,
    chips,
    clusters,
    energy,
    finance,
    generations,
    reaction,
    rental,
    serving,
    sites,
    software,
    talent,
    users,
)
from computerace.market.parameters import Parameter, described

MECHANISMS: dict[str, type] = {
    "chips": chips.Chips,
    "generations": generations.Generations,
    "energy": energy.Energy,
    "sites": sites.Sites,
    "clusters": clusters.Clusters,
    "talent": talent.Talent,
    "software": software.Software,
    "finance": finance.Finance,
    "capital": capital.Capital,
    "users": users.Users,
    "serving": serving.Serving,
    "rental": rental.Rental,
    "reaction": reaction.Reaction,
    "agi": agi.Agi,
}

PARAMETERS: dict[str, Parameter] = {
    name: parameter
    for mechanism, parameters in MECHANISMS.items()
    for name, parameter in described(mechanism, parameters).items()
}

NEUTRAL: dict[str, dict[str, float]] = {
    "chips": chips.NEUTRAL,
    "energy": energy.NEUTRAL,
    "sites": sites.NEUTRAL,
    "clusters": clusters.NEUTRAL,
    "talent": talent.NEUTRAL,
    "software": software.NEUTRAL,
    "finance": finance.NEUTRAL,
    "users": users.NEUTRAL,
    "serving": serving.NEUTRAL,
    "rental": rental.NEUTRAL,
    "reaction": reaction.NEUTRAL,
    "agi": agi.NEUTRAL,
    "access": {"labs.*.access_weight": 1.0, "labs.*.prepaid_share": 0.3},
}
"""Settings that take a mechanism out. `labs.*` stands for every owner."""
