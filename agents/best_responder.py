"""A lab that looks ahead once a year: it follows the strategy that would be worth most in imagined races.

The race hands it an `Ahead`: races that were played beforehand with the model, from the public figures of the start,
with parameters and luck of their own, in which the lab turns to each of a few strategies at each year's beginning.
When a year begins it looks for the imagined worlds whose public figures then are nearest to those it sees, and follows
for that year the strategy with the largest mean payoff in them (regression over simulated paths, as Longstaff and
Schwartz 2001, by nearest neighbours),

    payoff = free cash flow from now on + fleet_part * fleet new + ambition_usd * ln(share of used compute in the end)

the first two in present value, so it learns from what it sees, and knows no more of its world than everybody. Value is
the firm's, to all who finance it. What it wants are `reaction.ambition_usd` and `reaction.fleet_part`: assumed, as
nobody publishes it. It takes the others for labs that follow their usual strategies and do not look ahead themselves
(Stahl and Wilson 1995: one step of reasoning), and itself for one that did so until now.
"""

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.agents.lab import KINDS, Lab
from computerace.agents.observation import Observation
from computerace.agents.rules.investing import ByWorld
from computerace.market.arrays import TINY, Worlds
from computerace.market.errors import UserError
from computerace.market.setting import Memory

CHOICE = "followed"  # in its memory: the number of the strategy that it follows this year

type Floats = NDArray[np.float64]


class Ahead(NamedTuple):
    """Imagined races as a lab has them in mind; what they were worth is (looks, strategies, imagined worlds).

    figures: public ones when it looks (looks, imagined worlds, figures). cash_flow: free, from then on, in present
    value; fleet: what the last one costs new, in present value, both US dollars. log_share: ln of its part of compute
    in the last month.
    """

    figures: Floats
    cash_flow: Floats
    fleet: Floats
    log_share: Floats

    def best(self, look: int, figures: Floats, wants: "Wants", nearest: int) -> NDArray[np.intp]:
        """The number of the best strategy in each world, by public figures (worlds, figures); (worlds,).

        nearest: how many imagined worlds it is judged by.
        """
        known = self.figures[look]
        apart = (figures[:, None] - known) / np.maximum(known.std(axis=0), TINY)
        order = np.argsort((apart * apart).sum(axis=-1), axis=-1, kind="stable")[:, :nearest]
        cash_flow, fleet, log_share = (np.take(one[look], order, axis=1) for one in self[1:])
        payoff = cash_flow + wants.fleet_part[:, None] * fleet + wants.ambition_usd[:, None] * log_share
        return payoff.mean(axis=-1).argmax(axis=0)


class Wants(NamedTuple):
    """What a lab weighs; (worlds,)."""

    ambition_usd: Worlds  # that a log point of its share is worth to it
    fleet_part: Worlds  # what the last fleet is worth over what it would cost new


class BestResponder(Lab):
    """A lab that follows, year by year, what was best in imagined races that looked like its own.

    How it looks is the type's own and no economics; a class derived from it may look otherwise. among: strategies that
    it compares. months: between two looks. imagined: worlds that are imagined for each look and strategy; its cost
    grows with them. nearest: how many of them it judges by.
    """

    among: ClassVar[tuple[str, ...]] = ("idle", "steady", "match_leader", "all_in")
    months: ClassVar[int] = 12
    imagined: ClassVar[int] = 64
    nearest: ClassVar[int] = 16
    ahead: Ahead | None = None

    def follows(self, seen: Observation) -> ByWorld:
        """The strategy that it chose for the year."""
        return ByWorld(self.among, self.chosen(seen))

    def remember(self, seen: Observation) -> Memory:
        """What it follows."""
        return {**super().remember(seen), CHOICE: self.chosen(seen).astype(np.float64)}

    def chosen(self, seen: Observation) -> NDArray[np.intp]:
        """The number of its strategy: looked for when it looks, remembered in the months between; (worlds,).

        Raises UserError where no race has handed it a look ahead.
        """
        if self.ahead is None:
            raise UserError(f"{self.name} looks ahead, and no race has handed it what it sees there")
        look, since = divmod(seen.public.month - 1, self.months)
        if since == 0 and look < len(self.ahead.figures):
            return self.ahead.best(look, public_figures(seen), wants(seen), self.nearest)
        return seen.memory[CHOICE].astype(np.intp)


def wants(seen: Observation) -> Wants:
    """What it wants in each world."""
    reaction = seen.public.mechanisms.reaction
    return Wants(reaction.ambition_usd, reaction.fleet_part)


def looks_ahead(kind: str) -> bool:
    """Whether the class of labs by this name looks ahead."""
    return issubclass(KINDS.get(kind, Lab), BestResponder)


def public_figures(seen: Observation) -> Floats:
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
