"""Bounds on a terminal: bounds down, how often each cuts from below and above, and whom most; then constraints."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from computerace.runs.answers.causes import Bound, BoundsAnswer, Cut
from computerace.runs.terminal.race import show, titled_table

MARK = "*"


def show_bounds(answer: BoundsAnswer) -> None:
    """Print how often each bound and constraint binds; `answer` is the object of `bounds --json`."""
    head = (
        f"{answer['scenario']}: how often each bound binds, in % of the months of {answer['worlds']:,} worlds "
        f"({answer['months']} months, seed {answer['seed']})"
    )
    bounds = [one for one in answer["bounds"] if not one["constraint"]]
    constraints = [one for one in answer["bounds"] if one["constraint"]]
    note = f"{MARK} binds some owner in more than {100 * answer['often']:.0f} % of its months and is no constraint"
    parts: list[Text | Table] = [Text(head, "bold"), Text(""), _table("bound", bounds, MARK), Text(note, style="dim")]
    if constraints:
        parts += [Text(""), _table("constraint", constraints, "")]
        parts.append(Text("constraints: what owners have, may take or find; --json says what each is", style="dim"))
    show(Group(*parts))


def _table(kind: str, rows: Sequence[Bound], mark: str) -> Table:
    table = titled_table("", 1)
    table.add_column(kind, no_wrap=True)
    for column in ("from below", "from above"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("most", no_wrap=True)
    for one in rows:
        often = one["often"] and bool(mark)
        name = f"{one['bound']} {mark}" if often else one["bound"]
        cells = (_percent(one["below"]), _percent(one["above"]), _most(one["by_owner"]))
        table.add_row(Text(name, "bold" if often else ""), *cells)
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if share else "–"


def _most(by_owner: dict[str, Cut]) -> str:
    """The owner that is bound most, and how often."""
    owner, sides = max(by_owner.items(), key=lambda one: max(one[1]["below"], one[1]["above"]))
    share = max(sides["below"], sides["above"])
    return f"{owner} {100 * share:.1f}" if share else "–"
