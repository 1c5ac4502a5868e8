"""What the model gave, to the bit, before it was rebuilt: hashes of state and outcomes, and a table of values."""
