"""The end of a sweep that is not its last."""


class SweepStopped(Exception):
    """A sweep that had to stop and can go on from where it is; the message is for people."""
