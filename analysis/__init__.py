"""Tables in, answers out: the claim, sensitivity, causes, discovery, validation, pictures and the report.

    import computerace.analysis

    runs = computerace.analysis.load("out/baseline")

Nothing here knows the model: every function takes tidy frames, most of them from `load`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from computerace.analysis.folder import Runs, load

__all__ = ["Runs", "load"]


def __getattr__(name: str) -> Any:
    """Names are fetched when they are first used: the command line starts without pandas."""
    if name not in __all__:
        raise AttributeError(
            f"module 'computerace.analysis' has no attribute '{name}'; it offers {', '.join(__all__)} and its modules"
        )
    return getattr(import_module("computerace.analysis.folder"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
