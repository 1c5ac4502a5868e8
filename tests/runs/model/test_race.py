"""The whole model: conservation, worlds that do not depend on their neighbours, and what Mesa users expect."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from computerace.agents.lab import Lab
from computerace.market.allocation import RULES
from computerace.market.errors import UserError
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from computerace.runs.worlds.simulate import simulate
from computerace.runs.worlds.watch import Watch
from tests.runs.conservation import check_step

BASELINE = scenario("baseline")


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), growth=st.floats(0.5, 4.0), cut=st.floats(0.0, 1.0), moves=st.floats(0.0, 5.0))
def test_nothing_is_made_or_lost(rule: str, seed: int, growth: float, cut: float, moves: float) -> None:
    changed = BASELINE.with_settings(
        {
            "chips.allocation": rule, "chips.supply_growth_2026": growth, "chips.supply_cut": cut,
            "chips.cut_from_month": 3, "talent.mobility": moves,
        }
    )  # fmt: skip
    race = Race(changed, worlds=3, seed=seed, months=14, collect=False)
    while race.month < race.horizon:
        check_step(race)


def _compare(one: dict[str, np.ndarray], many: dict[str, np.ndarray], where: np.ndarray) -> None:
    for name, values in one.items():
        np.testing.assert_array_equal(values, many[name][where], err_msg=name)


def test_world_i_is_the_same_whatever_runs_beside_it() -> None:
    many = simulate(BASELINE, np.arange(1000), 3, months=24)
    for chosen in (np.array([0]), np.array([517]), np.array([4, 900]), np.arange(253, 260)):
        few = simulate(BASELINE, chosen, 3, months=24)
        _compare(few.outcomes, many.outcomes, chosen)
        for name, values in few.steps.items():
            np.testing.assert_array_equal(values, many.steps[name][..., chosen], err_msg=name)


def test_a_longer_race_begins_like_a_shorter_one() -> None:
    short, long = (simulate(BASELINE, np.arange(5), 3, months=months) for months in (6, 12))
    np.testing.assert_array_equal(short.steps["owned_h100e"], long.steps["owned_h100e"][:7])


def test_another_seed_gives_other_worlds() -> None:
    one, other = (simulate(BASELINE, np.arange(5), seed, months=6) for seed in (1, 2))
    assert not np.array_equal(one.steps["owned_h100e"], other.steps["owned_h100e"])


def test_the_order_of_labs_does_not_matter() -> None:
    from dataclasses import replace

    turned = replace(BASELINE, labs=tuple(reversed(BASELINE.labs)))
    one = simulate(BASELINE, np.arange(3), 1, months=18).outcomes
    other = simulate(turned, np.arange(3), 1, months=18).outcomes
    for name in one:
        a_month = 1 / 18 if "bound" in name else 0.0  # what bound may turn on orders of next to nothing
        np.testing.assert_allclose(one[name], other[name], rtol=1e-6, atol=a_month, err_msg=name)


def test_identical_labs_stay_identical() -> None:
    # money is plenty and nobody moves: brand and retention are each one's own on record, whatever figures are set
    block = {
        key.split(".")[2]: float(one.value)
        for key, one in BASELINE.parameters().items()
        if key.startswith("labs.Meta.") and not one.choices
    } | {"cash_usd": 1e14}
    changed = {
        f"labs.{lab}.{quantity}": value for lab in ("Google", "Microsoft", "Meta") for quantity, value in block.items()
    }
    same = BASELINE.with_settings({"software.noise": 0, "talent.star_exodus": 0, "energy.lead_spread": 0,
                                   "finance.plan_spread": 0,
                                   "sites.spread": 0, "labs.Google.strategy": "steady",
                                   "labs.Microsoft.strategy": "steady",
                                   "labs.Meta.strategy": "steady", "software.release_months": 1})  # fmt: skip
    owned = simulate(same, np.arange(3), 1, months=36, recorded=changed).steps["owned_h100e"]
    np.testing.assert_allclose(owned[:, 1], owned[:, 2], rtol=1e-6)
    np.testing.assert_allclose(owned[:, 1], owned[:, 3], rtol=1e-6)


class ConstantGrowth:
    """Stands in for a race in which the claimant's ratio to its rivals grows by a constant factor a month."""

    def __init__(self, ratio: float, monthly: np.ndarray) -> None:
        self.worlds, self.names, self.claimant_row, self.horizon, self.month = len(monthly), ("xAI", "Rest"), 0, 60, 0
        self.ratio, self.monthly = ratio, monthly

    def observed(self, _: str) -> np.ndarray:
        return np.stack([self.ratio * self.monthly**self.month, np.full(self.worlds, np.nan)])

    @property
    def state(self) -> SimpleNamespace:
        return SimpleNamespace(software=SimpleNamespace(crossed=np.zeros((2, self.worlds))))

    @property
    def flows(self) -> SimpleNamespace:
        return SimpleNamespace(ledger=SimpleNamespace(bound=np.zeros((6, 2, self.worlds))))

    @property
    def values(self) -> SimpleNamespace:
        return SimpleNamespace(drawn=(), numbers={})

    @property
    def setting(self) -> SimpleNamespace:
        return SimpleNamespace(mechanisms=SimpleNamespace(finance=SimpleNamespace(cost_of_capital=0.1)))


