"""Names that code of one's own has brought, by what they name, and which text brought each.

Strategies, classes of labs, allocation rules and measures of one's own are kept where the model's own are; here stands
which names are not the model's. A name that no file brought is known to this process alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from computerace.market.errors import UserError

STRATEGY, LAB, RULE, MEASURE = "strategy", "class of lab", "allocation rule", "measure"

_brought: dict[str, dict[str, str]] = {STRATEGY: {}, LAB: {}, RULE: {}, MEASURE: {}}
_texts: dict[str, list[tuple[str, str]]] = {}  # what each text that was read brought, by its digest
_changes = 0  # how often a name came or went
_reading = ""  # digest of the text that is being read


def bring(what: str, name: str, models: Iterable[str]) -> None:
    """Take note of a name; one that was brought before is replaced.

    Raises UserError for a name of the model's own, and for one that cannot be written in a scenario.
    """
    own = tuple(models)
    if name in own:
        raise UserError(f"the {what} {name} is the model's own; give yours another name than {', '.join(own)}")
    if not name or not name.replace("_", "").isalnum():
        raise UserError(f"the name of a {what} is letters, digits and _, got {name!r}")
    _brought[what][name] = _reading
    if _reading:
        _texts[_reading].append((what, name))
    _count()


def changes() -> int:
    """How often a name has come or gone: what was found among the names before may be found no more."""
    return _changes


def _count() -> None:
    global _changes  # noqa: PLW0603 - as the names are, of the process
    _changes += 1


def names(what: str) -> tuple[str, ...]:
    """Names that were brought, in order."""
    return tuple(_brought[what])


def origin(what: str, name: str) -> str:
    """Digest of the text that brought a name; empty where no file did, or for the model's own."""
    return _brought[what].get(name, "")


def stands(digest: str) -> bool:
    """Whether a text was read, and no other has since brought one of its names."""
    return digest in _texts and all(origin(what, name) == digest for what, name in _texts[digest])


def forget(what: str, name: str) -> None:
    """Take a name back, as tests do."""
    _brought[what].pop(name, None)
    _count()


@contextmanager
def reading(digest: str) -> Iterator[None]:
    """While a text is read, the names that it brings are its."""
    global _reading  # noqa: PLW0603 - one text is read at a time
    before, _reading = _reading, digest
    _texts[digest] = []
    try:
        yield
    finally:
        _reading = before
