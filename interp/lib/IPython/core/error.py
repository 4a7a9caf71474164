"""The errors that notebooks and libraries catch by these names."""
from _ouro_magic_registry import UsageError      # noqa: F401


class IPythonCoreError(Exception):
    """The base of the others."""


class StdinNotImplementedError(IPythonCoreError, NotImplementedError):
    """The frontend takes no input."""


class InputRejected(Exception):
    """A transformer does not take the cell."""


class TryNext(IPythonCoreError):
    """Ask the next hook."""
