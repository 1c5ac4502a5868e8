"""Standard output and error as people have them: in any encoding, closed, full or gone."""

import codecs
import errno
import io
import json
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any, TextIO

from computerace.analysis.unwritten import OF_THE_PROCESS
from computerace.market.errors import UserError

# What stands in for a sign that the terminal's encoding does not have; letters lose their accents.
STAND_INS = {
    "–": "-", "—": "-", "−": "-", "±": "+/-", "×": "x", "→": "->", "≤": "<=", "≥": ">=", "·": "|", "‘": "'", "’": "'",
    "“": '"', "”": '"', "─": "-", "│": "|", "━": "-", "╸": "-", "╺": "-", "•": "*", "✗": "x", "✓": "v",
}  # fmt: skip
ERRORS = "computerace"  # the name under which Python knows `_stand_in`


def print_json(answer: Any) -> None:
    """One JSON object on standard output; signs that its encoding may not have are written as \\u…."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    print(json.dumps(answer, indent=1, ensure_ascii=not encoding.startswith("utf"), allow_nan=False))


def ready_streams() -> None:
    """Make both streams take every text; raises UserError where standard output is closed, before anything is done."""
    codecs.register_error(ERRORS, _stand_in)
    if sys.stderr is None:
        sys.stderr = _nowhere()
    if sys.stdout is None:
        # A file that is opened later would be given its number, and everything that is printed would go into it.
        sys.stdout = _nowhere()
        raise UserError("standard output is closed; send it to a terminal, a file or /dev/null")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ERRORS)


def why_standard_output_fails() -> str | None:
    """What is wrong with standard output, in words; None where it takes what is printed.

    To be asked after an error that names no file. A buffer that failed once may be empty by now: hence the line's end.
    """
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), os.linesep.encode())
    except io.UnsupportedOperation:  # no file behind it
        return None
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def give_up_standard_output() -> None:
    """Send what is still to be written to standard output nowhere, so that leaving does not fail at it again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # no file behind it
        sys.stdout = _nowhere()


def in_words(error: OSError) -> str:
    """An error of the system in a line: what could not be done to which file, and what may help."""
    cause = (error.strerror or str(error) or type(error).__name__).lower()
    which = f"{error.filename}: " if isinstance(error.filename, (str, os.PathLike)) else ""
    return f"{which}{cause}{CURES.get(error.errno or 0, '')}"


CURES = OF_THE_PROCESS | {
    errno.ENOSPC: "; free some room, or write elsewhere with --out",
    errno.EROFS: "; write elsewhere with --out",
    errno.EACCES: "; write elsewhere with --out, or read what you may read",
}


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """Something else for signs that cannot be written, as `codecs.register_error` wants it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain_sign, error.object[error.start : error.end])), error.end


def _plain_sign(sign: str) -> str:
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return STAND_INS.get(sign) or letters or "?"
