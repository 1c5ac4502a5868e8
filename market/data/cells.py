"""Cells of a table that somebody gave, read as what they must be: numbers, words, yes or no, dates.

A cell is a text where the table was a text file, or what pandas holds: Python's or NumPy's scalars, Decimal, timestamps.
"""

import datetime
import math
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

EMPTY = ("", "na", "n/a", "nan", "null", "none", "<na>")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
COMMAS = re.compile(r"[+-]?\d+(,\d+)+(\.\d+)?", re.ASCII)
SWITCHES = {"true": True, "false": False}


class WrongCell(ValueError):
    """What is wrong with a cell, as the end of a sentence that begins with its column's name."""


def is_empty(cell: object) -> bool:
    """Whether nothing stands there."""
    if isinstance(cell, str):
        return cell.strip().lower() in EMPTY
    import pandas as pd

    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, (float, Decimal)) and cell != cell)


def shown(cell: object) -> str:
    """A cell as a message shows it."""
    plain = _plain(cell)
    text = str(plain).lower() if isinstance(plain, bool) else repr(plain) if isinstance(plain, str) else _text(plain)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _text(value: object) -> str:
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"


def number(cell: object) -> float:
    """The finite number in a cell; raises WrongCell."""
    cell = _plain(cell)
    if isinstance(cell, str):
        return _number_of_text(cell.strip())
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal, Fraction)):
        raise WrongCell(f"must be a number, got {shown(cell)}")
    try:
        found = float(cell)
    except (OverflowError, ValueError, InvalidOperation):
        found = math.inf
    if not math.isfinite(found):
        raise WrongCell(f"must be a finite number, got {shown(cell)}")
    return found


def _number_of_text(text: str) -> float:
    if NUMBER.fullmatch(text):
        found = float(text)
        if math.isfinite(found):
            return found
        raise WrongCell(f"must be a finite number, got {shown(text)}")
    if COMMAS.fullmatch(text):
        raise WrongCell(f"must be a number with a decimal point and no commas (1.6, 1600), got {shown(text)}")
    raise WrongCell(f"must be a number, got {shown(text)}")


def switch(cell: object) -> bool:
    """Whether a cell says true; raises WrongCell."""
    cell = _plain(cell)
    found = SWITCHES.get(cell.strip().lower()) if isinstance(cell, str) else cell
    if not isinstance(found, bool):
        raise WrongCell(f"must be true or false, got {shown(cell)}")
    return found


def date(cell: object) -> datetime.date:
    """The date in a cell, a timestamp's day; raises WrongCell."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    try:
        return datetime.date.fromisoformat(str(_plain(cell)).strip())
    except ValueError:
        raise WrongCell(f"must be a date like 2026-03-31, got {shown(cell)}") from None


def _plain(cell: object) -> object:
    """Python's own scalar for NumPy's."""
    import numpy as np

    return cell.item() if isinstance(cell, np.generic) else cell
