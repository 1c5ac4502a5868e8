"""The race that a tab plays."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from computerace.runs.model import race as races
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.choice import Choice
from computerace.runs.page.places import NoPlace, Places
from computerace.runs.page.player import TURNS, Player, new_race

SMALL = Choice(worlds=3)


@pytest.fixture
def player() -> Player:
    return Player(SMALL)


def test_the_race_stops_at_its_horizon_however_many_months_are_asked_for(player: Player) -> None:
    player.step(7)
    player.step(1000)
    assert player.month == 60
    assert player.finished
    player.step()
    assert player.month == 60


def test_playing_ends_at_the_horizon(player: Player) -> None:
    player.speed = 100.0  # twenty months a picture
    player.act("play")
    player.keep_playing()
    assert (player.month, player.playing) == (60, 0)


def test_a_pause_stops_the_playing_thread(player: Player) -> None:
    player.play()
    thread = threading.Thread(target=player.keep_playing)
    thread.start()
    while player.month < 2:
        time.sleep(0.01)
    player.pause()
    thread.join(timeout=60)
    stopped = player.month
    assert not thread.is_alive()
    assert 0 < stopped < 60
    time.sleep(0.3)
    assert player.month == stopped


def test_a_step_of_a_play_that_was_paused_does_nothing(player: Player) -> None:
    player.play()
    number = player.playing
    player.step(1, number)
    player.pause()
    player.step(1, number)
    assert player.month == 1


def test_two_plays_in_a_row_do_not_step_twice(player: Player) -> None:
    player.play()
    first = threading.Thread(target=player.keep_playing)
    first.start()
    player.pause()
    player.play()
    first.join(timeout=60)
    assert not first.is_alive()
    player.close()


def test_a_reset_begins_the_same_race_again(player: Player) -> None:
    player.step(60)
    before = player.snapshot()
    player.reset()
    assert player.month == 0
    player.step(60)
    after = player.snapshot()
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(before.ratio("owned", "three"), after.ratio("owned", "three"))


def test_a_lever_moved_in_mid_run_starts_afresh_and_says_so(player: Player) -> None:
    player.step(5)
    own = SMALL.race_scenario().parameters()["chips.price_decline"].value
    player.change("chips.price_decline", 0.123)
    assert player.month == 0
    words = f"chips.price_decline drawn around {own:g} → 0.123: the race starts afresh from its first month"
    assert player.notice == words


def test_a_lever_moved_while_it_plays_keeps_it_playing(player: Player) -> None:
    player.play()
    player.change("seed", 5)
    assert player.playing
    assert player.month == 0


def test_changes_are_undone_and_done_again_one_by_one(player: Player) -> None:
    first = player.choice
    player.change("talent.mobility", 2.0)
    second = player.choice
    player.change("scenario", "auction")
    third = player.choice
    for word, expected in (("undo", second), ("undo", first), ("undo", first), ("redo", second), ("redo", third)):
        player.act(word)
        assert player.choice == expected
    player.act("undo")
    player.change("seed", 9)
    player.act("redo")
    assert player.choice == replace(second, seed=9), "a new change leaves nothing to do again"


def test_all_levers_go_back_at_once_and_that_can_be_undone(player: Player) -> None:
    player.change("talent.mobility", 2.0)
    player.change("chips.allocation", "pay_as_bid")
    moved = player.choice
    player.act("reset-levers")
    assert player.choice == SMALL
    player.act("undo")
    assert player.choice == moved


def test_a_month_that_was_played_is_shown_as_it_was(player: Player) -> None:
    player.step(6)
    then = player.snapshot()
    player.step(10)
    player.go(6)
    again = player.snapshot()
    assert then is not None
    assert again is not None
    assert (player.month, player.played, again.month, again.events) == (6, 16, 6, then.events)
    np.testing.assert_array_equal(again.ratio("owned", "three"), then.ratio("owned", "three"))
    for kind, due in then.arrivals.items():
        np.testing.assert_array_equal(again.arrivals[kind], due)


def test_playing_on_from_an_earlier_month_walks_over_what_was_played_and_then_plays(player: Player) -> None:
    player.step(5)
    player.go(3)
    months = []
    for _ in range(4):
        player.step()
        months.append((player.month, player.played))
    assert months == [(4, 5), (5, 5), (6, 6), (7, 7)]
    player.go(1)
    player.step(60)
    assert (player.month, player.finished) == (60, True)


def test_a_later_month_is_played_up_to_and_none_beyond_the_horizon(player: Player) -> None:
    player.go(12)
    assert (player.month, player.played) == (12, 12)
    player.go(1000)
    assert player.month == 60


def test_a_levers_last_effect_is_the_paired_change_of_the_ratio(player: Player) -> None:
    player.run_ahead()
    before = player.whole
    player.change("finance.window_multiplier", 3.0)
    player.run_ahead()
    after = player.whole
    assert before is not None
    assert after is not None
    logs = np.log(after.ratio("used", "all")[60].astype(float) / before.ratio("used", "all")[60])
    said = player.effects["finance.window_multiplier"]["used all"]
    assert said.startswith("scenario's own → 3.00: ")
    assert f"ratio {plain(float(np.exp(logs.mean())))}-fold;" in said


def test_another_seed_tells_no_levers_effect(player: Player) -> None:
    player.run_ahead()
    player.change("seed", 4)
    player.run_ahead()
    assert player.effects == {}


def test_a_pinned_race_that_a_link_asks_for_counts_among_the_worlds_while_it_is_run_and_waits_for_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With room for one race of two worlds and another of three, whose link asks for as many beside it."""
    places, third = Places(worlds=7), Player(SMALL)
    other = Player(Choice(worlds=2), places=places)
    asked = Player(Choice(worlds=3), places=places, pin=Choice(worlds=3, seed=2))
    waited = [lambda: None, other.close]

    def wait(_: float) -> None:
        assert asked.pinned is None
        waited.pop(0)()

    def run(choice: Choice) -> races.Race:
        with pytest.raises(NoPlace):
            places.take(third, 2)
        places.take(third, 1)
        return new_race(choice)

    monkeypatch.setattr("computerace.runs.page.player.time.sleep", wait)
    monkeypatch.setattr("computerace.runs.page.player.new_race", run)
    asked.bring_pin()
    assert waited == [], "it waited until the other tab was closed"
    assert asked.pinned is not None
    places.take(third, 4)


