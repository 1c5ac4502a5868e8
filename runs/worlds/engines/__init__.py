"""Where tasks run: in this process, on processes of this machine, or on a Ray cluster."""

ENGINES = ("local", "ray")
