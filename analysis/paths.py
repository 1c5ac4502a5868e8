"""Paths as people write them."""

from pathlib import Path

from computerace.market.errors import UserError


def at_home(path: str | Path) -> Path:
    """The path with ~ or ~name at its beginning replaced by the home that it means; raises UserError for none."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise UserError(f"{path}: there is no such home; write the whole path") from None


def beside(folder: Path, named: str | Path) -> Path:
    """The file that something in a folder names: at home, at its whole path, or beside what names it."""
    return folder / at_home(named)
