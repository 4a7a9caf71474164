"""What CPython's C half of pickle provides: PickleBuffer. The picklers and functions are those of pickle.py."""
from _pickle_buffer import PickleBuffer


def __getattr__(name):
    import pickle
    if name in ("PickleError", "PicklingError", "UnpicklingError"):
        return getattr(pickle, name)
    if name in ("Pickler", "Unpickler", "dump", "dumps", "load", "loads"):
        return getattr(pickle, "_" + name)
    raise AttributeError(f"module '_pickle' has no attribute {name!r}")
