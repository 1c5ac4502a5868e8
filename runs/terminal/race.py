"""The race on a terminal: who has what, how likely the claim is, and what bound whom."""

import datetime
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from computerace.market.rivals import legend
from computerace.market.vocabulary import ALL_CAUSES, FREE, RIVAL_NAMES
from computerace.observables import COMPUTE
from computerace.runs.answers.claims import Lead, RaceAnswer, RaceClaim, Spread, When
from computerace.shown import plain

H100_DENSE_BF16_FLOP_PER_S = 989.5e12  # NVIDIA H100 SXM data sheet, dense BF16
MIDDLE_MONTH = 24
WIDTH = 110  # characters, where the output is no terminal
ROOMY = 90  # characters from which columns stand further apart


def show_race(answer: RaceAnswer, claimant: str, question: str, seconds: float) -> None:
    """Print a run's answer; `answer` is the object of `race --json`."""
    gap = 1 if page().width >= ROOMY else 0
    show(
        Group(
            Text(f"{answer['scenario']}: {question}", style="bold"),
            Text(
                f"{answer['worlds']:,} worlds of {answer['months']} months from {month_name(answer['start'], 0)}, "
                f"seed {answer['seed']}, in {seconds:.1f} s"
            ),
            Text(""),
            labs_table(answer, gap),
            Text(""),
            claim_table(answer, claimant, gap),
            Text(""),
            leads_table(answer, gap),
            Text(""),
            bound_table(answer, gap),
            *_claims(answer),
        )
    )


def _claims(answer: RaceAnswer) -> list[RenderableType]:
    """The claims that were asked for beside."""
    from computerace.runs.terminal.claim import own_claims

    return own_claims(answer["claims"], answer["start"]) if "claims" in answer else []


def page(width: int = WIDTH) -> Console:
    """Standard output; where it is no terminal, `width` characters wide."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=width)


def show(content: RenderableType, width: int = WIDTH) -> None:
    """Print on standard output; where the terminal is too narrow for a table's figures, say so and let lines run on.

    Rich would cut what does not fit: of "0.74 ± 0.09 %" the first half stays and reads like a whole figure.
    """
    console = page(width)
    least = _least_width(content, console)
    if least > console.width:
        console.print(
            f"(the tables take {least} columns, this terminal has {console.width}: lines run on)", soft_wrap=True
        )
        console = Console(highlight=False, width=least)
    console.print(content)


def _least_width(content: RenderableType, console: Console) -> int:
    """The columns that the content's tables take with no figure cut; their columns of figures are made to keep them."""
    if isinstance(content, Group):
        return max((_least_width(part, console) for part in content.renderables), default=0)
    if not isinstance(content, Table):
        return 0
    roomy = console.options.update(width=10_000)
    for column in content.columns:
        if column.no_wrap:
            cells = (column.header, *column.cells)
            column.width = max(Measurement.get(console, roomy, cell).maximum for cell in cells)
    return Measurement.get(console, roomy, content).minimum


def labs_table(answer: RaceAnswer, gap: int = 1) -> RenderableType:
    """Owned, operational and effective compute, share, exaflop/s and megawatts: start, 24 months, end."""
    table = titled_table("Compute by lab (million H100e): median, and 5–95 % of worlds below it", gap)
    table.add_column("lab", no_wrap=True)
    for heading in ("owned", "operational", "effective", "share %", "exaflop/s", "megawatts"):
        table.add_column(heading, justify="right", no_wrap=True)
    months = sorted({0, min(MIDDLE_MONTH, answer["months"]), answer["months"]})
    for lab, by_month in answer["labs"].items():
        table.add_row(Text(lab, style="bold"))
        for position, month in enumerate(months):
            cells = _lab_cells(by_month[str(month)])
            table.add_row(f" {month_name(answer['start'], month)}", *cells, end_section=position == len(months) - 1)
    note = "share of what the labs own; peak of what they own in dense BF16; energised sites, cooling included"
    return Group(table, Text(note, style="dim"))


def _lab_cells(row: dict[str, Spread]) -> list[Text]:
    compute = [spread(row[COMPUTE[kind].name], 1e-6) for kind in ("owned", "operational", "effective")]
    exaflops = spread(row[COMPUTE["owned"].name], H100_DENSE_BF16_FLOP_PER_S / 1e18)
    return [*compute, spread(row["share"], 100), exaflops, spread(row["power_mw"], 1)]


def claim_table(answer: RaceAnswer, claimant: str, gap: int = 1) -> RenderableType:
    """The claim's probability, first month and ratio for each definition and set of rivals."""
    deadline = answer["claim"][0]["deadline_months"]
    table = titled_table(
        f"Will {claimant} have more compute than its rivals combined by {month_name(answer['start'], deadline)}?", gap
    )
    table.add_column("compute", no_wrap=True)
    table.add_column("rivals", no_wrap=True)
    for heading in ("probability", "first month", f"{claimant} / rivals"):
        table.add_column(heading, justify="right", no_wrap=True)
    previous = answer["claim"][0]["rivals"]
    for position, row in enumerate(answer["claim"]):
        if row["rivals"] != previous:
            table.add_section()
        previous = row["rivals"]
        table.add_row(
            row["definition"],
            RIVAL_NAMES[row["rivals"]],
            probability(row, answer["worlds"]),
            first_month(row, answer["start"]),
            ratio(row),
            style="bold" if position == 0 else None,
        )
    note = "± the error of sampling worlds; < and > are 95 % bounds where no world, or every world, got there"
    return Group(table, Text(note, style="dim"), *rivals_lines(answer["claim"]))


