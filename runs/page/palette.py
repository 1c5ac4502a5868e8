"""Colours of the page: each lab keeps its own everywhere, in light and in dark."""

from dataclasses import dataclass

from computerace.analysis.style import (
    CAUSE_COLOURS,
    CONTRACT_COLOURS,
    GRID,
    INK,
    MUTED,
    ON_DARK,
    SURFACE,
    lab_colour,
    lighter,
)

__all__ = ["CAUSE_COLOURS", "CONTRACT_COLOURS", "DARK", "LIGHT", "Palette", "lighter", "palette"]


@dataclass(frozen=True)
class Palette:
    """The colours of a chart's own lines and letters."""

    dark: bool
    text: str
    muted: str
    grid: str
    surface: str
    claim: str

    def owner(self, name: str) -> str:
        """The colour of a lab, or of the rest of the market."""
        colour = lab_colour(name)
        return lighter(colour) if self.dark else colour

    def shade(self, colour: str) -> str:
        """Any other colour, fit for the ground."""
        return lighter(colour) if self.dark else colour


LIGHT = Palette(False, text=INK, muted=MUTED, grid=GRID, surface=SURFACE, claim=INK)
DARK = Palette(True, ON_DARK[INK], ON_DARK[MUTED], ON_DARK[GRID], ON_DARK[SURFACE], claim="#F5F7FA")


def palette(dark: bool) -> Palette:
    """The palette of a light or a dark page."""
    return DARK if dark else LIGHT
