from _ouro_ipython import UsageError      # noqa: F401


class StdinNotImplementedError(RuntimeError, NotImplementedError):
    """The frontend takes no input."""


class TryNext(Exception):
    """Ask the next hook."""
