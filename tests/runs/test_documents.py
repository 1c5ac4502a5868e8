"""The pages that the program writes: they say today what the program says."""

from pathlib import Path

from computerace.runs.documents import markdown, rendered

DOCS = Path(__file__).resolve().parents[2] / "docs"
RESULTS = DOCS / "results"


def test_a_table_that_is_stale_is_written_anew() -> None:
    stale = "words\n<!-- table: grades -->\nold\n<!-- end of table -->\nmore words"
    found = rendered(stale, RESULTS)
    assert "old" not in found and found.startswith("words\n") and found.endswith("\nmore words")
    assert "| assumed |" in found


def test_cells_cannot_break_a_table() -> None:
    assert markdown(("a", "b"), [("x|y", "two\nlines")], 1).splitlines()[2] == "| x/y | two lines |"
