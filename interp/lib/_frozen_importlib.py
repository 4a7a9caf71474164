"""The module that CPython freezes: here it is the library's importlib._bootstrap."""
import sys

del sys.modules[__name__]
if "importlib" in sys.modules and not hasattr(sys.modules["importlib"], "import_module"):
    raise ImportError("importlib takes its own copy")
import importlib._bootstrap

sys.modules[__name__] = importlib._bootstrap
