"""The one way to play worlds: a batch of rows on any engine, its outcomes, and what becomes of worlds that fail."""
