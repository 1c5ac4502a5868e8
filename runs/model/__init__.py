"""The model: what a race starts from, what a month is, and the Mesa model that plays it."""