def test_a_pinned_race_that_a_link_asks_for_is_run(player: Player) -> None:
    asked = Player(SMALL, pin=replace(SMALL, seed=2))
    assert asked.pin_choice == replace(SMALL, seed=2)
    asked.bring_pin()
    player.change("seed", 2)
    player.run_ahead()
    assert asked.pinned is not None
    assert player.whole is not None
    np.testing.assert_array_equal(asked.pinned.snapshot.ratio("owned", "three"), player.whole.ratio("owned", "three"))


def test_a_bad_value_is_refused_by_its_name_and_the_race_goes_on(player: Player) -> None:
    player.step(5)
    player.change("chips.supply_growth_2026", "99")
    assert "out of bounds" in player.refused["chips.supply_growth_2026"]
    assert (player.month, player.choice, player.notice) == (5, SMALL, "")
    player.change("chips.supply_growth_2026", "2")
    assert player.refused == {}


def test_what_is_run_ahead_is_the_race_that_is_shown(player: Player) -> None:
    player.run_ahead()
    player.step(60)
    shown = player.snapshot()
    assert player.whole is not None
    assert shown is not None
    for measure in ("owned_h100e", "effective_h100e"):
        np.testing.assert_array_equal(player.whole.of(measure, "Meta"), shown.of(measure, "Meta"))


