"""`computerace scenarios`: what there is to run, and what each asks."""

from typing import TYPE_CHECKING

from computerace.runs.commands.options import Json
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.answers.listed import ScenariosAnswer


def scenarios(*, as_json: Json = False) -> None:
    """List the scenarios and what each asks."""
    from computerace.runs.scenarios import scenario
    from computerace.runs.scenarios import scenarios as names

    known = [scenario(name) for name in names()]
    if as_json:
        answer: ScenariosAnswer = {"scenarios": [{"name": one.name, "question": one.question} for one in known]}
        print_json(answer)
        return
    from rich.table import Table

    from computerace.runs.terminal.race import show

    table = Table("scenario", "what it asks", pad_edge=False)
    table.columns[0].no_wrap = True
    for one in known:
        table.add_row(one.name, one.question)
    show(table)
