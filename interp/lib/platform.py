"""platform of the library, told the name of this interpreter: it knows those of CPython, PyPy, Jython and IronPython alone."""
import os
import sys

__file__ = os.path.join(os.path.dirname(os.__file__), "platform.py")
with open(__file__, encoding="utf-8") as source:
    exec(compile(source.read(), __file__, "exec"))
del source
_sys_version_cache[sys.version] = ("Ouro", *_sys_version()[1:])
