"""Errors that are meant for the person at the keyboard."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_WORD = 100  # characters of a name that are shown, and compared with those known


class UserError(ValueError):
    """A mistake in what the user gave: the message is one line that says what was wrong and what is allowed."""


class WorkerFailed(RuntimeError):
    """An error in another process that could not travel as it was: the message says its kind and its words."""


def in_words(error: BaseException) -> str:
    """An error's kind and what it says, as far as it can say it."""
    try:
        said = str(error)
    except Exception:  # somebody's own class may fail at that too
        said = ""
    return f"{type(error).__name__}: {said or 'no further word'}"


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one must be a slip of, none itself; None for a word of its own."""
    names = list(known)
    near = [] if word in names else get_close_matches(word, names, n=1, cutoff=0.85)
    return near[0] if near else None


def unknown(kind: str, word: str, known: Iterable[str]) -> UserError:
    """An error for a name that does not exist, with the nearest names that do.

    Parameters
    ----------
    kind: what the name should have been, such as "parameter".
    word: the name as it was given.
    known: every name that is allowed.
    """
    names, word = sorted(known), word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…"
    word = " ".join(word.split()) if word.split() else word.encode("unicode_escape").decode()
    near = get_close_matches(word, names, n=3, cutoff=0.5) or get_close_matches(word.lower(), names, n=3, cutoff=0.5)
    if near:
        return UserError(f"unknown {kind} '{word}'; did you mean {' or '.join(repr(name) for name in near)}?")
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return UserError(f"unknown {kind} '{word}'; known: {shown}")
