"""What CPython's C half of pickle provides: PickleBuffer, and the functions. Picklers and unpicklers, which programs subclass, are those of pickle.py."""
import sys
from operator import index

from _pickle_buffer import PickleBuffer
from _pickle_dump import dumps as _dumps
from _pickle_load import load as _load


def __getattr__(name):
    import pickle
    if name in ("PickleError", "PicklingError", "UnpicklingError"):
        return getattr(pickle, name)
    if name in ("Pickler", "Unpickler"):
        return getattr(pickle, "_" + name)
    raise AttributeError(f"module '_pickle' has no attribute {name!r}")


def dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None):
    """Return the pickled representation of the object as a bytes object."""
    protocol = 4 if protocol is None else index(protocol)
    if protocol < 0:
        protocol = 5
    if buffer_callback is None and 4 <= protocol <= 5:
        return _dumps(obj, protocol)
    import pickle
    return pickle._dumps(obj, protocol, fix_imports=fix_imports, buffer_callback=buffer_callback)


def dump(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None):
    """Write a pickled representation of obj to the open file object file."""
    try:
        write = file.write
    except AttributeError:
        raise TypeError("file must have a 'write' attribute") from None
    write(dumps(obj, protocol, fix_imports=fix_imports, buffer_callback=buffer_callback))


def _find_class(module, name, protocol, fix_imports=True):
    sys.audit("pickle.find_class", module, name)
    if protocol < 3 and fix_imports:
        import _compat_pickle
        if (module, name) in _compat_pickle.NAME_MAPPING:
            module, name = _compat_pickle.NAME_MAPPING[module, name]
        elif module in _compat_pickle.IMPORT_MAPPING:
            module = _compat_pickle.IMPORT_MAPPING[module]
    __import__(module, level=0)
    at = sys.modules[module]
    for part in name.split(".") if protocol >= 4 else (name,):
        try:
            if part == "<locals>":
                raise AttributeError
            at = getattr(at, part)
        except AttributeError:
            raise AttributeError(f"Can't get attribute {name!r} on {sys.modules[module]!r}") from None
    return at


def _find_class_as_named(module, name, protocol):
    return _find_class(module, name, protocol, False)


def _extension(code, protocol):
    import copyreg
    import pickle
    if code in copyreg._extension_cache:
        return copyreg._extension_cache[code]
    key = copyreg._inverted_registry.get(code)
    if key is None:
        if code <= 0:
            raise pickle.UnpicklingError("EXT specifies code <= 0")
        raise ValueError(f"unregistered extension code {code}")
    found = copyreg._extension_cache[code] = _find_class(*key, protocol)
    return found


def loads(data, /, *, fix_imports=True, encoding="ASCII", errors="strict", buffers=()):
    """Read and return an object from the given pickle data."""
    return _load(data, None, None, _find_class if fix_imports else _find_class_as_named, _extension, encoding, errors, buffers or None)


def load(file, *, fix_imports=True, encoding="ASCII", errors="strict", buffers=()):
    """Read and return an object from the pickle data stored in a file."""
    try:
        read, readline = file.read, file.readline
    except AttributeError:
        raise TypeError("file must have 'read' and 'readline' attributes") from None
    return _load(None, read, readline, _find_class if fix_imports else _find_class_as_named, _extension, encoding, errors, buffers or None)
