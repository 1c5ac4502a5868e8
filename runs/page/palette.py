"""Colours of the page: each lab keeps its own everywhere, in light and in dark."""

from dataclasses import dataclass

from computerace.analysis.race_picture import lab_colour

CAUSE_COLOURS = {  # Tol's muted scheme: told apart by colour-blind readers, and not the labs' colours
    "chips": "#CC6677",
    "power": "#DDCC77",
    "sites": "#88CCEE",
    "cash": "#117733",
    "people": "#AA4499",
    "goodput": "#6A6FD0",
    "none": "#BBBBBB",
}
CONTRACT_COLOURS = {"grid": "#4477AA", "on site": "#EE6677", "ready": "#228833"}
REST_COLOUR = "#9A9A9A"
LIGHTER = 0.35  # of the way to white: dark hues are hard to read on a dark ground


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
        colour = REST_COLOUR if name == "Rest" else lab_colour(name)
        return lighter(colour) if self.dark else colour

    def shade(self, colour: str) -> str:
        """Any other colour, fit for the ground."""
        return lighter(colour) if self.dark else colour


LIGHT = Palette(False, text="#1F2933", muted="#5F6B76", grid="#E4E7EB", surface="#FFFFFF", claim="#1F2933")
DARK = Palette(True, text="#E6EAF0", muted="#A3AEBB", grid="#323B47", surface="#161B22", claim="#F5F7FA")


def palette(dark: bool) -> Palette:
    """The palette of a light or a dark page."""
    return DARK if dark else LIGHT


def lighter(colour: str) -> str:
    """A hex colour moved part of the way to white."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (255 - part) * LIGHTER):02X}" for part in parts)
