"""The race as a game: what each lab would gain by another strategy, and where nobody would gain any more."""
