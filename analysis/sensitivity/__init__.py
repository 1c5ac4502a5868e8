"""Which parameters account for the spread of an answer."""
