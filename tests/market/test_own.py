"""Names of one's own: which text brought each, and whether it still does."""

from collections.abc import Iterator

import pytest

from computerace.market import own


@pytest.fixture
def mine() -> Iterator[str]:
    """A strategy's name that is taken back afterwards."""
    yield "mine"
    own.forget(own.STRATEGY, "mine")


def test_a_text_stands_until_another_brings_one_of_its_names(mine: str) -> None:
    assert not own.stands("never read")
    with own.reading("one"):
        own.bring(own.STRATEGY, mine, ())
    assert own.stands("one") and own.origin(own.STRATEGY, mine) == "one"
    with own.reading("other"):
        own.bring(own.STRATEGY, mine, ())
    assert own.stands("other") and not own.stands("one")
