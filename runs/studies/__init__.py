"""Questions that are answered by playing worlds of their own: explain, twins, back-tests, forecasts, rare events."""
