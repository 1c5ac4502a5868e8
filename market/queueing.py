"""The queue for power contracts: whoever pays more for a month waits less, and what is paid brings more on offer.

An owner that gives `bid` US dollars per MW to have power a month earlier is as well off waiting premium / bid months as
paying the premium; so it spreads what it asks for over 1 + premium / bid months and signs in this one

    signed_i = asked_i / (1 + premium / bid_i)

What is on offer rises with the premium, offer (1 + premium / usual), where `usual` is the premium that doubles it. The
premium of a month is the one at which both meet: nothing where the offer suffices, and bid (asked / offer - 1) where all
bid alike and the offer is fixed, the length of the queue in months times the worth of a month. Where the queue is long,
an owner gets its part of all that is bid, bid_i asked_i / sum(bid asked): the proportional-share market of Kelly (1997,
European Transactions on Telecommunications 8), in which a richer or more eager buyer crowds others out by degrees.
Source of the form: power is granted by place in a queue and by who pays for speed, not by a price that clears at once
(large loads wait 3 to 7 years; asked over granted above 10 in Texas, SemiAnalysis 2025). Limits: one queue for each kind;
a place in it is not kept.
"""

import numpy as np

from computerace.market.arrays import TINY, Owners, Worlds, above, below, over_owners

ROUNDS = 3  # of the search for the premium; each is exact where all bid alike


def clear(asked: Owners, bid: Owners, offer: Worlds, usual: Worlds) -> tuple[Owners, Worlds]:
    """What is signed, IT MW (owners, worlds), and the premium, US dollars per IT MW (worlds,).

    1 / demand is concave in the premium and its tangent lies above it, so that a search from 0 which takes the tangent
    for it comes up to the premium from below; what is left after the last round is cut in proportion.

    Parameters
    ----------
    asked: IT MW. bid: US dollars per IT MW and month (owners, worlds). offer: IT MW without a premium. usual: US dollars
    per IT MW at which the offer is twice that (worlds,). Kinds of contract may stand before the worlds in each.
    """
    worth = above(bid, TINY)
    scarce = over_owners(asked) > offer
    premium, spent, paid = np.zeros_like(offer), asked * worth, worth  # paid: the bid and the premium
    for _ in range(ROUNDS):
        premium = np.where(scarce, np.maximum(_next(spent, paid, offer, usual, premium), premium), 0.0)
        paid = worth + premium
    signed = np.minimum(np.divide(spent, paid, out=spent), asked, out=spent)
    offered = offer * (1.0 + premium / usual)
    signed *= below(offered / above(over_owners(signed), TINY), 1.0)
    return signed, premium


def _next(spent: Owners, paid: Owners, offer: Worlds, usual: Worlds, premium: Worlds) -> Worlds:
    """Where the offer meets the demand of one buyer that is as high and as steep here.

    spent: asked times bid; paid: the bid and the premium.
    """
    inverse = 1.0 / paid
    signed = spent * inverse
    demand = above(over_owners(signed), TINY)
    signed *= inverse
    level = demand / above(over_owners(signed), TINY)  # of this buyer's bid and the premium
    bid = level - premium
    # demand level / (bid + p) = offer (1 + p / usual), a quadratic in p
    half = (usual + bid) / 2.0
    gap = usual * (demand * level / above(offer, TINY) - bid)
    return gap / (half + np.sqrt(above(half * half + gap, 0.0)))
