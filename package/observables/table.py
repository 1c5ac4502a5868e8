"""The table of observables: a row for each, with the function that computes it from a month's setting, state and flows.

Values are (owners, worlds), (labs, worlds) without the rest of the market, (1, worlds) of the claimant, or (worlds,) of
the market. H100e is compute in H100 equivalents.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from computerace.market.arrays import TINY, Owners, Worlds, over_owners, ratio
from computerace.market.energy import KINDS, wait_months
from computerace.market.vocabulary import CAUSES, DEFINITIONS, RIVAL_WORDS, RIVALS
from computerace.observables.lines import LINE_ROWS
from computerace.observables.money import MONEY_ROWS
from computerace.observables.observable import Observable, Of, Values

if TYPE_CHECKING:
    from computerace.market.setting import Setting, State
    from computerace.runs.model.flows import Flows

H100E, USD, PEOPLE, PART = "H100e", "USD of 2025", "researchers", "fraction"
KIND_WORDS = {"grid": "grid connections", "on_site": "on-site generation", "ready": "ready sites"}
UNLIMITED_MW = 1e9  # what stands for power without a limit is cut to this


def _compute(definition: str, state: "State", flows: "Flows") -> Owners:
    """Compute by definition, (owners, worlds)."""
    by_definition = {
        "owned": state.fleet.owned,
        "operational": state.fleet.operational,
        "used": state.rental.used,
        "effective": flows.clusters.effective,
    }
    return by_definition[definition]


def _of_definition(definition: str) -> Values:
    return lambda setting, state, flows: _compute(definition, state, flows)  # noqa: ARG005 - all take the same


def _ratio(definition: str, rivals: str) -> Values:
    """The claimant's compute over its rivals' together, (1, worlds)."""

    def values(setting: "Setting", state: "State", flows: "Flows") -> Owners:
        compute, claimant = _compute(definition, state, flows), setting.claimant
        last = len(compute) if rivals == "all" else len(compute) - 1
        against = over_owners([compute[row] for row in range(last) if row != claimant])
        return (compute[claimant] / np.maximum(against, TINY))[None]

    return values


def _bound(cause: int) -> Values:
    return lambda setting, state, flows: flows.ledger.bound[cause]  # noqa: ARG005


def _running(kind: int) -> Values:
    return lambda setting, state, flows: over_owners(state.energy.energised[kind])  # noqa: ARG005


def _signed(kind: int) -> Values:
    return lambda setting, state, flows: over_owners(state.energy.pipeline[kind])  # noqa: ARG005


def _premium(kind: int) -> Values:
    return lambda setting, state, flows: state.energy.premium[kind]  # noqa: ARG005


def _wait(kind: int) -> Values:
    return lambda setting, state, flows: wait_months(flows.energy.asked[kind], flows.energy.signed[kind])  # noqa: ARG005


def _shares(state: "State") -> Owners:
    """Shares of the labs' owned compute, (labs, worlds)."""
    labs = state.fleet.owned[:-1]
    return labs / np.maximum(over_owners(labs), TINY)


def _herfindahl(_: "Setting", state: "State", __: "Flows") -> Worlds:
    shares = _shares(state)
    return over_owners(shares * shares)


