"""Labs and the rest of the market as Mesa agents: each owns one row of the model's arrays and decides for it."""

from typing import TYPE_CHECKING

import mesa
import numpy as np

from computerace.agents.strategies import STRATEGIES, Outlook
from computerace.market.arrays import Worlds

if TYPE_CHECKING:
    from computerace.runs.race import Race


class Lab(mesa.Agent):
    """One owner of compute. Its measures are (worlds,) arrays, or floats where the model has a single world."""

    def __init__(self, model: "Race", name: str, row: int, strategy: str) -> None:
        super().__init__(model)
        self.name = name
        self.row = row
        self.strategy = strategy

    def wish(self, outlook: Outlook) -> Worlds:
        """AI investment that the owner wishes for this month, US dollars per month (worlds,)."""
        return STRATEGIES[self.strategy](outlook)

    def measure(self, name: str) -> Worlds | float:
        """One of the model's owner measures, such as "owned_h100e": a copy, or a float for one world."""
        values = self.model.measures()[name][self.row]
        return float(values[0]) if values.size == 1 else np.array(values)

    @property
    def owned_h100e(self) -> Worlds | float:
        """Owned compute, H100e."""
        return self.measure("owned_h100e")

    @property
    def operational_h100e(self) -> Worlds | float:
        """Owned compute that is installed and powered, H100e."""
        return self.measure("operational_h100e")

    @property
    def used_h100e(self) -> Worlds | float:
        """Compute that the lab itself uses: operational less let plus rented, H100e."""
        return self.measure("used_h100e")

    @property
    def effective_h100e(self) -> Worlds | float:
        """Used compute after goodput, communication, utilisation and software, H100e."""
        return self.measure("effective_h100e")


class RestOfMarket(Lab):
    """Everybody else who buys chips, power and people: clouds, other labs, states."""