def test_a_race_run_ahead_for_an_old_choice_is_thrown_away(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_step = races.Race.step

    def step(race: races.Race) -> None:
        if race.month == 30:
            player.change("seed", 9)
        whole_step(race)

    monkeypatch.setattr(races.Race, "step", step)
    player.change("seed", 3)
    player.run_ahead()
    assert player.choice.seed == 9
    assert player.whole is None


def test_a_models_error_is_a_message_and_the_page_lives_on(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(race: races.Race) -> None:
        raise ZeroDivisionError("no chips\nat all")

    with monkeypatch.context() as broken_model:
        broken_model.setattr(races.Race, "step", broken)
        player.reset()
        player.play()
        player.step()
    assert player.error == "month 1 failed: ZeroDivisionError: no chips at all"
    assert not player.playing
    player.reset()
    player.step()
    assert (player.error, player.month) == ("", 1)


def test_an_error_ahead_blocks_only_the_months_from_where_it_happens(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_step = races.Race.step

    def step(race: races.Race) -> None:
        if race.month == 4:
            raise ZeroDivisionError("no chips")
        whole_step(race)

    monkeypatch.setattr(races.Race, "step", step)
    player.change("seed", 3)
    player.run_ahead()
    assert (player.whole, player.error, player.running_ahead) == (None, "", False)
    assert player.trouble == "month 5 will fail: ZeroDivisionError: no chips"
    assert player.ahead is not None and player.ahead.month == 4
    player.step(4)
    assert (player.month, player.error) == (4, "")
    player.step()
    assert player.error == "month 5 failed: ZeroDivisionError: no chips"
    monkeypatch.undo()
    player.change("seed", 2)
    player.run_ahead()
    assert player.trouble == "" and player.whole is not None


def test_a_race_that_cannot_begin_is_a_message(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(race: races.Race, *_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken_model:
        broken_model.setattr(races.Race, "__init__", broken)
        player.change("worlds", 4)
    assert player.error == "the race could not begin: MemoryError: no further word"
    assert player.snapshot() is None
    player.change("worlds", 3)
    assert player.error == ""


def test_a_pinned_race_stays_while_the_present_one_changes(player: Player) -> None:
    player.run_ahead()
    player.pin()
    player.change("seed", 2)
    player.run_ahead()
    assert player.pinned is not None
    assert (player.pinned.choice.seed, player.choice.seed) == (1, 2)
    assert player.pinned.snapshot.month == 60
    player.unpin()
    assert player.pinned is None


def test_a_race_is_pinned_with_all_its_months_or_not_at_all(player: Player) -> None:
    player.step(3)
    kept = []
    for _ in range(2):
        player.pin()
        kept.append(player.pinned)
        player.run_ahead()
    assert kept[0] is None
    assert kept[1] is not None
    assert kept[1].snapshot.month == 60


def test_a_race_that_failed_is_pinned_as_far_as_it_got(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_step = races.Race.step

    def step(race: races.Race) -> None:
        if race.month == 4:
            raise ZeroDivisionError
        whole_step(race)

    monkeypatch.setattr(races.Race, "step", step)
    player.reset()
    player.step(10)
    player.pin()
    assert player.pinned is not None
    assert player.pinned.snapshot.month == 4


def test_everything_new_is_announced(player: Player) -> None:
    heard: list[int] = []
    player.changed = lambda: heard.append(player.month)
    player.step()
    player.change("seed", 2)
    player.reset()
    player.pin()
    player.run_ahead()
    assert len(heard) == 5


def test_a_closed_tab_ends_its_threads(player: Player) -> None:
    player.play()
    thread = threading.Thread(target=player.keep_playing)
    thread.start()
    player.close()
    thread.join(timeout=60)
    assert not thread.is_alive()


@pytest.mark.slow
def test_of_many_tabs_one_plays_at_a_time_and_none_keeps_a_person_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(sessions=20, worlds=40)
    tabs = [Player(Choice(worlds=2, seed=seed), places=places) for seed in range(20)]
    stepping, most = 0, 0
    whole_step = Player.step

    def step(player: Player, months: int = 1, play: int | None = None) -> None:
        nonlocal stepping, most
        stepping += 1
        most = max(most, stepping)
        whole_step(player, months, play)
        stepping -= 1

    monkeypatch.setattr(Player, "step", step)
    for one in tabs:
        one.speed = 150.0  # thirty months a picture
        one.play()
    with TURNS:  # somebody else's turn lasts: what is asked for by hand is done all the same
        threads = [threading.Thread(target=one.keep_playing) for one in tabs]
        for thread in threads:
            thread.start()
        whole_step(tabs[0])
        assert tabs[0].month == 1
    for thread in threads:
        thread.join(timeout=120)
    assert all(one.finished for one in tabs)
    assert most == 1
