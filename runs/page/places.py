"""Room for races on the page: how many tabs may play at once, and how many worlds they may have together."""

import threading
from weakref import WeakKeyDictionary

from computerace.market.errors import UserError

SESSIONS = 24
TOTAL_WORLDS = 8_000


class NoPlace(UserError):
    """There is no room for a race now; there may be once another tab is closed."""


class Places:
    """Counts the races of all tabs. A tab that is gone needs no goodbye: its player takes the place with it."""

    def __init__(self, sessions: int = SESSIONS, worlds: int = TOTAL_WORLDS) -> None:
        self.sessions, self.worlds = sessions, worlds
        self._lock = threading.Lock()
        self._taken: WeakKeyDictionary[object, int] = WeakKeyDictionary()

    def take(self, player: object, worlds: int) -> None:
        """Take, or change, a player's place; raises NoPlace where there is no room, and its old place stays."""
        with self._lock:
            others = [theirs for one, theirs in self._taken.items() if one is not player]
            if len(others) >= self.sessions:
                raise NoPlace(
                    f"as many races are on as there is room for ({self.sessions}): close another tab, and this one"
                    " begins by itself, or have `computerace view` started with a larger --sessions"
                )
            free = self.worlds - sum(others)
            if worlds > free:
                raise NoPlace(
                    f"all tabs together play at most {self.worlds:,} worlds, and {free:,} are free; got {worlds:,}:"
                    " take fewer, close another tab, or have `computerace view` started with a larger --total-worlds"
                )
            self._taken[player] = worlds

    def leave(self, player: object) -> None:
        """Give a player's place back."""
        with self._lock:
            self._taken.pop(player, None)

    def bound(self, sessions: int, worlds: int) -> None:
        """Set how much room there is."""
        with self._lock:
            self.sessions, self.worlds = sessions, worlds


PLACES = Places()
