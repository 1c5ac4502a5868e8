"""What commands answer: the objects that `--json` prints, that folders keep and that the terminal reads, with types.

A row is a typed dictionary, so that JSON holds it as it stands. Tables whose columns depend on the question are `Rows`.
"""

type Rows = list[dict[str, object]]
"""The rows of a table, by column."""
