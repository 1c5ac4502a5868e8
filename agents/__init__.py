"""Who decides: the labs and the rest of the market, what each may see, and the rules by which it decides."""
