"""`computerace ledger`: who was bound by what, year by year, as a share of worlds."""

from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter

from computerace.runs.commands.options import SEVERAL, Folder, Json, usually, whole
from computerace.runs.commands.settings import known_word
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.analysis.folder import Runs
    from computerace.runs.answers.causes import LedgerAnswer


def ledger(
    folder: Folder,
    /,
    *,
    lab: Annotated[
        list[str] | None, SEVERAL, usually("all"), Parameter(help="one lab; may be given several times.")
    ] = None,
    span: Annotated[int, whole(), Parameter(help="months to a row.")] = 12,
    as_json: Json = False,
) -> int:
    """Say which of chips, power, sites, cash, people and goodput stood in each lab's way, and when.

    --json holds every month. A folder that keeps no months says it of the whole race.
    """
    from computerace.analysis.folder import load
    from computerace.runs.store import refuse_other_kinds

    refuse_other_kinds(folder, "ledger")
    answer = ledger_answer(load(folder), lab, span)
    if as_json:
        print_json(answer)
    else:
        from computerace.runs.terminal.ledger import show_ledger

        show_ledger(answer)
    return 0


def ledger_answer(runs: "Runs", labs: list[str] | None, span: int) -> "LedgerAnswer":
    """The object of `ledger --json`."""
    import pandas as pd

    from computerace.analysis.causes.ledger import COLUMNS, bound_by_month, bound_by_span, bound_overall
    from computerace.market.vocabulary import CAUSES
    from computerace.observables import BOUND

    known = tuple(str(name) for name in runs.manifest["scenario"]["labs"])
    chosen = [known_word("lab", name, known) for name in labs or known]
    kept = runs.keeps_months(BOUND[CAUSES[0]].name)
    by_month = bound_by_month(runs.steps, chosen) if kept else pd.DataFrame(columns=list(COLUMNS))
    overall = bound_overall(runs.worlds, chosen)
    found = {
        "run": str(runs.path),
        "worlds": len(runs.worlds),
        "months": int(runs.manifest["months"]),
        "start": runs.manifest["start"],
        "by_month": [{**row, "date": f"{row['date']:%Y-%m-%d}"} for row in by_month.to_dict("records")],
        "by_span": bound_by_span(by_month, span).to_dict("records") if kept else [],
        "overall": overall.to_dict("records"),
    }
    return cast("LedgerAnswer", found)
