"""Constraints: bounds that the world sets and no formula, by name, each with what it is.

A bound keeps a value where a formula means anything; one that binds often is a mechanism that nobody has named. A
constraint is the mechanism itself: what an owner has, what one name may take, what is built. It may bind in any month, and
`computerace bounds` counts it beside the bounds. Its size is a parameter with a source or a prior, or follows from state.
"""

CONSTRAINTS = {
    "funding.funds": "a budget: no more is invested than what is at hand and on offer",
    "investing.all_in_ceiling": "a lab that goes all in grows no faster than an organisation can",
    "investing.wish_least": "a part of its first investment from which an owner without money begins anew",
    "raising.one_name_parents": "one name's part of what parents and vendors give",
    "raising.one_name_bonds": "one name's part of the pool of bonds, below its own limit of debt",
    "raising.one_name_buildings": "one name's part of the pool of debt against buildings",
    "raising.one_name_private": "one name's part of private equity, below its standing",
    "funding.one_name_chips": "one name's part of the pool of debt against chips, below what its chips bear",
    "funding.parents": "what parents and vendors offer, below what it needs beyond its own means",
    "funding.bonds": "bonds that it can issue, below what it needs then",
    "funding.buildings": "debt against buildings that it can have, below what it needs then",
    "funding.chips": "debt that the chips it buys bear, below what it needs then",
    "funding.private": "private equity that it is offered, below what it needs then",
    "funding.public": "one name's part of public equity, below what it needs at last",
    "finance.leverage": "debt against cash flow: who owes more issues no bonds",
    "books.line": "the size of a credit line, beyond which there is distress",
    "books.sale_most": "used chips that find buyers in a month",
    "rental.budget": "a budget: rents are paid from income and a part of cash",
    "rental.budget_of_rest": "a budget: what the labs leave is rented as far as it can be paid",
    "serving.share_most": "what an owner keeps for research and training whatever its users want",
    "serving.largest_site": "the largest job is no larger than the largest site",
    "chips.filled": "vendors expand along their path, and no faster where more is on order",
    "chips.cancel_months": "orders that wait for longer are cancelled",
    "chips.own_budget": "a budget: own chips are paid like others",
    "chips.in_house_ceiling": "the part of the base that merchant vendors have booked",
    "sites.in_sight": "power and buildings in sight: no chips are bought to lie idle for long",
    "sites.buildings": "power beyond the buildings that stand runs nothing",
    "allocation.auction_months": "what an owner bids for in an auction",
    "allocation.bid_months_least": "orders that are new make nobody bid less",
    "investing.retreat_most": "the largest fall of returns that a retreating lab answers",
}
"""By name: what it is."""
