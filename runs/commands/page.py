"""`computerace page`: a small static site of scenarios."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import WORD, Json, Out, Seed, Worlds, usually
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from computerace.runs.answers.folders import SiteAnswer
    from computerace.runs.page.choice import Choice

WORLDS = 2_000


def page(
    *scenarios: Annotated[
        str, WORD, usually("all that come with computerace"), Parameter(help="names of scenarios, or TOML files.")
    ],
    out: Out = Path("site"),
    worlds: Worlds = WORLDS,
    seed: Seed = 1,
    url: Annotated[
        str, usually("none"), Parameter(help="where the site will stand, as in https://example.org/race/.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Write a small site that any web host serves as it is: a page, figures and tables for each scenario.

    Its pages ask nothing of a server and nothing from outside. --url lets previews of links show the picture.
    """
    from computerace.runs.page.site import build_site

    choices = _choices(scenarios, worlds, seed)
    with progress("scenarios", len(choices), "scenarios") as advance:
        site = build_site(out, choices, _checked(url), advance)
    if site.failed:
        say(f"{len(site.failed):,} worlds failed and were left out; the first is {site.failed[0]}")
    if as_json:
        answer: SiteAnswer = {"site": str(site.front), "scenarios": list(site.scenarios), "failed": len(site.failed)}
        print_json(answer)
        return int(bool(site.failed))
    pages = "its page" if len(site.scenarios) == 1 else f"pages of {len(site.scenarios)} scenarios"
    print(f"written: {site.front} and {pages}; put the folder on any web host")
    return int(bool(site.failed))


def _choices(names: "Sequence[str]", worlds: int, seed: int) -> "list[Choice]":
    """One race for each scenario; the baseline first where all are wanted.

    Raises UserError for an unknown scenario, and for two of one name.
    """
    from computerace.runs.page.choice import Choice
    from computerace.runs.scenarios import scenarios as shipped

    every = sorted(shipped(), key=lambda name: name != "baseline")
    choices = [Choice(name, worlds, seed) for name in names or every]
    known: set[str] = set()
    for choice in choices:
        name = choice.race_scenario().name
        if name in known or name == "index":
            raise UserError(f"two pages cannot have one name: '{name}'; name each scenario once")
        known.add(name)
    return choices


def _checked(address: str) -> str:
    """The site's address; raises UserError for what is none."""
    from urllib.parse import urlsplit

    if address:
        try:
            parts = urlsplit(address)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        except ValueError:
            good = False
        if not good or not address.isprintable() or " " in address:
            raise UserError(f"--url must be an address such as https://example.org/race/; got '{address[:60]}'")
    return address
