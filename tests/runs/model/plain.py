"""What the tests of verbs share: a setting with figures and anchors written by hand, and rows of owners."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from computerace.agents.decision import Asked
from computerace.market.arrays import Owners
from computerace.market.books import Budget
from computerace.market.chips import Orders
from computerace.market.energy import Requests
from computerace.market.rental import Terms
from computerace.market.serving import Division
from computerace.market.setting import Luck, Now, Setting, State
from computerace.market.sites import Campuses
from computerace.market.talent import Hiring
from computerace.runs.model.draws import draw
from computerace.runs.model.setting import make_setting, now
from computerace.runs.scenarios import scenario
from tests.runs.model.small import WORLDS, calm_luck, small_start

OWNERS = 5  # xAI, Google, Microsoft, Meta and the rest of the market

type Rows = float | list[float]


def rows(value: Rows) -> Owners:
    """(owners, worlds) from one number for all, or one for each owner."""
    return np.repeat(np.broadcast_to(np.asarray(value, float), OWNERS)[:, None], WORLDS, axis=1)


def plain_setting(
    settings: Mapping[str, object] | None = None,
    figures: Mapping[str, Rows] | None = None,
    anchors: Mapping[str, Any] | None = None,
) -> Setting:
    """The baseline's setting with parameters by full name, and owners' figures and anchors, by hand."""
    setting = small_start(settings)[0]
    written = {name: rows(value) for name, value in (figures or {}).items()}
    marked: dict[str, Any] = {
        name: value if isinstance(value, np.ndarray) else rows(value) for name, value in (anchors or {}).items()
    }
    return setting._replace(figures=setting.figures._replace(**written), anchors=setting.anchors._replace(**marked))


def unbegun_setting(settings: Mapping[str, object] | None = None, **figures: Rows) -> Setting:
    """The same without anchors, as month 0 finds it."""
    plan = scenario("baseline")
    setting = make_setting(plan, draw(plan, np.arange(WORLDS), 1, settings, fixed=True))
    return setting._replace(figures=setting.figures._replace(**{name: rows(value) for name, value in figures.items()}))


def asked(**forms: Any) -> Asked:
    """What owners ask for who ask for nothing, but for the forms that are given."""
    kinds: dict[str, Any] = {"budget": Budget, "chips": Orders, "power": Requests, "buildings": Campuses,
                             "people": Hiring, "capacity": Terms, "use": Division}  # fmt: skip
    nothing = {name: kind(*(rows(0.0) for _ in kind._fields)) for name, kind in kinds.items()}
    return Asked(**(nothing | {"memory": ()} | forms))


def played(settings: Mapping[str, object] | None = None, horizon: int = 24) -> tuple[Setting, State, Luck, Now]:
    """What the first month is played from."""
    setting, state, _ = small_start(settings, horizon)
    return setting, state, calm_luck(), now(setting, 1)
