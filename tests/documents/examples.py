"""Bring the examples of a page up to date: `bash .ci/examples PAGE [HEADING…]`.

Every command of a block under <!-- example --> is run, in the order of the page and in one fresh folder, and what it
prints takes the place of what stands there. With headings, the examples below these alone, and those that bear a date,
which then is today's.
"""

import datetime
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.documents.blocks import BLOCK, DATED, tidy

SECTION = re.compile(r"(?m)^(?=## )")


def main(page: Path, wanted: list[str]) -> None:
    """Write the page anew; leaves with a line where there is no such heading, or a command fails."""
    sections = SECTION.split(page.read_text(encoding="utf-8"))
    headings = [section.split("\n", 1)[0].removeprefix("## ") for section in sections]
    for heading in wanted:
        if heading not in headings:
            raise SystemExit(f"{page.name} has no heading '{heading}'; it has {', '.join(headings[1:])}")
    with tempfile.TemporaryDirectory() as folder:
        done = [
            BLOCK.sub(lambda found: renewed(found, folder, bool(wanted)), section)
            if not wanted or heading in wanted
            else section
            for heading, section in zip(headings, sections, strict=True)
        ]
    page.write_text("".join(done), encoding="utf-8")


def renewed(found: re.Match[str], folder: str, dated: bool = False) -> str:
    """A block as its commands print it today; any other than an example as it stands, and a dated one unless wanted."""
    note = found["note"] or ""
    if dated and note.startswith(DATED):
        note = f"{DATED}{datetime.datetime.now(datetime.UTC).date().isoformat()}:{note.partition(':')[2]}"
    elif note != "example":
        return found[0]
    lines = []
    for command in re.findall(r"^\$ (.*)$", found["text"], flags=re.MULTILINE):
        sys.stderr.write(f"{command}\n")
        said = printed(command, folder).splitlines()
        lines += [f"$ {command}", *([] if command.endswith("#") else said)]
    return f"<!-- {note} -->\n```\n" + "\n".join(lines) + "\n```"


def printed(command: str, folder: str | Path) -> str:
    """What a command of a page prints; it must succeed. A # at its end says that its output is not shown."""
    words = command.rstrip("# ").split()
    if words[:2] == ["uv", "run"]:
        words = words[2:]  # this environment is the project's already
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = subprocess.run(
        words, capture_output=True, text=True, cwd=folder, env=os.environ | {"COLUMNS": "80", "PATH": path}, check=False
    )
    if found.returncode:
        raise SystemExit(f"{command}: {found.stderr}")
    return tidy(found.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
