"""Measurements of speed, printed as ratios from one run; nothing here is a test."""
