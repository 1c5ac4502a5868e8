"""A fit on a terminal: what it moved, and what the record cannot tell."""

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.runs.calibration.summary import summary
from computerace.runs.terminal.race import show, titled_table

if TYPE_CHECKING:
    from computerace.runs.calibration import FittedSet


def show_calibration(found: "FittedSet") -> None:
    """Print a fit: its parameters with prior and fit, and the count of the others."""
    made, others = found.manifest, int((~found.recovery["recoverable"]).sum())
    head = Text(
        f"{made['figures']} figures from {made['start']} to {made['until']}; {made['members']:,} members; "
        f"{made['truths']} invented histories; seed {made['seed']}"
    )
    inside = found.recovery[["inside_50", "inside_90"]].mean()
    tail = Text(
        f"{others} of {len(found.recovery)} parameters cannot be recovered and keep their priors, as do figures of the "
        f"start; of all invented truths {inside['inside_50']:.0%} lay within their fit's 50 % and "
        f"{inside['inside_90']:.0%} within its 90 %"
    )
    show(Group(head, Text(""), _table(found), tail, Text("")))


def _table(found: "FittedSet") -> RenderableType:
    table = titled_table("What the record tells", 1)
    table.add_column("parameter", no_wrap=True)
    for heading in ("prior (5–95 %)", "fitted (5–95 %)", "narrowed", "in invented ones"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in summary(found):
        spans = (f"{middle:.3g} ({low:.3g} – {high:.3g})" for low, middle, high in (row["prior"], row["fitted"]))
        table.add_row(row["parameter"], *spans, f"{row['narrowed']:.0%}", f"{row['contraction']:.0%}")
    return table
