"""The race that one tab plays: step, play, pause, reset, restart after a change, and pin.

No browser in it: whoever shows the race attaches a function that is called whenever there is something new to show.
"""

import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from computerace.market.errors import UserError, in_words
from computerace.runs.page.choice import Choice, differences
from computerace.runs.page.last_effects import Waiting, effects_of, one_lever
from computerace.runs.page.places import PLACES, NoPlace, Places
from computerace.runs.page.snapshot import Due, Snapshot, arrivals, look, recorded_month, until

if TYPE_CHECKING:
    from computerace.runs.model.race import Race

LOG = logging.getLogger(__name__)
# Races that play or run ahead by themselves do so one at a time, whatever the number of tabs: what a person asks for by
# hand waits for none of them, and has the processor with one other thread at most.
TURNS = threading.Semaphore()
ASKED_AGAIN = 1.0  # seconds between two looks for a place
GONE_SECONDS = 2.0  # after which what showed a closed tab's race has let go of it
SLOWEST, SPEED, FASTEST = 1.0, 5.0, 40.0  # months a second
MOST_UNDONE = 100  # choices
PICTURE_SECONDS = 0.2  # drawing more often than that only queues up in the browser


@dataclass(frozen=True)
class Pinned:
    """A race kept for comparison: what was chosen, and all its months."""

    choice: Choice
    snapshot: Snapshot


