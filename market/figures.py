"""Figures of the owners: the state at the start and the traits of each lab, as parameters `labs.NAME.quantity`.

The rest of the market is what the labs leave of the world's totals, so that a lab which a scenario adds is taken out of
the rest. What is no total (its largest site, how much it lets) comes from the owners on record that are still in it, and
from the row `Others`, which stands for all that nobody names. Tables: market/data/starts.csv (state by quarter) and
market/data/traits.csv (conduct); each row has a value, a 5-95 % band, a unit, a source and a grade.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

from computerace.market import own, vocabulary
from computerace.market.errors import UserError, unknown
from computerace.market.figure_bounds import BOUNDS
from computerace.market.figure_effects import EFFECTS
from computerace.market.figure_words import WORDS as WORDS_OF
from computerace.market.parameters import Parameter, Prior, lognormal, normal

REST = vocabulary.REST
OTHERS = "Others"  # in the tables: the rest of the market without the owners that have rows of their own
WORLD = "World"
DEFAULT_LABS = ("xAI", "Google", "Microsoft", "Meta")
TOTALS = (
    "owned_h100e", "powered_mw", "contracted_grid_mw", "contracted_on_site_mw", "contracted_ready_mw", "researchers", "stars",
    "cash_usd", "operating_cash_flow_usd_per_year", "capex_usd_per_year", "raised_usd_per_year", "users_share",
    "ai_revenue_usd_per_year",
)  # fmt: skip
COMPOSITION = ("share_ampere", "share_hopper", "share_blackwell", "in_house_share")
STATE = (
    *TOTALS, *COMPOSITION, "ai_capex_share", "added_h100e_per_month", "rented_h100e", "let_share", "largest_site_h100e",
    "capability_index", "hallucination_rate", "software_efficiency", "utilisation",
)  # fmt: skip
ADDED = "added_h100e_per_month"  # 0, where the record has none
OF_REST = tuple(quantity for quantity in STATE if quantity != "rented_h100e")  # it rents what labs leave of what is let
TRAITS = (
    "access_weight", "prepaid_share", "build_years", "campus_mw", "in_house_target", "cash_flow_growth", "attrition",
    "relative_pay", "openings_growth", "purchase_cost", "promised_growth", "backing_usd_per_month", "equity_share",
    "listing_share", "external_share",
    "power_grid_share", "power_on_site_share", "power_ready_share", "entry_month", "exit_month",
)  # fmt: skip
NOT_OF_REST = ("equity_share", "entry_month", "exit_month")  # it raises no rounds, and neither enters nor leaves
STRATEGIES = ("steady", "match_leader", "catch_up", "all_in", "retreat", "announced", "idle")
WORDS = ("strategy", "kind", "heir")  # how it answers rivals, which rules it follows, who takes over when it leaves
KINDS_OF_OWNER = ("Lab", "RestOfMarket", "BestResponder")
GROWTHS = ("cash_flow_growth",)  # logs, so that a band is a normal prior
LARGEST_OF = ("largest_site_h100e", "capability_index", "software_efficiency")  # the rest has what its best has
AVERAGED_BY = {"let_share": "owned_h100e", "utilisation": "owned_h100e", "hallucination_rate": "users_share"}

NOT_ADDED = {"value": "0", "low": "0", "high": "0", "unit": "H100e/month", "source": "by definition", "grade": "A"}
LEAST_REST = 0.05  # of the world: the rest of the market has at least so much, whatever the labs are said to have

type Row = dict[str, str]
type Table = Mapping[tuple[str, str], Row]  # by owner and quantity


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
    giver: str = "scenario",
    free_words: bool = False,
) -> dict[str, Parameter]:
    """Figures of the labs and of the rest of the market at a start date, by full name.

    blocks: figures that a scenario gives for a lab, by quantity; they replace the table's. giver: who gives them, as the
    parameters say it. free_words: take words (strategies, classes of labs) as they are, where what brought them has not
    been read.
    Raises UserError for a date outside the record, an unknown quantity, or a lab without a needed figure.
    """
    if start not in start_dates():
        allowed = ", ".join(day.isoformat() for day in start_dates())
        raise UserError(f"no starting state for {start.isoformat()}; the record has {allowed}")
    table = {(row["owner"], row["quantity"]): row for row in _rows("starts.csv") if row["date"] == start.isoformat()}
    found: dict[str, Parameter] = {}
    for lab in labs:
        for quantity in STATE:
            found[f"labs.{lab}.{quantity}"] = _state(lab, quantity, table, blocks.get(lab, {}), giver)
        found |= _traits(lab, lab, blocks.get(lab, {}), (*labs, REST), giver, free_words)
        for key in blocks.get(lab, {}):
            if key not in (*STATE, *TRAITS, *WORDS):
                raise unknown(f"figure of lab {lab}", key, (*STATE, *TRAITS, *WORDS))
    left = tuple(owner for owner in _members(table) if owner not in labs)
    for quantity in OF_REST:
        found[f"labs.{REST}.{quantity}"] = _of_rest(quantity, labs, left, table, found)
    like = OTHERS if left == (OTHERS,) else REST
    return found | _traits(REST, like, {}, (*labs, REST), giver)


def _state(lab: str, quantity: str, table: Table, block: Mapping[str, object], giver: str) -> Parameter:
    row = table.get((lab, quantity)) or (dict(NOT_ADDED) if quantity == ADDED else None)
    if row is None and quantity not in block:
        raise UserError(f"lab {lab} needs a figure for {quantity}: {_where_to_find(lab)}")
    described = _parameter(
        lab, quantity, row or {"value": "0", "low": "", "high": "", "unit": "", "source": "", "grade": ""}
    )
    return described.given(block[quantity], giver) if quantity in block else described


def part_left_of_rest(start: date, labs: tuple[str, ...], blocks: Mapping[str, Mapping[str, object]]) -> float:
    """How many of its researchers the rest keeps with these labs, of those that it has beside the usual ones."""
    usual, left = (
        float(lab_parameters(start, some, given, free_words=True)[f"labs.{REST}.researchers"].value)
        for some, given in ((DEFAULT_LABS, {}), (labs, blocks))
    )
    return left / usual


def _where_to_find(lab: str) -> str:
    """What helps where the record says nothing of a lab at a start."""
    dates = sorted({row["date"] for row in _rows("starts.csv") if row["owner"] == lab})
    here = f"the record has it at {', '.join(dates)}, so start there, or " if dates else ""
    return f"{here}add it to its block in the scenario"


def _parameter(owner: str, quantity: str, row: Row) -> Parameter:
    value, low, high = float(row["value"]), float(row["low"] or row["value"]), float(row["high"] or row["value"])
    least, most = BOUNDS[quantity]
    logarithmic = low > 0 and quantity not in GROWTHS
    prior = None if low >= high else lognormal(low, high) if logarithmic else normal(low, high)
    return Parameter(
        name=f"labs.{owner}.{quantity}",
        value=value,
        unit=row["unit"],
        text=row.get("text") or WORDS_OF.get(quantity, quantity),
        source=row["source"],
        grade=row["grade"],
        prior=prior,
        low=least,
        high=most,
        effect=EFFECTS.get(f"{owner}.{quantity}", EFFECTS.get(quantity)),
    )


def _traits(
    owner: str, like: str, block: Mapping[str, object], owners: tuple[str, ...], giver: str, free_words: bool = False
) -> dict[str, Parameter]:
    """The conduct of an owner, from the rows of the owner that it is like, or the rest's, or those for everybody."""
    rows = {(row["owner"], row["quantity"]): row for row in _rows("traits.csv")}
    found = {}
    for quantity in TRAITS:
        if owner == REST and quantity in NOT_OF_REST:
            continue
        described = _parameter(owner, quantity, _row(rows, (like, owner, "*"), quantity))
        found[described.name] = described.given(block[quantity], giver) if quantity in block else described
    for quantity, choices in (
        ("strategy", (*STRATEGIES, *own.names(own.STRATEGY))),
        ("kind", (*KINDS_OF_OWNER, *own.names(own.LAB))),
        ("heir", owners),
    ):  # fmt: skip
        row = _row(rows, (like, owner, "*"), quantity)
        name = f"labs.{owner}.{quantity}"
        known = (*choices, str(block[quantity])) if free_words and quantity in block else choices
        word = Parameter(name, row["value"], "choice", row["text"], row["source"], row["grade"], choices=known)
        found[name] = word.given(block[quantity], giver) if quantity in block else word
    return found


