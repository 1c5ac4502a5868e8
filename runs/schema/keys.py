"""Keys of a file, declared beside the field that they fill; a form of such keys is what pydantic reads a table by.

A key is an annotation: `months: Annotated[int, Key("months from the start", least=1, most=600)] = 60`. To add a key to
scenarios or designs, add such a field to `Scenario` or `Design`: reading, `extends`, manifests, the comparison with a
folder's design and the JSON schema take it from there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypedDict,
    get_args,
    get_origin,
    get_type_hints,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TOML_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text in quotes"}


@dataclass(frozen=True)
class Key:
    """What a key is. text: for an editor. least, most: bounds of a number, or of a list's length. needed: no default.

    allowed: what may stand there, in words, where type and bounds do not tell. inner: the form of a table that stands
    there, or of each in a list of them; or what finds it by the table.
    """

    text: str
    least: float | None = None
    most: float | None = None
    needed: bool = False
    allowed: str = ""
    inner: "Form | Callable[[Mapping[str, Any]], Form] | None" = None


@dataclass(frozen=True)
class Form:
    """The keys that a table may have.

    name: of the table in messages, such as "[sampler]"; empty for the whole file. called: the key by whose value a
    message names the table, where there are several.
    """

    name: str
    keys: Mapping[str, tuple[Any, Key]]
    called: str = ""

    @cached_property
    def reader(self) -> "TypeAdapter[dict[str, Any]]":
        """What pydantic reads the table by; nothing is converted but a whole number where a number may stand."""
        from pydantic import ConfigDict, TypeAdapter

        parts = {
            name: (Required if key.needed else NotRequired)[Annotated[kind, _field(kind, key)]]
            for name, (kind, key) in self.keys.items()
        }
        make: Any = TypedDict  # its keys are known here only when the program runs, which a type checker refuses
        made = make(self.name or "File", parts)
        made.__pydantic_config__ = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
        return TypeAdapter(made)

    def allowed(self, name: str) -> str:
        """What may stand at a key, in words."""
        kind, key = self.keys[name]
        if key.allowed:
            return key.allowed
        if get_origin(kind) is Literal:
            return f"one of {', '.join(map(str, get_args(kind)))}"
        if get_origin(kind) is dict:
            return f"a table headed [{name}]"
        if get_origin(kind) is list:
            return f"a list such as {name} = […], with something in it"
        return TOML_WORDS.get(kind, "another value") + _range(key)

    def words(self, name: str) -> tuple[str, ...]:
        """The words among which a key chooses; none where it is no choice."""
        kind, _ = self.keys[name]
        return get_args(kind) if get_origin(kind) is Literal else ()


def form(name: str, *sources: type, only: tuple[str, ...] = (), called: str = "") -> Form:
    """The form of all fields of some classes that are declared with a Key. only: of these, where not all."""
    keys: dict[str, tuple[Any, Key]] = {}
    for source in sources:
        for field, hint in get_type_hints(source, include_extras=True).items():
            declared = [one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Key)]
            if declared and (not only or field in only):
                keys[field] = (_in_a_file(get_args(hint)[0]), declared[0])
    return Form(name, keys, called)


def _in_a_file(kind: Any) -> Any:
    """The type that a field's values have in a file: a list for a tuple, a table for a mapping, never None.

    A date may be written with quotes or without, and is read where it is used.
    """
    if kind is date:
        return Any
    parts = [part for part in get_args(kind) if part is not type(None)]
    if type(None) in get_args(kind) and len(parts) == 1:
        return _in_a_file(parts[0])
    if get_origin(kind) is tuple:
        return list[parts[0]]  # type: ignore[valid-type]
    return dict[str, Any] if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping) else kind


def _field(kind: Any, key: Key) -> Any:
    from pydantic import Field

    if get_origin(kind) is list:
        return Field(description=key.text, min_length=None if key.least is None else int(key.least))
    return Field(description=key.text, ge=key.least, le=key.most)


def _range(key: Key) -> str:
    if key.least is None or key.most is None:
        return ""
    return f" from {_number(key.least)} to {_number(key.most)}"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
