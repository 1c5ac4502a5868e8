"""TOML files as people have them: with a byte order mark, with keys that were not quoted, or not TOML at all."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from computerace.market.data.files import read_bytes
from computerace.market.errors import UserError

LARGEST_BYTES = 20_000_000


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The content of a file; `what` it should be, such as "design".

    Raises UserError in one line where it is not there, cannot be read, or is not TOML.
    """
    where = f"the {what} {path}"
    return parsed(read_bytes(path, where, LARGEST_BYTES), where)


def parsed(raw: bytes, where: str) -> dict[str, Any]:
    """The content of TOML text in UTF-8; raises UserError that begins with `where`."""
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"{where} is not TOML: byte {error.start + 1} is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        cure = (
            '; a name that holds * or the like stands in quotes, as in "labs.*.build_years"'
            if "key" in str(error)
            else ""
        )
        raise UserError(f"{where} is not TOML: {error}{cure}") from None
    except RecursionError:
        raise UserError(f"{where} is not TOML that can be read: its brackets are nested too deeply") from None
    except ValueError as error:  # of int(): a number of more than 4,300 digits
        raise UserError(f"{where} holds a number that cannot be read: {str(error).split(';')[0]}") from None


def with_full_names(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by full name, where some keys were not quoted: `chips.x = 1.6` is a table in a table for TOML.

    A full name has two parts, that of an owner's figure three (labs.xAI.x); below it stands a setting.
    Raises UserError where a name is given both ways.
    """
    found: dict[str, Any] = {}
    for name, value in settings.items():
        parts = 3 if name == "labs" or name.startswith("labs.") else 2
        if isinstance(value, Mapping) and len(name.split(".")) < parts:
            deeper = {f"{name}.{key}": inner for key, inner in value.items()}
            new = with_full_names(deeper)
        else:
            new = {name: value}
        twice = next((one for one in new if one in found), None)
        if twice is not None:
            raise UserError(f"{twice} is set twice")
        found |= new
    return found
