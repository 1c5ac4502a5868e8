"""The phases of a month, in the order of the model's description; each reads and assigns the state of a race."""

from typing import TYPE_CHECKING

from computerace.runs.phases.chips import clear_chips
from computerace.runs.phases.fleet import build, compute
from computerace.runs.phases.knowledge import learn
from computerace.runs.phases.money import ai_income, observe, plan
from computerace.runs.phases.people import clear_researchers
from computerace.runs.phases.power import clear_power, wanted_with_power
from computerace.runs.phases.sales import account, sell

if TYPE_CHECKING:
    from computerace.runs.race import Race

__all__ = ["account", "ai_income", "build", "clear", "compute", "learn", "observe", "plan", "sell"]


def clear(race: "Race") -> None:
    """Chips, power contracts and researchers are allocated."""
    race.wanted = wanted_with_power(race, race.state.investment / race.all_in)
    clear_chips(race)
    clear_power(race)
    clear_researchers(race)
