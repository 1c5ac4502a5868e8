"""The state of a race as named arrays, and digests of them."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from computerace.runs.race import Race


def state_arrays(race: Race) -> dict[str, NDArray[np.float64]]:
    """Every array of the state by name, worlds last."""
    return {name: np.asarray(values) for name, values in vars(race.state).items()}


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
