"""Options: declared once, in the same words everywhere, and numbers of things are whole."""

import re
from contextlib import nullcontext

import pytest

from computerace.market.errors import UserError
from computerace.runs import Race
from computerace.runs.cli import COMMANDS, build_app, run
from computerace.runs.commands.options import written
from computerace.runs.designs.design import design_from
from computerace.runs.designs.samplers import unit_points
from computerace.runs.designs.sampling import SAMPLERS
from computerace.runs.page.choice import Choice
from computerace.runs.schema.bounds import LARGEST_SEED

NEEDED = {  # what a command must be given before it looks at the option in question
    "calibrate": ["--until", "2025-06-30"], "forecast": ["--out", "x"], "score": ["x", "y"], "twin": ["baseline"],
    "update": ["x", "y"],
    **{name: ["x"] for name in ("claim", "discover", "ledger", "replay", "report", "sensitivity", "sweep", "verify")},
}  # fmt: skip


def options_of(command: str) -> dict[str, str]:
    """What a command's help says of each of its arguments and options, without its defaults."""
    arguments = build_app([command])[command].assemble_argument_collection(parse_docstring=True)
    return {one.name: one.parameter.help or "" for one in arguments if one.show}


def whole_numbers() -> list[tuple[str, str]]:
    """Every option of every command that takes whole numbers."""
    return [
        (command, one.names[0])
        for command in COMMANDS
        for one in build_app([command])[command].assemble_argument_collection()
        if "int" in str(one.hint) and one.parse
    ]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_says_what_every_option_does(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    assert run([command, "--help"]) == 0
    shown = capsys.readouterr().out
    said = options_of(command)
    assert said
    for name, words in said.items():
        assert words.endswith(".")
        assert re.search(rf"{name}\b.* {re.escape(words)}", shown)


def test_an_option_is_told_in_the_same_words_by_every_command() -> None:
    words: dict[str, dict[str, str]] = {}
    for command in COMMANDS:
        for name, said in options_of(command).items():
            if name.startswith("--"):
                words.setdefault(name, {})[command] = said
    assert {name for name, by in words.items() if len(by) > 2} >= {"--json", "--seed", "--worlds", "--out", "--workers"}
    assert {name: by for name, by in words.items() if len(set(by.values())) > 1} == {}


def test_a_command_s_own_help_says_more_than_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "128 times" not in capsys.readouterr().out
    assert run(["explain", "--help"]) == 0
    assert "128 times --worlds" in capsys.readouterr().out


def test_the_options_that_count_are_found() -> None:
    found = set(whole_numbers())
    assert found >= {("race", "--worlds"), ("twin", "--months"), ("claim", "--deadline"), ("verify", "--seed")}
    assert len(found) > 40


@pytest.mark.parametrize(("command", "option"), whole_numbers())
@pytest.mark.parametrize("number", ["1.5", "10.6", "2.0", "1e3", "nan", "0x10", "1_0", "٣", "", "9" * 5000])
def test_a_number_that_is_not_whole_is_refused(
    command: str, option: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    which = ["--world", "0"] if command == "replay" and option != "--world" else []
    assert run([command, *NEEDED.get(command, []), *which, f"{option}={number}"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"computerace: {option} must be a whole number; got '{number[:40]}'\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["race", "--worlds", "9223372036854775808"], "--worlds must be at most 1"),
        (["race", "--seed", "9223372036854775808"], "--seed must be at most 9,007,199,254,740,991"),
        (["twin", "baseline", "--definition", "ownd"], "unknown definition 'ownd'; did you mean 'owned'?"),
        (["explain", "--rivals", "al"], "unknown rivals 'al'; did you mean 'all'?"),
        (["claim", "x", "--deadline", "12", "--deadline", "0"], "--deadline must be at least 1; got 0"),
        (["race", "--out=~nobody-by-this-name/x"], "there is no such home"),
        (["race", "--out", "run\udcff"], "is no text in UTF-8"),
    ],
)
def test_what_is_not_allowed_is_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert told in said.err


def test_a_tilde_means_home_wherever_a_path_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert [written(word) for word in ("~", "~/runs", "runs/~x", "baseline")] == [
        "/home/ada", "/home/ada/runs", "runs/~x", "baseline",
    ]  # fmt: skip
    with pytest.raises(UserError, match="no such home"):
        written("~nobody-by-this-name/x")


def test_a_seed_has_one_bound_however_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Options, designs, races and the page: the largest whole number that a browser and every reader of JSON hold."""
    assert float(LARGEST_SEED) == LARGEST_SEED != LARGEST_SEED + 1 == float(LARGEST_SEED + 2)
    assert run(["race", "--seed", str(LARGEST_SEED + 1)]) == 2
    told = f"{LARGEST_SEED:,}"
    assert told in capsys.readouterr().err
    for seed in (LARGEST_SEED, LARGEST_SEED + 1):
        allowed = seed == LARGEST_SEED
        for give in (
            lambda seed: design_from({"scenario": "baseline", "seed": seed}).seed,
            lambda seed: Race(worlds=1, months=1, seed=seed).seed,
            lambda seed: Choice().changed("seed", str(seed)).seed,
        ):
            with nullcontext() if allowed else pytest.raises(UserError, match=told):
                assert give(seed) == seed


@pytest.mark.parametrize("kind", ["lhs", "sobol", "saltelli", "morris", "prior"])
def test_every_sampler_takes_the_largest_seed(kind: str) -> None:
    vary = [{"parameter": name} for name in ("chips.supply_growth_2026", "chips.price_decline")]
    size = SAMPLERS[kind][0]
    sampler = {"kind": kind, size: 4}
    one, other = (
        unit_points(design_from({"scenario": "baseline", "vary": vary, "sampler": sampler, "seed": seed}))
        for seed in (LARGEST_SEED, LARGEST_SEED - 1)
    )
    assert (one != other).any()
