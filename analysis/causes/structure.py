"""The claim's answer across choices of the model's form, so that an artefact of one of them is easy to find.

Numbers that are not known have priors; how chips are shared out, what the claimant's strategy is, whether people and
experiments are substitutes in research, what counts as compute and who the rivals are have none: they are choices. The
answer is given for every combination, and `reach` says how far each choice alone moves it.
"""

from collections.abc import Iterable, Sequence

import pandas as pd

from computerace.analysis.claim import claim_table
from computerace.analysis.columns import require

CHOICES = ("rule", "strategy", "ces")
ALL_CHOICES = (*CHOICES, "definition", "rivals")
COLUMNS = (*ALL_CHOICES, "deadline_months", "worlds", "reached", "probability", "low", "high", "bound", "ratio_p50")
REACH_COLUMNS = ("choice", "lowest", "lowest_at", "highest", "highest_at", "median_range", "largest_range")


def structure_table(
    worlds: pd.DataFrame, deadlines: Iterable[int] | None = None, choices: Sequence[str] = CHOICES
) -> pd.DataFrame:
    """The claim's answer for every combination of choices.

    Parameters
    ----------
    worlds: a row per world and combination: `world`, a column per choice, and the outcomes of a run.
    deadlines: months; the last by default. choices: the columns of `worlds` that name what was chosen.

    Columns: COLUMNS, with `choices` in place of the first three. probability with Wilson's low and high; bound where no
    world, or every one, got there; ratio_p50 the median ratio of the claimant to its rivals at the deadline.
    """
    require(worlds, ["world", *choices])
    table = claim_table(worlds, deadlines, by=tuple(choices))
    if deadlines is None:
        table = table[table["deadline_months"] == table["deadline_months"].max()]
    wanted = [*choices, *(name for name in COLUMNS if name not in CHOICES)]
    return table[wanted].reset_index(drop=True)


def reach(table: pd.DataFrame, choices: Sequence[str] = ALL_CHOICES, value: str = "probability") -> pd.DataFrame:
    """How far each choice alone moves the answer, the furthest first.

    Parameters
    ----------
    table: a row per combination of choices, as from `structure_table`. value: the column that is the answer.

    Columns: REACH_COLUMNS. lowest and highest: the mean answer over the other choices, at the value of this choice
    (lowest_at, highest_at) where it is least and most. median_range, largest_range: of the highest less the lowest
    answer when this choice alone changes, over the combinations of the others.
    """
    require(table, [*choices, value], "the table of structure")
    rows = []
    for choice in choices:
        others = [name for name in choices if name != choice]
        means = table.groupby(choice, sort=False)[value].mean()
        by_rest = table.groupby(others, sort=False)[value]
        ranges = by_rest.max() - by_rest.min()
        ends = (means.min(), means.idxmin(), means.max(), means.idxmax())
        rows.append((choice, *ends, ranges.median(), ranges.max()))
    frame = pd.DataFrame(rows, columns=list(REACH_COLUMNS))
    return frame.sort_values("largest_range", ascending=False, kind="stable", ignore_index=True)
