"""The document around the page: what language it is in, that it may be enlarged, and how it outlives its server.

Solara writes the document; what it leaves out for readers and for machines is put in here, by `served_shell`.
"""

from collections.abc import Callable
from importlib import resources

DESCRIPTION = (
    "An agent-based model of the market for AI compute: will xAI own more of it than Google, Microsoft and Meta"
    " combined by December 2030?"
)
VIEWPORT = 'content="width=device-width, initial-scale=1, maximum-scale=1, user-scalable=no, minimal-ui"'
BUSY = "<v-progress-linear"  # the first of them: a bar across the top while the server works, which has no name
NO_SCRIPT = (
    "<noscript><p>This page plays its races with scripts, which are switched off here."
    " What `computerace page` writes can be read without them.</p></noscript>"
)

type Reads = Callable[..., str | None]


def in_shell(document: str) -> str:
    """Solara's document with language, description, leave to enlarge, and the script that reconnects."""
    script = resources.files(__package__).joinpath("reconnect.js").read_text(encoding="utf-8")
    parts = {
        "<html>": '<html lang="en">',
        VIEWPORT: 'content="width=device-width, initial-scale=1"',
        "</head>": f'<meta name="description" content="{DESCRIPTION}">\n<script>{script}</script>\n</head>',
        '<div id="app"': f'{NO_SCRIPT}<div id="app"',
        BUSY: f'{BUSY} aria-hidden="true"',
    }
    for theirs, ours in parts.items():
        document = document.replace(theirs, ours, 1)
    return document


def served_shell(read: Reads) -> Reads:
    """What reads Solara's document, made to put it into the shell."""

    def reads(*asked: object, **more: object) -> str | None:
        document = read(*asked, **more)
        return None if document is None else in_shell(document)

    return reads
