"""`computerace designs`: the worked designs of sweeps, and what each asks."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.options import Json
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.answers.listed import DesignRow, DesignsAnswer

ONE = Parameter(
    help="print this one's file, to be changed; or sweep.sbatch or ray.sbatch, scripts for Slurm.", show_default=False
)


def designs(name: Annotated[str | None, ONE] = None, /, *, as_json: Json = False) -> None:
    """List the worked designs of sweeps and what each asks, or print one: `computerace sweep NAME` runs it."""
    from computerace.runs.designs import designs as names
    from computerace.runs.designs import worked_file
    from computerace.runs.designs.given import as_design
    from computerace.runs.designs.samplers import number_of_points

    if name is not None:
        print(worked_file(name).read_text(encoding="utf-8"), end="")
        return
    known = {name: as_design(name) for name in names()}
    if as_json:
        rows: list[DesignRow] = [
            {
                "name": name,
                "question": one.question,
                "points": number_of_points(one) * len(one.scenarios),
                "worlds_per_point": one.worlds_per_point,
            }
            for name, one in known.items()
        ]
        answer: DesignsAnswer = {"designs": rows}
        print_json(answer)
        return
    from rich.table import Table

    from computerace.runs.terminal.race import show

    table = Table("design", "what it asks", pad_edge=False)
    table.columns[0].no_wrap = True
    for name, one in known.items():
        table.add_row(name, one.question)
    show(table)
