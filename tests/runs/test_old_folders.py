"""Folders that an earlier version of the program left: they are read as that version read them.

`old_folders/` holds a race and a sweep as commit 1d8c8ba wrote them, and what its commands said of them. The race keeps
outcomes in double precision and has no column `point`; one of its worlds had been made to fail.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from computerace.analysis.load import load
from tests.runs.answering import said

OLD = Path(__file__).parent / "old_folders"


def without_place(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the folder's name in it."""
    plain = {key: value for key, value in answer.items() if key != "run"}
    if "report" in plain:
        plain |= {"report": Path(plain["report"]).name, "figures": [Path(one).name for one in plain["figures"]]}
    return plain


@pytest.mark.parametrize("kind", ["race", "sweep"])
@pytest.mark.parametrize("command", ["claim", "ledger", "report"])
def test_an_old_folder_gives_what_it_gave(
    kind: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(OLD / kind, tmp_path / kind)
    code, out, _ = said(capsys, command, str(folder), "--json")
    assert code == 0
    assert without_place(json.loads(out)) == json.loads((OLD / f"{kind}-{command}.json").read_text(encoding="utf-8"))


def test_the_failures_of_an_old_race_are_read() -> None:
    runs = load(OLD / "race")
    assert runs.failures is not None
    assert runs.failures["world"].tolist() == [5]
    assert runs.failures["error"].tolist() == ["FloatingPointError: no price"]
