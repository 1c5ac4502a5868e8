"""Points of a design played into a folder: races, which have one point, and sweeps, which have many."""
