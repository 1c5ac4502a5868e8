"""The claim's table on a terminal: the chance by each deadline, when, and how far the claimant gets."""

import math
from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.vocabulary import RIVAL_NAMES, RIVAL_WORDS
from computerace.runs.answers.claims import ClaimAnswer, FolderClaim, MoneyRow, OwnClaim, RareAnswer
from computerace.runs.terminal.race import first_month, month_name, ratio, rivals_lines, show, titled_table
from computerace.shown import plain

MOST_LEANING = 6
OWN_NOTE = "in brackets 95 % intervals; <, >: bounds where hardly a world, or almost every one, got there"
LAID_OUT = (
    "The points were laid out, not drawn from the priors: a share of these worlds is",
    "no probability of the future.",
)


def show_claim(answer: ClaimAnswer, *, own_alone: bool = False) -> None:
    """Print the claim's answer, or the rare one alone; `answer` is the object of `claim --json`."""
    many = f" at {answer['points']:,} points" if answer["points"] > 1 else ""
    size = f"{answer['worlds']:,} worlds{many} of {answer['months']} months from {month_name(answer['start'], 0)}"
    parts: list[RenderableType] = [
        Text(f"{answer['run']}: will {answer['claimant']} have more compute than its rivals combined?", "bold"),
        Text(size),
    ]
    own = own_claims(answer.get("claims", []), answer["start"])
    if own_alone:
        show(Group(Text(f"{answer['run']}: {size}", "bold"), *own, Text(OWN_NOTE, "dim")))
        return
    if "rare" in answer:
        if "asked" in answer["rare"]:
            parts = [Text(f"{answer['run']}: {size}", "bold")]
        show(Group(*parts, Text(""), _rare(answer["rare"], answer)))
        return
    for name in dict.fromkeys(row.get("scenario", "") for row in answer["claim"]):
        rows = [row for row in answer["claim"] if row.get("scenario", "") == name]
        parts += [Text(""), *([Text(f"scenario {name}", "bold")] if name else [])]
        for rivals in dict.fromkeys(row["rivals"] for row in rows):
            parts += [_chances([row for row in rows if row["rivals"] == rivals], rivals, answer), Text("")]
        parts += [_extent(rows, answer), *_money(name, answer)]
    parts += rivals_lines(answer["claim"])
    parts += [Text(line, "dim") for line in notes(answer)]
    show(Group(*parts, *own))


def _chances(rows: list[FolderClaim], rivals: str, answer: ClaimAnswer) -> RenderableType:
    """Deadlines down, definitions across: the chance in percent with its interval."""
    table = titled_table("", 0)
    table.add_column("by", no_wrap=True)
    definitions = list(dict.fromkeys(row["definition"] for row in rows))
    for definition in definitions:
        table.add_column(definition, justify="right", no_wrap=True)
    for month in dict.fromkeys(row["deadline_months"] for row in rows):
        found = {row["definition"]: row for row in rows if row["deadline_months"] == month}
        table.add_row(month_name(answer["start"], month), *(chance(found[one]) for one in definitions))
    said = f"Chance in % that {answer['claimant']} has passed {RIVAL_WORDS[rivals]} by then (95 % interval)"
    return Group(Text(said, "bold italic"), table)


def own_claims(rows: list[OwnClaim], start: str) -> list[RenderableType]:
    """A table for each claim: labs and deadlines down, the chance and the first month across."""
    found: list[RenderableType] = []
    for keys in dict.fromkeys((row["claim"], row.get("scenario", "")) for row in rows):
        of_it = [row for row in rows if (row["claim"], row.get("scenario", "")) == keys]
        scenario = f", scenario {keys[1]}" if keys[1] else ""
        found += [Text(""), Text(f"{of_it[0]['question']} ({keys[0]}{scenario})", "bold italic"), _own(of_it, start)]
    return found


def _own(rows: list[OwnClaim], start: str) -> RenderableType:
    table = titled_table("", 1)
    table.add_column("of", no_wrap=True)
    table.add_column("when", no_wrap=True)
    table.add_column("chance in %", justify="right", no_wrap=True)
    table.add_column("first month", justify="right", no_wrap=True)
    for row in rows:
        middle = row["first_month"]
        when = "–" if middle is None else month_name(start, round(middle))
        table.add_row(row["lab"], month_name(start, row["deadline_months"]), chance(row), when)
    return table


def chance(row: FolderClaim | OwnClaim) -> str:
    """A probability in percent with its interval; a bound where no world, or every one, got there."""
    low, high = row["interval"]
    return with_interval(row["probability"], low, high)


def with_interval(share: float, low: float, high: float, words: Callable[[float], str] | None = None) -> str:
    """A share in percent with its interval, in no more decimals than that bears; a bound where it is all there is.

    words: for each of the three; `percent` if not given.
    """
    from computerace.analysis.claim import borne, is_bound

    words = words or percent
    if is_bound(share, low, high):
        return f"< {words(high)}" if share < 0.5 else f"> {words(low)}"
    middle, least, most = (_cut(words(one), one, borne(low, high)) for one in (share, low, high))
    return f"{middle} ({least}–{most})"


def _cut(figure: str, share: float, decimals: int) -> str:
    """A percentage with no more decimals than these."""
    return figure if len(figure.partition(".")[2]) <= decimals else f"{100 * share:.{decimals}f}"


