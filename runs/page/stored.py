"""What the page says of a shipped scenario before anything has run: the report's sentences, kept beside this file.

`python -m computerace.runs.page.stored` plays the shipped scenarios and writes them; a number after it says how many
worlds of each; the baseline has 10,000.
"""

import json
import sys
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypedDict

from computerace.market.rivals import against, in_words
from computerace.market.vocabulary import RIVALS

BASELINE_WORLDS, WORLDS = 10_000, 1_024
KEPT = "stored.json"


class Stored(TypedDict):
    """One scenario's answer for owned compute against the other labs, in the report's words.

    chance: the probability with its error, or its bound. rivals: who counts, and who is left out.
    worlds: from how many.
    """

    question: str
    sentence: str
    ratio: str
    chance: str
    rivals: str
    worlds: int


@cache
def stored() -> dict[str, Stored]:
    """The kept answers by scenario."""
    kept: dict[str, Stored] = json.loads(resources.files(__package__).joinpath(KEPT).read_text(encoding="utf-8"))
    return kept


def answer_from(name: str, worlds: int) -> Stored:
    """Play a shipped scenario as `computerace race` does, and answer as the report does."""
    from computerace.analysis.claim import probability_words
    from computerace.analysis.folder import load
    from computerace.analysis.report.answer import answer_of, question, ratio_sentence, sentence
    from computerace.runs.scenarios import scenario
    from computerace.runs.sweeps.single_race import Request, run_race

    with tempfile.TemporaryDirectory() as made:
        runs = load(run_race(Request(scenario(name), worlds=worlds, out=Path(made) / name)).folder)
    answer, who = answer_of(runs), against(RIVALS[0], runs.claimant, runs.labs)
    return Stored(
        question=question(answer),
        sentence=sentence(answer),
        ratio=ratio_sentence(answer),
        chance=probability_words(answer.headline),
        rivals=in_words(who),
        worlds=worlds,
    )


def main(worlds: int = WORLDS) -> None:
    """Write the answers of all shipped scenarios."""
    from computerace.runs.scenarios import scenarios

    found = {name: answer_from(name, BASELINE_WORLDS if name == "baseline" else worlds) for name in scenarios()}
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (Path(__file__).parent / KEPT).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS)
