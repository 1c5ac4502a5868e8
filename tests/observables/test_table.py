"""The table of observables: each row computes what it says, for those whose it is, in any number of worlds."""

from collections import Counter

import numpy as np
import pytest

from computerace.market.arrays import over_owners
from computerace.market.errors import UserError
from computerace.market.vocabulary import CLAIMANT, DEFINITIONS, MARKET, REST, RIVALS
from computerace.observables import (
    COMPUTE,
    LINES,
    MEASURES,
    OBSERVABLES,
    RATIOS,
    Of,
    axis_label,
    definition_of,
    ratio_of,
    row_of,
    rows_of,
    slots,
)
from computerace.observables.table import ROWS
from computerace.runs import Race, Scenario

OWNERS = ("xAI", "Google", "Meta", REST)


@pytest.fixture(scope="module")
def race() -> Race:
    return Race(Scenario(claimant="Meta"), worlds=3, months=3).run()


def test_names_are_one_each() -> None:
    assert [name for name, count in Counter(one.name for one in ROWS).items() if count > 1] == []
    assert (*MEASURES, *LINES) == tuple(OBSERVABLES)


@pytest.mark.parametrize("name", OBSERVABLES)
def test_a_row_says_what_it_is_and_has_a_number_for_everyone_whose_it_is(name: str, race: Race) -> None:
    one, found = OBSERVABLES[name], race.observed(name)
    assert one.unit and one.text and one.text[0].islower()
    rows = rows_of(one.of, race.names, "Meta")
    assert found.shape == ((3,) if one.of is Of.MARKET else (len(rows), 3))
    assert np.isfinite(found).all()
    if one.flag:
        assert set(np.unique(found)) <= {0.0, 1.0}


def test_no_series_of_a_race_is_empty_by_construction() -> None:
    record = Race(worlds=3, months=3).run().record
    empty = [
        name for name, values in record.steps.items() if name in MEASURES and np.isnan(values).all(axis=(0, 2)).any()
    ]
    assert empty == []


@pytest.mark.parametrize("rivals", RIVALS)
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_a_ratio_is_the_claimants_compute_over_its_rivals(definition: str, rivals: str, race: Race) -> None:
    compute = race.observed(COMPUTE[definition].name)
    others = [row for row, name in enumerate(race.names) if name != "Meta" and (rivals == "all" or name != REST)]
    expected = compute[race.claimant_row] / compute[others].sum(axis=0)
    np.testing.assert_allclose(race.observed(RATIOS[definition, rivals].name), expected[None], rtol=1e-12)


def test_shares_of_the_labs_add_up_to_one_and_make_the_herfindahl_index(race: Race) -> None:
    shares = race.observed("share")
    np.testing.assert_allclose(over_owners(shares), 1.0)
    np.testing.assert_allclose(race.observed("herfindahl"), (shares**2).sum(axis=0))


def test_an_owner_has_its_own_row_and_no_other_measure(race: Race) -> None:
    meta = race.names.index("Meta")
    for name in ("owned_h100e", "share"):
        np.testing.assert_array_equal(race.of_owner(name, meta), race.observed(name)[meta])
    np.testing.assert_array_equal(race.of_owner("ratio_used_all", meta), race.observed("ratio_used_all")[0])
    for name, row in (("share", len(race.names) - 1), ("ratio_used_all", 0), ("herfindahl", 0)):
        with pytest.raises(UserError, match=f"{name} is a measure of .*: {race.names[row]} has none"):
            race.of_owner(name, row)
    with pytest.raises(UserError, match="unknown measure 'owend_h100e'; did you mean 'owned_h100e'"):
        race.observed("owend_h100e")


def test_rows_stand_where_tables_have_them() -> None:
    where = {of: slots(rows_of(of, OWNERS, "Google"), OWNERS) for of in Of}
    assert where == {Of.OWNERS: [0, 1, 2, 3], Of.LABS: [0, 1, 2], Of.CLAIMANT: [1], Of.MARKET: [4]}
    assert row_of("share", Of.LABS, "Meta", OWNERS, CLAIMANT) == 2
    assert rows_of(Of.MARKET, OWNERS, CLAIMANT) == (MARKET,)


def test_keys_come_back_out_of_names() -> None:
    assert {ratio_of(one.name): one for one in RATIOS.values()} == RATIOS
    assert {definition_of(one.name): one for one in COMPUTE.values()} == COMPUTE
    assert ratio_of("share") is None and definition_of("power_mw") is None


def test_labels_name_claimant_and_unit() -> None:
    assert axis_label("ratio_owned_three", "Meta") == "owned compute, Meta / the other labs (ratio)"
    assert axis_label("chip_price_usd_per_h100e") == "chip price (USD of 2025 per H100e)"
    assert axis_label("mine") == "mine"
