"""The verbs of a month that join several mechanisms, or markets and agents."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from mesa.agent import AgentSet

from computerace.agents.decision import Asked, Decision, check_forms, of_all, stacked
from computerace.agents.lab import Lab
from computerace.agents.observation import Books, Observation, Public
from computerace.agents.together import Together, each
from computerace.market import (
    accounts,
    books,
    chips,
    clusters,
    energy,
    finance,
    fleet,
    promises,
    rental,
    returns,
    serving,
    sites,
    software,
    talent,
    users,
    watching,
)
from computerace.market.accounts import Accounts
from computerace.market.arrays import TINY, Owners, Stock, Worlds, above, below, over_owners, ratio
from computerace.market.entry import Mask
from computerace.market.later import Later
from computerace.market.setting import Figures, Luck, Memory, Now, Setting, State


class Seen(NamedTuple):
    """What can be seen at the beginning of a month."""

    setting: Setting
    public: Public
    books: Books
    memory: tuple[Memory, ...]
    finance: finance.State  # after moods turned and rounds closed
    means: books.Means
    market: books.Market  # for capital
    accounts: Accounts
    server: Owners  # US dollars of a server per H100e
    active: Mask | None


def observe(setting: Setting, state: State, luck: Luck, now: Now) -> Seen:
    """Last month's prices, technology, everybody's books, and what money could be spent; a round may close."""
    mechanisms, technology = setting.mechanisms, now.technology
    capital = finance.open_month(setting, state.finance, luck, now)
    premium = energy.usual_premium(setting.kinds, state.energy.premium)
    server = accounts.server_cost(setting, state.chips.price)
    all_in = accounts.with_building(setting, server, technology.new_watts, premium)
    earned = accounts.of_ai(
        setting, state.chips.price, state.energy, state.sites, state.fleet, state.rental, state.talent, state.users
    )
    ready = state.energy.arrivals[now.month][energy.READY]
    bill = sites.bill(setting, state.sites, state.sites.arrivals[now.month] + ready)
    means, market = books.means(setting, capital, earned, bill, below(server / all_in, 1.0), now)
    other_capex = setting.anchors.other_capex
    if state.active is not None:  # who takes no part has no business here
        means = books.Means(*(line * state.active for line in means))
        other_capex = other_capex * state.active
    owned = state.fleet.owned
    expected = returns.expected_return(
        mechanisms.finance, state.users.market, state.users.growth, over_owners(owned), all_in[-1],
        mechanisms.chips.price_decline, mechanisms.generations.life_years,
    )  # fmt: skip
    public = Public(
        month=now.month,
        years=now.years,
        kinds=setting.kinds,
        mechanisms=mechanisms,
        chip_price=state.chips.price,
        backlog_months=state.chips.backlog_months,
        rent=state.rental.rent,
        rent_parity=rental.parity(setting, state.chips.price, technology.new_watts),
        rent_parity_at_start=setting.anchors.rent_parity,
        new_watts=technology.new_watts,
        returns=expected,
        log_returns=np.log(above(expected, TINY)),
        wished_growth=returns.wished_growth(mechanisms.finance, now.calendar_years, expected),
    )
    reckoned = Reckoned(capital, means, market.asker.backed, earned.rents, other_capex, all_in, server)
    own = _books(setting, state, reckoned, owned, now)
    return Seen(setting, public, own, state.memory, capital, means, market, earned, server, state.active)


class Reckoned(NamedTuple):
    """Money that owners reckon with in a month, and what an H100e costs them, US dollars (owners, worlds)."""

    capital: finance.State
    means: books.Means
    backed: Owners  # what a parent or backer has set aside
    rents: Owners  # received less paid
    other_capex: Owners
    all_in: Owners
    server: Owners


def _books(setting: Setting, state: State, reckoned: Reckoned, owned: Owners, now: Now) -> Books:
    """The books of all owners."""
    anchors, capital, means = setting.anchors, reckoned.capital, reckoned.means
    power, buildings = _in_sight(setting, state, now.month)
    return Books(
        cash=capital.cash,
        debt=finance.owed(capital),
        income=means.income,
        core=means.core,
        revenue=state.users.revenue,
        serving_need=serving.need(
            setting, users.demand(setting, state.users.shares, state.users.market), now.calendar_years
        ),
        rents=reckoned.rents,
        spare=means.spare,
        kept=np.minimum(anchors.buffer, capital.cash),
        due=means.due,
        bill=means.bill,
        backed=reckoned.backed,
        offers=means.offers,
        funds=means.funds,
        server=reckoned.server,
        distress=capital.distress,
        other_capex=reckoned.other_capex,
        investment=capital.investment,
        investment_at_start=anchors.investment,
        plan_drift=capital.plans,
        all_in=reckoned.all_in,
        owned=owned,
        promised=promises.next_promise(
            setting.mechanisms.finance, capital.promised, owned, setting.figures.promised_growth
        ),
        rented_at_start=anchors.rented,
        revenue_at_start=anchors.revenue,
        need_mw=fleet.need_mw(setting, state.fleet, now.technology.active),
        energised=state.energy.energised,
        energy_pipeline=state.energy.pipeline,
        power_in_sight=power,
        buildings_in_sight=buildings,
        researchers=state.talent.researchers,
        openings=state.talent.openings,
        posts_growth=setting.posts_growth,
        leader_investment=_leaders(capital.investment),
        leader_owned=_leaders(owned),
    )


def _in_sight(setting: Setting, state: State, month: int) -> tuple[Owners, Owners]:
    """IT MW of power, and of buildings, that owners have or know will come within the months that they foresee."""
    power = energy.contracted_power(setting.mechanisms.energy, state.energy)
    buildings = state.sites.finished + setting.mechanisms.sites.slack_mw
    for ahead, seen in enumerate(setting.foresight):
        contracts, built = state.energy.arrivals[month + ahead], state.sites.arrivals[month + ahead]
        if seen is not None:
            contracts, built = contracts * seen, built * seen
        for kind in contracts:
            power += kind  # arrays of this function's own
        buildings += built
        buildings += contracts[energy.READY]
    return power, buildings


def _leaders(rows: Owners) -> Owners:
    """For each owner the largest value among the other labs, the rest of the market left out; (owners, worlds)."""
    first = np.zeros_like(rows[0])
    second = first
    for lab in rows[:-1]:
        second = np.maximum(second, np.minimum(first, lab))
        first = np.maximum(first, lab)
    found = np.where(rows >= first, second, first)
    return np.concatenate([found[:-1], first[None]])


class Acted(NamedTuple):
    """What each owner saw and decided, by row."""

    observations: tuple[Observation, ...]
    decided: Later[tuple[Decision, ...]]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What each asked for."""
        return self.decided.found


