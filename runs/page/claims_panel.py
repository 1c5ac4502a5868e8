"""The panel of claims: one of those that come with the project, or one's own, asked of the race that is shown."""

from pathlib import Path
from typing import Any

import solara
from mesa.visualization.utils import update_counter

from computerace.runs.page import parts
from computerace.runs.page.asked import FIRST_SHOWN, Asked, asked, shipped
from computerace.runs.page.player import Player
from computerace.runs.page.snapshot import Snapshot

STYLE = Path(__file__).parent / "claims.css"


@solara.component
def ClaimsPanel(player: Player, race: Snapshot, shown: Any, view: Any) -> None:  # noqa: ARG001
    """The text of a claim, which may be changed, and its chances in the worlds of this race."""
    update_counter.get()
    text, write = solara.use_state(shipped()[FIRST_SHOWN])
    solara.Style(STYLE)
    whole = player.whole
    found = solara.use_memo(lambda: Asked() if whole is None else asked(text, whole), [text, whole])
    parts.OwnClaim(
        names=list(shipped()),
        chosen=next((name for name, known in shipped().items() if known == text), ""),
        text=text,
        question=found.question,
        rows=list(found.rows),
        refused=found.refused or player.trouble,
        waiting=player.running_ahead,
        worlds=player.choice.worlds,
        event_choose=lambda name: write(shipped().get(name, text)),
        event_write=write,
    )
