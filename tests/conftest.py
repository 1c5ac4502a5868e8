"""What every test shares: which tests run, Ctrl-C, and hypothesis without clocks or a database on disk."""

import os
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from computerace.extras import EXTRAS
from tests.ray_turn import ray_turn

settings.register_profile(
    "computerace",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("computerace")

# A shell's job in the background starts with Ctrl-C ignored, and so do all processes that it starts: the tests that
# press it would wait in vain.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


OF_FOLDERS = {"tests/runs/page/": "page"}


def in_ci() -> bool:
    """Whether CI runs the tests: nothing may be left out there."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.fixture(autouse=True)
def one_ray_at_a_time(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no two tests run Ray at once, whatever worker they are on."""
    with ray_turn() if any("ray" in mark.args for mark in request.node.iter_markers("needs")) else nullcontext():
        yield


def missing(extra: str) -> str | None:
    """Why a test that needs an extra is skipped; None where its packages are installed."""
    lacking = [name for name in EXTRAS[extra] if find_spec(name) is None]
    return f"{lacking[0]} is not installed: uv sync --extra {extra}" if lacking else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs an extra which is not installed, with the reason; in CI it is an error."""
    for mark in item.iter_markers("needs"):
        skip_or_fail(missing(mark.args[0]))


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """A file of tests whose imports need an extra that is not installed is one skipped test, with the reason."""
    extra = next((name for folder, name in OF_FOLDERS.items() if folder in module_path.as_posix()), None)
    why = missing(extra) if extra is not None else None
    if why is None:
        return None
    skipped: Skipped = Skipped.from_parent(parent, path=module_path)
    skipped.why = why
    return skipped


class Skipped(pytest.Module):
    """A file of tests that cannot be imported here."""

    why = ""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Nothing, and why."""
        skip_or_fail(self.why, allow_module_level=True)
        return []


def skip_or_fail(why: str | None, **how: bool) -> None:
    """Skip for a reason, which CI takes for a failure."""
    if why is not None and in_ci():
        pytest.fail(f"CI skips nothing: {why}", pytrace=False)
    if why is not None:
        pytest.skip(why, **how)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow tests too, as CI does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests to CI, unless they are asked for by option or by name."""
    if in_ci() or config.getoption("--slow") or config.getoption("markexpr"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
