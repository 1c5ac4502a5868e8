"""The folder that an analysis with runs of its own leaves: manifest, answer.json and tables, whole or not at all."""

import hashlib
import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from computerace.analysis.digests import checksums
from computerace.analysis.manifest_form import DesignForm, Manifest
from computerace.runs import store
from computerace.runs.answers.causes import Saved
from computerace.runs.store import provenance
from computerace.runs.studies.lost import told

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.scenarios import Scenario

ANSWER = "answer.json"
FAILURES = "failures"


@dataclass(frozen=True)
class Asked:
    """What was asked for. kind: the command. scenarios: those that were named. design: what else makes it this one.

    worlds: of each variant. defaults: what the command runs when nothing is said, as (worlds, seed).
    """

    kind: str
    scenarios: tuple["Scenario", ...]
    worlds: int
    seed: int
    months: int
    defaults: tuple[int, int]
    out: Path | None = None
    fixed: bool = False
    design: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it is saved: the given folder, or one under out/ that no other question shares."""
        if self.out is not None:
            return self.out
        name = "-".join((self.kind, *dict.fromkeys(one.name for one in self.scenarios)))
        return Path("out") / (name if self._is_plain else f"{name}-{self._digest}")

    @property
    def _is_plain(self) -> bool:
        from computerace.runs.scenarios import scenario, scenarios

        known = set(scenarios())
        return (
            (self.worlds, self.seed) == self.defaults
            and self.months == self.scenarios[0].months
            and not self.fixed
            and not self.design
            and all(one.name in known and one == scenario(one.name) for one in self.scenarios)
        )

    @property
    def _digest(self) -> str:
        said = {key: value for key, value in self.manifest().items() if key in (*store.IDENTITY, "scenarios")}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:8]

    def manifest(self) -> Manifest:
        """The manifest of the analysis, enough to make it again; complete but for how it ends."""
        from computerace.runs.store.manifest import plain_parameters

        first = self.scenarios[0]
        asked = {"scenarios": [one.to_dict() for one in self.scenarios], **self.design}
        return {
            "kind": self.kind,
            "scenario": first.to_dict(),
            "scenarios": [one.to_dict() for one in self.scenarios],
            "parameter_set": first.parameter_set,
            "parameters": plain_parameters(first),
            "seed": self.seed,
            "worlds": self.worlds,
            "months": self.months,
            "start": first.start.isoformat(),
            "fixed": self.fixed,
            "keep": "outcomes",
            "design": cast("DesignForm", asked),
            "versions": provenance.versions(),
            "commit": provenance.commit(),
            "machine": provenance.machine(),
        }


def answered[Answer: Saved](
    asked: Asked,
    work: Callable[[], tuple[Answer, Mapping[str, "pd.DataFrame"]]],
    draw: Callable[[Path, Answer, Mapping[str, "pd.DataFrame"]], None],
) -> tuple[Answer, Path]:
    """Do the work, save and draw it; returns the answer and the folder.

    `work` returns the answer as plain values and the tables by file name; `draw` puts a picture of them into a folder.
    Raises UserError where the folder is not free, which is looked at before the work begins.
    """
    from computerace.runs.scenarios import own_code

    own_code.prepare(asked.scenarios, elsewhere=True)
    manifest = asked.manifest() | {"started": provenance.now()}
    with store.run_folder(asked.folder, manifest) as folder:
        answer, tables = work()
        answer["failed"], answer["run"] = lost_worlds(tables), str(asked.folder)
        if FAILURES in tables:
            tables = {**tables, FAILURES: replayable(tables[FAILURES], asked.folder)}
        for name, table in tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        draw(folder, answer, tables)
        text = json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / ANSWER).write_text(text + "\n", encoding="utf-8")
        rows = {name: len(table) for name, table in tables.items()}
        manifest |= {"ended": provenance.now(), "status": "complete", "counts": rows, "files": checksums(folder)}
    return answer, asked.folder


def lost_worlds(tables: Mapping[str, "pd.DataFrame"]) -> int:
    """How many worlds failed in some variant, and were left out of all."""
    return int(tables[FAILURES]["world"].nunique()) if FAILURES in tables else 0


def replayable(failures: "pd.DataFrame", folder: Path) -> "pd.DataFrame":
    """The rows of failures with the command that plays each again."""
    place = shlex.quote(str(folder))
    keys = zip(failures["variant"], failures["world"], strict=True)
    return failures.assign(replay=[f"computerace replay {place} --point {one} --world {world}" for one, world in keys])


def exit_code(answer: Saved, worlds: int, folder: Path) -> int:
    """0, or 1 with a line on standard error where worlds failed."""
    return told(int(answer["failed"]), worlds, folder / f"{FAILURES}.parquet")
