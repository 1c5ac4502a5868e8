"""`computerace scenarios`: what there is to run, and what each asks."""

import json
from typing import Annotated

from cyclopts import Parameter


def scenarios(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """List the scenarios and what each asks.

    Parameters
    ----------
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.scenarios import scenario
    from computerace.runs.scenarios import scenarios as names

    known = [scenario(name) for name in names()]
    if as_json:
        print(json.dumps({"scenarios": [{"name": one.name, "question": one.question} for one in known]}, indent=1))
        return
    from rich.table import Table

    from computerace.runs.terminal import page

    table = Table("scenario", "what it asks", pad_edge=False)
    table.columns[0].no_wrap = True
    for one in known:
        table.add_row(one.name, one.question)
    page().print(table)
