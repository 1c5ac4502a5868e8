"""The start of a race: month 0 runs on what is on record, and fixes the anchors that make everything else balance."""

import numpy as np

from computerace.market import (
    accounts,
    books,
    chips,
    energy,
    entry,
    fleet,
    ledger,
    rental,
    serving,
    sites,
    software,
    talent,
    users,
)
from computerace.market.arrays import Owners, maximum_over_owners, over_owners, ratio
from computerace.market.later import Later
from computerace.market.setting import Anchors, Figures, Now, Setting, State
from computerace.runs.model.balance import balanced
from computerace.runs.model.flows import Flows
from computerace.runs.model.recorded import as_recorded, frontier
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import Ran, use


def begin(setting: Setting, horizon: int, on_record: Setting | None = None) -> tuple[Setting, State, Flows]:
    """The setting with its anchors, the state of month 0, and what flows in it.

    horizon: months of the race. on_record: the setting as it would be had nothing been set, None where nothing was:
    what makes the record hold at the start is found there, so that no anchor takes back what a setting changes.
    """
    known, before = (None, None) if on_record is None else begin(on_record._replace(heirs=None), 0)[:2]
    today = now(setting, 0)
    setting = balanced(setting, setting if on_record is None else on_record, today)
    state = as_recorded(setting, today, horizon, frontier(setting if on_record is None else on_record))
    anchors = _first_anchors(setting, state, today)
    setting = setting._replace(anchors=anchors if known is None else _first_on_record(setting, anchors, known))
    setting, state, ran = _run(setting, state, today, before)
    anchors = _last_anchors(setting, state, ran)
    setting = setting._replace(anchors=anchors if known is None else _last_on_record(setting, anchors, known))
    flows = _flows(setting, ran)
    return setting, entry.absent_at_start(setting, state) if setting.heirs is not None else state, flows


def _first_on_record(setting: Setting, anchors: Anchors, known: Setting) -> Anchors:
    """What the record alone fixes, with the record's levels in place of those that a setting would give.

    Figures that are set keep what they say: the largest site, what labs rent, and what users pay.
    """
    figures, recorded = setting.figures, known.anchors
    paid = ratio(figures.ai_revenue_usd_per_year, known.figures.ai_revenue_usd_per_year)
    return anchors._replace(
        concentration=_concentration(figures, recorded.operational, recorded.rented),
        operational=recorded.operational,
        rented=np.concatenate([anchors.rented[:-1], recorded.rented[-1:]]),
        revenue=recorded.revenue,
        efficiency=recorded.efficiency,
        revenue_per_user=np.where(recorded.revenue > 0, recorded.revenue_per_user * paid, anchors.revenue_per_user),
    )


def _last_on_record(setting: Setting, anchors: Anchors, known: Setting) -> Anchors:
    """What month 0 fixes once it has run, of the record's month 0; a cash flow that is set keeps what it says."""
    recorded = known.anchors
    set_apart = setting.figures.operating_cash_flow_usd_per_year - known.figures.operating_cash_flow_usd_per_year
    return anchors._replace(
        labour=recorded.labour,
        experiments=recorded.experiments,
        capability=recorded.capability,
        pull=recorded.pull,
        brand=recorded.brand,
        core=recorded.core + set_apart / 12.0,
    )


def _rental(setting: Setting, state: State) -> rental.State:
    """The rent of the start and how far it is from purchase parity."""
    return state.rental._replace(gap=rental.gap_at_start(setting))


def _first_anchors(setting: Setting, state: State, today: Now) -> Anchors:
    """What the record alone fixes."""
    figures, mechanisms = setting.figures, setting.mechanisms
    capex = figures.capex_usd_per_year / 12.0
    young = figures.operating_cash_flow_usd_per_year <= 0.0
    many = np.zeros_like(young)
    many[-1] = True
    earned = np.where(young, figures.raised_usd_per_year, figures.operating_cash_flow_usd_per_year)
    runs = fleet.running(setting, state.fleet, state.sites.powered, today.technology.active)
    operational = np.maximum(runs, 1.0)
    not_own = rental.lets(mechanisms.rental, operational, figures.let_share, np.zeros(setting.worlds))
    by_labs = figures.rented_h100e[:-1]
    by_rest = np.maximum(over_owners(not_own * figures.external_share) - over_owners(by_labs), 1.0)
    rented = np.concatenate([by_labs, by_rest[None]])
    return setting.anchors._replace(
        other_capex=capex * (1.0 - figures.ai_capex_share),
        investment=state.finance.investment,
        buffer=mechanisms.finance.cash_buffer * state.finance.cash,
        young=young,
        many=many,
        labs_among=young | many,
        line=mechanisms.capital.line_share * np.maximum(earned, 0.0),
        spending_months=np.where(
            young, mechanisms.finance.spending_months, mechanisms.finance.incumbent_spending_months
        ),
        concentration=_concentration(figures, operational, rented),
        operational=operational,
        rented=rented,
        rent_parity=rental.parity(setting, state.chips.price, today.technology.new_watts),
        revenue=state.users.revenue,
        efficiency=maximum_over_owners(state.software.efficiency),
        quality=state.software.quality,
        revenue_per_user=ratio(state.users.revenue, state.users.shares),
    )


