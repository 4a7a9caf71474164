# import statements
import sys, math as m
from math import pi, sqrt as root, floor
import os.path
import os.path as p
from os import path, sep
print(m.pi == pi, root(16), floor(2.5), p is os.path is path, sep)
def f():
    import math
    from math import cos as c, sin
    return math.tau, c(0), sin(0)
print(f())
try: import no_such_module_x
except ImportError as e: print(type(e).__name__, e, e.name)
try: from math import no_such_name
except ImportError as e: print(type(e).__name__, str(e).split('(')[0])
try: import math.nothing
except ImportError as e: print(type(e).__name__, e)
try: from . import x
except ImportError as e: print(e)
class C:
    import math
    from math import e
print(C.math.pi == pi, C.e)
exec('from math import *', ns := {})
print('sin' in ns, 'pi' in ns)
print(__name__, __import__('math').pi == pi)
import collections.abc, collections
print(collections.abc.Mapping.__name__)
import importlib
print(importlib.import_module('math') is m)

import _imp, types, importlib.util
for key in "x", 1.5, None:
    try: print(_imp.source_hash(key, b"a"))
    except TypeError as e: print(e)
print(len(importlib.util.source_hash(b"a")), hasattr(importlib.util, "spec_from_loader"))
