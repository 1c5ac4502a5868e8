"""A file of code of one's own, and a scenario that names it, for the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from computerace.market import allocation, own
from computerace.runs.model.measures import OWN_MEASURES
from computerace.runs.scenarios import own_code

MINE = '''
"""Rules of one's own."""
import numpy as np
from pathlib import Path

from computerace.agents.lab import Lab
from computerace.agents.rules.investing import plan
from computerace.market.allocation import Sale, share_out
from computerace.runs import add_lab, add_measure, add_rule, add_strategy

Path(__file__).with_name("ran").touch()


def thrifty(seen):
    return plan(seen) / PART


def in_equal_parts(claims):
    bought = share_out(claims.prepaid + claims.payable, np.ones_like(claims.access), claims.supply)
    paid = np.minimum(bought, claims.prepaid)
    return Sale(bought, paid, bought - paid, (bought - paid) * claims.server)


class NoRent(Lab):
    def rent(self, seen):
        rents = super().rent(seen)
        return rents._replace(with_fleet=np.zeros_like(rents.with_fleet))


add_strategy("thrifty", thrifty)
add_rule("in_equal_parts", in_equal_parts)
add_lab("NoRent", NoRent)
add_measure("promised_h100e", lambda setting, state, flows: state.finance.promised)
add_measure("idle_h100e", lambda setting, state, flows: state.fleet.owned - state.fleet.operational)
add_measure("everything_h100e", lambda setting, state, flows: state.fleet.owned.sum(axis=0))
'''
SCENARIO = """
code = "mine.py"
months = 3
[settings]
"labs.xAI.strategy" = "thrifty"
"chips.allocation" = "in_equal_parts"
[labs.xAI]
kind = "NoRent"
"""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Nothing that a test brings is known to the next."""
    yield
    forget()


def forget() -> None:
    """Know nothing of code that was read, as a process of somebody else's."""
    for what in (own.STRATEGY, own.RULE, own.LAB, own.MEASURE):
        for name in own.names(what):
            own.forget(what, name)
    allocation.ALLOCATION.pop("in_equal_parts", None)
    OWN_MEASURES.clear()
    own_code._read.clear()


def written(folder: Path, part: float = 3.0) -> Path:
    (folder / "mine.py").write_text(MINE.replace("PART", str(part)), encoding="utf-8")
    (folder / "mine.toml").write_text(SCENARIO, encoding="utf-8")
    return folder / "mine.toml"
