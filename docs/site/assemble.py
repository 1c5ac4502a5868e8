"""The site's sources, put together in a folder that Sphinx then reads.

    python -m docs.site.assemble build/site/source

Pages lie there as they lie in the tree, so that links between them hold in both. What the Markdown cannot say and stay
readable on a code host is added: the table of contents from the sections of docs/README.md, the notebooks with their
outputs, and a page for every module.
"""

import base64
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from docs.site.notebooks import executed, shown

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("observables", "market", "agents", "runs", "analysis")
PAGES = ("README.md", "CHANGELOG.md", "LICENSE", "CITATION.cff", "docs/*.md", "docs/*.png", "docs/decisions/*.md",
         "forecasts/README.md", "runs/designs/*.*", "runs/scenarios/*.toml")  # fmt: skip
CONTENTS = "docs/README.md"
NOTEBOOKS = "analysis/notebooks"
LINK = re.compile(r"\]\(([^)#:]+)\)")
SECTION = re.compile(r"^## ", flags=re.MULTILINE)


def main(target: Path) -> None:
    """Write every source of the site."""
    shutil.rmtree(target, ignore_errors=True)
    for pattern in PAGES:
        for path in ROOT.glob(pattern):
            place = target / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    write_notebooks(target)
    write_modules(target / "api")
    write_contents(target / CONTENTS)
    for page in (target / "docs").glob("*/README.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(f"{text}\n{toctree(LINK.findall(text))}", encoding="utf-8")


def write_contents(page: Path) -> None:
    """A page for each section of the table of contents, and the sections named to Sphinx."""
    whole = modules_linked(page.read_text(encoding="utf-8"))
    names = []
    for section in SECTION.split(whole)[1:]:
        title, _, text = section.partition("\n")
        name = f"section-{title.lower().replace(' ', '-')}"
        if NOTEBOOKS in text:
            text += gallery(page.parent.parent, LINK.findall(text))
        entries = [link for link in dict.fromkeys(LINK.findall(text)) if link.endswith((".md", ".rst", ".ipynb"))]
        (page.parent / f"{name}.md").write_text(f"# {title}\n{text}\n{toctree(entries)}", encoding="utf-8")
        names.append(name)
    page.write_text(f"{whole}\n{toctree(names)}", encoding="utf-8")


def toctree(entries: list[str]) -> str:
    """What names pages to Sphinx and shows nothing."""
    return "\n".join(["```{toctree}", ":hidden:", "", *entries, "```", ""])


def modules_linked(text: str) -> str:
    """The text with links to the packages' folders turned into links to their pages."""
    for name in PACKAGES:
        text = text.replace(f"](../package/{name})", f"](../{name})")  # a part of the package itself
        text = text.replace(f"](../{name})", f"](../api/computerace.{name}.rst)")
    return text


def write_notebooks(target: Path) -> None:
    """Every notebook with its outputs, two at a time; beside it its first picture, if it shows any."""
    import nbformat

    places = sorted((ROOT / NOTEBOOKS).glob("*.ipynb"))
    (target / NOTEBOOKS).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as clone, ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for path, notebook in zip(places, pool.map(lambda one: executed(one, Path(clone)), places), strict=True):
            nbformat.write(notebook, target / NOTEBOOKS / path.name)
            if picture := first_picture(notebook):
                (target / NOTEBOOKS / f"{path.stem}.png").write_bytes(picture)


def first_picture(notebook: Any) -> bytes:
    """The first picture that the notebook shows, as PNG; nothing where it shows none."""
    pictures = (output["data"]["image/png"] for output in shown(notebook) if "image/png" in output.get("data", {}))
    return base64.b64decode(next(pictures, ""))


def gallery(target: Path, links: list[str]) -> str:
    """The notebooks in the contents' order: a picture of each, and what it does from its own first cell."""
    import nbformat

    parts = []
    for path in (target / NOTEBOOKS / Path(link).name for link in links if link.endswith(".ipynb")):
        title, _, text = nbformat.read(path, as_version=4).cells[0].source.partition("\n")
        link = f"../{NOTEBOOKS}/{path.name}"
        seen = f"![]({link.removesuffix('ipynb')}png)" if path.with_suffix(".png").exists() else "To the notebook"
        parts += [f"## {title.removeprefix('# ')}", text.strip(), f"[{seen}]({link})"]
    return "\n\n".join(["", *parts, ""])


def write_modules(folder: Path) -> None:
    """A page for every module of the packages; none is listed by hand."""
    folder.mkdir(parents=True)
    for name in (f"computerace.{package}" for package in PACKAGES):
        for module, children in modules(name):
            (folder / f"{module}.rst").write_text(module_page(module, children), encoding="utf-8")


def modules(name: str) -> Iterator[tuple[str, list[str]]]:
    """A package and all that is in it, each with its direct children."""
    package = import_module(name)
    found = [name, *(one.name for one in walk_packages(package.__path__, f"{name}."))]
    for module in found:
        yield module, sorted(one for one in found if one.rpartition(".")[0] == module)


def module_page(module: str, children: list[str]) -> str:
    """The source of a module's page."""
    title = module if module.count(".") == 1 else module.rpartition(".")[2]  # the whole is too long for a heading
    heading = [title.replace("_", "\\_"), "=" * (2 * len(module))]
    lines = [*heading, "", f"``{module}``", "", f".. automodule:: {module}", ""]
    if children:
        lines += [".. toctree::", "   :maxdepth: 1", "   :caption: Modules", ""]
        lines += [f"   {child.rpartition('.')[2]} <{child}>" for child in children]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
