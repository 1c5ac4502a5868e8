"""Frames that an analysis of a folder leaves where it is asked to: each as CSV and as Parquet, whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from computerace.analysis.aside import TABLES, aside
from computerace.analysis.unwritten import explained

if TYPE_CHECKING:
    import pandas as pd


def save_frames(folder: Path, frames: Mapping[str, "pd.DataFrame"]) -> list[Path]:
    """Write each frame as NAME.csv and NAME.parquet into a folder, which is made where there is none.

    A file of that name is replaced. Raises UserError where the folder cannot be written.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with aside(folder, TABLES) as made:
            for name, frame in frames.items():
                frame.to_csv(made / f"{name}.csv", index=False)
                frame.to_parquet(made / f"{name}.parquet", index=False)
            return [file.replace(folder / file.name) for file in sorted(made.iterdir())]


def records(frame: "pd.DataFrame") -> list[dict[str, object]]:
    """The rows as JSON can hold them: None for what does not exist or is not finite."""
    import math

    def plain(value: object) -> object:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return [{str(key): plain(value) for key, value in row.items()} for row in frame.to_dict("records")]
