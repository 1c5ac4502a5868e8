"""Every command and every block of code in the pages does what it says: read quickly, run in CI."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclopts.exceptions import CycloptsError

from computerace.market import allocation, own
from computerace.runs.claims.claim import claim_from
from computerace.runs.cli import COMMANDS, build_app
from computerace.runs.designs.design import design_from
from computerace.runs.designs.given import as_design
from computerace.runs.scenarios import scenario
from computerace.runs.sweeps.sweep import sweep
from tests.documents.blocks import DATED, ROOT, SMALL, Block, blocks, form, inline_commands, pages
from tests.documents.examples import printed
from tests.ray_turn import ray_turn

RUN = [page for page in pages() if any(block.is_run and block.kind in ("python", "commands") for block in blocks(page))]
# Invented, only to see that a page's command scores it.
OBSERVED = "quarter_end,owner,h100e_median,h100e_p5,h100e_p95\n" + "".join(
    f"2026-03-31,{lab},3000000,2500000,3500000\n" for lab in ("xAI", "Google", "Microsoft", "Meta")
)
PYTHON_FIRST = "import matplotlib\nmatplotlib.use('Agg')\n"


def program(command: str) -> list[str] | None:
    """The words after `computerace` in a command of the page, or None where it is another program's."""
    words = re.sub(r"\s+[#>].*$", "", command).split(" && ")[-1].split()
    words = words[2:] if words[:2] == ["uv", "run"] else words
    return words[1:] if words[:1] == ["computerace"] else None


@pytest.mark.parametrize("page", pages())
def test_commands_of_a_page_exist_with_their_options(page: str) -> None:
    fenced = [
        command for block in blocks(page) if block.kind in ("commands", "transcript") for command in block.commands
    ]
    wrong = {command: fault(command) for command in (*fenced, *inline_commands(page))}
    assert not {command: why for command, why in wrong.items() if why}


def fault(command: str) -> str:
    """What is wrong where the program has no such command, or the command no such option; nothing is run."""
    words = program(command)
    if not words or words[0] in ("--help", "--version"):
        return ""
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    try:
        if len(words) > 1 and "--help" not in words:
            build_app().parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("words", ["rase", "race --wurlds 3", "sweep energy --out", "race --worlds many"])
def test_a_command_that_does_not_exist_would_be_found(words: str) -> None:
    assert fault(f"uv run computerace {words}")


@pytest.mark.parametrize("page", pages())
def test_a_block_is_of_a_known_kind(page: str) -> None:
    kinds = {"toml", "python", "transcript", "commands", "dockerfile", "text"}
    for block in blocks(page):
        assert block.kind in kinds, f"{page}:{block.line}"
        # The schedule of a month and the tree are the blocks of words; whatever else is not run says why.
        assert block.kind != "text" or page in ("docs/model.md", "docs/architecture.md"), (
            f"{page}:{block.line} is no command: name its language"
        )
        assert block.note in ("", "answer", "example") or block.note.startswith((SMALL, DATED, "not run: ", "table: "))


@pytest.mark.parametrize("page", pages())
def test_files_that_a_page_shows_can_be_run(page: str, tmp_path: Path) -> None:
    for block in (one for one in blocks(page) if one.kind == "toml" and not one.is_change):
        content = tomllib.loads(block.text)
        if {"scenario", "scenarios"} & set(content):
            design_from(content)
        elif "relation" in content:
            claim_from(content)
        else:
            with _code_of(tmp_path, content):
                (tmp_path / "mine.toml").write_text(block.text, encoding="utf-8")
                scenario(tmp_path / "mine.toml").parameters()


@contextmanager
def _code_of(folder: Path, content: dict[str, Any]) -> Iterator[None]:
    """The code of one's own that a scenario names, if it does: its names, nothing behind them, and not for long."""
    if "code" not in content:
        yield
        return
    settings = content.get("settings", {})
    named = {
        "strategy": [word for key, word in settings.items() if key.endswith(".strategy")],
        "rule": [word for key, word in settings.items() if key == "chips.allocation"],
        "lab": [block["kind"] for block in content.get("labs", {}).values() if "kind" in block],
    }
    stand_ins = {"strategy": "print", "rule": "print", "lab": "type('Stand', (Lab,), {})"}
    lines = ["from computerace.agents.lab import Lab", "from computerace.runs import add_lab, add_rule, add_strategy"]
    lines += [f"add_{what}({word!r}, {stand_ins[what]})" for what, words in named.items() for word in words]
    (folder / content["code"]).write_text("\n".join(lines), encoding="utf-8")
    yield
    for word in named["rule"]:
        del allocation.ALLOCATION[word]
    for kind, what in ((own.STRATEGY, "strategy"), (own.RULE, "rule"), (own.LAB, "lab")):
        for word in named[what]:
            own.forget(kind, word)