class Player:
    """One tab's race. Everything is guarded by one lock: the playing thread and the browser's events share it.

    race: the model; it advances month by month. month: which of its months is shown, the last one or an earlier one.
    whole: the same race run ahead to its horizon, for the answer at the deadline; None while it runs.
    ahead: its months as far as they could be run; trouble: why they end before the horizon.
    """

    def __init__(
        self,
        choice: Choice,
        notice: str = "",
        changed: Callable[[], None] = lambda: None,
        places: Places = PLACES,
        pin: Choice | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.places = places
        self.changed = changed
        self.choice = choice
        self.notice = notice
        self.error = ""
        self.refused: dict[str, str] = {}
        self.pinned: Pinned | None = None
        self.waits = 0  # counts how often there was no place for it
        self._pinning = pin  # the choice that a link asks to be pinned, until its race is run
        self._beside = 0  # worlds of that race, while it is run
        self.effects: dict[str, dict[str, str]] = {}  # by lever: what moving it last did, as `effects_of` tells it
        self.past: list[Choice] = []  # what was chosen before, the latest last
        self.undone: list[Choice] = []  # what was undone, the next to be done again last
        self.speed = SPEED  # months a second
        # The number of the play that is on, 0 for none: an old thread sees that it is no longer its turn.
        self.playing = 0
        self._plays = 0
        self.runs = 0  # counts the races begun, so that what was run ahead is never shown beside another race
        self.race: Race | None = None
        self.whole: Snapshot | None = None
        self.ahead: Snapshot | None = None
        self.trouble = ""
        self._back: int | None = None  # the month that is shown, where it is not the last one played
        self._due: dict[int, Due] = {}
        self._waiting: Waiting | None = None
        self._begin()

    @property
    def played(self) -> int:
        """The last month that was played."""
        return recorded_month(self.race) if self.race is not None else 0

    @property
    def month(self) -> int:
        """The month that is shown."""
        return self.played if self._back is None else self._back

    @property
    def finished(self) -> bool:
        """Whether the month that is shown is the race's last."""
        return self.race is not None and not self.race.running and self._back is None

    @property
    def stuck(self) -> bool:
        """Whether an error bars the month after the one that is shown."""
        return bool(self.error) and self._back is None

    @property
    def running_ahead(self) -> bool:
        """Whether the race is still being run to its horizon beside the one that is shown."""
        return self.race is not None and self.whole is None and not (self.error or self.trouble)

    def step(self, months: int = 1, play: int | None = None) -> None:
        """Advance by some months, not past the horizon; a model's error becomes a message and ends the play.

        play: the number of the play that asks; where another one is on, or none, nothing happens.
        """
        with self.lock:
            if play is not None and self.playing != play:
                return
            for _ in range(months):
                if not self._step():
                    break
            if self.finished or self.stuck:
                self.playing = 0
        self.changed()

    def _step(self) -> bool:
        """One month on: over what was played, then by the model; whether there was one."""
        if self._back is not None:
            self._back = self._back + 1 if self._back + 1 < self.played else None
            return True
        if self.race is None or not self.race.running or self.error:
            return False
        try:
            self.race.step()
        except Exception as error:  # whatever a model raises, the page lives on and says it
            self._fail(f"month {self.played + 1} failed", error)
            return False
        self._due[self.played] = arrivals(self.race, self.played)
        return True

    def go(self, month: int) -> None:
        """Show a month: one that was played as it was, one further on by playing up to it."""
        with self.lock:
            self.playing = 0
            self._back = month if 0 <= month < self.played else None
            further = month - self.played
        self.step(max(0, further))

    def play(self) -> None:
        """Begin to play; `keep_playing` does the work, in a thread of the caller's."""
        with self.lock:
            if self.race is None or self.finished or self.stuck:
                return
            self._plays += 1
            self.playing = self._plays
            self.notice = ""
        self.changed()

    def pause(self) -> None:
        """Stop playing where it is."""
        with self.lock:
            self.playing = 0
        self.changed()

    def keep_playing(self) -> None:
        """Step until paused, finished, failed or played anew by another thread."""
        mine = self.playing
        while mine and self.playing == mine:
            begun, speed = time.monotonic(), self.speed
            months = max(1, round(speed * PICTURE_SECONDS))
            with TURNS:
                self.step(months, mine)
            time.sleep(max(0.02, months / speed - (time.monotonic() - begun)))

    def reset(self) -> None:
        """The same race from its first month."""
        with self.lock:
            self.playing = 0
            self.notice = ""
            self._begin(again=True)
        self.changed()

    def change(self, name: str, value: object) -> None:
        """Move one control: a new race begins. A value that does not fit is refused, with the reason by its name."""
        with self.lock:
            try:
                chosen = self.choice.changed(name, value)
                self.places.take(self, chosen.worlds + self._beside)
            except UserError as error:
                self.refused = {**self.refused, name: str(error)}
            else:
                self.refused = {key: why for key, why in self.refused.items() if key != name}
                self._choose(chosen)
        self.changed()

    def _choose(self, choice: Choice) -> None:
        """Take another choice, which can be undone."""
        if choice != self.choice:
            self.past, self.undone = [*self.past, self.choice][-MOST_UNDONE:], []
            self._take(choice)

    def undo(self) -> None:
        """Back to the choice before the last change."""
        self._turn(self.past, self.undone)

    def redo(self) -> None:
        """Do again what was undone."""
        self._turn(self.undone, self.past)

    def _turn(self, taken: list[Choice], kept: list[Choice]) -> None:
        with self.lock:
            if taken:
                kept.append(self.choice)
                self.refused = {}
                self._take(taken.pop())
        self.changed()

    def reset_levers(self) -> None:
        """All levers back to the scenario's own."""
        with self.lock:
            self.refused = {}
            self._choose(replace(self.choice, settings={}))
        self.changed()

    def _take(self, choice: Choice) -> None:
        said = "; ".join(differences(self.choice, choice))
        if choice.scenario != self.choice.scenario:
            self.refused, self.effects = {}, {}
        lever = one_lever(self.choice, choice)
        self._waiting = Waiting(lever, self.choice, self.whole) if lever and self.whole is not None else None
        again = "starts afresh" if self.played else "begins"
        self.choice = choice
        self.notice = f"{said}: the race {again} from its first month"
        self._begin()

    def _begin(self, *, again: bool = False) -> None:
        """A new race at month 0; `again` where it is the same race and what was run ahead still holds."""
        self.error, self._back, self._due = "", None, {}
        if not again:
            self.runs += 1
            self.whole = self.ahead = None
            self.trouble = ""
        had_one = self.race is not None
        try:
            self.places.take(self, self.choice.worlds + self._beside)
            self.race = new_race(self.choice)
            self._due[0] = arrivals(self.race, 0)
        except Exception as error:  # as in `step`
            self.race = None
            self.playing = 0
            self.waits += isinstance(error, NoPlace)
            self._fail("the race could not begin", error)
        if had_one:  # free it now: a model and its agents name each other, and Python looks for such rings late
            gc.collect()

    def _fail(self, what: str, error: Exception) -> None:
        self.error = failure_words(what, error)

    def run_ahead(self) -> None:
        """Run the chosen race to its horizon beside the one that is shown; takes a moment, so call it in a thread."""
        number, choice, trouble = self.runs, self.choice, ""
        if self.race is None or self.whole is not None:
            return
        race = None
        try:
            race = new_race(choice)
            while race.running and self.runs == number:
                with TURNS:
                    race.step()
        except Exception as error:  # as in `step`; what was reached before it stays
            where = f"month {recorded_month(race) + 1} will fail" if race else "running ahead failed"
            trouble = failure_words(where, error)
        with self.lock:
            if self.runs == number:
                self.ahead, self.trouble = look(race) if race else None, trouble
                self.whole = None if trouble else self.ahead
                self._tell_effect()
        self.changed()

    def _tell_effect(self) -> None:
        """What the lever that was moved last has done, once both races are known."""
        if self._waiting is not None and self.whole is not None:
            told = effects_of(self._waiting, self.choice, self.whole)
            self.effects, self._waiting = {**self.effects, self._waiting.lever: told}, None

    @property
    def pin_choice(self) -> Choice | None:
        """What was chosen for the pinned race; None where none is pinned."""
        return self.pinned.choice if self.pinned is not None else self._pinning

    def bring_pin(self) -> None:
        """Run the race that a link asks to be pinned, once there is room for its worlds too.

        Takes a moment, so call it in a thread.
        """
        asked = self._pinning
        if asked is None:
            return
        while self._pinning is asked and not self._has_place(asked.worlds):
            time.sleep(ASKED_AGAIN)
        self._run_pin(asked)
        with self.lock:
            self._beside = 0
            if self.race is not None:
                self._has_place()
        self.changed()

    def _run_pin(self, asked: Choice) -> None:
        """Run that race, unless it is no longer wanted."""
        try:
            race = new_race(asked)
            while race.running and self._pinning is asked:
                with TURNS:
                    race.step()
        except Exception as error:  # as in `step`
            with self.lock:
                self._pinning, self.notice = None, failure_words("the pinned race could not be run", error)
        else:
            with self.lock:
                if self._pinning is asked:
                    self.pinned, self._pinning = Pinned(asked, look(race)), None

    def keep_asking(self) -> None:
        """Where there was no place, begin as soon as there is one; takes as long as that, so call it in a thread.

        A tab that is loaded again may be there before the server has seen it go.
        """
        mine = self.waits
        while mine and self._still_waits(mine):
            time.sleep(ASKED_AGAIN)
            with self.lock:
                if not (self._still_waits(mine) and self._has_place()):
                    continue
                self._begin()
            self.changed()

    def _still_waits(self, number: int) -> bool:
        return self.waits == number and self.race is None

    def _has_place(self, beside: int = 0) -> bool:
        """Take, or change, the place, where there is room.

        beside: worlds of the race that is run to be pinned.
        """
        with self.lock:
            try:
                self.places.take(self, self.choice.worlds + beside)
            except NoPlace:
                return False
            self._beside = beside
        return True

    def pin(self) -> None:
        """Keep this race to compare others with: all its months, or as far as it got where the model failed."""
        with self.lock:
            seen = self.whole if self.whole is not None else self.snapshot()
            if seen is not None and not self.running_ahead:
                self.pinned, self._pinning = Pinned(self.choice, seen), None
        self.changed()

    def unpin(self) -> None:
        """Let the pinned race go."""
        with self.lock:
            self.pinned = self._pinning = None
        self.changed()

    def heard(self) -> None:
        """The notice was read."""
        with self.lock:
            self.notice = ""
        self.changed()

    def act(self, word: str) -> None:
        """Do what a button says: play, pause, step, reset; undo, redo, reset the levers."""
        {
            "play": self.play,
            "pause": self.pause,
            "step": self.step,
            "reset": self.reset,
            "undo": self.undo,
            "redo": self.redo,
            "reset-levers": self.reset_levers,
        }[word]()

    def pace(self, speed: float) -> None:
        """Play so many months a second from now on."""
        self.speed = min(FASTEST, max(SLOWEST, speed))
        self.changed()

    def close(self) -> None:
        """Nobody looks any more: let the threads end, and another tab have the place."""
        self.changed = lambda: None
        self.playing = 0
        self.runs += 1
        with self.lock:  # whoever still holds the player is not to hold its races
            self.waits += 1
            self.places.leave(self)
            self.race = self.whole = self.ahead = self.pinned = self._pinning = None
        later = threading.Timer(GONE_SECONDS, give_back)
        later.daemon = True
        later.start()

    def snapshot(self) -> Snapshot | None:
        """The months shown so far; None where no race could begin."""
        race, back, due = self.race, self._back, self._due
        if race is None:
            return None
        return look(race) if back is None or back not in due else until(look(race), back, due[back])


def give_back() -> None:
    """Free the races that nobody holds any more, and hand their memory to the system, where its C library can."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def failure_words(what: str, error: Exception) -> str:
    """What failed and why, in a line; a fault of the model goes to the log whole."""
    if isinstance(error, UserError):
        return f"{what}: {' '.join(str(error).split()) or 'no further word'}"
    said = f"{what}: {' '.join(in_words(error).split())}"
    LOG.error("%s", said, exc_info=error)
    return said


def new_race(choice: Choice) -> "Race":
    """The chosen race at month 0, without Mesa's collector: the page reads the race's own record."""
    from computerace.runs.model.race import Race

    return Race(choice.race_scenario(), worlds=choice.worlds, seed=choice.seed, collect=False)
