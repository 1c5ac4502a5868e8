"""Best responses, regret and equilibria of an empirical game.

A lab's regret in a profile is what its best response would gain it, the others' strategies as they are; gains are means
of differences in the same worlds, with a 95 % interval by the bootstrap over worlds. A profile is an equilibrium where
no lab has a gain that the noise of the worlds bears out: a lower end above a tolerance (Wellman, Tuyls and Greenwald,
JAIR 82, 2025, on regret in empirical games).
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.game.noise import noise_in
from computerace.analysis.game.payoffs import Game, Profile
from computerace.analysis.intervals import Z_95, bootstrap
from computerace.market.errors import UserError

MOST_ROUNDS = 100  # of best responses; a game of a hundred rounds goes in circles
STARTS = (
    16  # pure profiles at most, and as many mixtures, from which mixed equilibria of three labs and more are sought
)
STARTS_BY_PROFILES = 2000  # of starts of a kind times profiles, as a start takes longer the more profiles there are
MIXED_ERROR = 1e-3  # of a lab's range of payoffs, which it may gain by leaving such an equilibrium
SMALLEST_CHANCE = 0.005  # of a strategy, below which it is what an approximation leaves over
SAME_CHANCE = 0.02  # between two equilibria that count as one
SMALLEST_RANGE = 1e-12  # of payoffs that are all the same

CHOICES = (
    "lab", "strategy", "value_usd", "value_low", "value_high", "log_share", "log_share_low", "log_share_high", "better",
)  # fmt: skip
REGRET = ("lab", "strategy", "best_response", "gain_usd", "low", "high")

type Mixture = tuple[NDArray[np.float64], ...]
"""Each lab's chances of its strategies."""


class Path(NamedTuple):
    """Profiles that best responses lead through. settled: whether the last one is where nobody moves any more."""

    profiles: tuple[Profile, ...]
    settled: bool


def gains(game: Game, profile: Profile, seat: int, ambition: float) -> NDArray[np.float64]:
    """What each strategy would gain the lab at a seat, the others as they are; US dollars (strategies, worlds)."""
    own = game.own(profile, seat, ambition)
    return own - own[profile[seat]]


def best_response(game: Game, profile: Profile, seat: int, ambition: float) -> int:
    """The strategy with the largest mean payoff; the one that is played where none has more."""
    mean = gains(game, profile, seat, ambition).mean(axis=1)
    return int(mean.argmax()) if mean.max() > 0.0 else profile[seat]


def regret(game: Game, profile: Profile, ambition: float, *, seed: int = 0) -> pd.DataFrame:
    """Each lab's regret in a profile, with its best response: columns REGRET.

    ambition: US dollars for a log point of share. gain_usd, low, high: US dollars; 0 where nothing is better.
    """
    rows = []
    for seat, lab in enumerate(game.labs):
        best = best_response(game, profile, seat, ambition)
        gained = gains(game, profile, seat, ambition)[best]
        low, high = (float(end[0]) for end in bootstrap(gained[:, None], seed))
        rows.append((lab, game.strategies[profile[seat]], game.strategies[best], float(gained.mean()), low, high))
    return pd.DataFrame(rows, columns=list(REGRET))


def choices(game: Game, profile: Profile, *, seed: int = 0) -> pd.DataFrame:
    """What each other strategy would gain each lab in value and in share: columns CHOICES.

    value_usd: US dollars. log_share: ln of the part of compute. better: whether both lie above 0 beyond the noise.
    """
    rows = []
    for seat, lab in enumerate(game.labs):
        value = gains(game, profile, seat, 0.0)
        share = game.own(profile, seat, 1.0) - game.own(profile, seat, 0.0)
        share = share - share[profile[seat]]
        for number, strategy in enumerate(game.strategies):
            if number != profile[seat]:
                both = np.stack([value[number], share[number]], axis=1)
                low, high = bootstrap(both, seed)
                mean = both.mean(axis=0)
                told = (float(one[place]) for place in (0, 1) for one in (mean, low, high))
                rows.append((lab, strategy, *told, bool((low > 0.0).all())))
    return pd.DataFrame(rows, columns=list(CHOICES))


