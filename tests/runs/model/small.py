"""What the tests of the month share: a small setting of three worlds, and a month without luck."""

from collections.abc import Mapping

import numpy as np

from computerace.market.setting import Luck, Setting, State
from computerace.runs.model.draws import draw
from computerace.runs.model.flows import Flows
from computerace.runs.model.setting import make_setting
from computerace.runs.model.start import begin
from computerace.runs.scenarios import scenario

WORLDS = 3


def small_start(settings: Mapping[str, object] | None = None, horizon: int = 24) -> tuple[Setting, State, Flows]:
    """The baseline's month 0 with every parameter at its centre, but for what is set."""
    plan = scenario("baseline")
    return begin(make_setting(plan, draw(plan, np.arange(WORLDS), 1, settings, fixed=True)), horizon)


def small_setting(settings: Mapping[str, object] | None = None) -> Setting:
    """The setting of the same, with its anchors."""
    return small_start(settings)[0]


def calm_luck(owners: int = 5) -> Luck:
    """A month in which nothing is out of the ordinary: no shock, no round, no exodus, no model."""
    market, rows = np.zeros(WORLDS), np.zeros((owners, WORLDS))
    return Luck(market, market, market, rows, rows, rows, rows, rows, rows + 1.0, rows + 1.0, rows + 1.0)
