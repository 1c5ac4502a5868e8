"""Figures of the owners: the state at the start and the traits of each lab, as parameters `labs.NAME.quantity`.

The rest of the market is what the labs leave of the world's totals, so that a lab which a scenario adds is taken out of
the rest. Tables: market/data/starts.csv (state by quarter) and market/data/traits.csv (conduct); each row has a value, a
5-95 % band, a unit, a source and a grade.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np

from computerace.market import own, vocabulary
from computerace.market.errors import UserError, unknown
from computerace.market.figure_effects import EFFECTS
from computerace.market.parameters import Parameter, Prior, lognormal, normal

REST = vocabulary.REST
DEFAULT_LABS = ("xAI", "Google", "Microsoft", "Meta")
TOTALS = (
    "owned_h100e", "powered_mw", "contracted_grid_mw", "contracted_on_site_mw", "contracted_ready_mw", "researchers", "stars",
    "cash_usd", "operating_cash_flow_usd_per_year", "capex_usd_per_year", "raised_usd_per_year", "users_share",
    "ai_revenue_usd_per_year",
)  # fmt: skip
COMPOSITION = ("share_ampere", "share_hopper", "share_blackwell", "in_house_share")
STATE = (
    *TOTALS, *COMPOSITION, "ai_capex_share", "rented_h100e", "let_share", "largest_site_h100e",
    "capability_index", "hallucination_rate", "software_efficiency", "utilisation",
)  # fmt: skip
TRAITS = (
    "access_weight", "prepaid_share", "build_years", "campus_mw", "in_house_target", "cash_flow_growth", "attrition",
    "relative_pay", "openings_growth", "purchase_cost", "experiment_share", "promised_growth", "backing_usd_per_month", "external_share",
    "power_grid_share", "power_on_site_share", "power_ready_share", "entry_month", "exit_month",
)  # fmt: skip
STRATEGIES = ("steady", "match_leader", "catch_up", "all_in", "retreat", "announced", "idle")
WORDS = ("strategy", "kind", "heir")  # how it answers rivals, which rules it follows, who takes over when it leaves
KINDS_OF_OWNER = ("Lab", "RestOfMarket")
FRACTIONS = (*COMPOSITION, "users_share", "ai_capex_share", "let_share", "hallucination_rate", "utilisation", "prepaid_share", "in_house_target", "experiment_share", "external_share", "power_grid_share", "power_on_site_share", "power_ready_share")  # fmt: skip
SIGNED = ("operating_cash_flow_usd_per_year", "cash_flow_growth")

LEAST_REST = 0.05  # of the world: the rest of the market has at least so much, whatever the labs are said to have

type Row = dict[str, str]


@cache
def _rows(table: str) -> tuple[Row, ...]:
    with files("computerace.market.data").joinpath(table).open(encoding="utf-8") as source:
        return tuple(csv.DictReader(source))


def start_dates() -> tuple[date, ...]:
    """Dates at which a race can start, oldest first."""
    return tuple(date.fromisoformat(text) for text in sorted({row["date"] for row in _rows("starts.csv")}))


def lab_parameters(
    start: date,
    labs: tuple[str, ...],
    blocks: Mapping[str, Mapping[str, object]],
    *,
    free_words: bool = False,
) -> dict[str, Parameter]:
    """Figures of the labs and of the rest of the market at a start date, by full name.

    blocks: figures that a scenario gives for a lab, by quantity; they replace the table's. free_words: take words
    (strategies, classes of labs) as they are, where what brought them has not been read.
    Raises UserError for a date outside the record, an unknown quantity, or a lab without a needed figure.
    """
    if start not in start_dates():
        allowed = ", ".join(day.isoformat() for day in start_dates())
        raise UserError(f"no starting state for {start.isoformat()}; the record has {allowed}")
    table = {(row["owner"], row["quantity"]): row for row in _rows("starts.csv") if row["date"] == start.isoformat()}
    found: dict[str, Parameter] = {}
    for lab in labs:
        for quantity in STATE:
            found[f"labs.{lab}.{quantity}"] = _state(lab, quantity, table, blocks.get(lab, {}))
        found |= _traits(lab, blocks.get(lab, {}), (*labs, REST), free_words)
        for key in blocks.get(lab, {}):
            if key not in (*STATE, *TRAITS, *WORDS):
                raise unknown(f"figure of lab {lab}", key, (*STATE, *TRAITS, *WORDS))
    for quantity in STATE:
        found[f"labs.{REST}.{quantity}"] = _of_rest(quantity, labs, table, found)
    return found | _traits(REST, {}, (*labs, REST))


def _state(lab: str, quantity: str, table: Mapping[tuple[str, str], Row], block: Mapping[str, object]) -> Parameter:
    row = table.get((lab, quantity))
    if row is None and quantity not in block:
        raise UserError(f"lab {lab} needs a figure for {quantity}: add it to its block in the scenario")
    if row is None:
        row = {"value": "0", "low": "0", "high": "0", "unit": "", "source": "scenario", "grade": "assumed", "note": ""}
        return _parameter(lab, quantity, row).fixed(block[quantity])
    described = _parameter(lab, quantity, row)
    return described.fixed(block[quantity]) if quantity in block else described


def _parameter(owner: str, quantity: str, row: Row) -> Parameter:
    value, low, high = float(row["value"]), float(row["low"] or row["value"]), float(row["high"] or row["value"])
    prior = None if low >= high else lognormal(low, high) if low > 0 else normal(low, high)
    return Parameter(
        name=f"labs.{owner}.{quantity}",
        value=value,
        unit=row["unit"],
        text=row.get("text") or quantity.replace("_", " "),
        source=row["source"],
        grade=row["grade"],
        prior=prior,
        low=-np.inf if quantity in SIGNED else 0.0,
        high=1.0 if quantity in FRACTIONS else np.inf,
        effect=EFFECTS.get(quantity),
    )


def _traits(
    owner: str, block: Mapping[str, object], owners: tuple[str, ...], free_words: bool = False
) -> dict[str, Parameter]:
    rows = {(row["owner"], row["quantity"]): row for row in _rows("traits.csv")}
    found = {}
    for quantity in TRAITS:
        described = _parameter(owner, quantity, rows.get((owner, quantity)) or rows["*", quantity])
        found[described.name] = described.fixed(block[quantity]) if quantity in block else described
    for quantity, choices in (
        ("strategy", (*STRATEGIES, *own.names(own.STRATEGY))),
        ("kind", (*KINDS_OF_OWNER, *own.names(own.LAB))),
        ("heir", owners),
    ):  # fmt: skip
        row = rows.get((owner, quantity)) or rows["*", quantity]
        name = f"labs.{owner}.{quantity}"
        known = (*choices, str(block[quantity])) if free_words and quantity in block else choices
        word = Parameter(name, row["value"], "choice", row["text"], row["source"], row["grade"], choices=known)
        found[name] = word.fixed(block[quantity]) if quantity in block else word
    return found


def _of_rest(
    quantity: str, labs: tuple[str, ...], table: Mapping[tuple[str, str], Row], found: Mapping[str, Parameter]
) -> Parameter:
    if quantity in TOTALS:
        return _less(
            _parameter(REST, quantity, table["World", quantity]), [found[f"labs.{lab}.{quantity}"] for lab in labs]
        )
    if quantity in COMPOSITION:
        return _average_of_rest(quantity, "owned_h100e", labs, table, found)
    if quantity == "ai_capex_share":
        return _average_of_rest(quantity, "capex_usd_per_year", labs, table, found)
    return _parameter(REST, quantity, table[REST, quantity])


def _less(whole: Parameter, parts: list[Parameter]) -> Parameter:
    """What parts leave of a whole, at least a twentieth of it; the band keeps its width in proportion."""
    value = max(float(whole.value) - sum(float(part.value) for part in parts), LEAST_REST * float(whole.value))
    if whole.prior is None:
        return replace(whole, value=value)
    factor = value / float(whole.value)
    return replace(
        whole, value=value, prior=Prior(whole.prior.kind, whole.prior.low * factor, whole.prior.high * factor)
    )


def _average_of_rest(
    quantity: str,
    weight: str,
    labs: tuple[str, ...],
    table: Mapping[tuple[str, str], Row],
    found: Mapping[str, Parameter],
) -> Parameter:
    """A fraction of the rest, from the world's and the labs' fractions weighted by another figure."""
    world = float(table["World", weight]["value"])
    total = world * float(table["World", quantity]["value"])
    held = {lab: float(found[f"labs.{lab}.{weight}"].value) for lab in labs}
    theirs = sum(held[lab] * float(found[f"labs.{lab}.{quantity}"].value) for lab in labs)
    share = (total - theirs) / max(world - sum(held.values()), LEAST_REST * world)
    described = _parameter(REST, quantity, table["World", quantity])
    return replace(described, value=min(max(share, 0.0), 1.0), prior=None)