def leads_table(answer: RaceAnswer, gap: int = 1) -> RenderableType:
    """Who owns most, and the labs' shares: years down, labs across; a chance with its interval, a share below."""
    labs = list(dict.fromkeys(row["lab"] for row in answer["leads"]))
    table = titled_table("Chance to own most in % (95 % interval); below, share in % (5–50–95 %)", gap)
    table.add_column("", no_wrap=True)
    for lab in labs:
        table.add_column(lab, justify="right", no_wrap=True)
    for month in dict.fromkeys(row["month"] for row in answer["leads"]):
        rows = [row for row in answer["leads"] if row["month"] == month]
        table.add_row(month_name(answer["start"], month), *(_lead(row) for row in rows))
    return table


def _lead(row: Lead) -> Text:
    from computerace.runs.terminal.claim import with_interval

    low, middle, high = (100 * (row["share"][one] or 0.0) for one in ("p5", "p50", "p95"))
    least, most = row["interval"]
    chance = with_interval(row["probability"], least, most)
    return Text(chance).append(f"\n{low:.0f}–{middle:.0f}–{high:.0f}", style="dim")


def rivals_lines(rows: Iterable[Mapping[str, Any]]) -> list[Text]:
    """Who counts as a rival in the rows of an answer and who is left out, in lines of at most 80 characters."""
    return [Text(line, style="dim") for one in legend(rows) for line in wrap(one, 80, subsequent_indent="  ")]


def bound_table(answer: RaceAnswer, gap: int = 1) -> RenderableType:
    """What bound each lab: the share of world-months of each cause, the largest in bold."""
    table = titled_table("What bound each lab: share of months over all worlds", gap)
    table.add_column("lab")
    for cause in ALL_CAUSES:
        table.add_column(cause, justify="right")
    for lab, shares in answer["bound_by"].items():
        most = max((cause for cause in shares if cause != FREE), key=lambda cause: shares[cause] or 0.0, default=None)
        cells = [
            Text(f"{100 * (shares.get(cause) or 0.0):.0f} %", style="bold" if cause == most else "")
            for cause in ALL_CAUSES
        ]
        table.add_row(lab, *cells)
    return table


def probability(row: RaceClaim, worlds: int) -> str:
    """The probability with its Monte Carlo error; a bound where no world, or every world, had it."""
    low, high = row["interval"]
    if row["worlds_reached"] == 0:
        return f"< {plain(100 * high)} %"
    if row["worlds_reached"] == worlds:
        return f"> {plain(100 * low)} %"
    return f"{plain(100 * row['probability'])} ± {plain(100 * row['standard_error'], 1)} %"


def first_month(row: When, start: str) -> str:
    """The median month in which the claim came true, and the years of its range, over the worlds where it did."""
    if row["first_month"] is None:
        return "never"
    early, late = (month_name(start, round(one))[-4:] for one in row["first_month_interval"] if one is not None)
    years = early if early == late else f"{early}–{late}"
    return f"{month_name(start, round(row['first_month']))} ({years})"


def ratio(row: When) -> str:
    """The median ratio to the rivals' sum, and its 5-95 % range."""
    middle, (low, high) = row["ratio"], row["ratio_interval"]
    if middle is None or low is None or high is None:
        return "not kept"
    return f"{plain(middle)} ({plain(low, 1)}–{plain(high)})"


def spread(values: Spread, scale: float) -> Text:
    """A median and, a line below, its 5-95 % range; one figure where they do not differ."""
    low, middle, high = (values["p5"], values["p50"], values["p95"])
    if low is None or middle is None or high is None:
        return Text("–")
    shown = [compact(scale * value) for value in (low, middle, high)]
    if len(set(shown)) == 1:
        return Text(shown[1])
    return Text(shown[1]).append(f"\n{shown[0]}–{shown[2]}", style="dim")


def compact(value: float) -> str:
    """A figure with three significant digits, from 10,000 on in thousands (k) or millions (M)."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= max(size, 1e4):
            return f"{plain(value / size)}{letter}"
    return plain(value)


def month_name(start: str | datetime.date, month: int) -> str:
    """The month that lies `month` months after the start, such as "Dec 2025"."""
    first = datetime.date.fromisoformat(start) if isinstance(start, str) else start
    years, of_year = divmod(first.month - 1 + month, 12)
    return f"{datetime.date(first.year + years, of_year + 1, 1):%b %Y}"


def titled_table(title: str, gap: int) -> Table:
    """An empty table; `gap` is the space beside a column, on top of one between columns."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, gap),
        collapse_padding=True,
        pad_edge=False,
        show_edge=False,
    )
