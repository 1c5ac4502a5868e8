"""The sources of the site: docstrings are words, contents come from one page, modules are found by walking."""

from pathlib import Path

import pytest

from docs.site import assemble
from docs.site.docstrings import marked_up, plain

ROOT = Path(__file__).resolve().parents[2]


def test_only_code_in_backticks_is_markup() -> None:
    assert plain("a_b* of |S| in `x_y`, as C:\\n") == "a\\_b\\* of \\|S\\| in ``x_y``, as C:\\\\n"


def test_equations_arguments_and_lists_keep_their_form() -> None:
    lines = [
        "What it does:",
        "- one, which",
        "goes on",
        "",
        "    y = a * b",
        "",
        "Parameters",
        "----------",
        "x: what_it is.",
    ]
    assert list(marked_up(lines)) == [
        "What it does:", "", "- one, which", "  goes on", "",
        "::", "", "    y = a * b", "",
        "**Parameters**", "", "- ``x``: what\\_it is.", "",
    ]  # fmt: skip


def test_every_module_has_a_page() -> None:
    walked = {module for name in assemble.PACKAGES for module, _ in assemble.modules(f"computerace.{name}")}
    roots = {name: ROOT / "package" if name == "observables" else ROOT for name in assemble.PACKAGES}
    files = {path.relative_to(root) for name, root in roots.items() for path in (root / name).rglob("*.py")}
    expected = {".".join(("computerace", *path.with_suffix("").parts)) for path in files}
    assert walked == {name.removesuffix(".__init__") for name in expected}


def test_sections_of_the_contents_become_pages_and_name_theirs(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "README.md"
    page.parent.mkdir()
    page.write_text(
        "# Top\n\n## How to do\n- [A](a.md): first\n- [out](https://a.b/c.md)\n\n## Code\n[runs](../runs)\n"
    )
    assemble.write_contents(page)
    section = (page.parent / "section-how-to-do.md").read_text()
    assert section.startswith("# How to do\n- [A](a.md): first")
    assert section.endswith("```{toctree}\n:hidden:\n\na.md\n```\n")
    assert "[runs](../api/computerace.runs.rst)" in (page.parent / "section-code.md").read_text()
    assert page.read_text().endswith("\nsection-how-to-do\nsection-code\n```\n")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.stem)
def test_every_page_is_in_the_contents(page: Path) -> None:
    assert f"]({page.name})" in (ROOT / "docs" / "README.md").read_text() or page.name == "README.md"


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for path in (ROOT / "docs" / "decisions").glob("0*.md"):
        text = path.read_text()
        number, _, title = text.split("\n")[0].removeprefix("# ").partition(". ")
        assert f"| [{number}]({path.name}) | {title} |" in listed
        assert all(
            f"**{part}**" in text for part in ("At stake.", "Chosen.", "What it costs.", "What would change it.")
        )