def percent(share: float) -> str:
    """A share in percent, short enough for a column: three figures from 1 on, then two decimals, one figure if tiny."""
    value = 100 * share
    if value >= 1 or value == 0:
        return plain(value)
    return f"{value:.2f}" if value >= 0.01 else plain(value, 1)


def _extent(rows: list[FolderClaim], answer: ClaimAnswer) -> RenderableType:
    """When it came true, and the ratio, at the last deadline."""
    last = max(row["deadline_months"] for row in rows)
    table = titled_table(f"When, and how far {answer['claimant']} gets by {month_name(answer['start'], last)}", 1)
    for heading in ("compute", "rivals"):
        table.add_column(heading, no_wrap=True)
    for heading in ("first month", f"{answer['claimant']} / rivals"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        if row["deadline_months"] == last:
            when = first_month(row, answer["start"])
            table.add_row(row["definition"], RIVAL_NAMES[row["rivals"]], when, ratio(row))
    return table


def _money(scenario: str, answer: ClaimAnswer) -> list[RenderableType]:
    """The chance by outside money at the last deadline; nothing where the folder keeps none."""
    from computerace.analysis.money import in_billions

    rows = [row for row in answer.get("money", []) if row.get("scenario", "") == scenario]
    if not rows:
        return []
    by = month_name(answer["start"], rows[0]["deadline_months"])
    table = titled_table("", 0)
    table.add_column("billion USD", no_wrap=True)
    for heading in ("worlds", *rows[0]["probability"]):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        chances = (chance_by_money(row, definition) for definition in row["probability"])
        bounds = in_billions(row["from_usd"], math.inf if row["to_usd"] is None else row["to_usd"])
        table.add_row(bounds, f"{percent(row['share'])} %", *chances)
    who = f"{answer['claimant']} has passed {RIVAL_WORDS[rows[0]['rivals']]}"
    said = f"Chance in % that {who} by {by}, by money"
    return [Text(""), Text(said, "bold italic"), table]


def chance_by_money(row: MoneyRow, definition: str) -> str:
    """A chance in percent with its interval, two figures each, or the bound that so many worlds can give."""
    low, high = row["interval"][definition]
    return with_interval(row["probability"][definition], low, high, lambda share: plain(100 * share, 2))


def notes(answer: ClaimAnswer) -> list[str]:
    """How to read it, in lines of at most 80 characters."""
    from computerace.analysis.claim import RARE

    lines = ["<, >: bounds where hardly a world, or almost every one, got there; else medians", "and 5–95 %"]
    fewest = min(row["effective_worlds"] for row in answer["claim"])
    if fewest < 0.9 * answer["worlds"]:
        why = "are weighted by later figures" if answer.get("weighted") else "share points or luck"
        lines.append(f"Worlds {why}: for some intervals they count as {fewest:,.0f}.")
    if answer.get("moved"):
        lines.append("An ensemble smoother moved these worlds to later figures; they count alike.")
    if not answer["is_sample"]:
        lines += LAID_OUT
    last = max(row["deadline_months"] for row in answer["claim"])
    rare = [row for row in answer["claim"] if row["deadline_months"] == last and row["probability"] < RARE]
    if rare and answer["is_sample"] and not (answer.get("weighted") or answer.get("moved")):
        one = rare[0]
        lines.append(
            f"Below 0.1 % worlds hardly count: for {one['definition']} against {RIVAL_NAMES[one['rivals']]} try"
        )
        lines.append(f"--rare --definition {one['definition']} --rivals {one['rivals']}, which splits its way there.")
    return lines


def _rare(found: RareAnswer, answer: ClaimAnswer) -> RenderableType:
    """The probability by importance splitting, and what the worlds that got there have in common."""
    low, high = (plain(100 * end) for end in found["interval"])
    chances = {
        f"splitting, {found['evaluations']:,} worlds in {len(found['repeats'])} repeats": (
            f"{plain(100 * found['probability'])} % ({low} to {high} %)" if found["probability"] else f"below {high} %"
        ),
        **{
            f"counting, {row['worlds_reached']:,} of {row['worlds']:,} worlds": f"{chance(row)} %"
            for row in answer["claim"]
            if "asked" not in found
            and all(row[key] == found[key] for key in ("definition", "rivals", "deadline_months"))
        },
    }
    by = month_name(answer["start"], found["deadline_months"])
    head = f"Chance of {found['definition']} compute against {RIVAL_NAMES[found['rivals']]} by {by} (95 % interval)"
    lines = [Text(f"  {how:<42} {said}") for how, said in chances.items()]
    named: list[Text] = rivals_lines(row for row in answer["claim"] if row["rivals"] == found["rivals"])
    if "asked" in found:
        head, named = f"{found['asked']['question']} ({found['asked']['lab']}, {by}; 95 % interval)", []
    leaning = [Text(""), _leaning(found)] if found["leaning"] else []
    return Group(Text(head, "bold italic"), *lines, *named, *leaning)


def _leaning(found: RareAnswer) -> RenderableType:
    table = titled_table("What the worlds that got there have in common", 1)
    table.add_column("parameter", no_wrap=True)
    table.add_column("standard deviations from its middle", justify="right")
    for row in found["leaning"][:MOST_LEANING]:
        table.add_row(row["parameter"], f"{row['deviations']:+.1f}")
    return table
