"""`computerace designs`: the worked designs of sweeps, and what each asks."""

from computerace.runs.commands.options import Json
from computerace.runs.terminal.printing import print_json


def designs(*, as_json: Json = False) -> None:
    """List the worked designs of sweeps and what each asks: `computerace sweep NAME --out FOLDER` runs one."""
    from computerace.runs.designs import designs as names
    from computerace.runs.designs.given import as_design
    from computerace.runs.designs.samplers import number_of_points

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
        print_json({"designs": rows})
        return
    from rich.table import Table

    from computerace.runs.terminal.race import show

    table = Table("design", "what it asks", pad_edge=False)
    table.columns[0].no_wrap = True
    for name, one in known.items():
        table.add_row(name, one.question)
    show(table)
