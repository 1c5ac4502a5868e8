from collections.abc import Iterator
from typing import Any

class Scenario:
    rng: Any
    model: Any
    def __init__(self, *, rng: Any = ..., **kwargs: Any) -> None: ...
    def __iter__(self) -> Iterator[tuple[str, Any]]: ...
