"""The page's link: the choice, and where a person stands with it (month, world and tab)."""

from urllib.parse import parse_qsl, urlencode

from computerace.market.errors import UserError, unknown
from computerace.market.vocabulary import LONGEST
from computerace.runs.page.choice import MOST_WORLDS, PLACE, Choice, from_query, whole_number
from computerace.runs.page.one_world import MIDDLE, is_world
from computerace.runs.page.panels import PANELS, View


def to_link(choice: Choice, view: View, month: int) -> str:
    """The query that brings all of it back; what is as on opening is left out."""
    first = View()
    here = {"month": month or "", "world": view.world, "tab": view.panel}
    usual = {"month": "", "world": first.world, "tab": first.panel}
    moved = {name: here[name] for name in PLACE if here[name] != usual[name]}
    return choice.to_query() + ("&" + urlencode(moved) if moved else "")


def from_link(query: str | None) -> tuple[Choice, View, int, list[str]]:
    """The choice, how a tab looks, the month at which it stands, and a line for each value refused and left out."""
    choice, refused = from_query(query)
    asked = dict(parse_qsl((query or "").removeprefix("?")))
    view, month = View(), 0
    if asked.get("tab", view.panel) not in PANELS:
        refused.append(str(unknown("tab", asked["tab"], PANELS)))
    else:
        view = view.changed("panel", asked.get("tab", view.panel))
    why = is_world(asked.get("world", MIDDLE), MOST_WORLDS)
    if why:
        refused.append(why)
    else:
        view = view.changed("world", asked.get("world", MIDDLE))
    try:
        month = whole_number("month", asked.get("month", 0), 0, LONGEST)
    except UserError as error:
        refused.append(str(error))
    return choice, view, month, refused
