"""What the tests of month 0 share: a start from figures by hand, and what a chip costs all in there."""

from collections.abc import Mapping

import numpy as np

from computerace.market.setting import Setting, State
from computerace.runs.model.flows import Flows
from computerace.runs.model.setting import now
from computerace.runs.model.start import begin
from tests.runs.model.plain import Rows, unbegun_setting

SIMPLE = {
    "chips.price_usd_per_h100e": 1000.0, "chips.server_markup": 1.5, "chips.in_house_cost": 0.6,
    "chips.start_backlog_months": 4.0, "sites.cost_usd_per_mw": 1e5, "energy.planning_growth": 0.4,
}  # fmt: skip


def begun(
    settings: Mapping[str, float] | None = None, horizon: int = 24, **figures: Rows
) -> tuple[Setting, State, Flows]:
    return begin(unbegun_setting(SIMPLE | dict(settings or {}), **figures), horizon)


def chip_cost(setting: Setting, target: float) -> np.ndarray:
    """US dollars per H100e all in (worlds,)."""
    return 1500.0 * (1 - 0.4 * target) + 1e5 * now(setting, 0).technology.new_watts / 1e6
