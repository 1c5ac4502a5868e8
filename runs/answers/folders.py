"""Answers about folders: sweeps that were planned, played and joined, reports, worlds that were played again."""

from collections.abc import Mapping
from typing import TypedDict

type Plain = float | str | bool | None


class PlanAnswer(TypedDict):
    """`sweep --plan --json`: what a sweep would take.

    played_again: worlds whose rows are there, needed for their points' quantiles. bytes_on_disk: of the result files;
    bytes_of_steps: of steps.parquet among them; bytes_of_parts: beside them until they are made.
    """

    points: int
    worlds: int
    worlds_to_play: int
    played_again: int
    batches: int
    keep: str
    measures: list[str]
    months_kept: int
    bytes_on_disk: int
    bytes_of_steps: int
    bytes_of_parts: int
    seconds: float
    workers: int
    shard: str | None


class ShardAnswer(TypedDict):
    """`sweep --shard --json`: what one shard did in this start of it."""

    run: str
    shard: str
    pieces: int
    worlds: int
    failed: int


class SweepAnswer(TypedDict):
    """`sweep --json` and `merge --json`. files: names of the tables."""

    run: str
    status: str
    points: int
    worlds: int
    failed: int
    files: list[str]


class LeftOut(TypedDict):
    """A figure that the folder does not allow."""

    figure: str
    why: str


class ReportAnswer(TypedDict):
    """`report --json`. claim: the headline's row of the claim table, by column."""

    report: str
    figures: list[str]
    missing: list[LeftOut]
    answer: str
    claim: Mapping[str, Plain]


class SiteAnswer(TypedDict):
    """`page --out --json`. site: its front page."""

    site: str
    scenarios: list[str]
    failed: int


class VerifyAnswer(TypedDict):
    """`verify --json`. program_changed: modules that differ from those that made the folder."""

    same: bool
    worlds: int
    rows_of_steps: int
    differences: list[str]
    program_changed: list[str]


class PlaceOfWorld(TypedDict):
    """One world of a folder."""

    point: int
    world: int


class ReplayAnswer(PlaceOfWorld):
    """`replay --json`: outcomes by column."""

    outcomes: Mapping[str, Plain]


class ReplayFailed(PlaceOfWorld):
    """`replay --json` of a world that fails again."""

    error: str
    traceback: str