def decide(labs: AgentSet[Lab], seen: Seen) -> tuple[Asked, Acted]:
    """Every owner looks and decides; the order in which they are asked cannot matter."""
    owners = sorted(labs, key=lambda lab: lab.row)
    if any(lab.own_rules for lab in owners):
        return _one_by_one(owners, seen)
    observations = tuple(_look(lab, seen) for lab in owners)
    everybody = Observation(seen.public, seen.books, seen.setting.figures, {})
    decision = Together(owners, observations).decide(everybody)
    asked = of_all(decision, tuple(one.memory for one in observations), seen.active)
    return asked, Acted(observations, Later(each, decision, observations))


def _one_by_one(owners: Sequence[Lab], seen: Seen) -> tuple[Asked, Acted]:
    """Every owner for itself, as some follow rules of their own."""
    observations = tuple(_look(lab, seen) for lab in owners)
    decisions = []
    for lab, observation in zip(owners, observations, strict=True):
        watching.act(lab.row)
        decisions.append(lab.decide(observation))
        if lab.own_rules:
            check_forms(lab.name, decisions[-1], seen.setting.worlds)
    watching.act(None)
    return stacked(decisions, seen.active), Acted(observations, Later(tuple, decisions))


def _look(lab: Lab, seen: Seen) -> Observation:
    """What an owner sees of its own books and of what is public."""
    books, figures = seen.books.of(lab.row), seen.setting.figures_of[lab.row]
    if lab.own_rules:
        books, figures = Books(*(_shown(line) for line in books)), Figures(*(_shown(line) for line in figures))
    return lab.observe(seen.public, books, figures, seen.memory[lab.row])


def _shown(line: Worlds) -> Worlds:
    """The same numbers, to look at and not to write on."""
    view = line.view()
    view.flags.writeable = False
    return view


def clear_power(
    setting: Setting, state: State, asked: Asked, luck: Luck, now: Now
) -> tuple[energy.State, sites.State, energy.Flows, Owners]:
    """Contracts for power are signed and campuses begun; returns the IT MW begun too."""
    contracts, signed = energy.contracted(setting, state.energy, asked.power, luck, now)
    with_power = contracts.pipeline[energy.READY]
    buildings, begun = sites.begin(setting, state.sites, asked.buildings, with_power, luck, now)
    return contracts, buildings, signed, begun


