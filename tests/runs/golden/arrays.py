"""The state of a race as named arrays, and digests of them."""

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.runs.model.race import Race

HASHED_AS = {
    "chips.price": "chip_price", "chips.path": "supply_path", "chips.shock": "supply_shock",
    "energy.pipeline": "energy_pipeline", "energy.arrivals": "energy_arrivals", "sites.finished": "site",
    "sites.pipeline": "site_pipeline", "sites.arrivals": "site_arrivals", "rental.gap": "rent_gap",
    "users.shares": "users", "users.growth": "market_growth", "software.best": "best",
}  # fmt: skip
"""Names of the hashes for arrays whose own name says less."""


def state_arrays(race: Race) -> dict[str, NDArray[np.float64]]:
    """Every array of the state by name, worlds last."""
    found: dict[str, NDArray[np.float64]] = {}
    for group, values in (*race.state._asdict().items(), *_happened(race).items()):
        if group not in ("memory", "active"):
            found |= {f"{group}.{name}": np.asarray(value) for name, value in values._asdict().items()}
    return {HASHED_AS.get(name, name.partition(".")[2]): values for name, values in found.items()} | _sums(race)


def _happened(race: Race) -> dict[str, NamedTuple]:
    """What earlier versions kept as state, though nothing of the next month depends on it."""
    flows = race.flows
    return {"clusters": flows.clusters, "elsewhere": flows.rental, "ledger": flows.ledger}


def _sums(race: Race) -> dict[str, NDArray[np.float64]]:
    flows = race.flows
    return {
        "made": flows.chips.made,
        "delivered": flows.chips.delivered,
        "retired": flows.retired,
        "moved_out": flows.talent.left + flows.talent.stars_left,
        "moved_in": flows.talent.arrived + flows.talent.stars_arrived,
        "capex": flows.finance.capex,
        "returns": flows.finance.returns,
    }


def digest(*arrays: NDArray[np.generic]) -> str:
    """Eight hexadecimal digits of what the arrays hold, to the bit; any NaN counts as the same one."""
    found = hashlib.sha256()
    for values in arrays:
        plain = np.ascontiguousarray(values)
        if plain.dtype.kind == "f":
            plain = np.where(np.isnan(plain), np.array(np.nan, plain.dtype), plain + 0.0)  # and no negative zero
        found.update(f"{plain.dtype}{plain.shape}".encode())
        found.update(plain.tobytes())
    return found.hexdigest()[:8]


def arithmetic() -> str:
    """A digest of NumPy's own functions and streams on this machine: another one means another machine or version."""
    values = np.exp(np.linspace(-30.0, 30.0, 4099))
    functions = (np.exp, np.log, np.log10, np.sqrt, np.expm1, np.rint)
    drawn = np.random.Generator(np.random.SFC64([1, 2, 3])).standard_normal(1000, dtype=np.float32)
    return digest(
        *(function(np.log(values) if function in (np.exp, np.expm1) else values) for function in functions), drawn
    )
