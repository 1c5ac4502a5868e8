"""One step of a race with everything that must balance: chips, rent, people, money, power and shares.

Each rule is a property of what the month left (`State`) and of what happened in it (`Flows`), for values alone.
"""

import numpy as np

from computerace.market import capital, finance
from computerace.market.arrays import Owners, over_owners
from computerace.market.setting import Setting, State
from computerace.runs.model.flows import Flows
from computerace.runs.model.race import Race

NEVER_NEGATIVE = {
    "fleet": ("stock", "in_house", "installing", "operational"),
    "chips": ("prepaid", "open_orders", "booked", "price", "backlog_months"),
    "energy": ("energised", "pipeline", "arrivals"),
    "sites": ("finished", "pipeline", "arrivals", "powered"),
    "rental": ("let", "rented", "used", "rent"),
    "talent": ("researchers", "stars", "openings", "pay", "morale"),
    "software": ("quality", "hallucination", "crossed"),
    "users": ("shares", "revenue", "market", "met"),
    "finance": (
        "cash",
        "debt",
        "coupon",
        "chest",
        "held",
        "distress",
        "investment",
        "raised",
        "outside_rate",
        "promised",
    ),
}


def check_step(race: Race) -> None:
    """Advance the race by a month and check that nothing was made or lost."""
    before = race.state
    race.step()
    check_month(race.setting, before, race.state, race.flows)
    np.testing.assert_allclose(over_owners(race.measures()["share"]), 1.0)


def check_month(setting: Setting, before: State, after: State, flows: Flows) -> None:
    """All rules of one month; hand-overs between owners before it are in the state that it opened with."""
    before = before if flows.opening is None else flows.opening
    check_chips(setting, before, after, flows)
    check_power(setting, before, after, flows)
    check_capacity(after, flows)
    check_people(setting, before, after, flows)
    check_money(setting, before, after, flows)
    check_ledger(flows)
    np.testing.assert_allclose(over_owners(after.users.shares), 1.0)
    check_sales(after)
    for group, names in NEVER_NEGATIVE.items():
        for name in names:
            values = getattr(getattr(after, group), name)
            assert np.isfinite(values).all() and (values >= 0).all(), f"{group}.{name}"
    assert np.isfinite(after.finance.cash).all()


def check_ledger(flows: Flows) -> None:
    """What stood between a wish and what was got: parts that are never negative and add up to the whole."""
    ledger, got = flows.ledger, flows.chips.delivered
    assert (ledger.gaps >= 0).all() and (ledger.missing >= 0).all() and (ledger.gaps <= 1).all()
    whole = np.maximum(ledger.wished - got, 0.0)
    np.testing.assert_allclose(ledger.missing.sum(axis=0), whole, rtol=1e-9, atol=1e-6 * (1 + ledger.wished.max()))


def check_chips(setting: Setting, before: State, after: State, flows: Flows) -> None:
    """H100e: what was made is delivered or lies with the vendors; a fleet changes by deliveries and retirement."""
    sold = flows.chips
    assert (over_owners(sold.delivered) <= sold.made * (1 + 1e-9)).all()
    assert (sold.own <= sold.delivered * (1 + 1e-12)).all()
    owned = before.fleet.owned + sold.delivered - flows.retired
    np.testing.assert_allclose(after.fleet.owned, owned, rtol=1e-9)
    assert (after.fleet.operational <= after.fleet.owned * (1 + 1e-9)).all()
    running = after.fleet.operational * setting.watts.min() / 1e6
    assert (running <= after.sites.powered * (1 + 1e-9)).all()


def check_power(setting: Setting, before: State, after: State, flows: Flows) -> None:
    """Megawatts: what is signed is asked for; what comes on line leaves the pipeline; nothing is powered twice."""
    asked, signed = flows.energy.asked, flows.energy.signed
    assert (signed <= asked * (1 + 1e-12)).all()
    np.testing.assert_allclose(flows.energy.paid, over_owners(signed * after.energy.premium[:, None]), rtol=1e-12)
    energised = before.energy.energised + flows.energised
    np.testing.assert_allclose(after.energy.energised, energised, rtol=1e-12)
    coming = before.energy.pipeline + signed * setting.kinds.completion[:, None]
    np.testing.assert_allclose(after.energy.pipeline, np.maximum(coming - flows.energised, 0.0), rtol=1e-9, atol=1e-6)
    finished = before.sites.finished + flows.sites.built + flows.energised[2]
    np.testing.assert_allclose(after.sites.finished, finished, rtol=1e-12)
    under_way = np.maximum(before.sites.pipeline + flows.sites.begun - flows.sites.built, 0.0)
    np.testing.assert_allclose(after.sites.pipeline, under_way, rtol=1e-9, atol=1e-6)
    power = over_owners(after.energy.energised) + setting.mechanisms.energy.slack_mw
    assert (after.sites.powered <= power * (1 + 1e-9)).all()


