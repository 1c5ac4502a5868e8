"""What happened in a month and is not carried on, by mechanism; and what each owner saw and asked for."""

from typing import NamedTuple

from computerace.agents.decision import Decision
from computerace.agents.observation import Observation
from computerace.market import books, chips, clusters, energy, ledger, rental, serving, sites, software, talent
from computerace.market.accounts import Accounts
from computerace.market.arrays import Owners, Stock
from computerace.market.later import Later
from computerace.market.setting import State


class Flows(NamedTuple):
    """A month's deliveries, payments, moves and launches, and what bound whom; (owners, worlds) unless said."""

    chips: chips.Flows
    energy: energy.Flows
    energised: Stock  # IT MW by kind of contract that came on line (kinds, owners, worlds)
    sites: sites.Flows
    retired: Owners  # H100e
    rental: rental.Flows
    division: serving.Flows
    clusters: clusters.Flows
    talent: talent.Flows
    software: software.Flows
    accounts: Accounts
    finance: books.Flows
    reckoned: Later[ledger.Flows]  # the ledger
    opening: State | None = None  # in which the month began, where owners came or went before it
    observations: tuple[Observation, ...] = ()  # by row; none at the start
    decided: Later[tuple[Decision, ...]] = Later(tuple)  # by row; none at the start

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What each owner asked for, by row."""
        return self.decided.found

    @property
    def ledger(self) -> ledger.Flows:
        """What bound whom; reckoned when somebody first asks."""
        return self.reckoned.found
