"""Parts of Mesa that no race uses are read when somebody uses them: its spaces take as long as the rest of it.

They bring networkx and scipy's spatial trees. Whoever has imported Mesa before this package has them already.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

WAITING = ("mesa.discrete_space", "mesa.experimental.continuous_space", "mesa.space")


class WhenUsed(Loader):
    """Runs a module's code when something is first asked of it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As its own loader makes it."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Put the running off."""

        def ask(name: str) -> Any:
            if name.startswith("__"):  # what looks through all modules asks for these, as inspect does
                raise AttributeError(f"module '{module.__name__}' has no attribute '{name}'")
            load(module)
            return getattr(module, name)

        vars(module).update(__getattr__=ask, __loader__=self._loader)


def load(module: ModuleType) -> None:
    """Run the code of a module that waits."""
    waits = vars(module).pop("__getattr__", None) is not None
    if waits and isinstance(module.__loader__, Loader):
        module.__loader__.exec_module(module)


class Finder(MetaPathFinder):
    """Finds the modules that wait, and has them run before a module below them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The specification of a module that waits; None for all others."""
        above = name.rpartition(".")[0]
        if above in WAITING:
            load(sys.modules[above])
        if name not in WAITING:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = WhenUsed(spec.loader)
        return spec


def put_off() -> None:
    """Let the parts of Mesa wait, unless they are there."""
    if not any(isinstance(one, Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, Finder())
