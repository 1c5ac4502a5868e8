"""What is scarce: one mechanism one file, with its equation, parameters and their sources; pure functions of arrays."""
