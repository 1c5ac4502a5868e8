"""Who counts as a rival in a row of the claim, and who is left out of it, by name.

"Other labs" are those that a scenario names; whoever it does not name is in the rest of the market, which "all others"
count too. So the same words mean other firms in another scenario: every answer carries the names.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from computerace.market.figures import in_rest
from computerace.market.vocabulary import REST, RIVAL_NAMES, RIVALS

SECOND = "second_"  # before the keys of a row's second scenario, where its labs are others


class Against(TypedDict):
    """Who counts as a rival, by name, and who is left out."""

    counted: list[str]
    left_out: list[str]


def against(rivals: str, claimant: str, labs: Sequence[str]) -> Against:
    """Names of those who are `counted` and of those who are `left_out`, the rest of the market last.

    rivals: "three" for the other labs, "all" for everybody. labs: those of the scenario.
    """
    others, unnamed = [lab for lab in labs if lab != claimant], [*in_rest(labs), REST]
    if rivals == RIVALS[0]:
        return {"counted": others, "left_out": unnamed}
    return {"counted": [*others, *unnamed], "left_out": []}


def with_names(rows: Iterable[Mapping[str, Any]], claimant: str, labs: Sequence[str]) -> list[dict[str, object]]:
    """Rows of an answer, each with those who count as its rivals and those who are left out."""
    return [dict(row) | against(str(row["rivals"]), claimant, labs) for row in rows]


def with_both_names(
    rows: Iterable[Mapping[str, Any]], claimant: str, first: Sequence[str], second: Sequence[str]
) -> list[dict[str, object]]:
    """Rows that compare two scenarios, with the names of both where their labs differ."""
    found = with_names(rows, claimant, first)
    if tuple(first) == tuple(second):
        return found
    others = (
        {f"{SECOND}{key}": names for key, names in against(str(row["rivals"]), claimant, second).items()}
        for row in found
    )
    return [row | more for row, more in zip(found, others, strict=True)]


def in_words(names: Mapping[str, Any], prefix: str = "") -> str:
    """The names of a row in words, for a legend or a cell of a table."""
    counted, left_out = ([_words(name) for name in names[f"{prefix}{key}"]] for key in ("counted", "left_out"))
    return (
        f"{_listed(counted)}; left out: {_listed(left_out)}" if left_out else f"{_listed(counted)}; nobody is left out"
    )


def legend(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each set of rivals in an answer's rows; two where a row compares scenarios with other labs."""
    lines: dict[str, None] = {}
    for row in rows:
        name = RIVAL_NAMES[str(row["rivals"])]
        two = f"{SECOND}counted" in row
        lines[f"{name}{' (first)' if two else ''}: {in_words(row)}"] = None
        if two:
            lines[f"{name} (second): {in_words(row, SECOND)}"] = None
    return list(lines)


def _words(name: str) -> str:
    return "the rest of the market" if name == REST else name


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
