"""`computerace designs`: the worked designs of sweeps, and what each asks."""

import json
from typing import Annotated

from cyclopts import Parameter


def designs(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """List the worked designs of sweeps and what each asks: `computerace sweep NAME --out FOLDER` runs one.

    Parameters
    ----------
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.designs import designs as names
    from computerace.runs.given_design import as_design
    from computerace.runs.samplers import number_of_points

    known = {name: as_design(name) for name in names()}
    if as_json:
        rows = [
            {
                "name": name,
                "question": one.question,
                "points": number_of_points(one) * len(one.scenarios),
                "worlds_per_point": one.worlds_per_point,
            }
            for name, one in known.items()
        ]
        print(json.dumps({"designs": rows}, indent=1))
        return
    from rich.table import Table

    from computerace.runs.terminal import page

    table = Table("design", "what it asks", pad_edge=False)
    table.columns[0].no_wrap = True
    for name, one in known.items():
        table.add_row(name, one.question)
    page().print(table)
