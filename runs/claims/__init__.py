"""Claims about the race as data: small TOML files, or mappings, of which any folder can be asked.

    read_claim("half"), read_claim("mine.toml"), read_claim({"quantity": "power_mw", "relation": "first", "by": 36})

`claim` has the form, `resolved` fits it to a race, `held` says in which months it holds; `studies.claims.ask` asks a
folder. To ship a claim, add its file here.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from computerace.analysis.paths import at_home
from computerace.runs.claims.claim import AnyClaim, Claim, claim_from
from computerace.runs.claims.resolved import Resolved, resolved

__all__ = ["AnyClaim", "Claim", "Resolved", "claims", "read_claim", "read_claims", "resolved"]


def claims() -> list[str]:
    """Names of the claims that come with the project."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def read_claim(given: "AnyClaim | Claim") -> Claim:
    """The claim of that name, in that file, or of a mapping; raises UserError where it is none."""
    from computerace.market.errors import UserError, unknown
    from computerace.runs.schema.check import shown
    from computerace.runs.schema.toml import read_toml

    if isinstance(given, Claim):
        return given
    if not isinstance(given, (str, Path, Mapping)):
        raise UserError(f"a claim is a name, a TOML file or a mapping of its keys, got {shown(given)}")
    if not isinstance(given, (str, Path)):
        return claim_from({key: value for key, value in given.items() if key != "name"}, _name_of(given))
    path = at_home(given)
    if path.suffix != ".toml" and not path.exists():
        if str(given) not in claims():
            raise unknown("claim", str(given), claims())
        path = _folder() / f"{given}.toml"
    try:
        return claim_from(read_toml(path, "claim"), path.stem)
    except UserError as error:
        raise error if str(path) in str(error) else UserError(f"{path.name}: {error}") from None


def _name_of(given: Mapping[str, Any]) -> str:
    """The name that a mapping gives its claim."""
    from computerace.market.errors import UserError
    from computerace.runs.schema.check import shown

    name = given.get("name", "claim")
    if not isinstance(name, str) or not name.strip():
        raise UserError(f"a claim's name must be a text, got {shown(name)}")
    return name


def read_claims(given: "Iterable[AnyClaim | Claim] | AnyClaim | Claim") -> tuple[Claim, ...]:
    """Several claims, or one, each of its own name; raises UserError where one is none, or two are called alike."""
    from computerace.market.errors import UserError

    if isinstance(given, (str, Path, Mapping, Claim)) or not isinstance(given, Iterable):
        return (read_claim(given),)
    found = tuple(read_claim(one) for one in given)
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"two claims are called {twice}; rename one's file, or give a mapping a name of its own")
    return found


def _folder() -> Path:
    return Path(str(files("computerace.runs.claims")))
