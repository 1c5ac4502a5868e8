"""The words and figures that everything shares: what counts as compute, who the rivals are, what binds an owner.

Each is said here once. Columns of tables, options, reports and the page are made of these words.
"""

CLAIMANT = "xAI"  # of whom the claim speaks, unless a scenario has another
DEFINITIONS = ("owned", "operational", "used", "effective")
RIVALS = ("three", "all")
RIVAL_WORDS = {"three": "the other labs", "all": "all others"}  # as in "passes …"
RIVAL_NAMES = {"three": "other labs", "all": "all others"}  # as in a column of rivals
CAUSES = ("chips", "power", "sites", "cash", "people", "goodput")
FREE = "none"  # the cause of a month in which nothing bound
ALL_CAUSES = (*CAUSES, FREE)
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SPREAD = (0.05, 0.5, 0.95)  # the quantiles of a median with its range
UNIT_PREFIX = "unit."  # begins a column of points: a parameter's place in [0, 1], which a sensitivity analysis needs
NEUTRAL_PREFIX = "neutral."  # begins a column of points: neutral.energy = true takes the mechanism out of the model
REST = "Rest"  # the rest of the market, as one owner beside the labs
MARKET = "Market"  # stands in the place of an owner where something is the whole market's
DEADLINE_MONTHS = 60  # the claim's five years
LONGEST = 600  # months that a race may have
