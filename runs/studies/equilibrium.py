"""The race as a game: every profile of strategies as a point of a sweep, and what the folder says.

A sweep's folder resumes, is verified and grows like any other; what is told of it comes from `analysis/game`.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from computerace.market.errors import UserError, unknown
from computerace.market.figures import STRATEGIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from computerace.analysis.game.answer import Equilibria
    from computerace.analysis.manifest_form import Written
    from computerace.runs.scenarios import Scenario
    from computerace.runs.store.results import SweepResults

MOST_PROFILES = 100_000
PILOT = 64  # worlds in which the noise is looked at before every profile is played
FOLDER_NAME = "equilibrium"


@dataclass(frozen=True)
class Question:
    """labs: who chooses. strategies: among what. ambitions: US dollars for a log point of share.

    definition: of the compute whose share counts. fleet_part: what a fleet is worth at the end over its price new.
    tolerance_usd: what a lab may gain by leaving an equilibrium.
    """

    scenario: "Scenario"
    labs: tuple[str, ...]
    strategies: tuple[str, ...]
    worlds: int
    seed: int
    months: int
    ambitions: tuple[float, ...]
    definition: str = "used"
    fleet_part: float = 0.5
    fixed: bool = False
    tolerance_usd: float = 0.0

    def check(self) -> None:
        """Raise UserError where it cannot be asked."""
        _check_names("lab", self.labs, self.scenario.labs)
        _check_names("strategy", self.strategies, self.known)
        if len(self.strategies) < 2:
            raise UserError("--strategies needs two at least, to choose between, as in steady,all_in")
        if not 0.0 <= self.tolerance_usd < np.inf:
            raise UserError("--tolerance must be 0 or more billions of US dollars")
        if not 0.0 <= self.fleet_part <= 1.0:
            raise UserError(f"--fleet-part must be 0 to 1, got {self.fleet_part:g}")
        if len(self.strategies) ** len(self.labs) > MOST_PROFILES:
            raise UserError(
                f"{len(self.strategies)} strategies of {len(self.labs)} labs make more than {MOST_PROFILES:,} profiles:"
                " give fewer --labs or --strategies"
            )

    @property
    def known(self) -> tuple[str, ...]:
        """Strategies that a lab may follow."""
        return self.scenario.parameters()[f"labs.{self.labs[0]}.strategy"].choices if self.labs else STRATEGIES

    @property
    def default(self) -> dict[str, str]:
        """The profile that the scenario plays."""
        known = self.scenario.parameters()
        return {lab: str(known[f"labs.{lab}.strategy"].value) for lab in self.labs}

    @property
    def choices(self) -> tuple[str, ...]:
        """The strategies, with those of the default profile among them."""
        return tuple(dict.fromkeys((*self.strategies, *self.default.values())))

    @property
    def design(self) -> "Written":
        """The sweep that plays every profile."""
        return {
            "worlds_per_point": self.worlds, "seed": self.seed, "months": self.months,
            "keep": "outcomes", "fixed": self.fixed, "sampler": {"kind": "grid"},
            "vary": [{"parameter": f"labs.{lab}.strategy", "values": list(self.choices)} for lab in self.labs],
        }  # fmt: skip


def _check_names(kind: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise unknown(kind, name, known)
        if names.count(name) > 1:
            raise UserError(f"the {kind} {name} stands there twice: give it once")


def told(question: Question, results: "SweepResults") -> "Equilibria":
    """The game's answer from the sweep that played it."""
    from computerace.analysis.game.answer import equilibria
    from computerace.analysis.game.of_sweep import game_of_sweep

    game, profiles = game_of_sweep(
        results.points, results.worlds, question.labs, question.scenario.labs, question.months,
        definition=question.definition, fleet_part=question.fleet_part,
    )  # fmt: skip
    return equilibria(
        game, profiles, question.default, question.ambitions, seed=question.seed, tolerance_usd=question.tolerance_usd
    )


def refuse_unborne(question: Question, **where: Any) -> None:
    """Raise UserError where a pilot says that the noise of so many worlds is larger than the tolerance.

    It plays the default profile, and what each lab may leave it for, in PILOT worlds; nothing where there is no
    tolerance.
    """
    from computerace.analysis.game.noise import pilot_noise, refuse_too_fine
    from computerace.analysis.game.of_sweep import payoff_columns, payoffs_of, strategy_name
    from computerace.runs.worlds.play import Workers
    from computerace.runs.worlds.variants import Wanted, play_together

    if not question.tolerance_usd:
        return
    base, of = question.scenario, (question.labs, question.scenario.labs, question.months, question.definition)
    moves = [(lab, word) for lab in question.labs for word in question.choices if word != question.default[lab]]
    variants = [base, *(base.with_settings({strategy_name(lab): word}) for lab, word in moves)]
    wanted = Wanted(question.seed, question.months, payoff_columns(*of), fixed=question.fixed)
    pilot = min(PILOT, question.worlds)
    found = play_together(variants, pilot, wanted, on=Workers(**where))
    payoffs = payoffs_of(found.outcomes.rename(columns={"variant": "point"}), *of, question.fleet_part)
    for ambition in question.ambitions:
        noise = pilot_noise(payoffs, [lab for lab, _ in moves], ambition, question.worlds)
        refuse_too_fine(noise, ambition, question.tolerance_usd, question.worlds, pilot=pilot)


def played(question: Question, out: Path, progress: "Callable[..., Any] | bool", **where: Any) -> "SweepResults":
    """Every profile, played into a folder; what it holds already is not played again.

    Nothing warns of worlds that failed: they are rows of the results, and whoever asks tells of them.
    """
    from computerace.runs.designs.given import in_scenarios
    from computerace.runs.store.results import WorldsFailed
    from computerace.runs.sweeps.sweep import sweep

    question.check()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WorldsFailed)
        return sweep(in_scenarios(question.design, (question.scenario,)), out, progress=progress, **where)
