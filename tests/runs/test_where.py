"""Every command that plays worlds plays them where it is told to, by one group of options."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from computerace.market.errors import UserError
from computerace.runs.cli import build_app, run
from computerace.runs.worlds import play
from computerace.runs.worlds.play import Workers
from tests.conftest import missing

DESIGN = """
scenario = "baseline"
worlds_per_point = 4
months = 1
keep = "outcomes"
[sampler]
kind = "prior"
points = 2
"""
PLAYING = {
    "race": "race baseline --worlds 3 --months 1 --out HERE/new",
    "explain": "explain --worlds 30 --months 1 --out HERE/new",
    "structure": "structure --worlds 30 --months 1 --out HERE/new",
    "twin": "twin baseline auction --worlds 30 --months 1 --out HERE/new",
    "break-even": "break-even --worlds 100 --months 2 --out HERE/new",
    "discover": "discover HERE/raced --worlds 100 --top 0.4 --deadline 1",
    "claim": "claim HERE/raced --rare --worlds 100 --repeats 2",
    "calibrate": "calibrate --until 2024-06-30 --members 200 --truths 5 --draws 9 --out HERE/new",
    "backtest": "backtest --from 2025-06-30 --until 2025-09-30 --worlds 20 --out HERE/new",
    "facts": "facts --worlds 12",
    "forecast": "forecast --worlds 20 --out HERE/new",
    "sweep": "sweep HERE/design.toml --out HERE/new",
    "verify": "verify HERE/swept --all",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a design, a sweep of it, and a race."""
    folder = tmp_path_factory.mktemp("where")
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    assert run(["sweep", str(folder / "design.toml"), "--out", str(folder / "swept"), "--workers", "1"]) == 0
    assert run(["race", "--worlds", "200", "--months", "1", "--out", str(folder / "raced"), "--json"]) == 0
    return folder


def words(command: str, here: Path, new: Path, *where: str) -> list[str]:
    places = {"HERE/new": new / "new"} | {f"HERE/{name}": here / name for name in ("design.toml", "swept", "raced")}
    return [str(places.get(word, word)) for word in PLAYING[command].split()] + list(where)


def test_every_command_that_plays_worlds_says_where_in_the_same_words() -> None:
    for command in PLAYING:
        arguments = build_app([command])[command].assemble_argument_collection(parse_docstring=True)
        said = {one.names[0]: one.parameter.help for one in arguments if one.show}
        assert said["--workers"] == "how many processes."
        assert said["--engine"] == "local (this machine) or ray (a cluster, see docs/cluster.md)."
        assert said["--address"] == "of a running Ray cluster, auto or HOST:PORT."


@pytest.mark.parametrize("command", PLAYING)
def test_a_command_plays_where_it_is_told_to(
    command: str, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if command == "discover" and missing("discovery"):
        pytest.skip(str(missing("discovery")))

    def engine(name: str, count: int | None, address: str | None) -> None:
        assert count in (1, 2, 3)  # no more than there is work for
        raise UserError(f"it would play on {name}")

    @contextmanager
    def cluster(on: Workers) -> Iterator[Workers]:
        assert on == Workers(3, "ray", "auto")
        yield on

    monkeypatch.setattr(play, "check_engine", lambda *_: None)
    monkeypatch.setattr(play, "make_engine", engine)
    monkeypatch.setattr(play, "kept_up", cluster)
    assert run(words(command, here, tmp_path, "--engine", "ray", "--workers", "3", "--address", "auto")) == 2
    assert capsys.readouterr().err.endswith("computerace: it would play on ray\n")


@pytest.mark.slow
@pytest.mark.needs("ray")
@pytest.mark.parametrize("command", ["race", "twin", "facts"])
def test_a_command_on_ray_prints_what_it_prints_on_one_process(
    command: str, here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    for where in (["--workers", "1"], ["--engine", "ray", "--workers", "2"]):
        assert run(words(command, here, tmp_path, "--json", *where)) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
