"""What moving a lever did to the answer: the same worlds before and after."""

from dataclasses import dataclass, replace

import numpy as np

from computerace.market.vocabulary import DEADLINE_MONTHS
from computerace.observables import RATIOS
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import first_months
from computerace.runs.page.snapshot import Snapshot

LEAST_RATIO = 1e-6  # a claimant with nothing has no log


@dataclass(frozen=True)
class Waiting:
    """A lever that was moved, and the race before, to its horizon; the race after is being run."""

    lever: str
    choice: Choice
    before: Snapshot


def one_lever(before: Choice, after: Choice) -> str:
    """The only lever that differs between two choices of the same worlds, or ""."""
    names = {*before.settings, *after.settings}
    moved = [name for name in names if before.settings.get(name) != after.settings.get(name)]
    same = replace(before, settings={}) == replace(after, settings={})
    return moved[0] if same and len(moved) == 1 else ""


def effects_of(waiting: Waiting, choice: Choice, after: Snapshot) -> dict[str, str]:
    """In a sentence what the move did, by definition of compute and whom it is held against ("owned three")."""
    moved = f"{_value(waiting.choice, waiting.lever)} → {_value(choice, waiting.lever)}"
    return {
        effect_key(definition, rivals): f"{moved}: {_effect(waiting.before, after, definition, rivals)}"
        for definition, rivals in RATIOS
    }


def effect_key(definition: str, rivals: str) -> str:
    """By what an effect is found."""
    return f"{definition} {rivals}"


def _value(choice: Choice, lever: str) -> str:
    value = choice.settings.get(lever)
    if value is None:
        return "scenario's own"
    return value.replace("_", " ") if isinstance(value, str) else plain(value)


def _effect(before: Snapshot, after: Snapshot, definition: str, rivals: str) -> str:
    """The ratio's geometric mean over paired worlds, after over before, and in how many the claim came true."""
    one, other = (seen.ratio(definition, rivals)[: DEADLINE_MONTHS + 1].astype(np.float64) for seen in (before, after))
    logs = np.log(np.maximum(other[-1], LEAST_RATIO)) - np.log(np.maximum(one[-1], LEAST_RATIO))
    reached = [int(np.isfinite(first_months(ratios)).sum()) for ratios in (one, other)]
    fold = plain(float(np.exp(logs.mean())))
    return f"ratio {fold}-fold; claim in {reached[0]} → {reached[1]} of {after.worlds:,} worlds"
