"""Bounds on a terminal: bounds down, how often each cuts from below and above, and whom most."""

from rich.console import Group
from rich.text import Text

from computerace.runs.answers.causes import BoundsAnswer, Cut
from computerace.runs.terminal.race import show, titled_table

MARK = "*"


def show_bounds(answer: BoundsAnswer) -> None:
    """Print how often each bound binds; `answer` is the object of `bounds --json`."""
    table = titled_table("", 1)
    table.add_column("bound", no_wrap=True)
    for column in ("from below", "from above"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("most", no_wrap=True)
    for one in answer["bounds"]:
        style = "bold" if one["often"] else ""
        name = f"{one['bound']} {MARK}" if one["often"] else one["bound"]
        table.add_row(Text(name, style), _percent(one["below"]), _percent(one["above"]), _most(one["by_owner"]))
    head = (
        f"{answer['scenario']}: how often each bound binds, in % of the months of {answer['worlds']:,} worlds "
        f"({answer['months']} months, seed {answer['seed']})"
    )
    note = f"{MARK} binds some owner in more than {100 * answer['often']:.0f} % of its months"
    show(Group(Text(head, "bold"), Text(""), table, Text(note, style="dim")))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if share else "–"


def _most(by_owner: dict[str, Cut]) -> str:
    """The owner that is bound most, and how often."""
    owner, sides = max(by_owner.items(), key=lambda one: max(one[1]["below"], one[1]["above"]))
    share = max(sides["below"], sides["above"])
    return f"{owner} {100 * share:.1f}" if share else "–"