def clear_researchers(
    setting: Setting, state: State, asked: talent.Hiring, luck: Luck
) -> tuple[talent.State, talent.Flows]:
    """Researchers move between owners; they look at the compute that each has, and at the quality of its models."""
    per_person = ratio(state.rental.used, state.talent.researchers)
    return talent.clear(setting, state.talent, asked, per_person, state.software.quality, luck)


class Works(NamedTuple):
    """What came and went in a month."""

    retired: Owners  # H100e
    energised: Stock  # IT MW by kind (kinds, owners, worlds)
    sites: sites.Flows


def build(
    setting: Setting,
    chips_owned: fleet.State,
    contracts: energy.State,
    buildings: sites.State,
    sold: chips.Flows,
    begun: Owners,
    shed: Owners,
    now: Now,
) -> tuple[fleet.State, energy.State, sites.State, Works]:
    """Deliveries arrive, old chips retire or are sold (`shed`, a part), power and buildings come."""  # fmt: skip
    chips_owned, retired = fleet.turn_over(setting, chips_owned, sold, shed, now.technology)
    contracts, arrived = energy.energise(contracts, now.month)
    power = energy.contracted_power(setting.mechanisms.energy, contracts)
    waiting = contracts.pipeline[energy.READY]
    buildings, built, paid = sites.finish(setting, buildings, arrived[energy.READY], waiting, power, now.month)
    return chips_owned, contracts, buildings, Works(retired, arrived, sites.Flows(begun, built, paid))


class Ran(NamedTuple):
    """What ran in a month."""

    rental: rental.Flows
    division: serving.Flows
    clusters: clusters.Flows


def run(
    setting: Setting, state: State, chips_owned: fleet.State, buildings: sites.State, asked: Asked, now: Now
) -> tuple[fleet.State, rental.State, Ran]:
    """Owned, powered, operational, used and what for, effective."""
    operational = fleet.running(setting, chips_owned, buildings.powered, now.technology.active)
    chips_owned = chips_owned._replace(operational=operational)
    capacity, let = rental.clear(
        setting,
        state.rental,
        asked.capacity,
        operational,
        rental.parity(setting, state.chips.price, now.technology.new_watts),
    )
    return chips_owned, capacity, Ran(let, *use(setting, chips_owned, capacity, asked.use, state.software, now))


def use(
    setting: Setting,
    chips_owned: fleet.State,
    capacity: rental.State,
    asked: serving.Division,
    known: software.State,
    now: Now,
) -> tuple[serving.Flows, clusters.Flows]:
    """What compute is used for, and what is effective of it; a part of all that runs for an owner is on one site."""
    site = (chips_owned.operational + capacity.rented) * setting.anchors.concentration
    divided = serving.divide(asked, capacity.used, site, setting.firms)
    per_chip = fleet.per_chip(setting, chips_owned, now.technology.active)
    return divided, clusters.engineer(setting, divided, site, per_chip, known.skill, known.efficiency)


def sell(
    setting: Setting,
    state: State,
    seen: Seen,
    asked: Asked,
    funded: books.Funded,
    known: software.State,
    chips_owned: fleet.State,
    sold: chips.Flows,
    signed: energy.Flows,
    works: Works,
    divided: serving.Flows,
    luck: Luck,
    now: Now,
) -> tuple[users.State, finance.State, books.Flows]:
    """Users choose; money comes in and goes out."""  # fmt: skip
    served = users.sell(setting, state.users, known, divided.serving, state.active, luck, now)
    capital, money = settle(setting, seen, asked, funded, chips_owned, sold, signed, works)
    return served, capital, money


def fund(
    setting: Setting, seen: Seen, asked: Asked, signed: energy.Flows, owned: Owners
) -> tuple[books.Funded, chips.Orders]:
    """The capital market answers what all ask; returns the orders too, cut to what can be paid."""
    funded = books.fund(
        setting, seen.finance, seen.means, seen.market, asked.budget, seen.books.other_capex, signed.paid, seen.server,
        owned,
    )  # fmt: skip
    return funded, chips.cut(asked.chips, ratio(funded.investment, asked.budget.investment), funded.chips)


def settle(
    setting: Setting,
    seen: Seen,
    asked: Asked,
    funded: books.Funded,
    chips_owned: fleet.State,
    sold: chips.Flows,
    signed: energy.Flows,
    works: Works,
) -> tuple[finance.State, books.Flows]:
    """Money comes in and goes out."""
    return books.settle(
        setting, seen.finance, seen.means, seen.market, asked.budget, funded, seen.books.promised, sold.paid,
        sold.vendors, signed.paid + works.sites.paid, chips_owned.owned, seen.public.returns,
    )  # fmt: skip
