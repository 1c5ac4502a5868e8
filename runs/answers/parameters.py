"""Answers about parameters: which account for the spread, and under what conditions something happens."""

from computerace.market.rivals import Against
from computerace.runs.answers import Rows


class SensitivityAnswer(Against):
    """`sensitivity --json`."""

    runs: list[str]
    scenario: str
    definition: str
    rivals: str
    method: str
    indices: Rows
    spread: Rows
    notes: list[str]


class DiscoveryAnswer(Against):
    """`discover --json`. ratio: above which worlds were looked for; None for the claim itself."""

    run: str
    scenario: str
    start: str
    definition: str
    rivals: str
    deadline_months: int
    ratio: float | None
    worlds: int
    hits: int
    looked_at: list[str]
    notes: list[str]
    fresh_seed: int
    limits: Rows
    curve: Rows
    conditions: Rows
    check: Rows
