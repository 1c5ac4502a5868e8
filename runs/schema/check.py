"""A table held against its form: the values that it gives, or one line that says what is wrong and what is allowed."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from computerace.market.errors import UserError, unknown
from computerace.runs.schema.keys import Form, Key

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SHOWN = 60  # characters of a value in a message


def checked(form: Form, table: object) -> dict[str, Any]:
    """The values of a table's keys, those alone that it gives.

    Raises UserError for a key that is unknown or missing, or a value of another type or out of bounds.
    """
    from pydantic import ValidationError

    if not isinstance(table, Mapping):
        raise UserError(f"{form.name or 'the file'} must be a table, got {shown(table)}")
    for name in table:
        if name not in form.keys:
            raise _called(
                form, table, str(unknown(f"key of {form.name}" if form.name else "key", str(name), form.keys))
            )
    try:
        found = form.reader.validate_python({name: _plain(value) for name, value in table.items()})
    except ValidationError as error:
        raise _called(form, table, _told(form, table, error.errors(include_url=False)[0])) from None
    return {name: _inner(form.keys[name][1], value) for name, value in found.items()}


def _inner(key: Key, value: Any) -> Any:
    """The tables that stand at a key, checked in their turn."""
    if key.inner is None:
        return value
    if isinstance(value, list):
        return [_inner(key, one) for one in value]
    return checked(key.inner if isinstance(key.inner, Form) else key.inner(value), value)


def _called(form: Form, table: Mapping[str, Any], told: str) -> UserError:
    name = table.get(form.called)
    if not isinstance(name, str):
        return UserError(told)
    plain = name.isprintable() and len(name) <= SHOWN
    return UserError(f"{name if plain else shown(name)}: {told}")


def _plain(value: object) -> object:
    """A value of Python as a file would have it: a list for a tuple, a text for a path, Python's number for NumPy's."""
    if isinstance(value, (list, tuple)):
        return [str(one) if isinstance(one, PurePath) else one for one in value]
    if isinstance(value, PurePath):
        return str(value)
    kind = getattr(value, "dtype", None)
    return value.item() if kind is not None and getattr(value, "shape", None) == () else value  # type: ignore[attr-defined]


def _told(form: Form, table: Mapping[str, Any], error: "ErrorDetails") -> str:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return f"{form.name or 'the file'} needs {name} = {form.allowed(name)}"
    value, words = table[name], form.words(name)
    if words and isinstance(value, str):
        return str(unknown(name, value, words))
    return f"{name} must be {form.allowed(name)}, got {shown(value)}"


def shown(value: object) -> str:
    """A value as a message shows it: as it was written, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a whole number of thousands of digits; a list in itself
        return f"a value that is too long to show ({type(value).__name__})"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text):,} characters)"