COMPUTE_TEXTS = {
    "owned": "chips that it owns",
    "operational": "owned chips that are installed and powered",
    "used": "compute that its AI uses: operational, less what is let or serves other business, plus what is rented",
    "effective": "used compute after goodput, communication, utilisation and software",
}
COMPUTE: Mapping[str, Observable] = {
    one: Observable(
        f"{one}_h100e", Of.OWNERS, H100E, COMPUTE_TEXTS[one], _of_definition(one), label=f"{one} compute", scale="log"
    )
    for one in DEFINITIONS
}
"""Compute by definition."""
RATIOS: Mapping[tuple[str, str], Observable] = {
    (one, rivals): Observable(
        f"ratio_{one}_{rivals}", Of.CLAIMANT, "ratio",
        f"{one} compute of the claimant over that of {RIVAL_WORDS[rivals]} together", _ratio(one, rivals),
        label=f"{one} compute, CLAIMANT / {RIVAL_WORDS[rivals]}", scale="log",
    )
    for rivals in RIVALS
    for one in DEFINITIONS
}  # fmt: skip
"""The claim's ratio by definition and rivals."""
BOUND: Mapping[str, Observable] = {
    cause: Observable(
        f"bound_{cause}", Of.OWNERS, "0 or 1", f"whether {cause} cost it most of the compute that it wished for",
        _bound(number), label=f"bound by {cause}, share of worlds", scale="percent", colour="cause", flag=True,
    )
    for number, cause in enumerate(CAUSES)
}  # fmt: skip
"""What bound an owner by cause."""
POWER: Mapping[str, Observable] = {
    kind: Observable(
        f"power_{kind}_mw", Of.MARKET, "IT MW", f"power that runs under {KIND_WORDS[kind]}, all owners",
        _running(number), label="power by kind of contract", colour="contract",
    )
    for number, kind in enumerate(KINDS)
}  # fmt: skip
"""Power that runs by kind of contract."""
PIPELINE: Mapping[str, Observable] = {
    kind: Observable(
        f"pipeline_{kind}_mw", Of.MARKET, "IT MW", f"power signed and not yet running, {KIND_WORDS[kind]}, all owners",
        _signed(number), label="signed power by kind of contract", colour="contract",
    )
    for number, kind in enumerate(KINDS)
}  # fmt: skip
"""Power that is signed and does not run yet, by kind of contract."""
PREMIUM: Mapping[str, Observable] = {
    kind: Observable(
        f"premium_{kind}_usd_per_mw", Of.MARKET, f"{USD} per IT MW",
        f"premium paid for a contract, beyond the price of its power, {KIND_WORDS[kind]}", _premium(number),
        label="premium of a contract for power", colour="contract",
    )
    for number, kind in enumerate(KINDS)
}  # fmt: skip
"""What clears the queue for power, by kind of contract."""
WAIT: Mapping[str, Observable] = {
    kind: Observable(
        f"wait_{kind}_months", Of.OWNERS, "months",
        f"wait until what it asks for is signed at this month's premium, {KIND_WORDS[kind]}; 0 where it asks for none",
        _wait(number), label="wait for a contract for power", colour="contract",
    )
    for number, kind in enumerate(KINDS)
}  # fmt: skip
"""How long owners wait for power to be signed, by kind of contract."""

