"""Calibration: what the record up to a date says about the parameters, kept as a named set of joint draws."""

from computerace.runs.calibration.fitting import fit
from computerace.runs.scenarios.sets import FittedSet, load_set, set_for, with_set

__all__ = ["FittedSet", "fit", "load_set", "set_for", "with_set"]
