"""One set of checks: CI, the hooks of git and the tasks run the same commands."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTING_UP = {"uv", "chromium", "environment"}  # steps of CI that check nothing


def steps_of_ci() -> dict[str, str]:
    """The steps of .ci/run that check something: name and command; the tests are the README's second command."""
    found = re.findall(r'^step "([\w -]+)" (.+)$', (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    tests = re.findall(
        r"^(?:pip install uv && )?(uv run pytest)$", (ROOT / "README.md").read_text(), flags=re.MULTILINE
    )
    return {name: command for name, command in [*found, ("tests", *tests)] if name not in SETTING_UP}


def test_ci_leaves_no_test_out() -> None:
    marks = re.findall(r"^step .*pytest -m \"(.+?)\"", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    kinds = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["markers"]
    assert marks == [" or ".join(kind.partition(":")[0].partition("(")[0] for kind in kinds)]


def hooks() -> dict[str, str]:
    """Hooks of pre-commit by name, with their commands."""
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    return dict(re.findall(r"^        name: (.+)\n        entry: (.+)$", text, flags=re.MULTILINE))


def tasks() -> dict[str, str]:
    """Tasks of the Makefile, with their commands."""
    return dict(re.findall(r"^([a-z-]+):.*##.*\n\t(?!@)(.+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def test_hooks_run_what_ci_runs() -> None:
    steps = steps_of_ci()
    assert {"lint", "format", "types", "wheel", "site", "tests"} <= set(steps)
    assert hooks() == {name: command for name, command in steps.items() if name in hooks()}
    assert {"lint", "format", "types", "wheel", "site", "tests"} <= set(hooks())


def test_tasks_run_what_ci_runs() -> None:
    assert {name: tasks()[name] for name in hooks()} == hooks()


def test_every_script_is_a_task_or_is_explained() -> None:
    run_by_tasks = " ".join(tasks().values())
    page = (ROOT / "docs" / "contributing.md").read_text()
    for script in (path for path in (ROOT / ".ci").iterdir() if path.is_file()):
        assert f".ci/{script.name}" in run_by_tasks or f".ci/{script.name}" in page


def test_citation_and_package_agree() -> None:
    cited = dict(re.findall(r"^([a-z-]+): (\S.*)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (cited["title"], cited["version"], cited["license"]) == (
        project["name"],
        project["version"],
        project["license"],
    )
    assert {"cff-version", "message", "type"} <= set(cited)


def test_files_that_ci_names_are_there() -> None:
    scripts = [path for path in (ROOT / ".ci").iterdir() if path.is_file()]
    named = {name for path in scripts for name in re.findall(r"\btests/[\w/]+\.py\b", path.read_text(encoding="utf-8"))}
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