def noise_of(game: Game, profile: Profile, ambition: float) -> float:
    """Half the width of the widest 95 % interval of a gain by leaving a profile, US dollars."""
    found = [gains(game, profile, seat, ambition) for seat in range(len(game.labs))]
    return noise_in(found, game.value.shape[-1])


def pure_equilibria(game: Game, ambition: float, *, tolerance_usd: float = 0.0) -> list[Profile]:
    """Profiles in which no lab has a gain whose 95 % interval lies above the tolerance; least regret first."""
    payoff = game.payoff(ambition)
    labs = len(game.labs)
    stands = np.ones(payoff.shape[:labs], dtype=bool)
    worst = np.zeros(payoff.shape[:labs])
    for seat in range(labs):
        own = np.moveaxis(np.moveaxis(payoff, labs, 0)[seat], seat, 0)  # (own strategy, the others', worlds)
        for number in range(len(game.strategies)):
            better, likely = _better(own, number, tolerance_usd)
            here = (slice(None),) * seat + (number,)
            stands[here] &= ~likely.any(axis=0)
            worst[here] = np.maximum(worst[here], better.max(axis=0))
    found = [tuple(int(one) for one in profile) for profile in np.argwhere(stands)]
    return sorted(found, key=lambda profile: float(worst[profile]))