ROWS: Sequence[Observable] = (
    *COMPUTE.values(),
    Observable("share", Of.LABS, PART, "its owned compute over that of all labs",
               lambda _, state, __: _shares(state),
               label="share of the labs' owned compute (H100e)", scale="percent"),
    Observable("power_mw", Of.OWNERS, "MW", "power of its energised sites, cooling included",
               lambda setting, state, _: np.minimum(state.sites.powered, UNLIMITED_MW)
               * setting.mechanisms.energy.facility_ratio),
    Observable("capex_usd", Of.OWNERS, f"{USD} per month", "capital expenditure, what is not for AI among it",
               lambda _, __, flows: flows.finance.capex),
    Observable("free_cash_flow_usd", Of.OWNERS, f"{USD} per month",
               "income, and what used chips bring, less capital expenditure",
               lambda _, __, flows: flows.finance.means.income + flows.finance.funded.sold - flows.finance.capex),
    Observable("fleet_worth_usd", Of.OWNERS, USD, "what its chips would cost new, with servers and network",
               lambda setting, state, _: state.fleet.owned * state.chips.price
               * setting.mechanisms.chips.server_markup),
    Observable("cash_usd", Of.OWNERS, USD, "cash at the end of the month", lambda _, state, __: state.finance.cash),
    *MONEY_ROWS,
    Observable("revenue_usd", Of.OWNERS, f"{USD} per month", "revenue of its AI",
               lambda _, state, __: state.users.revenue),
    Observable("researchers", Of.OWNERS, PEOPLE, "its researchers, stars apart",
               lambda _, state, __: state.talent.researchers),
    Observable("stars", Of.OWNERS, PEOPLE, "its star researchers", lambda _, state, __: state.talent.stars),
    Observable("quality", Of.OWNERS, "index points", "capability of the models in use",
               lambda _, state, __: state.software.quality),
    Observable("hallucination", Of.OWNERS, PART, "hallucination rate of the models in use",
               lambda _, state, __: state.software.hallucination),
    Observable("users_share", Of.OWNERS, PART, "its part of the use of AI", lambda _, state, __: state.users.shares,
               label="share of users", scale="percent"),
    Observable("goodput", Of.OWNERS, PART, "what failures and communication leave of its largest job",
               lambda _, __, flows: flows.clusters.goodput),
    Observable("largest_site_h100e", Of.OWNERS, H100E, "its largest site",
               lambda _, __, flows: flows.clusters.largest_site),
    Observable("backlog_h100e", Of.OWNERS, H100E, "chips that it has ordered and not got",
               lambda _, state, __: state.chips.prepaid + state.chips.open_orders),
    Observable("in_house_share", Of.OWNERS, PART, "its own chips as a part of its owned compute",
               lambda _, state, __: ratio(state.fleet.in_house, state.fleet.owned)),
    *BOUND.values(),
    Observable("researchers_in", Of.OWNERS, f"{PEOPLE} per month", "who came from other owners, stars too",
               lambda _, __, flows: flows.talent.arrived + flows.talent.stars_arrived, label="researchers who come"),
    Observable("researchers_out", Of.OWNERS, f"{PEOPLE} per month", "who left, stars too",
               lambda _, __, flows: flows.talent.left + flows.talent.stars_left, label="researchers who leave"),
    Observable("pay_usd_per_year", Of.OWNERS, f"{USD} per year", "pay of a researcher, stars apart",
               lambda setting, state, _: state.talent.pay * setting.mechanisms.talent.pay_usd_per_year),
    *RATIOS.values(),
    Observable("chip_price_usd_per_h100e", Of.MARKET, f"{USD} per H100e", "list price of a new chip",
               lambda _, state, __: state.chips.price, label="chip price", colour="price"),
    Observable("backlog_months", Of.MARKET, "months of supply", "chips that are ordered and not delivered",
               lambda _, state, __: state.chips.backlog_months, label="backlog", colour="backlog"),
    Observable("supply_h100e", Of.MARKET, "H100e per month", "chips that the industry could deliver",
               lambda _, __, flows: flows.chips.made),
    Observable("rent_usd_per_h100e_hour", Of.MARKET, f"{USD} per H100e-hour", "rent of capacity",
               lambda _, state, __: state.rental.rent, colour="price"),
    Observable("herfindahl", Of.MARKET, "HHI, 0 to 1", "sum of the labs' squared shares of owned compute", _herfindahl,
               label="concentration of owned compute", colour="backlog"),
    *POWER.values(),
    *PIPELINE.values(),
    *PREMIUM.values(),
    *WAIT.values(),
    Observable("agi_share", Of.MARKET, "0 or 1", "whether any owner's research has crossed the threshold of AGI",
               lambda _, state, __: (state.software.crossed.max(axis=0) > 0).astype(np.float64),
               label="AGI, share of worlds", scale="percent", flag=True),
    *LINE_ROWS,
)  # fmt: skip

OBSERVABLES: Mapping[str, Observable] = {one.name: one for one in ROWS}
"""Every observable of the model by its name, in the order of columns."""
MEASURES = tuple(one.name for one in ROWS if not one.line)
"""Names of those that a race records by itself."""
LINES = tuple(one.name for one in ROWS if one.line)
"""Names of those that say what owners saw, asked for and got, which are recorded on request."""

_RATIO_OF = {one.name: key for key, one in RATIOS.items()}
_DEFINITION_OF = {one.name: definition for definition, one in COMPUTE.items()}


def named(choose: Callable[[Observable], bool]) -> tuple[str, ...]:
    """Names of the observables that are chosen, in the order of the table."""
    return tuple(one.name for one in ROWS if choose(one))


def is_flag(name: str) -> bool:
    """Whether it is 0 or 1 in a world, so that only its mean over worlds says something."""
    return name in OBSERVABLES and OBSERVABLES[name].flag


def definition_of(name: str) -> str | None:
    """The definition of compute, where it is an owner's compute."""
    return _DEFINITION_OF.get(name)


def ratio_of(name: str) -> tuple[str, str] | None:
    """Definition and rivals, where it is the claim's ratio."""
    return _RATIO_OF.get(name)


def axis_label(name: str, claimant: str = "") -> str:
    """What stands at an axis: label and unit; the name of what is not the model's own."""
    return OBSERVABLES[name].axis.replace("CLAIMANT", claimant or "the claimant") if name in OBSERVABLES else name
