"""Every parameter of the mechanisms under one roof, and what takes a mechanism out.

A mechanism is a field of `Mechanisms` in `market/setting.py`; its file says by `NEUTRAL` what takes it out.
"""

import sys
from typing import get_type_hints

from computerace.market.parameters import Parameter, described
from computerace.market.setting import Mechanisms

MECHANISMS: dict[str, type] = get_type_hints(Mechanisms)

PARAMETERS: dict[str, Parameter] = {
    name: parameter
    for mechanism, parameters in MECHANISMS.items()
    for name, parameter in described(mechanism, parameters).items()
}

NEUTRAL: dict[str, dict[str, float]] = {
    name: sys.modules[kind.__module__].NEUTRAL
    for name, kind in MECHANISMS.items()
    if hasattr(sys.modules[kind.__module__], "NEUTRAL")
} | {"access": {"labs.*.access_weight": 1.0, "labs.*.prepaid_share": 0.3}}
"""Settings that take a mechanism out. `labs.*` stands for every owner."""
