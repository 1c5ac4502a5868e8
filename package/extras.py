"""Extras: packages that only some commands need, and how to get them."""

from importlib.util import find_spec

from computerace.market.errors import UserError

# extra: the modules of its packages that the code imports
EXTRAS: dict[str, tuple[str, ...]] = {
    "discovery": ("ema_workbench",),
    "game": ("quantecon",),
    "page": ("solara", "ipyvuetify", "altair", "uvicorn"),
    "ray": ("ray",),
}


def need(extra: str, what: str) -> None:
    """Raise UserError where a package of the extra is not installed; nothing is imported.

    what: what needs it, as the first words of the message.
    """
    missing = [name for name in EXTRAS[extra] if not _is_there(name)]
    if missing:
        raise UserError(
            f"{what} needs {missing[0]}, which is not installed: pip install 'computerace[{extra}]',"
            f" or in a clone `uv sync --extra {extra}`"
        )


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a module that is barred from being imported
        return False
