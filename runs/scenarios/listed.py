"""Points that somebody lists: a CSV or Parquet file, or a pandas frame, with a column per parameter."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from computerace.market.data.given import Given, of_frame, read_given
from computerace.market.errors import UserError, unknown
from computerace.market.registry import NEUTRAL
from computerace.market.vocabulary import NEUTRAL_PREFIX

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter

ENDINGS = (".csv", ".tsv", ".txt", ".parquet")


def read_points(path: Path) -> Given:
    """The table in a file; raises UserError where it cannot be read."""
    if path.suffix not in ENDINGS:
        raise UserError(f"points must be a {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]} file, got {path.name}")
    if not path.exists():
        raise UserError(f"there is no file {path} of points; its place is taken from the design's folder")
    return read_given(path)


def checked_points(table: Given, known: Mapping[str, "Parameter"]) -> pd.DataFrame:
    """The points with every value checked, numbers as float64, words as they are.

    Raises UserError that names the row, the column and the value.
    """
    if not table.columns or not len(table):
        raise UserError(f"{table.source} holds no point")
    columns: dict[str, Any] = {}
    for name in table.columns:
        if name.startswith(NEUTRAL_PREFIX):
            columns[name] = _switches(table, name)
        elif name not in known:
            raise unknown(f"parameter in {table.source}", name, known)
        else:
            columns[name] = _words(table, known[name]) if known[name].choices else _numbers(table, known[name])
    return pd.DataFrame(columns)


def frame_of_points(frame: pd.DataFrame, known: Mapping[str, "Parameter"], source: str) -> pd.DataFrame:
    """The same for the points in a frame."""
    return checked_points(of_frame(frame, source), known)


def _numbers(table: Given, parameter: "Parameter") -> np.ndarray:
    values, (low, high) = table.numbers(parameter.name), parameter.bounds
    for place in np.flatnonzero(~((values >= low) & (values <= high)))[:1]:
        try:
            parameter.checked(values[place])
        except UserError as error:
            raise table.wrong(int(place), str(error)) from None
    return values


def _words(table: Given, parameter: "Parameter") -> np.ndarray:
    words = table.words(parameter.name)
    for place, word in enumerate(words):
        if word == "":
            raise table.wrong(place, f"{parameter.name} is empty")
        try:
            parameter.checked(word)
        except UserError as error:
            raise table.wrong(place, str(error)) from None
    return np.array(words, dtype=object)


def _switches(table: Given, name: str) -> np.ndarray:
    if name.removeprefix(NEUTRAL_PREFIX) not in NEUTRAL:
        raise unknown(f"mechanism in {table.source}", name.removeprefix(NEUTRAL_PREFIX), NEUTRAL)
    return table.switches(name)
