"""Labs and the rest of the market as Mesa agents: each looks, decides, and owns one row of the model's arrays."""

from typing import TYPE_CHECKING

import mesa
import numpy as np

from computerace.agents.decision import Decision
from computerace.agents.observation import Books, Observation, Public
from computerace.agents.rulebook import Rules
from computerace.agents.rules import funding, investing, renting
from computerace.agents.rules.renting import Renting
from computerace.market import own
from computerace.market.arrays import Worlds
from computerace.market.books import Budget
from computerace.market.errors import UserError, slip_of
from computerace.market.figures import KINDS_OF_OWNER
from computerace.market.figures import STRATEGIES as OWN_STRATEGIES
from computerace.market.setting import Figures, Memory

if TYPE_CHECKING:
    from computerace.runs.model.race import Race


class Lab(Rules, mesa.Agent):
    """One owner of compute: a set of rules, one method for each decision.

    A class of one's own may take another rule for any of them; all arrays are (worlds,). A lab keeps nothing of its own
    between months but what it puts into its memory: worlds would not stay apart otherwise.

    Parameters
    ----------
    model: the race. name: of the owner. row: of the model's arrays. strategy: how it answers rivals, in
    all worlds or world by world. rival: whether it is one of the claimant's rivals, who stand still where
    `reaction.strength` is 0.
    """

    model: "Race"
    name: str
    row: int
    strategy: str | investing.ByWorld
    rival: bool

    def __init_subclass__(cls) -> None:
        """Refuse a method that is nearly called as one of a lab's, such as `rents`: nobody would ever ask it.

        Raises UserError with the right name.
        """
        super().__init_subclass__()
        rules = [rule for rule in (*vars(Rules), *vars(Lab)) if not rule.startswith("_")]
        for method, what in vars(cls).items():
            right = slip_of(method, rules) if callable(what) else None
            if right is not None:
                raise UserError(f"{cls.__name__} has a method {method}, which no race asks; a lab's is called {right}")

    def __init__(
        self, model: "Race", name: str, row: int, strategy: str | investing.ByWorld, *, rival: bool = False
    ) -> None:
        if not 0 <= row < len(model.names):
            raise UserError(
                f"{name} cannot take row {row} of {len(model.names)}: add a lab in a scenario, [labs.{name}]"
            )
        taken = next((lab for lab in model.agents.select(agent_type=Lab) if lab.row == row), None)
        if taken is not None:
            raise UserError(
                f"row {row} is {taken.name}'s: an owner's row is taken once; add a lab in a scenario, [labs.{name}]"
            )
        super().__init__(model)
        self.name = name
        self.row = row
        self.strategy = strategy
        self.rival = rival

    def remove(self) -> None:
        """Refused: a lab's row stays.

        Raises UserError that says how a lab leaves.
        """
        raise UserError(
            f"{self.name} cannot be removed from the model's arrays: let it leave by world, with "
            f"race.leave('{self.name}', heir='Rest') or labs.{self.name}.exit_month in a scenario"
        )

    def step(self) -> None:
        """Nothing: labs act when the race asks all of them at once, which it does in its own step."""

    def observe(self, public: Public, books: Books, figures: Figures, memory: Memory) -> Observation:
        """What the lab takes in of what it could see: all of it."""
        return Observation(public, books, figures, memory)

    def wish(self, seen: Observation) -> Worlds:
        """AI investment that the owner wishes for this month, US dollars per month (worlds,)."""
        wish = investing.wished(seen, self.follows(seen))
        if self.rival:
            wish = investing.answered(seen, wish)
        return investing.at_least(seen, wish)

    def follows(self, seen: Observation) -> str | investing.ByWorld:  # noqa: ARG002 - a lab of another class looks
        """The strategy that it follows, in all worlds or world by world."""
        return self.strategy

    @property
    def own_rules(self) -> bool:
        """Whether it follows rules that are not the model's: what they fill in is checked, and they cannot write."""
        names = (self.strategy,) if isinstance(self.strategy, str) else self.strategy.names
        return type(self) not in (Lab, RestOfMarket) or not set(names) <= set(OWN_STRATEGIES)

    @property
    def observation(self) -> Observation:
        """What it saw this month.

        Raises UserError before the first month.
        """
        return self._of_month(self.model.flows.observations)

    @property
    def decision(self) -> Decision:
        """What it asked for this month.

        Raises UserError before the first month.
        """
        return self._of_month(self.model.flows.decisions)

    def _of_month[Kept](self, kept: tuple[Kept, ...]) -> Kept:
        if not kept:
            raise UserError(f"{self.name} has decided nothing yet: the race stands at month 0")
        return kept[self.row]

    def measure(self, name: str) -> Worlds | float:
        """One of the measures that it has, such as "owned_h100e": a copy, or a float for one world.

        Raises UserError for a measure that is not an owner's, or not this one's.
        """
        values = self.model.of_owner(name, self.row)
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

    def fund(self, seen: Observation, wish: Worlds) -> Budget:
        """The young labs in it raise what investors offer, whatever the cash of the others."""
        return funding.fund_many(seen, wish)

    def rent(self, seen: Observation) -> Renting:
        """What its AI revenue pays for."""
        return renting.rent_for_revenue(seen)


KINDS: dict[str, type[Lab]] = {"Lab": Lab, "RestOfMarket": RestOfMarket}
"""Classes of owners by the name under which a scenario asks for them, `labs.NAME.kind`."""


def add_lab(name: str, kind: object) -> None:
    """Make a class of one's own known by name, for `labs.NAME.kind` in scenarios.

    In a file that a scenario names (`code`), workers and folders know it too. A name that was added before is
    replaced. Raises UserError for the name of one of the model's own classes, or for what is not a class of labs.
    """
    if not (isinstance(kind, type) and issubclass(kind, Lab)):
        raise UserError(f"{name} must be a subclass of computerace.agents.lab.Lab, got {kind!r}")
    own.bring(own.LAB, name, KINDS_OF_OWNER)
    KINDS[name] = kind
