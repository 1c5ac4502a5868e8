"""What an owner's AI earns and costs in a month, from last month's fleet, contracts, people and users.

    income = revenue * margin + rents received less paid - power - upkeep - pay

Upkeep is `finance.operating_cost` a year of what the servers that run would cost now.
"""

from typing import TYPE_CHECKING, NamedTuple

from computerace.market import energy, fleet, rental, sites, talent, users
from computerace.market.arrays import Owners, Worlds
from computerace.market.units import HOURS_PER_MONTH, WATTS_PER_MEGAWATT

if TYPE_CHECKING:
    from computerace.market.setting import Setting


class Accounts(NamedTuple):
    """US dollars of a month (owners, worlds): what is earned, and then costs alone."""

    sales: Owners  # what users pay, less what is not compute, power or research
    rents: Owners  # received less paid
    power: Owners
    upkeep: Owners
    pay: Owners

    @property
    def income(self) -> Owners:
        """What is left of AI, US dollars of a month: every line from `power` on is a cost."""
        left = self.sales + self.rents
        for cost in self[Accounts._fields.index("power") :]:
            left = left - cost
        return left


def of_ai(
    setting: "Setting",
    price: Worlds,
    contracts: energy.State,
    buildings: sites.State,
    chips_run: fleet.State,
    capacity: rental.State,
    people: talent.State,
    served: users.State,
) -> Accounts:
    """Accounts of a month at a chip price in US dollars per H100e (worlds,)."""  # fmt: skip
    mechanisms = setting.mechanisms
    server = price * mechanisms.chips.server_markup
    heads = people.researchers + mechanisms.talent.star_weight * people.stars
    return Accounts(
        sales=served.revenue * mechanisms.users.margin,
        rents=(capacity.let - capacity.rented) * capacity.rent * HOURS_PER_MONTH,
        power=energy.cost_usd(mechanisms.energy, setting.kinds, contracts.energised, buildings.powered),
        upkeep=chips_run.operational * server * mechanisms.finance.operating_cost / 12.0,
        pay=heads * people.pay * mechanisms.talent.pay_usd_per_year / 12.0,
    )


def server_cost(setting: "Setting", price: Worlds) -> Owners:
    """US dollars of a server with its network per H100e at a chip price, own chips among them; (owners, worlds)."""
    parameters, target = setting.mechanisms.chips, setting.figures.in_house_target
    server = price * parameters.server_markup * (1.0 - target + target * parameters.in_house_cost)
    return setting.figures.purchase_cost * server


def unit_cost(setting: "Setting", price: Worlds, new_watts: Worlds, premium: Worlds) -> Owners:
    """All-in US dollars per H100e at a chip price: server and network, building and power; (owners, worlds).

    price: US dollars per H100e; new_watts: IT watts per H100e of what is sold; premium: US dollars per IT MW of a new
    contract for power (worlds,).
    """
    return with_building(setting, server_cost(setting, price), new_watts, premium)


def with_building(setting: "Setting", server: Owners, new_watts: Worlds, premium: Worlds) -> Owners:
    """The same of a server, US dollars per H100e (owners, worlds)."""
    mw = new_watts / WATTS_PER_MEGAWATT
    return server + setting.figures.purchase_cost * (setting.mechanisms.sites.cost_usd_per_mw * mw) + premium * mw
