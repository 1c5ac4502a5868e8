"""Effects: what a parameter moves first and which way, declared beside it and held by a test.

An effect is one line, of which only sign and measure are needed:

    + revenue_usd of claimant at 60                      more of the parameter, more of the measure in month 60
    - backlog_months of market                           less of it, in month 24
    + quality of claimant from 1 to 10 where agi.threshold_log10_flop = 20       between these values, under this setting
    + asked_chips_h100e of own at 1 on record                                    moved in what is on record, as a prior does
    ± users_share of claimant: dearer for it, but for its rivals too             two-sided, with the reason

`tests/market/test_effects.py` moves each parameter to both ends of its range in paired worlds and holds the sign.
"""

import re
from typing import NamedTuple

from computerace.market.errors import UserError

SIGNS = {"+": 1, "-": -1, "±": 0}
WHOSE = ("claimant", "rivals", "rest", "own", "others", "all", "market")
FORM = re.compile(
    r"(?P<sign>[+±-]) (?P<measure>\w+)(?: of (?P<whose>\w+))?(?: at (?P<month>\d+))?"
    r"(?: from (?P<low>\S+) to (?P<high>\S+?))?(?P<record> on record)?(?: where (?P<where>[^:]+))?(?:: (?P<reason>.+))?"
)


class Effect(NamedTuple):
    """What a parameter moves first, and which way."""

    text: str  # as it was written
    sign: int  # 1 or -1; 0 where it is two-sided
    measure: str  # of the race, by name
    whose: str  # a word of WHOSE: one owner's, the sum over several, or the market's own
    month: int
    span: tuple[float, float] | None  # values between which it is tried; None for the ends of its range
    where: tuple[
        tuple[str, float | str], ...
    ]  # settings under which it acts; "own" and "claimant" stand for an owner's name
    on_record: bool  # whether it acts by what is on record alone, and a setting changes nothing
    reason: str  # why it is two-sided

    def __str__(self) -> str:
        """The line as it was written."""
        return self.text


def effect(text: str) -> Effect:
    """The effect that a line tells.

    Raises UserError for a line of another form, an unknown owner, or a two-sided effect without its reason.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise UserError(
            f"an effect reads '+ MEASURE of OWNER at MONTH from LOW to HIGH on record where NAME = VALUE', got '{text}'"
        )
    sign, whose, reason = SIGNS[found["sign"]], found["whose"] or "market", found["reason"] or ""
    if whose not in WHOSE:
        raise UserError(f"the effect '{text}' is of {whose}: allowed are {', '.join(WHOSE)}")
    if (sign == 0) != bool(reason):
        raise UserError(f"the effect '{text}' needs a sign, or the reason why it is two-sided")
    span = (float(found["low"]), float(found["high"])) if found["low"] else None
    where = tuple(_setting(part) for part in (found["where"] or "").split(" and ") if part)
    return Effect(
        text, sign, found["measure"], whose, int(found["month"] or 24), span, where, bool(found["record"]), reason
    )


def _setting(text: str) -> tuple[str, float | str]:
    """A name and its value, a number where it reads like one."""
    name, _, value = (part.strip() for part in text.partition("="))
    try:
        return name, float(value)
    except ValueError:
        return name, value
