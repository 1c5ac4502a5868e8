"""What is computed when somebody first asks for it, and not at all where nobody does."""

from collections.abc import Callable
from functools import cached_property, partial


class Later[Found]:
    """A function of values at hand, called once at most.

    What it reads must stay as it is: no schedule, which months change where it stands.
    """

    def __init__[*Given](self, compute: Callable[[*Given], Found], *given: *Given) -> None:
        self._compute: Callable[[], Found] = partial(compute, *given)

    @cached_property
    def found(self) -> Found:
        """What the function returns."""
        return self._compute()
