"""Points that somebody lists: a CSV or Parquet file, or a pandas frame, with a column per parameter."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from computerace.market.errors import UserError, unknown
from computerace.market.registry import NEUTRAL as MECHANISMS_OUT
from computerace.runs.varied import NEUTRAL

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter


def read_points(path: Path) -> pd.DataFrame:
    """The table in a file; raises UserError where it cannot be read or names a column twice."""
    if path.suffix not in (".csv", ".parquet"):
        raise UserError(f"points must be a .csv or .parquet file, got {path.name}")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        with path.open(encoding="utf-8", newline="") as file:
            _refuse_doubles(next(csv.reader(file), []), path.name)
        return pd.read_csv(path)
    except FileNotFoundError:
        raise UserError(f"there is no file {path} of points; its place is taken from the design's folder") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {' '.join(str(error).split())[:160]}") from error


def _refuse_doubles(names: list[str], where: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{where}: the column {twice} stands there twice")


def checked_points(table: pd.DataFrame, known: Mapping[str, "Parameter"], where: str) -> pd.DataFrame:
    """The points with every value checked, numbers as float64, words as they are.

    Raises UserError that names the row (counted from 1, without the heading), the column and the value.
    """
    _refuse_doubles([str(name) for name in table.columns], where)
    if not len(table.columns) or not len(table):
        raise UserError(f"{where} holds no point")
    columns: dict[str, Any] = {}
    for name in table.columns:
        if str(name).startswith(NEUTRAL):
            columns[name] = _switches(table[name], str(name), where)
        elif name not in known:
            raise unknown(f"parameter in {where}", str(name), known)
        elif known[name].choices:
            columns[name] = _words(table[name], known[name], where)
        else:
            columns[name] = _numbers(table[name], known[name], where)
    return pd.DataFrame(columns)


def _numbers(column: pd.Series, parameter: "Parameter", where: str) -> np.ndarray:
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~((values >= parameter.low) & (values <= parameter.high))  # NaN is wrong too
    if column.dtype == bool:
        wrong[:] = True
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        _explain(column.iloc[row], parameter, where, row)
    return values


def _words(column: pd.Series, parameter: "Parameter", where: str) -> np.ndarray:
    for row in np.flatnonzero(~column.isin(parameter.choices).to_numpy()):
        _explain(column.iloc[int(row)], parameter, where, int(row))
    return column.to_numpy(dtype=object)


def _switches(column: pd.Series, name: str, where: str) -> np.ndarray:
    if name.removeprefix(NEUTRAL) not in MECHANISMS_OUT:
        raise unknown(f"mechanism in {where}", name.removeprefix(NEUTRAL), MECHANISMS_OUT)
    if column.dtype != bool:
        raise UserError(f"{where}: {name} must be true or false in every row")
    return column.to_numpy(dtype=bool)


def _explain(value: Any, parameter: "Parameter", where: str, row: int) -> None:
    if pd.isna(value):
        raise UserError(f"{where}, row {row + 1}: {parameter.name} is empty")
    try:
        parameter.checked(value)
    except UserError as error:
        raise UserError(f"{where}, row {row + 1}: {error}") from error
    raise UserError(f"{where}, row {row + 1}: {parameter.name} = {value!r} is not allowed")
