"""Folders that an earlier version of the program left: they are read as that version read them.

`old_folders/` holds a race and a sweep as commit 1d8c8ba wrote them, and what its commands said of them. The race keeps
outcomes in double precision and has no column `point`; one of its worlds had been made to fail.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from computerace.analysis.folder import load
from tests.runs.answering import said

OLD = Path(__file__).parent / "old_folders"


def without_place(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the folder's name in it."""
    plain = {key: value for key, value in answer.items() if key != "run"}
    if isinstance(plain.get("claim"), list):  # rows have named their rivals since
        rows = plain["claim"]
        plain["claim"] = [{key: row[key] for key in row if key not in ("counted", "left_out")} for row in rows]
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


@pytest.mark.parametrize("kind", ["race", "sweep"])
def test_worlds_of_an_old_folder_are_played_again_with_a_word_of_warning(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, "replay", str(OLD / kind), "--world", "1", "--json")
    assert code == 0
    assert json.loads(out)["outcomes"]["xAI_owned_h100e_0"] > 0
    assert f"{OLD / kind} is of another version of the program" in err
    assert "worlds played now may differ" in " ".join(err.split())


def test_an_old_race_is_compared_to_the_precision_that_is_kept_now(capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it comes out again is the model's matter; that rows and columns find each other is not."""
    _, out, _ = said(capsys, "verify", str(OLD / "race"), "--sample", "5", "--json")
    verdict = json.loads(out)
    assert verdict["worlds"] == 5
    assert verdict["program_changed"] == ["it does not say by which program it was made"]
    lacking = [line for line in verdict["differences"] if "did not come out again" in line]
    columns = [line.split("the column ")[1].split(" ")[0] for line in lacking]
    assert all("." in name for name in columns)  # parameters that worlds drew then, and do not now
    assert not any("rows are there" in line for line in verdict["differences"])


def test_a_scenario_that_cannot_be_played_any_more_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(OLD / "race", tmp_path / "race")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["scenario"]["settings"]["chips.gone"] = 1.0
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    code, _, err = said(capsys, "verify", str(folder))
    assert code == 2
    assert "this one cannot play its worlds again" in err and "chips.gone" in err
    assert said(capsys, "claim", str(folder), "--json")[0] == 0
