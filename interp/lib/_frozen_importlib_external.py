"""The module that CPython freezes: here it is the library's importlib._bootstrap_external."""
import sys

del sys.modules[__name__]
if "importlib" in sys.modules and not hasattr(sys.modules["importlib"], "import_module"):
    raise ImportError("importlib takes its own copy")
import importlib._bootstrap_external

sys.modules[__name__] = importlib._bootstrap_external
