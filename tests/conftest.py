"""What every test shares: which tests run, Ctrl-C, and hypothesis without clocks or a database on disk."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

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


def in_ci() -> bool:
    """Whether CI runs the tests: nothing may be left out there."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


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