def _row(rows: Table, owners: tuple[str, ...], quantity: str) -> Row:
    """The row of the first of the owners that has one."""
    return next(rows[owner, quantity] for owner in owners if (owner, quantity) in rows)


def in_rest(labs: Iterable[str]) -> tuple[str, ...]:
    """Owners of whom the record knows at some date and that a scenario with these labs leaves in the rest."""
    named = tuple(labs)
    known = dict.fromkeys(row["owner"] for row in _rows("starts.csv"))
    return tuple(owner for owner in known if owner not in (*named, *DEFAULT_LABS, REST, WORLD, OTHERS))


def _members(table: Table) -> tuple[str, ...]:
    """Owners on record that are in the rest of the market unless a scenario takes them out."""
    return tuple(dict.fromkeys(owner for owner, _ in table if owner not in (*DEFAULT_LABS, REST, WORLD)))


def _of_rest(
    quantity: str, labs: tuple[str, ...], left: tuple[str, ...], table: Table, found: Mapping[str, Parameter]
) -> Parameter:
    """left: owners on record that are still in the rest."""
    if quantity in (*TOTALS, ADDED):
        return _less(
            _parameter(REST, quantity, table.get((WORLD, quantity)) or NOT_ADDED),
            [found[f"labs.{lab}.{quantity}"] for lab in labs],
        )
    if quantity in COMPOSITION:
        return _average_of_rest(quantity, "owned_h100e", labs, table, found)
    if quantity == "ai_capex_share":
        return _average_of_rest(quantity, "capex_usd_per_year", labs, table, found)
    if left == _members(table) or OTHERS not in left:  # nobody on record was taken out, or nothing is said of others
        return _parameter(REST, quantity, table[REST, quantity])
    if quantity in LARGEST_OF:
        best = max(left, key=lambda owner: float(table[owner, quantity]["value"]))
        return _parameter(REST, quantity, table[best, quantity])
    return _average_of_left(quantity, AVERAGED_BY[quantity], left, table)


