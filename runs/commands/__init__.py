"""The commands, one function each; `runs/cli.py` says what they are called."""
