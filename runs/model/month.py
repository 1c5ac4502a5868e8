"""A month of the race, as the model's description tells it: eleven verbs in their order.

A month is a function of values: what stays (`Setting`), what the last month left (`State`), the labs, the month's draws
(`Luck`) and which month it is (`Now`). Nothing else is read, and nothing that came in is changed but the schedules of
what is under way (`market/arrivals.py`).
"""

from mesa.agent import AgentSet

from computerace.agents.lab import Lab
from computerace.market.chips import clear as clear_chips
from computerace.market.later import Later
from computerace.market.ledger import account
from computerace.market.setting import Luck, Now, Setting, State
from computerace.market.software import learn
from computerace.runs.model.flows import Flows
from computerace.runs.model.verbs import build, clear_power, clear_researchers, decide, fund, observe, run, sell


def month(setting: Setting, state: State, labs: AgentSet[Lab], luck: Luck, now: Now) -> tuple[State, Flows]:
    """The state that a month leaves, and what happened in it."""
    seen = observe(setting, state, luck, now)
    asked, acted = decide(labs, seen)
    energy, sites, contracts, begun = clear_power(setting, state, asked, luck, now)
    funded, orders = fund(setting, seen, asked, contracts, seen.books.owned)
    chips, sold = clear_chips(setting, state.chips, orders, luck, now)
    talent, moves = clear_researchers(setting, state, asked.people, luck)
    fleet, energy, sites, works = build(setting, state.fleet, energy, sites, sold, begun, funded.shed, now)
    fleet, rental, ran = run(setting, state, fleet, sites, asked, now)
    software, models = learn(setting, state.software, talent, ran.division, ran.clusters, state.active, luck, now)
    users, finance, money = sell(
        setting, state, seen, asked, funded, software, fleet, sold, contracts, works, ran.division, luck, now
    )
    after = State(
        chips, energy, sites, fleet, rental, talent, software, users, finance, asked.memory, state.active
    )  # fmt: skip
    bound = Later(
        account, setting, fleet, energy, sites, talent, orders, seen.books.all_in, sold, money, ran.clusters
    )  # fmt: skip
    happened = Flows(
        sold, contracts, works.energised, works.sites, works.retired, *ran, moves, models,
        seen.accounts, money, bound, None, *acted,
    )  # fmt: skip
    return after, happened
