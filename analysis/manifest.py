"""What a run's manifest must hold before anything is read from it: each key's kind, said in a line where it differs.

A manifest can be damaged on its way, or another program's. What is checked here is what the commands that read a
folder rest on; what only says where a run came from (versions, machine, times) may be anything.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from computerace.analysis.manifest_form import Manifest
from computerace.market.errors import UserError

type Test = Callable[[Any], bool]

CHECKSUM = "checksum"  # of a manifest's other keys, in the file alone


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_date(value: Any) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_table_of_tables(value: Any) -> bool:
    return _is_table(value) and all(map(_is_table, value.values()))


def _is_table_or_null(value: Any) -> bool:
    return value is None or _is_table(value)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_table, value))


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_some_names(value: Any) -> bool:
    return _are_names(value) and len(value) > 0


WORDS: dict[Test, str] = {
    _is_text: "a text", _is_date: "a date", _is_switch: "true or false", _is_count: "a whole number from 0",
    _is_table: "an object", _is_table_of_tables: "an object of objects", _is_table_or_null: "an object or null",
    _are_tables: "a list of objects", _are_names: "a list of names",
    _are_some_names: "a list of names, one at least",
}  # fmt: skip
RUN: dict[str, Test] = {
    "kind": _is_text, "scenario": _is_table, "start": _is_date, "months": _is_count, "seed": _is_count,
}  # fmt: skip
RACE: dict[str, Test] = {"fixed": _is_switch, "parameters": _is_table_of_tables, "design": _is_table_or_null}
SWEEP: dict[str, Test] = {
    **RACE, "design": _is_table, "points": _is_count, "worlds": _is_count, "worlds_per_point": _is_count,
    "varied": _are_names, "problem": _is_table_or_null,
}  # fmt: skip
REPLAYED: dict[str, Test] = {"measures": _are_names, "program": _is_table}  # what a sweep is played again from
DESIGN: dict[str, Test] = {"sampler": _is_table, "independent": _is_switch}
CLAIMS: dict[str, Test] = {"claims": _are_tables}
PROBLEM: dict[str, Test] = {"num_vars": _is_count, "names": _are_some_names}
SAMPLER: dict[str, Test] = {"kind": _is_text}
SCENARIO: dict[str, Test] = {
    "name": _is_text, "question": _is_text, "start": _is_date, "months": _is_count, "labs": _are_some_names,
    "claimant": _is_text, "settings": _is_table, "blocks": _is_table_of_tables, "neutral": _are_names,
}  # fmt: skip
FORECAST: dict[str, Test] = {"files": _is_table}
UPDATE: dict[str, Test] = {**RACE, "updated": _is_table}
OF_A_KIND = {"race": RACE, "sweep": SWEEP, "forecast": FORECAST, "update": UPDATE}


def read_whole(text: str, where: str) -> Any:
    """What a manifest's text holds, without its check sum; an older one, or another program's, has none.

    Raises ValueError where it is no JSON, and UserError where it is not as it was written.
    """
    manifest = json.loads(text)
    if not isinstance(manifest, dict) or CHECKSUM not in manifest:
        return manifest
    held = manifest.pop(CHECKSUM)
    if held != sum_of(manifest):
        raise UserError(
            f"{where}/manifest.json is damaged: it is not as the run left it; take the file's copy, or run again"
        )
    return manifest


def with_sum(manifest: Mapping[str, object]) -> Mapping[str, object]:
    """A manifest of plain values with its check sum, by which a changed bit is noticed."""
    return {**manifest, CHECKSUM: sum_of(manifest)}


def sum_of(manifest: Mapping[str, object]) -> str:
    """The SHA-256 of a manifest's values, in whatever order and layout they are written."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def check_manifest(manifest: Any, where: str, *, replayed: bool = False) -> Manifest:
    """The manifest, if it is one of this program's runs; raises UserError that names the key and what it should be.

    replayed: whether worlds are to be played again, which takes more than reading what is there.
    """
    if not isinstance(manifest, dict) or any(name not in manifest for name in RUN):
        raise UserError(f"{where} is no run of this program: its manifest.json lacks one of {', '.join(RUN)}")
    of_its_kind = OF_A_KIND.get(str(manifest["kind"]), {})
    _check(manifest, {**RUN, **of_its_kind}, where, "")
    if of_its_kind:
        _check_scenario(manifest["scenario"], where, "scenario.")
    if of_its_kind is SWEEP:
        several = manifest.get("scenarios")
        if not several or not _are_tables(several):
            raise _damaged(where, "scenarios", WORDS[_are_tables])
        for number, one in enumerate(several):
            _check_scenario(one, where, f"scenarios.{number}.")
        _check(manifest, REPLAYED if replayed else {}, where, "")
        if manifest["problem"] is not None:
            _check(manifest["problem"], PROBLEM, where, "problem.")
    if of_its_kind and manifest.get("design") is not None:
        _check(manifest["design"], DESIGN, where, "design.")
        _check(manifest["design"]["sampler"], SAMPLER, where, "design.sampler.")
        if "claims" in manifest["design"]:  # folders of earlier versions have none
            _check(manifest["design"], CLAIMS, where, "design.")
    return cast("Manifest", manifest)


def _check_scenario(scenario: Mapping[str, Any], where: str, within: str) -> None:
    _check(scenario, SCENARIO, where, within)
    if scenario["claimant"] not in scenario["labs"]:
        raise _damaged(where, f"{within}claimant", f"one of its labs, {', '.join(scenario['labs'])}")
    if not _is_text(scenario.get("parameter_set", "prior")):
        raise _damaged(where, f"{within}parameter_set", WORDS[_is_text])


def _check(content: Mapping[str, Any], wanted: Mapping[str, Test], where: str, within: str) -> None:
    for key, right in wanted.items():
        if key not in content or not right(content[key]):
            raise _damaged(where, f"{within}{key}", WORDS[right])


def _damaged(where: str, key: str, words: str) -> UserError:
    return UserError(f"{where}/manifest.json is damaged: {key} must be {words}; run it again, or take the file's copy")
