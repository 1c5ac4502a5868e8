"""The report's page, from a template that escapes whatever it is given."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import pandas as pd

from computerace.analysis.claim import as_percent, probability_words
from computerace.analysis.columns import RIVAL_WORDS
from computerace.analysis.folder import Runs
from computerace.analysis.leads import leads
from computerace.analysis.manifest_form import Written, design_in
from computerace.analysis.money import in_billions, of_money, words_by_money
from computerace.analysis.report.answer import (
    Answer,
    definitions_sentence,
    month,
    question,
    ratio_sentence,
    scenarios_sentence,
    sentence,
    updated_sentence,
)
from computerace.analysis.report.certainty import certainty, points_sentence
from computerace.analysis.report.figure import Figure, Table
from computerace.analysis.report.inline import dark_variables
from computerace.analysis.report.rests_on import GRADES, RestsOn
from computerace.market.rivals import against, in_words

CANNOT = (
    """Nobody publishes most of the figures that the model rests on. Each has a source and a grade; those graded
    “assumed” have wide priors, and the answer is no better than they are.""",
    """It knows the labs of its scenario, and the rest of the market as one buyer: no new entrant, merger, law or war
    that is not in a scenario.""",
    """It counts compute and not what is done with it. That AGI follows from compute is an assumption of those who claim
    it.""",
    """A probability of one in a hundred means that one world in a hundred of this model ended so. The model's form is
    itself an assumption: look at other rules and definitions before leaning on a number.""",
)
SAMPLERS = {
    "none": "one of each scenario",
    "prior": "points drawn from the priors",
    "lhs": "a Latin hypercube",
    "sobol": "a Sobol' sequence",
    "halton": "a Halton sequence",
    "grid": "every combination of the values given",
    "saltelli": "Saltelli's design, for Sobol' indices",
    "morris": "Morris's trajectories, for a screening",
    "list": "the points of a list",
}


@dataclass(frozen=True)
class Drawn:
    """A figure, its SVG and the tables below it, ready for the page."""

    figure: Figure
    svg: str
    tables: Sequence[Table] = ()


def page(
    answer: Answer,
    found: RestsOn,
    drawn: Sequence[Drawn],
    missing: Sequence[tuple[str, str]],
    claims: pd.DataFrame | None = None,
) -> str:
    """The whole page as HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("computerace.analysis.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = as_percent
    svgs = "".join(one.svg for one in drawn)
    text = environment.get_template("page.html").render(
        title=_title(answer.runs),
        question=question(answer),
        sentences=[one for one in _sentences(answer) if one],
        points=points_sentence(answer),
        facts=_facts(answer.runs),
        drawn=drawn,
        certainty=certainty(answer),
        share="probability" if answer.is_probability else "share of worlds",
        claim=_claim_rows(answer),
        deadlines=_deadline_rows(answer),
        money=_money_rows(answer),
        labs=answer.runs.labs,
        leads=_lead_rows(answer),
        own_claims=[] if claims is None else _own_claims(answer, claims),
        deadline=month(answer.runs, answer.deadline),
        claimant=answer.runs.claimant,
        rests_on=found,
        parameters=[] if found.table is None else found.table.to_dict("records"),
        grades=[(grade, words, found.grades.get(grade, 0)) for grade, words in GRADES.items()],
        cannot=CANNOT,
        missing=by_reason(missing),
        manifest=_manifest_rows(answer.runs),
        whole_manifest=json.dumps(answer.runs.manifest, indent=1, ensure_ascii=False),
        dark=dark_variables(svgs),
    )
    return re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", text)  # a number and its sign stay on one line


def _sentences(answer: Answer) -> tuple[str, ...]:
    return (
        sentence(answer),
        updated_sentence(answer),
        ratio_sentence(answer),
        scenarios_sentence(answer),
        definitions_sentence(answer),
    )


def by_reason(missing: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Titles and reason, with the titles that share a reason together."""
    reasons: dict[str, list[str]] = {}
    for title, why in missing:
        reasons.setdefault(why, []).append(title)
    return [("; ".join(titles), why) for why, titles in reasons.items()]


def _title(runs: Runs) -> str:
    names = ", ".join(runs.scenarios[:3]) + (f" and {len(runs.scenarios) - 3} more" if len(runs.scenarios) > 3 else "")
    return f"{'Sweep' if runs.points is not None else 'Race'}: {names}"


def _facts(runs: Runs) -> list[str]:
    """What was run, in a few words each."""
    manifest = runs.manifest
    facts = [f"{len(runs.worlds):,} worlds", f"{runs.horizon} months from {month(runs, 0)}", f"seed {manifest['seed']}"]
    if runs.points is not None:
        sampler = design_in(manifest)["sampler"]["kind"]
        facts.insert(1, f"{len(runs.points):,} points: {SAMPLERS.get(sampler, sampler)}")
        if len(runs.scenarios) > 1:
            facts.insert(1, f"{len(runs.scenarios)} scenarios")
    if manifest.get("fixed"):
        facts.append("other parameters at their centre")
    return facts


def _claim_rows(answer: Answer) -> list[dict[str, str]]:
    """The claim table in words: a row for each definition and set of rivals."""
    return [
        {
            "definition": str(row["definition"]),
            "rivals": f"{RIVAL_WORDS[str(row['rivals'])]}: {_who(answer.runs, str(row['rivals']))}",
            "probability": probability_words(row),
            "first": _first_month(answer.runs, row),
            "ratio": _ratio(row),
        }
        for row in answer.claim.to_dict("records")
    ]


def _who(runs: Runs, rivals: str) -> str:
    """Who counts as a rival and who is left out, by name."""
    return in_words(against(rivals, runs.claimant, runs.labs))


def _first_month(runs: Runs, row: Any) -> str:
    if not row["reached"]:
        return "never"
    return f"{month(runs, row['first_month_p50'])}"


def _ratio(row: Any) -> str:
    """The median ratio and its 5 to 95 % range."""
    return f"{row['ratio_p50']:.2g} ({row['ratio_p5']:.2g} to {row['ratio_p95']:.2g})"


def _deadline_rows(answer: Answer) -> list[dict[str, str]]:
    return [
        {
            "deadline": month(answer.runs, row["deadline_months"]),
            "probability": probability_words(row),
            "ratio": _ratio(row),
        }
        for row in answer.deadlines.to_dict("records")
    ]


class MoneyRow(TypedDict):
    """The claim where so much was raised, in words; chances by definition."""

    bounds: str
    worlds: str
    chances: dict[str, str]


class OwnQuestion(TypedDict):
    """A claim of one's own in words: its question, and a row for each lab and deadline."""

    question: str
    rows: list[dict[str, str]]


class LeadRow(TypedDict):
    """Who owns most in a month, in words: a cell for each lab."""

    month: str
    cells: list[dict[str, str]]


def _money_rows(answer: Answer) -> list[MoneyRow]:
    """The claim against money in words; none where the run kept no money at the deadline."""
    rows = of_money(answer.of.worlds, answer.runs.claimant, answer.deadline, crossed=answer.crossed)
    return [
        {
            "bounds": in_billions(row.from_usd, row.to_usd),
            "worlds": f"{row.worlds:,}",
            "chances": {one: words_by_money(row, one) for one in row.probability},
        }
        for row in rows
    ]


def _own_claims(answer: Answer, claims: pd.DataFrame) -> list[OwnQuestion]:
    """Claims of one's own in words: question and rows of each, in each scenario where there are several."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in claims.to_dict("records"):
        scenario = f" (scenario {row['scenario']})" if "scenario" in row else ""
        first = "–" if math.isnan(row["first_month_p50"]) else month(answer.runs, row["first_month_p50"])
        found.setdefault(f"{row['question']}{scenario}", []).append(
            {
                "lab": str(row["lab"]),
                "when": month(answer.runs, row["deadline_months"]),
                "chance": probability_words(row),
                "first": first,
            }
        )
    return [{"question": question, "rows": rows} for question, rows in found.items()]


def _lead_rows(answer: Answer) -> list[LeadRow]:
    """Who owns most, year by year, in words: a cell for each lab; none where the folder keeps no lab's compute."""
    found = leads(answer.of.worlds, answer.of.labs, crossed=answer.crossed)
    return [
        {
            "month": month(answer.runs, number),
            "cells": [_lead(row) for row in found[found["month"] == number].to_dict("records")],
        }
        for number in found["month"].unique().tolist()
    ]


def _lead(row: Any) -> dict[str, str]:
    middle = as_percent(row["share_p50"])
    return {
        "chance": probability_words(row),
        "share": f"{middle} ({as_percent(row['share_p5'])} to {as_percent(row['share_p95'])})",
    }


def _manifest_rows(runs: Runs) -> list[tuple[str, str]]:
    """The manifest in brief."""
    manifest = runs.manifest
    scenario = manifest["scenario"]
    rows = [
        ("scenario", ", ".join(runs.scenarios)),
        ("what it asks", str(scenario.get("question", ""))),
        ("labs", ", ".join(runs.labs)),
        ("settings", _settings(scenario.get("settings", {}))),
        ("parameters from", str(scenario.get("parameter_set", "prior"))),
        ("taken out", ", ".join(scenario.get("neutral", [])) or "nothing"),
        ("seed", str(manifest["seed"])),
        ("kept", str(manifest.get("keep", ""))),
        ("run", f"{manifest.get('started', '')} to {manifest.get('ended', '')}"),
        ("commit", str(manifest.get("commit") or "unknown")),
        ("versions", ", ".join(f"{name} {number}" for name, number in manifest.get("versions", {}).items())),
        ("machine", ", ".join(str(one) for one in manifest.get("machine", {}).values() if one)),
    ]
    if runs.points is not None:
        varied = [str(one["parameter"]) for one in design_in(manifest).get("vary", [])]
        words = ", ".join(varied[:12]) + (f" and {len(varied) - 12} more" if len(varied) > 12 else "")
        rows.insert(4, ("varied by the design", words or "as its list says"))
    return rows


def _settings(settings: Written) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items()) or "as in the baseline"