def test_the_readme_has_the_answer_as_it_stands_in_full() -> None:
    (short,) = (block for block in blocks("README.md") if block.note == "answer")
    (full,) = blocks("docs/answer.md")
    command, *parts = short.text.split("…\n")
    assert full.text.startswith(command)
    assert all(part in full.text for part in parts)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_todays_answer_is_todays(tmp_path: Path) -> None:
    (block,) = blocks("docs/answer.md")
    command, _, said = block.text.partition("\n")
    now = [line for line in printed(command.removeprefix("$ "), tmp_path).splitlines() if "saved in" not in line]
    assert "\n".join(now).rstrip() == said.rstrip(), "run `bash .ci/answer`"


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("page", RUN)
def test_a_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    """All blocks in their order, in one folder, with what they print where they show it."""
    (tmp_path / "OBSERVED.csv").write_text(OBSERVED, encoding="utf-8")
    shutil.copytree(ROOT / "forecasts", tmp_path / "forecasts")
    scenarios = [block for block in blocks(page) if block.kind == "toml" and not block.is_change]
    if scenarios:  # the first file of a page is the one that its commands call mine.toml
        (tmp_path / "mine.toml").write_text(scenarios[0].text, encoding="utf-8")
    python = ""
    for block in (one for one in blocks(page) if one.is_run):
        if block.kind == "transcript":
            compare(block, tmp_path)
        elif block.kind == "commands":
            with ray_turn() if "--engine ray" in block.text else nullcontext():
                done = in_shell(script(block), tmp_path)
            assert done.returncode == 0, f"{page}:{block.line}: {done.stderr}"
        elif block.kind == "python":
            python += block.text
            done = subprocess.run(
                [sys.executable, "-c", PYTHON_FIRST + python], capture_output=True, text=True, cwd=tmp_path, check=False
            )
            assert done.returncode == 0, f"{page}:{block.line}: {done.stderr}"


DATED_BLOCKS = [block for page in pages() for block in blocks(page) if block.is_dated]
SMALLER = {"sobol": (16, 64), "prior": (1300, 1)}
"""Base samples or points, and worlds of each, of 24 months: enough for every table that the pages show."""
FEW = ("--definition",)  # too few worlds get there in so small a sweep; the block before has the same form


@pytest.mark.slow
def test_what_bears_a_date_has_the_form_of_today(tmp_path: Path) -> None:
    for name, (size, worlds) in SMALLER.items():
        design = as_design(name)
        smaller = replace(design, sampler=replace(design.sampler, size=size), worlds_per_point=worlds, months=24)
        sweep(smaller, tmp_path / "out" / name)
    tried = 0
    for block in DATED_BLOCKS:
        shown = re.split(r"^\$ .*\n", block.text, flags=re.MULTILINE)[1:]
        for command, said in zip(block.commands, shown, strict=True):
            if command.endswith("#") or any(option in command for option in FEW):
                continue
            now = form(printed(command, tmp_path))
            assert form(said) <= now, f"{block.page}:{block.line}: `{command}` has {now}"
            tried += len(form(said))
    assert tried >= 12


def test_the_form_of_a_table_is_its_headings_whatever_its_numbers() -> None:
    shown = "Log, Dec 2030 (95 %)\nname  Dec 2026  Dec 2027\n─────\na  1.0  2.0\n"
    assert form(shown) == {"Log, Dec # (# %)", "name Dec #"}
    assert form(shown.replace("2030", "2028").replace("  Dec 2027", "")) == form(shown)
    assert form(shown.replace("name", "names")) != form(shown)


def compare(block: Block, folder: Path) -> None:
    """Run the commands of a transcript; the page shows what they print; an ellipsis stands for what it leaves out."""
    shown = re.split(r"^\$ .*\n", block.text, flags=re.MULTILINE)[1:]
    for command, said in zip(block.commands, shown, strict=True):
        now = printed(command, folder)
        if not command.endswith("#"):
            parts = [part.strip("\n") for part in said.split("…\n")] if "…\n" in said else [said.rstrip()]
            assert all(part in now for part in parts), f"{block.page}:{block.line}: `{command}` prints:\n{now}"


def script(block: Block) -> str:
    """The block as a shell script in which `uv run` is this environment, with the options that make it small."""
    app = build_app()
    lines = [made_small(app, line, block) for line in block.text.splitlines()]
    return "\n".join(["set -e", 'uv() { shift; "$@"; }', *lines])


def made_small(app: Any, line: str, block: Block) -> str:
    """A line of a block, with those of its small options that the command takes and was not given."""
    words = program(line)
    if not words:
        return line
    takes = options(app, words[0])
    extra = [f"{name} {value}" for name, value in block.small.items() if name in takes and name not in words]
    command, mark, said = line.partition(" #")
    return f"{command} {' '.join(extra)}{mark}{said}"


def options(app: Any, name: str) -> set[str]:
    """Options of a command, as they are written."""
    return {word for one in app[name].assemble_argument_collection() for word in one.names}


def in_shell(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script where `computerace` is this environment's."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", text], capture_output=True, text=True, cwd=folder, env=os.environ | {"PATH": path}, check=False
    )
