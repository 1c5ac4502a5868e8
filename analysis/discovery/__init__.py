"""Under what conditions the claim comes true."""
