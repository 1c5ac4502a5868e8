"""Worlds that failed, as answers have them where no folder holds them."""

from typing import NotRequired, TypedDict


class LostWorld(TypedDict):
    """A world that failed. parameters: what was set and drawn, by name. replay: the command that plays it again.

    Where a study has several of one number: point, of a sweep; repeat, of importance splitting; start, of facts; box
    and kind, of the conditions in which it was played.
    """

    world: int
    error: str
    traceback: str
    parameters: dict[str, float | str | bool | None]
    replay: str
    point: NotRequired[int]
    repeat: NotRequired[int]
    start: NotRequired[str]
    box: NotRequired[int]
    kind: NotRequired[str]
