"""Where a run came from: the commit of the checkout is found, wherever the module stands in it."""

import subprocess
from pathlib import Path

import pytest

from computerace.runs.store import provenance

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not run from a checkout")
def test_the_commit_is_that_of_the_checkout() -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    provenance.commit.cache_clear()
    found = provenance.commit()
    assert found is not None and found.removesuffix("-changed") == head.strip()