def _concentration(figures: Figures, operational: Owners, rented: Owners) -> Owners:
    """The largest site as a part of all that runs for its owner; (owners, worlds)."""
    return np.minimum(figures.largest_site_h100e / (operational + rented), 1.0)


def _run(setting: Setting, state: State, today: Now, before: State | None) -> tuple[Setting, State, Ran]:
    """Month 0 runs: who pays for the record's rents is not in question.

    before: month 0 on record, where something is set. Returns the setting too, with what serving the record's revenue
    takes.
    """
    anchors = setting.anchors
    beside, with_fleet = np.zeros_like(anchors.rented), anchors.rented.copy()
    beside[-1] = anchors.rented[-1]
    with_fleet[-1] = 0.0
    asked = rental.Terms(
        setting.figures.let_share, setting.figures.external_share, with_fleet, beside, np.full_like(beside, np.inf)
    )
    operational = fleet.running(setting, state.fleet, state.sites.powered, today.technology.active)
    capacity, let = rental.clear(setting, _rental(setting, state), asked, operational, anchors.rent_parity)
    state = state._replace(fleet=state.fleet._replace(operational=operational), rental=capacity)
    recorded = state if before is None else before
    revenue = 12.0 * recorded.users.revenue
    per_usd = serving.per_usd(setting, recorded.rental.used, revenue, today.calendar_years)
    setting = setting._replace(anchors=anchors._replace(serving_per_usd=per_usd))
    need = serving.need(setting, state.users.revenue, today.calendar_years)
    parameters = setting.mechanisms.serving
    division = serving.Division(
        need * parameters.headroom, parameters.share_most, setting.mechanisms.clusters.training_share
    )
    divided, engineered = use(setting, state.fleet, capacity, division, state.software, today)
    state = state._replace(users=state.users._replace(met=serving.met(divided.serving, need)))
    return setting, state, Ran(let, divided, engineered)


def _last_anchors(setting: Setting, state: State, ran: Ran) -> Anchors:
    """What month 0 fixes once it has run."""
    figures, known, engineered = setting.figures, state.software, ran.clusters
    experiments = software.experiment_compute(setting, ran.division)
    performance = engineered.goodput * engineered.utilisation
    per_person = ratio(state.rental.used, state.talent.researchers)
    value = users.utility(setting.mechanisms.users, known.quality, known.hallucination, known.efficiency)
    earned = accounts.of_ai(
        setting, state.chips.price, state.energy, state.sites, state.fleet, state.rental, state.talent, state.users
    )
    return setting.anchors._replace(
        labour=maximum_over_owners(software.research_labour(setting, state.talent)),
        experiments=maximum_over_owners(experiments),
        capability=software.training_compute(
            setting.mechanisms.software, ran.division.job, performance, known.efficiency
        ),
        pull=talent.attracted(setting, state.talent, state.talent.openings, per_person, known.quality).pull,
        brand=users.brand(state.users.shares, value),
        core=figures.operating_cash_flow_usd_per_year / 12.0 - earned.income,
    )


def _flows(setting: Setting, ran: Ran) -> Flows:
    """What flows in month 0: what the record says, and nothing where a month would have to have passed."""
    nothing = np.zeros_like(setting.figures.owned_h100e)
    nobody = np.zeros_like(nothing, dtype=np.bool_)
    of_kinds = np.zeros((len(energy.KINDS), *nothing.shape))
    of_causes = np.zeros((len(ledger.CAUSES), *nothing.shape))
    capex = setting.figures.capex_usd_per_year / 12.0
    made = setting.mechanisms.chips.supply_h100e_per_month
    return Flows(
        chips=chips.Flows(made, nothing, nothing, nothing, nothing, nothing, nothing),
        energy=energy.Flows(of_kinds, of_kinds, nothing),
        energised=of_kinds,
        sites=sites.Flows(nothing, nothing, nothing),
        retired=nothing,
        rental=ran.rental,
        division=ran.division,
        clusters=ran.clusters,
        talent=talent.Flows(nothing, nothing, nothing, nothing, nothing, nobody, nothing),
        software=software.Flows(nobody),
        accounts=accounts.Accounts(*(nothing for _ in accounts.Accounts._fields)),
        finance=books.nothing(setting.anchors.other_capex, capex),
        reckoned=Later(ledger.Flows, of_causes, of_causes, nothing, of_causes),
    )
