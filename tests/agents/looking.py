"""What the tests of rules share: an owner's observation with plain values in three worlds."""

import numpy as np
from numpy.typing import NDArray

from computerace.agents.observation import Books, Observation, Public
from computerace.market.capital import KINDS
from computerace.market.chips import Orders
from computerace.market.energy import by_kind
from computerace.market.registry import MECHANISMS
from computerace.market.setting import Figures, Mechanisms
from tests.market.mechanisms import WORLDS, parameters_of

OF_KINDS = {"energised": 3, "energy_pipeline": 3, "offers": len(KINDS)}


def observation(**changed: float | list[float]) -> Observation:
    """Nothing in the books, ones in the figures and the market, parameters at their centres; but for what is changed.

    Names are those of books, figures and public values, or of parameters as "mechanism__parameter".
    """
    settings: dict[str, dict[str, float | list[float]]] = {name: {} for name in MECHANISMS}
    for name in [name for name in changed if "__" in name]:
        mechanism, _, parameter = name.partition("__")
        settings[mechanism][parameter] = changed.pop(name)
    mechanisms = Mechanisms(**{name: parameters_of(kind, **settings[name]) for name, kind in MECHANISMS.items()})
    usual_public = {"log_returns": 0.0, "wished_growth": 0.0}
    plain = {name: changed.pop(name, usual_public.get(name, 1.0)) for name in _plain_of_public()}
    public = Public(month=1, years=1 / 12, kinds=by_kind(mechanisms.energy), mechanisms=mechanisms,
                    **{name: np.full(WORLDS, value) for name, value in plain.items()})  # fmt: skip
    books = {name: changed.pop(name, 0.0) for name in Books._fields}
    figures = {name: changed.pop(name, 1.0) for name in Figures._fields}
    assert not changed, f"nothing of that name: {changed}"
    return Observation(
        public,
        Books(**{name: _filled(name, value) for name, value in books.items()}),
        Figures(**{name: np.full(WORLDS, value) for name, value in figures.items()}),
        {},
    )


def wishes(wished: float, wanted: float = 0.0) -> Orders:
    """Orders of which only the wish, and what is left of it, are told: H100e per month."""
    nothing = dict.fromkeys(Orders._fields, np.zeros(WORLDS))
    return Orders(**nothing | {"wished": np.full(WORLDS, wished), "wanted": np.full(WORLDS, wanted)})


def _filled(name: str, value: float | list[float]) -> NDArray[np.float64]:
    """(worlds,), or (kinds, worlds) from a number for all kinds or one for each."""
    if name not in OF_KINDS:
        return np.full(WORLDS, value)
    return np.repeat(np.broadcast_to(np.asarray(value, float), OF_KINDS[name])[:, None], WORLDS, axis=1)


def _plain_of_public() -> list[str]:
    return [name for name in Public._fields if name not in ("month", "years", "kinds", "mechanisms")]
