"""The ledger on a terminal: labs and years down, causes across, the largest in bold."""

from rich.console import Group
from rich.text import Text

from computerace.market.vocabulary import FREE
from computerace.runs.answers.causes import LedgerAnswer
from computerace.runs.terminal.race import month_name, show, titled_table


def show_ledger(answer: LedgerAnswer) -> None:
    """Print who was bound by what; `answer` is the object of `ledger --json`."""
    rows = answer["by_span"]
    causes = list(dict.fromkeys(row["cause"] for row in answer["overall"]))
    table = titled_table("", 1)
    table.add_column("lab", no_wrap=True)
    for cause in causes:
        table.add_column(cause, justify="right", no_wrap=True)
    for lab in dict.fromkeys(row["lab"] for row in answer["overall"]):
        table.add_row(Text(lab, "bold"))
        mine = [row for row in rows if row["lab"] == lab]
        spans = list(dict.fromkeys((row["from_month"], row["to_month"]) for row in mine))
        for first, last in spans:
            shares = {row["cause"]: row["share"] for row in mine if row["from_month"] == first}
            table.add_row(f" {_span(answer, first, last)}", *_cells(shares))
        whole = {row["cause"]: row["share"] for row in answer["overall"] if row["lab"] == lab}
        table.add_row(" whole race", *_cells(whole), end_section=True)
    head = f"{answer['run']}: what stood in each lab's way, in % of {answer['worlds']:,} worlds, mean over the months"
    show(Group(Text(head, "bold"), Text(""), table))


def _span(answer: LedgerAnswer, first: int, last: int) -> str:
    """A span of months, such as "Jan 2026 – Dec 2026"; a single month by its name."""
    names = [month_name(answer["start"], month) for month in (first, last)]
    return names[0] if first == last else " – ".join(names)


def _cells(shares: dict[str, float]) -> list[Text]:
    """Shares in percent; the cause that bound most in bold."""
    most = max((cause for cause in shares if cause != FREE), key=lambda cause: shares[cause])
    return [Text(f"{100 * share:.0f}", "bold" if cause == most else "") for cause, share in shares.items()]
