"""What each owner saw, asked for and got, month by month, as a frame; the lines are in the table of observables."""

from typing import TYPE_CHECKING

from computerace.market.errors import UserError
from computerace.observables import LINES

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.model.race import Race

FEW_WORLDS = 16  # up to so many, what owners saw, asked for and got is kept without being asked for


def decisions_so_far(race: "Race") -> "pd.DataFrame":
    """The lines that a race has kept, a row for each month, owner and world.

    Raises UserError where it kept none.
    """
    import pandas as pd

    kept = [name for name in LINES if name in race.record.steps]
    if not kept:
        raise UserError(
            f"this race kept no decisions: up to {FEW_WORLDS} worlds do by themselves, others where measures names "
            f"them, such as {LINES[0]}"
        )
    months = range(1, race.month + 1)
    index = pd.MultiIndex.from_product([months, race.names, race.indices], names=["month", "lab", "world"])
    columns = {name: race.record.steps[name][1 : race.month + 1].reshape(-1) for name in kept}
    frame = pd.DataFrame(columns, index=index).reset_index()
    frame.insert(1, "date", pd.to_datetime([race.date(month) for month in frame["month"]]) + pd.offsets.MonthEnd(0))
    return frame
