"""Fitted parameter sets that come with the project; written by `computerace calibrate`."""
