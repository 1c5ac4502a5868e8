"""What would have to be made to happen: levers of a scenario, and the claim's chance under changes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.game.levers import Change, Lever
from computerace.analysis.intervals import wilson
from computerace.market.errors import UserError, unknown
from computerace.market.parameters import NORMAL_95, Parameter, Prior
from computerace.observables.outcomes import first_month_column
from computerace.runs.claims.resolved import Part
from computerace.runs.scenarios import scenarios
from computerace.runs.studies.tried import Tried, key_of
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.variants import Wanted, pieces_of

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

MAIN = (
    "chips.supply_growth_2026", "chips.in_house_ceiling", "energy.grid_lead_months", "energy.on_site_offer_mw",
    "sites.speed", "clusters.failure_interval_hours", "talent.mobility", "software.progress",
    "users.market_growth_2026", "finance.appetite", "finance.window_growth", "capital.private_usd_per_year",
    "capital.one_name_share", "reaction.strength", "labs.{claimant}.access_weight", "labs.{claimant}.prepaid_share",
    "labs.{claimant}.backing_usd_per_month", "labs.{claimant}.users_share", "labs.{claimant}.build_years",
    "labs.{claimant}.software_efficiency",
)  # fmt: skip
WORDS = ("main", "all")
SCENARIOS = ("scenario", "chance", "low", "high")
FACTOR = 1000.0  # how far a lever without a bound is followed, as a factor
FAR = 1e15  # a bound beyond which a lever counts as having none
SPREADS = 20.0  # how far a lever that is no factor is followed, in spreads of its prior
SCALE_OF_NOTHING = 1e9  # where a lever stands at 0 and is moved by factors: US dollars a month


@dataclass(frozen=True)
class Played:
    """Chances of the claim under changes to a scenario, each in the same worlds.

    definition, rivals: of the claim. advance: hears the worlds done. tried: what has been played already, which is not
    played again. own: a claim of one's own in place of the other.
    """

    scenario: "Scenario"
    worlds: int
    seed: int
    months: int
    definition: str = "owned"
    rivals: str = "three"
    fixed: bool = False
    on: Workers = ONE
    advance: Callable[[int], None] = lambda _done: None
    tried: Tried = field(default_factory=Tried)
    own: Part | None = None

    def __call__(self, changes: Sequence[Change]) -> NDArray[np.float64]:
        """The chance under each change; (changes,)."""
        return self.of([self.scenario.with_settings(dict(change)) for change in changes])

    def of(self, scenarios: "Sequence[Scenario]") -> NDArray[np.float64]:
        """The chance in each scenario; (scenarios,). Worlds that fail in one are left out of all.

        Raises UserError where no world is left.
        """
        keyed = {key_of(one): one for one in scenarios}
        keys, missing = [key_of(one) for one in scenarios], self.tried.missing(keyed)
        self.advance((len(keys) - len(missing)) * self.worlds)
        if missing:
            self._play([keyed[key] for key in missing], missing)
        reached, through = (np.stack([self.tried.found[key][place] for key in keys]) for place in (0, 1))
        there = through.all(axis=0)
        if not there.any():
            raise UserError("no world went through under every change that was tried: there is nothing to compare")
        return reached[:, there].mean(axis=1, dtype=np.float64)

    def _play(self, scenarios: "Sequence[Scenario]", keys: Sequence[str]) -> None:
        if self.own is None:
            column = first_month_column(self.definition, self.rivals)
            wanted = Wanted(self.seed, self.months, (column,), fixed=self.fixed)
        else:
            column = self.own.column
            wanted = Wanted(self.seed, self.months, (), fixed=self.fixed, claims=(self.own.claim,))
        pieces = pieces_of(scenarios, self.worlds, wanted, on=self.on, advance=self.advance)
        self.tried.take(keys, self.worlds, pieces, column)

    @property
    def lost(self) -> int:
        """How many worlds failed under some change."""
        return int((~np.all([through for _, through in self.tried.found.values()], axis=0)).sum())


def levers_of(scenario: "Scenario", words: Sequence[str]) -> list[Lever]:
    """The levers that words name: "main", "all", or parameters; names of scenarios are passed over.

    Raises UserError for an unknown name, one that is no number, or one that stands there twice.
    """
    known, shipped = scenario.parameters(), scenarios()
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise UserError(f"--levers has {twice} twice: give it once")
    names: list[str] = []
    for word in words:
        if word == "main":
            names += [name.format(claimant=scenario.claimant) for name in MAIN]
        elif word == "all":
            names += [name for name, one in known.items() if not one.choices]
        elif word in shipped:
            continue
        elif word not in known:
            raise unknown("lever", word, (*WORDS, *known, *shipped))
        elif known[word].choices:
            raise UserError(f"{word} is a choice of words, not a lever: compare scenarios with `computerace structure`")
        else:
            names.append(word)
    return [lever for name in dict.fromkeys(names) if (lever := lever_of(known[name])) is not None]


def lever_of(one: Parameter) -> Lever | None:
    """A parameter as a lever; None where it cannot be moved."""
    value, (low, high) = float(one.value), one.bounds
    logarithmic = value > 0.0 and low >= 0.0 and (one.prior is None or one.prior.low > 0.0)
    spread = None if one.prior is None else spread_of(one.prior, logarithmic=logarithmic) or None
    if logarithmic:
        low, high = max(low, value / FACTOR), min(high, value * FACTOR)
    elif spread is not None:
        low, high = max(low, value - SPREADS * spread), min(high, value + SPREADS * spread)
    near = None
    if not logarithmic and spread is None and high > SCALE_OF_NOTHING * FACTOR:
        high, near = high if high < FAR else max(value, low) + SCALE_OF_NOTHING * FACTOR, SCALE_OF_NOTHING
    return Lever(one.name, one.unit, value, low, high, logarithmic, spread, near) if low < high else None


def spread_of(prior: Prior, *, logarithmic: bool) -> float:
    """Standard deviation of a prior, of its log where it is moved by factors."""
    low, high = (np.log(prior.low), np.log(prior.high)) if logarithmic else (prior.low, prior.high)
    width = float(high - low)
    return width / (2.0 * NORMAL_95) if prior.gaussian else width / np.sqrt(12.0)


def scenarios_named(words: Sequence[str], chosen: str) -> list[str]:
    """The shipped scenarios that words name, but for the one that is chosen: all of them by "main" and "all"."""
    every = any(word in WORDS for word in words)
    return [name for name in scenarios() if name != chosen and (every or name in words)]


def scenarios_table(played: Played, others: "Sequence[Scenario]") -> pd.DataFrame:
    """The chance in other scenarios with the same claimant: columns SCENARIOS, the largest chance first."""
    chosen = [one for one in others if one.claimant == played.scenario.claimant]
    chances = np.array([float(played.of([one])[0]) for one in chosen])  # one at a time: each has failures of its own
    low, high = wilson(chances * played.worlds, played.worlds)
    rows = zip((one.name for one in chosen), chances, low, high, strict=True)
    return pd.DataFrame(rows, columns=list(SCENARIOS)).sort_values(
        "chance", ascending=False, kind="stable", ignore_index=True
    )
