"""Examples of a page are brought up to date by running their commands, in one folder and in order."""

import re
from pathlib import Path

import pytest

from tests.documents.examples import main

PAGE = """# A page
## First
<!-- example -->
```
$ mkdir made #
$ ls -1
of yesterday
```
<!-- end of example -->

## Second
<!-- not run: nothing to see -->
```
$ ls -1
of yesterday
```

<!-- example -->
```
$ ls -1
of yesterday
```
<!-- end of example -->
"""


def written(folder: Path, *headings: str) -> str:
    page = folder / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    main(page, list(headings))
    return page.read_text(encoding="utf-8")


def test_a_command_whose_output_is_not_shown_is_run_too(tmp_path: Path) -> None:
    first, kept, second, end = PAGE.split("of yesterday")
    assert written(tmp_path) == f"{first}made{kept}of yesterday{second}made{end}"


def test_only_the_headings_that_were_asked_for(tmp_path: Path) -> None:
    assert written(tmp_path, "First") == PAGE.replace("of yesterday", "made", 1)
    with pytest.raises(SystemExit, match="no heading 'Third'; it has First, Second"):
        main(tmp_path / "page.md", ["Third"])


DATED = """# A page
## First
<!-- as printed on 2020-01-31: it takes minutes -->
```
$ ls -1
of yesterday
```
"""


def test_what_bears_a_date_is_written_where_its_heading_is_asked_for(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(DATED, encoding="utf-8")
    main(page, [])
    assert page.read_text(encoding="utf-8") == DATED
    main(page, ["First"])
    assert "of yesterday" not in page.read_text(encoding="utf-8")
    note = page.read_text(encoding="utf-8").splitlines()[2]
    assert re.fullmatch(r"<!-- as printed on \d{4}-\d{2}-\d{2}: it takes minutes -->", note) and "2020-01" not in note
