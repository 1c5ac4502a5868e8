"""The decisions of a month in the order in which an owner takes them, each by the model's own rule."""

from abc import ABC, abstractmethod

from computerace.agents.decision import Decision
from computerace.agents.observation import Observation
from computerace.agents.rules import building, dividing, funding, hiring, letting, ordering, powering, renting
from computerace.agents.rules.letting import Letting
from computerace.agents.rules.renting import Renting
from computerace.market.arrays import Worlds
from computerace.market.books import Budget
from computerace.market.chips import Orders
from computerace.market.energy import Requests
from computerace.market.rental import Terms
from computerace.market.serving import Division
from computerace.market.setting import Memory
from computerace.market.sites import Campuses
from computerace.market.talent import Hiring


class Rules(ABC):
    """A rule for each decision; arrays are (worlds,) of one owner, or (owners, worlds) of several."""

    def decide(self, seen: Observation) -> Decision:
        """The lab's forms for the month, one decision after the other."""
        wish = self.wish(seen)
        budget = self.fund(seen, wish)
        orders = self.order(seen, budget)
        lets, rents = self.let(seen), self.rent(seen)
        return Decision(
            budget=budget,
            chips=orders,
            power=self.power(seen, orders, budget),
            buildings=self.build(seen, orders),
            people=self.hire(seen),
            capacity=Terms(lets.share, lets.external, rents.with_fleet, rents.beside, rents.budget_usd),
            use=self.divide(seen),
            memory=self.remember(seen),
        )

    @abstractmethod
    def wish(self, seen: Observation) -> Worlds:
        """AI investment that is wished for this month, US dollars per month."""

    def fund(self, seen: Observation, wish: Worlds) -> Budget:
        """How it pays for the wish."""
        return funding.fund(seen, wish)

    def order(self, seen: Observation, budget: Budget) -> Orders:
        """Chips that it orders with the budget."""
        return ordering.order(seen, budget)

    def power(self, seen: Observation, orders: Orders, budget: Budget) -> Requests:
        """Power that it contracts for these orders."""
        return powering.power(seen, orders, budget)

    def build(self, seen: Observation, orders: Orders) -> Campuses:
        """Buildings that it wants for these orders."""
        return building.build(seen, orders)

    def hire(self, seen: Observation) -> Hiring:
        """Researchers that it looks for."""
        return hiring.hire(seen)

    def let(self, seen: Observation) -> Letting:
        """Capacity that it lets."""
        return letting.let(seen)

    def rent(self, seen: Observation) -> Renting:
        """Capacity that it rents."""
        return renting.rent(seen)

    def divide(self, seen: Observation) -> Division:
        """What it uses its compute for."""
        return dividing.divide(seen)

    def remember(self, seen: Observation) -> Memory:
        """What it keeps in mind for next month, by names of its own; (worlds,)."""
        return seen.memory