def _better(own: NDArray[np.float64], number: int, tolerance: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean gains of every strategy over one, and whether they lie above the tolerance beyond the noise of worlds."""
    gain = own - own[number]
    mean = gain.mean(axis=-1)
    noise = gain.std(axis=-1, ddof=1) / np.sqrt(gain.shape[-1]) if gain.shape[-1] > 1 else np.zeros_like(mean)
    return mean, mean - Z_95 * noise > tolerance


def best_response_path(game: Game, start: Profile, ambition: float) -> Path:
    """Labs answer in turn with their best responses, until nobody moves or what was comes again."""
    profiles = [start]
    for _ in range(MOST_ROUNDS):
        now = profiles[-1]
        for seat in range(len(game.labs)):
            answer = best_response(game, now, seat, ambition)
            now = (*now[:seat], answer, *now[seat + 1 :])
        if now == profiles[-1]:
            return Path(tuple(profiles), settled=True)
        if now in profiles:
            return Path((*profiles, now), settled=False)
        profiles.append(now)
    return Path(tuple(profiles), settled=False)


class Mixed(NamedTuple):
    """Equilibria in mixed strategies, those of pure ones among them.

    found: of each equilibrium, for each lab the chance of each strategy that it plays. complete: whether these are all
    (of a game in which no strategy is as good as another by accident), or those that were met from some starts.
    """

    found: tuple[tuple[dict[str, float], ...], ...]
    complete: bool


def mixed_equilibria(game: Game, ambition: float) -> Mixed:
    """Equilibria in mixed strategies, on mean payoffs.

    Of two labs all, by support enumeration. Of more, those that McLennan and Tourky's algorithm (2006) comes to from up
    to STARTS pure profiles and as many mixtures, fewer the more profiles there are, to within MIXED_ERROR of a lab's
    range of payoffs; there may be others. Both are QuantEcon's. Strategies that are worse whatever the others do are
    left out before, again and again.
    Raises UserError where the package is not installed, or no start leads anywhere.
    """
    from computerace.extras import need

    kept = undominated(game, ambition)
    if all(len(some) == 1 for some in kept):  # as for one lab alone, whose best beats all else
        return Mixed((tuple({game.strategies[some[0]]: 1.0} for some in kept),), complete=True)
    need("game", "mixed equilibria")
    import quantecon.game_theory as theory

    labs, mean = len(game.labs), game.payoff(ambition).mean(axis=-1)[np.ix_(*kept)]
    players = [
        theory.Player(np.transpose(_between_0_and_1(mean[..., seat]), [(seat + step) % labs for step in range(labs)]))
        for seat in range(labs)
    ]
    form = theory.NormalFormGame(players)
    found = theory.support_enumeration(form) if labs == 2 else _from_starts(form, [len(some) for some in kept])
    if not len(found):
        raise UserError("no mixed equilibrium was found within the rounds that the library goes")
    named = tuple(
        tuple(
            {game.strategies[number]: float(chance) for number, chance in zip(some, one, strict=True) if chance > 0.0}
            for some, one in zip(kept, chances, strict=True)
        )
        for chances in found
    )
    return Mixed(named, complete=labs == 2)


def _between_0_and_1(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """A lab's payoffs over their range: equilibria stay where they are."""
    return (payoffs - payoffs.min()) / max(float(np.ptp(payoffs)), SMALLEST_RANGE)


def _from_starts(form: Any, sizes: Sequence[int]) -> list[Mixture]:
    """Equilibria that McLennan and Tourky's algorithm comes to from several starts, each once."""
    from quantecon.game_theory import mclennan_tourky

    profiles, generator = list(np.ndindex(*sizes)), np.random.default_rng(0)
    number = max(1, min(STARTS, STARTS_BY_PROFILES // len(profiles)))
    spread = np.unique(np.linspace(0, len(profiles) - 1, number).round().astype(np.int64))
    mixtures = [[generator.dirichlet(np.ones(size)) for size in sizes] for _ in range(number)]
    starts: list[Any] = [*(profiles[one] for one in spread), *mixtures]
    found: list[Mixture] = []
    for start in starts:
        chances, result = mclennan_tourky(form, init=start, epsilon=MIXED_ERROR, full_output=True)
        mixture = tuple(_without_traces(np.asarray(one, dtype=np.float64)) for one in chances)
        if result.converged and not any(_same(mixture, other) for other in found):
            found.append(mixture)
    return found


def _without_traces(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances without those that are an approximation's remains."""
    kept = np.where(chances < SMALLEST_CHANCE, 0.0, chances)
    return kept / kept.sum()


def _same(one: Mixture, other: Mixture) -> bool:
    return all(float(np.abs(mine - its).max()) < SAME_CHANCE for mine, its in zip(one, other, strict=True))


def undominated(game: Game, ambition: float) -> list[NDArray[np.int64]]:
    """For each lab the strategies that are left when those that another beats everywhere go, again and again."""
    mean = game.payoff(ambition).mean(axis=-1)
    kept = [np.arange(len(game.strategies)) for _ in game.labs]
    while True:
        left = [_undominated(mean[np.ix_(*kept)], seat, kept[seat]) for seat in range(len(game.labs))]
        if all(len(one) == len(other) for one, other in zip(left, kept, strict=True)):
            return kept
        kept = left


def _undominated(mean: NDArray[np.float64], seat: int, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    own = np.moveaxis(mean[..., seat], seat, 0).reshape(len(numbers), -1)
    beaten = [any((own[other] > own[one]).all() for other in range(len(numbers))) for one in range(len(numbers))]
    return numbers[~np.array(beaten)]


def chances_at(chances: Sequence[dict[str, float]], game: Game) -> Iterator[tuple[Profile, float]]:
    """The profiles that a mixed equilibrium plays, each with its chance."""
    seats = [[(game.strategies.index(name), chance) for name, chance in one.items()] for one in chances]
    grid = np.indices([len(one) for one in seats]).reshape(len(seats), -1).T
    for places in grid:
        picked = [seats[seat][place] for seat, place in enumerate(places)]
        yield tuple(number for number, _ in picked), float(np.prod([chance for _, chance in picked]))