def check_capacity(after: State, flows: Flows) -> None:
    """H100e that run are used, let or elsewhere; what is let is rented."""
    rental, operational = after.rental, after.fleet.operational
    np.testing.assert_allclose(
        rental.used, operational - rental.let - flows.rental.elsewhere + rental.rented, rtol=1e-9, atol=1e-6
    )
    np.testing.assert_allclose(over_owners(rental.let), over_owners(rental.rented), rtol=1e-9)
    divided = flows.division
    np.testing.assert_allclose(divided.serving + divided.research + divided.training, rental.used, rtol=1e-9)
    assert all((use >= 0).all() for use in divided)


def check_sales(after: State) -> None:
    """US dollars: the market pays for what is served, and all that users would pay where everybody is."""
    paid = over_owners(after.users.revenue) * 12
    assert (paid <= after.users.market * (1 + 1e-9)).all()
    served = (after.users.met >= 1).all(axis=0)
    np.testing.assert_allclose(paid[served], after.users.market[served], rtol=1e-9)
    assert (after.users.met <= 1).all()


def check_people(setting: Setting, before: State, after: State, flows: Flows) -> None:
    """Researchers: who leaves arrives elsewhere; the field grows by its own rate; stars are as many as before."""
    moves = flows.talent
    np.testing.assert_allclose(over_owners(moves.left), over_owners(moves.arrived), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(over_owners(moves.stars_left), over_owners(moves.stars_arrived), rtol=1e-9, atol=1e-9)
    people = before.talent.researchers - moves.left + moves.arrived + moves.joined
    np.testing.assert_allclose(after.talent.researchers, people, rtol=1e-9)
    pool = np.exp(np.log(setting.mechanisms.talent.pool_growth) / 12)
    total = over_owners(before.talent.researchers) * pool
    np.testing.assert_allclose(over_owners(after.talent.researchers), total, rtol=1e-9)
    np.testing.assert_allclose(over_owners(after.talent.stars), over_owners(before.talent.stars), rtol=1e-9)


def check_money(setting: Setting, before: State, after: State, flows: Flows) -> None:
    """US dollars: each owner's cash, debt and equity change by what moved, and what moved between books balances."""
    money, funded = flows.finance, flows.finance.funded
    earned = money.means.income + money.raised + money.borrowed + funded.line + funded.sold + funded.unpaid
    spent = money.capex + money.means.interest + money.repaid + money.means.line
    rounding = 1.0 + 1e-14 * max(np.abs(spent).max(), np.abs(money.means.income).max())
    np.testing.assert_allclose(after.finance.cash, before.finance.cash + earned - spent, rtol=1e-9, atol=rounding)
    np.testing.assert_allclose(money.capex, sum(payments(flows).values()) + money.other_capex, rtol=1e-12)
    np.testing.assert_allclose(money.means.bill, flows.sites.paid, rtol=1e-12)
    np.testing.assert_allclose(money.means.income, money.means.core + flows.accounts.income, rtol=1e-9, atol=1.0)
    owed = finance.owed(before.finance) + money.borrowed + funded.line - money.repaid - money.means.line
    np.testing.assert_allclose(finance.owed(after.finance), owed, rtol=1e-9, atol=1.0)
    np.testing.assert_allclose(after.finance.raised, before.finance.raised + money.raised, rtol=1e-12)
    between_books = np.abs(over_owners(flows.accounts.rents))
    assert (between_books <= 1e-9 * over_owners(np.abs(flows.accounts.rents)) + 1.0).all()
    check_capital(setting, flows)


def payments(flows: Flows) -> dict[str, Owners]:
    """What owners paid in each market, US dollars (owners, worlds): whatever a mechanism's flows call `paid`."""
    return {name: group.paid for name, group in flows._asdict().items() if hasattr(group, "paid")}


def check_capital(setting: Setting, flows: Flows) -> None:
    """Nobody gets more than it asked for, all no more than the pools hold, and nobody draws beyond its line."""
    money, funded = flows.finance, flows.finance.funded
    asked = np.array(money.budget.asked)
    assert (funded.granted <= asked * (1 + 1e-12)).all() and (funded.granted >= 0.0).all()
    backed = np.minimum(money.budget.parents, np.array([seen.books.backed for seen in flows.observations]))
    for kind, granted in enumerate(funded.granted):
        contested = over_owners(granted - backed if kind == capital.PARENTS else granted)
        assert (contested <= funded.sizes[kind] * (1 + 1e-9) + 1.0).all(), capital.KINDS[kind]
    assert (funded.line <= setting.anchors.line * (1 + 1e-12)).all()
    assert (flows.chips.paid <= funded.chips * (1 + 1e-9) + 1.0).all()
    assert (funded.shed <= setting.mechanisms.capital.sale_most * (1 + 1e-9)).all()
    within = (funded.short <= 0.0) | (flows.chips.paid <= 1.0)
    assert within.all(), "who cannot pay what is due buys no chips"
