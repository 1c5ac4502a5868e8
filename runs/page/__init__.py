"""The browser page: watch the race, move a lever, see how sure the answer is."""
