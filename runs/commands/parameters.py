"""`computerace parameters`: every parameter with its value, unit, prior, source, grade and what it moves first."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter as Option

from computerace.market.errors import unknown
from computerace.runs.commands.options import WORD, Json, OfFolder
from computerace.runs.commands.settings import chosen_scenario
from computerace.runs.terminal.printing import print_json

WIDTH = 160  # characters, where the output is no terminal

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.answers.listed import ParametersAnswer


def parameters(
    filter_: Annotated[
        str | None, Option(name="FILTER", help="show only names that contain this, such as chips or labs.Meta.")
    ] = None,
    /,
    *,
    scenario: Annotated[str, WORD, OfFolder] = "baseline",
    as_json: Json = False,
) -> None:
    """List the parameters as a scenario has them (by name or TOML file), with what each moves first and which way."""
    known = chosen_scenario(scenario, []).parameters()
    chosen = list(known.values()) if filter_ is None else matching(known, filter_)
    if not chosen and filter_ is not None:
        raise unknown("parameter", filter_, {*known, *(name.partition(".")[0] for name in known)})
    if as_json:
        from computerace.runs.store.manifest import plain_parameter

        answer: ParametersAnswer = {"parameters": [plain_parameter(one) for one in chosen]}
        print_json(answer)
    else:
        _show(chosen)


def matching(known: dict[str, "Parameter"], words: str) -> list["Parameter"]:
    """The parameters of that mechanism or lab; where there is none, those whose names contain the words."""
    start = f"{words.lower().rstrip('.')}."
    below = [one for name, one in known.items() if name.lower().startswith(start)]
    return below or [one for name, one in known.items() if words.lower() in name.lower()]


def _show(chosen: list["Parameter"]) -> None:
    from rich.table import Table
    from rich.text import Text

    from computerace.runs.terminal.race import show

    table = Table(pad_edge=False)
    table.add_column("parameter", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    for heading in ("unit", "prior", "source"):
        table.add_column(heading, overflow="fold")
    table.add_column("grade", no_wrap=True)
    table.add_column("moves first", overflow="fold")
    for one in chosen:
        cells = (one.name, written(one.value), one.unit, prior_text(one), one.source, one.grade, str(one.effect or "–"))
        table.add_row(*map(Text, cells))  # as they are: what stands in square brackets is no mark-up
    show(table, WIDTH)


def written(value: float | str) -> str:
    """A value as people write it."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.5g}"


def prior_text(parameter: "Parameter") -> str:
    """The prior in words, the words to choose from, or "fixed"."""
    if parameter.choices:
        return "one of " + ", ".join(parameter.choices)
    if parameter.prior is None:
        return "fixed"
    factor = f" × {parameter.scale:g}" if parameter.scale != 1 else ""
    return parameter.prior.text + factor
