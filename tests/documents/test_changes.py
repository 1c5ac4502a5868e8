"""The worked changes of docs/contributing.md, applied to a copy of the tree and run there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def copied(target: Path) -> Path:
    """A copy of the package, under the name that it is imported by; returns the folder to import from."""
    shutil.copytree(ROOT / "package", target / "computerace")
    for room in ("agents", "analysis", "market", "runs"):
        shutil.copytree(ROOT / room, target / "computerace" / room, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def run(code: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Python's answer to some code, with the copy in place of the package."""
    environment = os.environ | {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_an_observable_is_one_row_and_its_test(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    row, test = (text for text in BLOCK.findall(page) if "morale" in text)
    place = copied(tmp_path)
    table = place / "computerace" / "observables" / "table.py"
    text = table.read_text(encoding="utf-8")
    assert text.count("    *LINE_ROWS,\n") == 1
    table.write_text(text.replace("    *LINE_ROWS,\n", f"    {row.strip()},\n    *LINE_ROWS,\n"), encoding="utf-8")
    name = re.findall(r"def (test_\w+)", test)[0]
    done = run(f"from computerace.runs import Race\n{test}\n{name}()", place)
    assert done.returncode == 0, done.stderr
    everywhere = """
from computerace.runs import Race
from computerace.runs.designs.design import design_from
from computerace.runs.designs.editors import written
from computerace.runs.documents import observable_table
from computerace.observables import MEASURES
import computerace.observables
assert "morale" in Race(worlds=2, months=1).run().record.steps
assert design_from({"scenario": "baseline", "measures": ["morale"]}).measures == ("morale",)
assert '"morale"' in written("design")
assert "output of its researchers over that at full strength" in observable_table(MEASURES)
print(computerace.observables.__file__)
"""
    done = run(everywhere, place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(place))
