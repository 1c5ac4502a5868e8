"""A lab that looks ahead once a year: it follows the strategy that would be worth most in imagined races.

The race hands it an `Ahead`: races that were played beforehand with the model, from the public figures of the start,
with parameters and luck of their own, in which the lab turns to each of a few strategies at each year's beginning.
When a year begins it looks for the imagined worlds whose public figures then are nearest to those it sees, and follows
for that year the strategy with the largest mean payoff in them (regression over simulated paths, as Longstaff and
Schwartz 2001, by nearest neighbours),

    payoff = value from now on + AMBITION_USD * ln(share of used compute in the last month)

so it learns from what it sees, and knows no more of its world than everybody. Value is the firm's: free cash flow, and
FLEET_PART of what the last fleet would cost new, in present value. It takes the others for labs that follow their usual
strategies and do not look ahead themselves (Stahl and Wilson 1995: one step of reasoning), and itself for one that did
so until now. What it wants is assumed: nobody publishes it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.agents.lab import KINDS, Lab
from computerace.agents.observation import Observation
from computerace.agents.rules.investing import ByWorld
from computerace.market.arrays import TINY, Worlds
from computerace.market.errors import UserError
from computerace.market.setting import Memory

AMONG = ("idle", "steady", "match_leader", "all_in")  # strategies that it looks at
AMBITION_USD = 200e9  # that a log point of its share is worth to it (assumed)
FLEET_PART = 0.5  # what the last fleet is worth over what it would cost new (assumed)
NEAREST = 16  # imagined worlds that it judges by
CHOICE = "followed"  # in its memory: the number of the strategy that it follows this year
MONTHS = 12  # between two looks


class Ahead(NamedTuple):
    """Imagined races as a lab has them in mind.

    figures: public ones when it looks (looks, imagined worlds, figures). payoff: from then on under each strategy of
    AMONG, US dollars (looks, strategies, imagined worlds).
    """

    figures: NDArray[np.float64]
    payoff: NDArray[np.float64]

    def best(self, look: int, figures: NDArray[np.float64]) -> NDArray[np.intp]:
        """The number of the best strategy in each world, by public figures (worlds, figures); (worlds,)."""
        known = self.figures[look]
        apart = (figures[:, None] - known) / np.maximum(known.std(axis=0), TINY)
        nearest = np.argsort((apart * apart).sum(axis=-1), axis=-1, kind="stable")[:, :NEAREST]
        return np.take(self.payoff[look], nearest, axis=1).mean(axis=-1).argmax(axis=0)


class BestResponder(Lab):
    """A lab that follows, year by year, what was best in imagined races that looked like its own."""

    ahead: Ahead | None = None

    def follows(self, seen: Observation) -> ByWorld:
        """The strategy that it chose for the year."""
        return ByWorld(AMONG, self.chosen(seen))

    def remember(self, seen: Observation) -> Memory:
        """What it follows."""
        return {**super().remember(seen), CHOICE: self.chosen(seen).astype(np.float64)}

    def chosen(self, seen: Observation) -> NDArray[np.intp]:
        """The number of its strategy: looked for in a year's first month, remembered in the others; (worlds,).

        Raises UserError where no race has handed it a look ahead.
        """
        if self.ahead is None:
            raise UserError(f"{self.name} looks ahead, and no race has handed it what it sees there")
        look, since = divmod(seen.public.month - 1, MONTHS)
        if since == 0 and look < len(self.ahead.figures):
            return self.ahead.best(look, public_figures(seen))
        return seen.memory[CHOICE].astype(np.intp)


def public_figures(seen: Observation) -> NDArray[np.float64]:
    """What everybody sees of the market and of how the lab stands in it; logs (worlds, figures)."""
    books, public = seen.books, seen.public
    return np.stack(
        [
            _log(public.chip_price), _log(public.rent), _log(1.0 + public.backlog_months), public.log_returns,
            _log(books.owned) - _log(books.leader_owned), _log(books.investment) - _log(books.leader_investment),
        ],
        axis=-1,
    )  # fmt: skip


def _log(values: Worlds) -> Worlds:
    return np.log(np.maximum(values, TINY))


KINDS["BestResponder"] = BestResponder
