"""Conversions of units, and the few numbers of mathematics that formulas need."""

import numpy as np

HOURS_PER_MONTH = 730.5  # a twelfth of 365.25 days
DAYS_PER_MONTH = 30.44
DAYS_PER_YEAR = 365.25
SECONDS_PER_HOUR = 3600.0
SECONDS_PER_MONTH = 2.63e6
MONTHS_PER_TWO_YEARS = 24.0  # what grows evenly has grown by half of its yearly growth, on average over a year
MID_YEAR = 0.5
WATTS_PER_MEGAWATT = 1e6
USD_PER_MILLION = 1e6
FLOP_PER_SECOND = 9.89e14  # of an H100 in 16 bits without sparsity (Nvidia, H100 data sheet)
LN_HALF = np.log(0.5)
LN_10 = np.log(10.0)
