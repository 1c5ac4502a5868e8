"""Forecasts and the model held against the record."""
