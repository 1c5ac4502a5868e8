"""What stays for a race, from a scenario and the parameters that its worlds drew."""

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from computerace.market import clusters, energy, generations, sites, talent
from computerace.market.arrays import Owners, Worlds
from computerace.market.errors import UserError
from computerace.market.figures import REST, part_left_of_rest
from computerace.market.known import roadmap
from computerace.market.registry import MECHANISMS
from computerace.market.setting import Anchors, Figures, Mechanisms, Now, Setting
from computerace.runs.model.draws import Values
from computerace.runs.scenarios import Scenario


def make_setting(plan: Scenario, values: Values) -> Setting:
    """The setting of a race; its anchors are empty until month 0 is known (`runs/model/start.py`)."""
    mechanisms = Mechanisms(**{name: values.mechanism(name) for name in MECHANISMS})
    figures = Figures(**{quantity: values.figure(plan.owners, quantity) for quantity in Figures._fields})
    seen = roadmap(plan.start)
    nothing = np.zeros_like(figures.owned_h100e)
    return Setting(
        owners=plan.owners,
        claimant=plan.owners.index(plan.claimant),
        start=plan.start,
        roadmap=seen,
        mechanisms=mechanisms,
        figures=figures,
        watts=generations.watts_per_h100e(mechanisms.generations, seen),
        performance=generations.h100e_per_chip(mechanisms.generations, seen),
        kinds=energy.by_kind(mechanisms.energy),
        wear=generations.wear(mechanisms.generations),
        small_jobs=clusters.small_jobs(mechanisms.clusters),
        foresight=tuple(_foreseen(mechanisms.sites.foresight_months, ahead) for ahead in range(sites.FORESIGHT_MOST)),
        posts_growth=talent.monthly_growth(figures.openings_growth),
        firms=_firms(plan, mechanisms.software.firms_in_rest, figures.owned_h100e),
        heirs=_heirs(plan, values, figures),
        figures_of=tuple(figures.of(row) for row in range(len(plan.owners))),
        anchors=_no_anchors(nothing),
    )


def _firms(plan: Scenario, in_rest: Worlds, owned: Owners) -> Owners:
    """How many firms each row stands for: a lab is one; the rest loses firms with the people that labs take out of it.

    in_rest: firms of the rest beside the usual labs (worlds,). owned: for its shape (owners, worlds).
    """
    firms = np.ones_like(owned)
    firms[-1] = np.maximum(in_rest * _left_of_rest(plan), 1.0)
    return firms


@lru_cache(maxsize=64)
def _left_of_rest(plan: Scenario) -> float:
    """The part of its people that the rest keeps; races of one scenario share it."""
    return part_left_of_rest(plan.start, plan.labs, plan.blocks)


def _foreseen(months: Worlds, ahead: int) -> Worlds | None:
    """1 in the worlds that see so many months ahead, else 0; None where all do, which is the same to the bit."""
    return None if (months > ahead).all() else (months > ahead).astype(np.float64)


def _no_anchors(nothing: Owners) -> Anchors:
    """Anchors of which none is known yet; nothing: zeros (owners, worlds)."""
    empty: dict[str, Any] = dict.fromkeys(("young", "many", "labs_among"), np.zeros_like(nothing, dtype=np.bool_))
    return Anchors(**(dict.fromkeys(Anchors._fields, nothing) | empty))


def _heirs(plan: Scenario, values: Values, figures: Figures) -> tuple[int, ...] | None:
    """Rows of those who take over when an owner leaves; None where nobody enters or leaves in any world.

    Raises UserError where an owner is its own heir.
    """
    moving = (figures.entry_month > 0) | (figures.exit_month > 0)
    if not moving.any():
        return None
    heirs = tuple(plan.owners.index(values.words[f"labs.{owner}.heir"]) for owner in plan.owners)
    for row, owner in enumerate(plan.labs):
        if heirs[row] == row and (figures.exit_month[row] > 0).any():
            raise UserError(f"labs.{owner}.heir is {owner} itself; name another owner, such as {REST}")
    return heirs


def month_end(start: date, month: int) -> date:
    """The calendar month that a month of the race ends; its last days are taken as the 28th."""
    total = start.year * 12 + start.month - 1 + month
    return date(total // 12, total % 12 + 1, 28)


def calendar_years(start: date, month: int) -> float:
    """Years from the beginning of 2026 to the end of a month of the race."""
    return start.year - 2026 + (start.month + month) / 12.0


def now(setting: Setting, month: int) -> Now:
    """A month of the race with the technology that is on sale in it."""
    today = month_end(setting.start, month)
    technology = generations.technology(setting.mechanisms.generations, setting.watts, today, setting.roadmap)
    return Now(month, today, month / 12.0, calendar_years(setting.start, month), technology)
