"""Files that people give, read whole or refused in a line."""

from pathlib import Path

from computerace.market.errors import UserError


def read_bytes(path: Path, what: str, most: int) -> bytes:
    """The content of a file; `what` names it in messages, such as "the design x.toml".

    most: bytes that it may have. Raises UserError where it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that holds a null character
        raise UserError(f"{what} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > most:
        raise UserError(f"{what} cannot be read: it is larger than {most // 1_000_000:,} MB")
    return raw
