"""JSON schemas of scenario, design and claim files, for editors: keys, parameters, bounds and words, each explained.

The package holds them as `scenario.json`, `design.json` and `claim.json` in `runs/schema/`; `computerace schema` prints
them.
`python -m computerace.runs.designs.editors` writes them anew; a test holds the files against it.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from computerace.market.figures import STATE, TRAITS
from computerace.market.parameters import Parameter
from computerace.market.registry import NEUTRAL
from computerace.market.vocabulary import LONGEST, NEUTRAL_PREFIX
from computerace.observables import OBSERVABLES
from computerace.runs.claims import claim as claim_files
from computerace.runs.claims import claims
from computerace.runs.designs import design as designs
from computerace.runs.designs.sampling import FORMS
from computerace.runs.designs.varied import BLOCK
from computerace.runs.scenarios import Scenario, scenarios
from computerace.runs.scenarios import read as scenario_files
from computerace.runs.scenarios.value import SETTING
from computerace.runs.schema.keys import Form

type Schema = dict[str, Any]

LAB = "[^.]+"  # a lab's name, or * for every owner
NUMBER: Schema = {"type": "number"}


def scenario_schema() -> Schema:
    """The schema of a scenario's file."""
    found = _of_form(scenario_files.FILE, "computerace: a scenario")
    keys = found["properties"]
    keys["start"] |= {"type": "string", "format": "date"}
    keys["extends"]["examples"] = scenarios()
    keys["neutral"]["items"] = {"enum": list(NEUTRAL)}
    keys["labs"]["additionalProperties"] = _table(
        {figure: _plain(one) for figure, one in _figures().items()}, "figures of a lab"
    )
    return _with_settings(found)


def design_schema() -> Schema:
    """The schema of a design's file."""
    found = _of_form(designs.FILE, "computerace: the design of a sweep")
    keys = found["properties"]
    keys["scenario"]["examples"] = scenarios()
    keys["measures"]["items"] = {"enum": [*OBSERVABLES, designs.DECISIONS]}
    keys["claims"]["items"] = {"anyOf": [{"type": "string", "examples": claims()}, _claim(named=True)]}
    keys["sampler"] = {"description": keys["sampler"]["description"], "oneOf": [_sampler(kind) for kind in FORMS]}
    keys["vary"]["items"] = _of_form(BLOCK, "what varies")
    known = [*(name for name in Scenario().parameters()), *(NEUTRAL_PREFIX + name for name in NEUTRAL)]
    keys["vary"]["items"]["properties"]["parameter"]["examples"] = known
    found["oneOf"] = [{"required": ["scenario"]}, {"required": ["scenarios"]}]
    return _with_settings(found)


def claim_schema() -> Schema:
    """The schema of a claim's file."""
    return _claim(named=False)


def _claim(*, named: bool) -> Schema:
    """A claim: by itself, or as a block of a design, which gives it a name."""
    found = _of_form(claim_files.FILE, "computerace: a claim")
    keys = found["properties"]
    keys["quantity"]["enum"] = list(OBSERVABLES)
    keys["claimant"]["examples"] = list(claim_files.WHO)
    names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    keys["rivals"]["anyOf"] = [{"type": "string", "examples": list(claim_files.AGAINST)}, names]
    moment: Schema = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": LONGEST}, {"type": "string"}]}
    for key in ("by", "at"):
        keys[key]["anyOf"] = [moment, {"type": "array", "items": moment, "minItems": 1}]
    found["oneOf"] = [{"required": ["by"]}, {"required": ["at"]}]
    if named:
        keys["name"] = {"type": "string", "description": "what it is called in tables"}
        found["required"] = [*found["required"], "name"]
    return found


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "scenario": scenario_schema,
    "design": design_schema,
    "claim": claim_schema,
}


def written(kind: str) -> str:
    """The text of a schema's file."""
    return json.dumps({"$schema": "http://json-schema.org/draft-07/schema#"} | SCHEMAS[kind](), indent=1) + "\n"


def _of_form(form: Form, title: str) -> Schema:
    found: Schema = form.reader.json_schema()
    for key in found["properties"].values():
        del key["title"]
    return found | {"title": title}


def _sampler(kind: str) -> Schema:
    found = _of_form(FORMS[kind], f"the sampler {kind}")
    found["properties"]["kind"]["const"] = kind
    if kind == "list":
        found["properties"]["points"]["type"] = "string"
    return found


def _with_settings(found: Schema) -> Schema:
    """The schema with every parameter under `settings`: by its full name in quotes, and as keys without quotes."""
    known, figures = Scenario().parameters(), _figures()
    plain = {name: one for name, one in known.items() if not name.startswith("labs.")}
    nested: dict[str, dict[str, Schema]] = {}
    for name in plain:
        mechanism, _, key = name.partition(".")
        nested.setdefault(mechanism, {})[key] = _reference(name)
    of_a_lab = _table({figure: _reference(f"labs.*.{figure}") for figure in figures}, "figures of a lab")
    found["properties"]["settings"] |= {
        "properties": {name: _reference(name) for name in plain}
        | {mechanism: _table(keys, f"parameters of {mechanism}") for mechanism, keys in nested.items()}
        | {"labs": {"type": "object", "additionalProperties": of_a_lab}},
        "patternProperties": {rf"^labs\.{LAB}\.{figure}$": _reference(f"labs.*.{figure}") for figure in figures},
        "additionalProperties": False,
    }
    every = plain | {f"labs.*.{figure}": one for figure, one in figures.items()}
    return found | {
        "definitions": {"setting": _setting_table()} | {name: _setting(name, one) for name, one in every.items()}
    }


def _figures() -> dict[str, Parameter]:
    """What is told of each lab, by the last part of its name."""
    known = Scenario().parameters()
    return {figure: known[f"labs.xAI.{figure}"] for figure in (*STATE, *TRAITS, "strategy")}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _table(keys: Mapping[str, Schema], text: str) -> Schema:
    return {"type": "object", "description": text, "properties": dict(keys), "additionalProperties": False}


def _plain(parameter: Parameter) -> Schema:
    """A value of a parameter, explained."""
    if parameter.choices:
        return {"description": parameter.text, "enum": list(parameter.choices)}
    low, high = parameter.bounds
    return NUMBER | {"description": f"{parameter.text} ({parameter.unit})", "minimum": low, "maximum": high}


def _setting(name: str, parameter: Parameter) -> Schema:
    """What may stand at a parameter's name: a value, a factor or a prior."""
    value = _plain(parameter)
    if parameter.choices:
        return value
    today = "" if name.startswith("labs.") else f": {parameter.value:g}"
    prior = f"; prior {parameter.prior.text}" if today and parameter.prior is not None else ""
    return {"description": value.pop("description") + today + prior, "anyOf": [value, _reference("setting")]}


def _setting_table() -> Schema:
    parts = [{"required": ["scale"], "maxProperties": 1}, {"required": ["prior", "low", "high"]}]
    return _of_form(SETTING, "a factor, or a prior") | {"oneOf": parts}


if __name__ == "__main__":
    for kind in SCHEMAS:
        (Path(__file__).parents[1] / "schema").joinpath(f"{kind}.json").write_text(written(kind), encoding="utf-8")
