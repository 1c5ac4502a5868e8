"""An update on a terminal: the answer before and after, and what each figure did to it; scenario by scenario."""

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.vocabulary import RIVAL_NAMES
from computerace.runs.answers.claims import Lead
from computerace.runs.answers.updates import Answered, Chance, News, UpdateAnswer
from computerace.runs.terminal.claim import LAID_OUT, with_interval
from computerace.runs.terminal.race import compact, month_name, show, titled_table
from computerace.shown import enough, plain


def show_update(answer: UpdateAnswer) -> None:
    """Print an update; `answer` is the object of `update --json`."""
    figures = answer["figures"]
    many = len(figures) // len({one.get("scenario", "") for one in figures})
    head = f"{answer['run']}: {many} figure{'s' if many > 1 else ''} of {answer['observed']} taken in"
    parts: list[RenderableType] = [Text(head, "bold"), Text(_size(answer))]
    for scenario in dict.fromkeys(row.get("scenario", "") for row in answer["after"]["claim"]):
        one = _of_scenario(answer, scenario)
        parts += [Text(f"\nscenario {scenario}", "bold")] if scenario else []
        for table in (_claim(one), _ratios(one), _shares(one), _figures(one)):
            parts += [Text(""), table]
    parts += [Text(line, "dim") for line in notes(answer)]
    show(Group(*parts))
    if answer["out"]:
        print(f"\nsaved in {answer['out']}")


def _size(answer: UpdateAnswer) -> str:
    if answer["how"] == "smoother":
        return f"{answer['worlds']:,} new worlds that an ensemble smoother moved to the figures; they count alike"
    more = f", {answer['played']:,} of them played for it" if answer["played"] else ""
    return f"{answer['worlds']:,} worlds{more}; weighted, they count as {answer['effective_worlds']:,.0f}"


def _of_scenario(answer: UpdateAnswer, scenario: str) -> UpdateAnswer:
    """The part of an answer that is of one scenario."""

    def part[T: (Chance, Lead, News)](rows: list[T]) -> list[T]:
        return [row for row in rows if row.get("scenario", "") == scenario]

    before, after = (
        Answered(claim=part(answer[when]["claim"]), leads=part(answer[when]["leads"])) for when in ("before", "after")
    )
    return {**answer, "before": before, "after": after, "figures": part(answer["figures"])}


def _claim(answer: UpdateAnswer) -> RenderableType:
    """The claim before and after, for each definition and set of rivals."""
    by = month_name(answer["start"], answer["deadline_months"])
    return _twice(f"Chance in % that {answer['claimant']} has passed its rivals by {by}", answer, _chance)


def _ratios(answer: UpdateAnswer) -> RenderableType:
    """The claimant's compute over its rivals' before and after, for each definition and set of rivals."""
    by = month_name(answer["start"], answer["deadline_months"])
    return _twice(f"{answer['claimant']} / rivals in {by}", answer, _ratio)


def _twice(title: str, answer: UpdateAnswer, told: Callable[[Chance], str]) -> RenderableType:
    """What is told of each definition and set of rivals, before and after."""
    table = titled_table("", 0)
    for heading in ("compute", "rivals"):
        table.add_column(heading, no_wrap=True)
    for heading in ("before", "after"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one, other in zip(answer["before"]["claim"], answer["after"]["claim"], strict=True):
        table.add_row(one["definition"], RIVAL_NAMES[one["rivals"]], told(one), told(other))
    return Group(Text(title, "bold italic"), table)


def _chance(row: Chance | Lead) -> str:
    low, high = row["interval"]
    return with_interval(row["probability"], low, high)


def _ratio(row: Chance) -> str:
    low, middle, high = row["ratio"]
    if low is None or middle is None or high is None:
        return "not kept"
    return f"{plain(middle)} ({plain(low, 1)}–{plain(high)})"


def _shares(answer: UpdateAnswer) -> RenderableType:
    """Who owns most, and shares of the labs' owned compute, in the last month."""
    last = max((row["month"] for row in answer["after"]["leads"]), default=0)
    table = titled_table(f"Owned compute of the labs by {month_name(answer['start'], last)}, in %", 0)
    table.add_column("lab", no_wrap=True)
    for heading in ("owns most: before", "after", "share: before", "after"):
        table.add_column(heading, justify="right", no_wrap=True)
    columns = [_of_lab(answer[when], last) for when in ("before", "after")]
    for lab in columns[0]:
        (one, share), (other, new) = (column[lab] for column in columns)
        table.add_row(lab, one, other, share, new)
    return table


def _of_lab(answered: Answered, month: int) -> dict[str, tuple[str, str]]:
    """By lab: the chance that it owns most, and its share."""
    found = {}
    for row in answered["leads"]:
        if row["month"] == month:
            low, middle, high = (100 * (row["share"][one] or 0.0) for one in ("p5", "p50", "p95"))
            found[row["lab"]] = (_chance(row), f"{middle:.0f} ({low:.0f}–{high:.0f})")
    return found


def _figures(answer: UpdateAnswer) -> RenderableType:
    """The figures, those that move the ratio most first, with what worlds said and the ratio without each."""
    table = titled_table("The figures, those first without which the ratio differs most", 0)
    table.add_column("figure", no_wrap=True)
    for heading in ("value", "worlds before", "after", "ratio without"):
        table.add_column(heading, justify="right", no_wrap=True)
    now = answer["after"]["claim"][0]["ratio"][1] or 0.0
    for one in sorted(answer["figures"], key=lambda one: -abs(one["ratio_without"] - now)):
        mark = " !" if one["no_world_near"] else ""
        said = (_said(one["before"]), _said(one["after"]))
        table.add_row(_named(one) + mark, compact(one["value"]), *said, plain(one["ratio_without"]))
    return table


def _named(one: News) -> str:
    bound = "" if one["bound"] == "exact" else f" ({one['bound']})"
    return f"{one['date']} {one['owner']} {one['quantity']}{bound}"


def _said(values: list[float]) -> str:
    low, middle, high = (compact(value) for value in values)
    return f"{middle} ({low}–{high})"


def notes(answer: UpdateAnswer) -> list[str]:
    """What to make of it, in lines of at most 80 characters."""
    lines = ["in brackets 95 % intervals of chances, else 5–95 % of worlds; ratio of owned compute"]
    if any(one["no_world_near"] for one in answer["figures"]):
        lines.append("!: no world comes near this figure: the model, or the figure, is wrong about it")
    if answer["how"] == "smoother":
        lines.append("Worlds were moved from the race's priors in four rounds, which is exact as far as")
        lines.append("the race is linear; --method weights keeps to the folder's own.")
    if answer["needed"] is not None:
        lines.append(
            f"Few worlds count: about {enough(answer['needed'])} would be needed for {answer['enough']:,} that do;"
        )
        lines.append("more --most-worlds, or a new race from a later record.")
    if not answer["is_sample"]:
        lines += LAID_OUT
    return lines + [f"not taken in: {one}" for one in answer["not_compared"]]
