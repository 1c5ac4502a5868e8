"""Observables: what is recorded of a race, each in one row of one table, from which everything else takes its words.

    from computerace.observables import OBSERVABLES, named

`table` has the rows, with what computes each from a month; `outcomes` names the columns of a run's worlds. To add one,
write a row with its function, and its test.
"""

from computerace.observables.observable import Observable, Of, row_of, rows_of, slots
from computerace.observables.table import (
    BOUND,
    COMPUTE,
    LINES,
    MEASURES,
    OBSERVABLES,
    PIPELINE,
    POWER,
    RATIOS,
    axis_label,
    definition_of,
    is_flag,
    named,
    ratio_of,
)

__all__ = [
    "BOUND",
    "COMPUTE",
    "LINES",
    "MEASURES",
    "OBSERVABLES",
    "PIPELINE",
    "POWER",
    "RATIOS",
    "Observable",
    "Of",
    "axis_label",
    "definition_of",
    "is_flag",
    "named",
    "ratio_of",
    "row_of",
    "rows_of",
    "slots",
]