def _average_of_left(quantity: str, weight: str, left: tuple[str, ...], table: Table) -> Parameter:
    """A fraction of the owners that are still in the rest, weighted by another figure; as uncertain as that of others."""
    held = {owner: float(row["value"]) for (owner, name), row in table.items() if name == weight}
    named = sum(value for owner, value in held.items() if owner not in (WORLD, REST))
    held[OTHERS] = max(held[WORLD] - named, LEAST_REST * held[WORLD])
    total = sum(held[owner] for owner in left)
    value = sum(held[owner] * float(table[owner, quantity]["value"]) for owner in left) / total
    described = _parameter(REST, quantity, table[OTHERS, quantity])
    return _of_value(described, value)


def _less(whole: Parameter, parts: list[Parameter]) -> Parameter:
    """What parts leave of a whole, at least a twentieth of it; the band keeps its width in proportion."""
    value = max(float(whole.value) - sum(float(part.value) for part in parts), LEAST_REST * float(whole.value))
    return _of_value(whole, value)


def _of_value(described: Parameter, value: float) -> Parameter:
    """The parameter at another value, its band as wide in proportion."""
    if described.prior is None:
        return replace(described, value=value)
    factor, prior = value / float(described.value), described.prior
    return replace(described, value=value, prior=Prior(prior.kind, prior.low * factor, prior.high * factor))


def _average_of_rest(
    quantity: str,
    weight: str,
    labs: tuple[str, ...],
    table: Table,
    found: Mapping[str, Parameter],
) -> Parameter:
    """A fraction of the rest, from the world's and the labs' fractions weighted by another figure."""
    world = float(table[WORLD, weight]["value"])
    total = world * float(table[WORLD, quantity]["value"])
    held = {lab: float(found[f"labs.{lab}.{weight}"].value) for lab in labs}
    theirs = sum(held[lab] * float(found[f"labs.{lab}.{quantity}"].value) for lab in labs)
    share = (total - theirs) / max(world - sum(held.values()), LEAST_REST * world)
    described = _parameter(REST, quantity, table[WORLD, quantity])
    return replace(described, value=min(max(share, 0.0), 1.0), prior=None)