def test_constant_growth_reaches_parity_in_the_closed_forms_month() -> None:
    yearly = np.array([1.80, 1.82, 2.0, 3.0])  # times the rivals' growth; 1.81 is what 19.4 to 1 needs over five years
    race = ConstantGrowth(1 / 19.4, yearly ** (1 / 12))
    watch = Watch(race)  # type: ignore[arg-type]
    for race.month in range(1, 61):
        watch.see(race)  # type: ignore[arg-type]
    expected = np.ceil(12 * np.log(19.4) / np.log(yearly))
    first = watch.outcomes(race)["owned_three_first_month"]  # type: ignore[arg-type]
    np.testing.assert_array_equal(first, np.where(expected <= 60, expected, np.nan))
    assert np.isnan(first[0]) and first[1] == 60


def test_a_race_is_an_ordinary_mesa_model() -> None:
    race = Race(BASELINE, worlds=1, seed=1, months=3)
    assert {lab.name for lab in race.agents.select(agent_type=Lab)} == {"xAI", "Google", "Microsoft", "Meta", "Rest"}
    while race.running:
        race.step()
    assert race.month == 3
    assert race.datacollector is not None
    agents = race.datacollector.get_agent_vars_dataframe()
    model = race.datacollector.get_model_vars_dataframe()
    assert len(model) == 4 and len(agents) == 20
    assert model["chip_price_usd_per_h100e"].dtype == float
    three = Race(BASELINE, worlds=3, seed=1, months=1).run()
    assert three.datacollector is not None
    several = three.datacollector.get_model_vars_dataframe()
    assert [value.shape for value in several["chip_price_usd_per_h100e"]] == [(3,), (3,)]
    assert agents["owned_h100e"].dtype == float and (agents["owned_h100e"] > 0).all()
    assert agents.groupby("Step")["owned_h100e"].sum().is_monotonic_increasing


def test_fixed_parameters_leave_only_luck() -> None:
    race = Race(BASELINE, worlds=4, seed=1, months=2, fixed=True, collect=False)
    assert (race.setting.mechanisms.chips.supply_growth_2026 == 2.2).all()
    assert race.values.drawn == ()


def test_a_point_may_differ_between_worlds() -> None:
    growth = np.array([1.2, 3.0])
    batch = simulate(BASELINE, np.array([0, 0]), 1, settings={"chips.supply_growth_2026": growth}, months=24)
    supply = batch.market["supply_h100e"][-1]
    assert supply[1] > 2 * supply[0]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"worlds": 0}, "at least 1 world"),
        ({"seed": -1}, "seed"),
        ({"months": 0}, "months"),
        ({"settings": {"chips.suply_growth_2026": 2}}, "chips.supply_growth_2026"),
        ({"settings": {"chips.price_decline": 7}}, "out of bounds"),
        ({"worlds": 2, "settings": {"labs.xAI.owned_h100e": np.array([1e6, np.inf])}}, "row 1 is out of bounds"),
        ({"worlds": 2, "settings": {"labs.xAI.owned_h100e": np.array([1e6, np.nan])}}, "row 1 is out of bounds"),
        ({"worlds": 2, "settings": {"chips.price_decline": ["a", "b"]}}, "must be numbers"),
        ({"worlds": 2, "settings": {"chips.price_decline": [True, False]}}, "must be numbers"),
    ],
)
def test_bad_input_is_refused_in_words(bad: dict[str, object], words: str) -> None:
    with pytest.raises(UserError, match=words):
        Race(BASELINE, **bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [[1, -2], [1.5], [], [[1, 2]], "seven", [True]])
def test_what_is_no_sequence_of_whole_numbers_from_0_is_no_seed(given: object) -> None:
    with pytest.raises(UserError, match="seed"):
        Race(BASELINE, worlds=1, seed=given)  # type: ignore[arg-type]


def test_a_sequence_of_whole_numbers_is_a_seed_and_its_order_counts() -> None:
    one, same, other = (Race(BASELINE, worlds=1, seed=given, months=1).seed for given in ([0, 3], (0, 3), [3, 0]))
    assert one == same != other


def test_a_race_takes_a_seed_or_an_rng_and_not_two_of_them() -> None:
    assert Race(worlds=1, months=1, rng=7).seed == Race(worlds=1, months=1, seed=1, rng=7).seed == 7
    for seed in (2, [1], "seven"):
        with pytest.raises(UserError, match="not both"):
            Race(worlds=1, months=1, seed=seed, rng=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [dict, "Lab", None])
def test_what_is_no_class_of_labs_cannot_be_an_owner(kind: object) -> None:
    with pytest.raises(UserError, match="subclass"):
        Race(BASELINE, worlds=1, months=1, labs={"Meta": kind})  # type: ignore[dict-item]
