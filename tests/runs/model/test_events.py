"""The log of the first world tells what the model did, and nothing that it did not."""

import re
from datetime import date

import pytest

from computerace.runs.model import events
from computerace.runs.model.events import Event
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario


@pytest.fixture(scope="module")
def race() -> Race:
    """Three worlds to the horizon; the thresholds are taken away, so that everything is told."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(events, "LEAST_MW", 0.0)
        patched.setattr(events, "LEAST_RAISED_USD", 0.0)
        return Race(scenario("baseline"), worlds=3, seed=1, collect=False).run()


def told(race: Race, kind: str, owner: str | None = None) -> list[Event]:
    return [event for event in race.record.log.events if event.kind == kind and owner in (None, event.owner)]


def first_figure(event: Event) -> float:
    found = re.search(r"[\d.,]*\d", event.text)
    assert found is not None
    return float(found[0].replace(",", ""))


def test_events_are_in_order_and_within_the_race(race: Race) -> None:
    months = [event.month for event in race.record.log.events]
    assert months == sorted(months)
    assert months[0] >= 1
    assert months[-1] <= race.horizon


def test_the_quarters_power_adds_up_to_what_was_energised(race: Race) -> None:
    start = Race(scenario("baseline"), worlds=3, seed=1, collect=False).state.energy.energised[:, :, 0].sum(axis=0)
    for row, owner in enumerate(race.names):
        quarters = told(race, "power", owner)
        gained = race.state.energy.energised[:, row, 0].sum() - start[row]
        assert sum(first_figure(event) for event in quarters) == pytest.approx(gained, abs=0.5 * len(quarters))
        assert len({event.month for event in quarters}) == len(quarters)


def test_the_parts_of_the_quarters_power_add_up_to_it(race: Race) -> None:
    for event in told(race, "power"):
        whole, parts = event.text.split(" MW energised in the quarter: ")
        listed = [float(part.replace(",", "")) for part in re.findall(r"[\d,]*\d(?= )", parts)]
        assert sum(listed) == pytest.approx(float(whole.replace(",", "")), abs=2.0)


def test_the_quarters_money_adds_up_to_what_was_raised(race: Race) -> None:
    for row, owner in enumerate(race.names):
        quarters = told(race, "funding", owner)
        assert sum(first_figure(event) for event in quarters) == pytest.approx(
            race.state.finance.raised[row, 0] / 1e9, abs=0.05 * len(quarters)
        )


def test_small_quarters_are_left_out() -> None:
    race = Race(scenario("baseline"), worlds=3, seed=1, collect=False).run()
    assert min(first_figure(event) for event in told(race, "power")) >= events.LEAST_MW
    assert min(first_figure(event) for event in told(race, "site")) >= events.LEAST_MW
    assert min(first_figure(event) for event in told(race, "funding")) >= events.LEAST_RAISED_USD / 1e9


@pytest.mark.parametrize(("kind", "least"), [("power", 50.0), ("funding", 1.0)])
def test_quarters_of_fifty_megawatts_and_of_a_billion_dollars_are_told(race: Race, kind: str, least: float) -> None:
    told_of = Race(scenario("baseline"), worlds=3, seed=1, collect=False).run().record.log.events
    for event in told(race, kind):
        figure = first_figure(event)
        if not 0.98 * least <= figure <= 1.02 * least:  # the text is rounded
            assert (event in told_of) == (figure > least), event
    assert any(least < first_figure(event) < 1.3 * least for event in told(race, kind)), "the bound is put to the test"


def test_just_the_least_that_is_told_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the dollar: what a lab raised in its first quarters is counted from nothing."""
    begun = Race(scenario("baseline"), worlds=1, seed=1, months=3, collect=False).run()
    raised = float(begun.state.finance.raised[0, 0])
    assert raised > 0.0
    for least, count in ((raised, 1), (raised * (1 + 1e-12), 0)):
        monkeypatch.setattr(events, "LEAST_RAISED_USD", least)
        race = Race(scenario("baseline"), worlds=1, seed=1, months=3, collect=False).run()
        assert len(told(race, "funding", race.names[0])) == count


def test_a_generation_is_launched_in_the_month_of_its_date(race: Race) -> None:
    launches = {event.text.removesuffix(" chips launched"): race.date(event.month) for event in told(race, "chips")}
    horizon = race.date(race.horizon)
    due = {
        name: day
        for name, day in zip(race.setting.roadmap.names, race.setting.roadmap.launch, strict=True)
        if race.date(0) < day <= horizon
    }
    assert launches == {name: date(day.year, day.month, 28) for name, day in due.items()}


def test_the_claim_is_told_when_it_first_comes_true() -> None:
    """xAI begins just below its rivals together, and can buy what it likes."""
    ahead = {"labs.xAI.owned_h100e": 1.05e7, "labs.xAI.powered_mw": 2e4, "finance.window_multiplier": 30.0}
    race = Race(scenario("baseline"), worlds=3, seed=1, collect=False, settings=ahead).run()
    told_in = {}
    for definition in events.DEFINITIONS:
        above = race.record.steps[f"ratio_{definition}_three"][1:, race.claimant_row, 0] > 1.0
        told_in[definition] = [event.month for event in told(race, "claim") if f" {definition} " in event.text]
        assert told_in[definition] == ([above.argmax() + 1] if above.any() else [])
    assert any(told_in.values())
