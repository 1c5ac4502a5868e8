"""Power and researchers in a race, in paired worlds: a doubled want, a richer buyer, and parameters at extremes."""

from collections.abc import Mapping

import numpy as np
import pytest

from computerace.agents.decision import Decision
from computerace.agents.lab import Lab
from computerace.agents.observation import Observation
from computerace.market.arrays import Owners, Worlds
from computerace.runs.model.race import Race
from tests.runs.conservation import check_step

WORLDS, MONTHS = 64, 12
OWNER = 2  # Microsoft


class Keen(Lab):
    """Asks for twice the power and twice the people, and for all else as before."""

    def decide(self, seen: Observation) -> Decision:
        usual = super().decide(seen)
        power = usual.power
        return usual._replace(
            power=power._replace(grid=2.0 * power.grid, on_site=2.0 * power.on_site, ready=2.0 * power.ready),
            people=usual.people._replace(
                openings=2.0 * seen.books.openings if seen.public.month == 1 else usual.people.openings
            ),
        )


class Rich(Lab):
    """Gives three times as much for a month."""

    def decide(self, seen: Observation) -> Decision:
        usual = super().decide(seen)
        return usual._replace(power=usual.power._replace(bid=3.0 * usual.power.bid))


def played(lab: type[Lab] | None = None, months: int = MONTHS, settings: Mapping[str, object] | None = None) -> Race:
    kinds = {} if lab is None else {"Microsoft": lab}
    return Race(worlds=WORLDS, seed=3, months=months, labs=kinds, settings=settings, collect=False).run()


@pytest.fixture(scope="module")
def usual() -> Race:
    return played(months=1)


def asked_and_signed(race: Race) -> tuple[Owners, Owners]:
    """IT MW by kind (kinds, owners, worlds)."""
    return race.flows.energy.asked, race.flows.energy.signed


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_doubled_want_for_power_raises_what_all_pay_and_lowers_what_the_others_get(kind: int, usual: Race) -> None:
    keen = played(Keen, months=1)
    before, after = usual.state.energy.premium[kind], keen.state.energy.premium[kind]
    asked, signed = asked_and_signed(usual)
    scarce = (before > 0) & (asked[kind, OWNER] > 1.0)
    assert scarce.sum() > 5
    assert (after[scarce] > before[scarce]).all()
    others = [row for row in range(5) if row != OWNER]
    got = asked_and_signed(keen)[1][kind][others][:, scarce]
    wants = asked[kind][others][:, scarce] > 1.0
    assert (got < signed[kind][others][:, scarce])[wants].all()
    assert (asked_and_signed(keen)[1][kind, OWNER] > signed[kind, OWNER])[scarce].all()


def test_a_richer_buyer_gets_power_of_a_poorer_one(usual: Race) -> None:
    rich = played(Rich, months=1)
    scarce = (usual.state.energy.premium[0] > 0) & (asked_and_signed(usual)[0][0, OWNER] > 1.0)
    before, after = asked_and_signed(usual)[1][0][:, scarce], asked_and_signed(rich)[1][0][:, scarce]
    assert scarce.sum() > 5
    assert (after[OWNER] > before[OWNER]).all()
    assert (np.delete(after, OWNER, 0).sum(axis=0) < np.delete(before, OWNER, 0).sum(axis=0)).all()


def waits(lab: type[Lab] | None = None) -> Owners:
    """Months that owners wait for grid power after a year; (owners, worlds)."""
    return played(lab).observed("wait_grid_months")


def test_a_doubled_want_and_a_richer_buyer_make_the_others_wait_longer_for_power() -> None:
    usual, keen, rich = waits(), waits(Keen), waits(Rich)
    others = usual[[0, 1, 3, 4]]
    asks = others > 1.0
    longer = [np.median((changed[[0, 1, 3, 4]] / others)[asks]) for changed in (keen, rich)]
    assert asks.mean() > 0.8
    assert 1.05 < longer[0] < 1.5 and 1.1 < longer[1] < 2.0
    own = usual[OWNER] > 1.0
    assert np.median((rich[OWNER] / usual[OWNER])[own]) < 0.6  # three times the bid, near a third of the wait


def test_a_doubled_want_for_people_makes_the_others_pay_more_for_fewer() -> None:
    usual, keen = played(), played(Keen)
    others = [0, 1, 3, 4]

    def of(race: Race) -> tuple[Worlds, Worlds, Owners]:
        people = race.state.talent.researchers
        return people[OWNER], people[others].sum(axis=0), race.state.talent.pay[others]

    (own, rest, pay), (more, fewer, dearer) = of(usual), of(keen)
    assert (more > own).all() and (fewer < rest).all()
    assert (dearer.mean(axis=1) > pay.mean(axis=1)).all()
    assert ((dearer > pay).mean(axis=1) > 0.9).all()


EXTREMES = (
    {"talent.pool_growth": 0.5}, {"talent.pool_growth": 5.0}, {"talent.mobility": 100.0}, {"talent.pay_weight": 20.0},
    {"talent.compute_weight": 20.0}, {"talent.prestige_weight": 5.0}, {"talent.demand_elasticity": 0.05},
    {"talent.openings_ratio": 0.1}, {"talent.pay_response": 1.0, "talent.demand_elasticity": 0.05},
    {"energy.grid_offer_mw": 0.0, "energy.on_site_offer_mw": 0.0, "energy.ready_offer_mw": 0.0},
    {"energy.grid_elasticity": 0.0}, {"energy.grid_elasticity": 20.0}, {"energy.grid_price": 0.0},
    {"energy.premium_share": 1.0, "energy.month_revenue_usd_per_mw": 1e10}, {"energy.month_margin": 0.0},
    {"energy.contract_years": 0.1}, {"energy.lead_spread": 2.0}, {"sites.size_exponent": 1.0},
    {"sites.commissioning_months": 0.1, "sites.installation_months": 0.1},
)  # fmt: skip


@pytest.mark.parametrize("settings", EXTREMES, ids=" ".join)
def test_extremes_of_power_and_people_stay_finite_and_lose_nothing(settings: Mapping[str, object]) -> None:
    race = Race(worlds=3, seed=2, months=24, settings=settings, collect=False)
    for _ in range(24):
        check_step(race)


def test_four_times_the_researchers_are_hired_and_paid() -> None:
    record = Race(worlds=3, seed=2, months=6, collect=False)
    count = record.setting.figures.researchers[0]
    more = Race(worlds=3, seed=2, months=6, settings={"labs.xAI.researchers": 4.0 * count}, collect=False)
    few, many = record.run().state.talent.researchers[0], more.run().state.talent.researchers[0]
    assert (many > 3.0 * few).all()
    assert (more.flows.accounts.pay[0] > 2.0 * record.flows.accounts.pay[0]).all()
