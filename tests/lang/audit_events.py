# Audit hooks hear what the library reference lists, and can forbid it.
import gc
import marshal
import mmap
import os
import socket
import sys
import tempfile

seen, forbidden = [], set()
interesting = {"open", "compile", "exec", "import", "builtins.id", "builtins.input", "marshal.dumps", "marshal.loads", "marshal.load", "mmap.__new__", "object.__setattr__",
               "sys._getframe", "sys._current_frames", "sys.settrace", "sys.setprofile", "sys.addaudithook", "gc.get_objects", "gc.get_referrers", "gc.get_referents"}
prefixes = "os.", "socket.", "mine"


def shown(value):
    if isinstance(value, int) and value > 10**6:
        return "number"
    if isinstance(value, (str, int, type(None), tuple)) and "0x" not in repr(value):
        return value
    return type(value).__name__


def hook(event, args):
    if event in interesting or event.startswith(prefixes):
        seen.append((event, tuple(map(shown, args))))
    if event in forbidden:
        raise RuntimeError(f"{event} is forbidden")


sys.addaudithook(hook)


def told(what):
    print(what, [(e, tuple(a.replace(folder, "F") if isinstance(a, str) else a for a in args)) for e, args in seen if e != "open" or args[0] != __file__])
    seen.clear()


folder = tempfile.mkdtemp()
seen.clear()
sys.audit("mine", 1, "two")
told("audit")
eval("1 + 1")
exec("x = 1")
exec(compile("y = 2", "name", "exec"))
told("code")
with open(os.path.join(folder, "a"), "w") as file:
    file.write("text")
open(os.path.join(folder, "a"), "rb").close()
os.close(os.open(os.path.join(folder, "a"), os.O_RDONLY))
told("open")
os.mkdir(folder + "/d")
os.rename(folder + "/a", folder + "/b")
os.chmod(folder + "/b", 0o600)
os.symlink(folder + "/b", folder + "/s")
os.link(folder + "/b", folder + "/l")
os.truncate(folder + "/b", 1)
os.listdir(folder)
os.scandir(folder).close()
for name in "b", "s", "l":
    os.remove(f"{folder}/{name}")
os.rmdir(folder + "/d")
os.rmdir(folder)
os.putenv("A", "b")
os.unsetenv("A")
told("os")
gc.get_objects()
gc.get_referrers(told, seen)
gc.get_referents(told)
told("gc")
marshal.loads(marshal.dumps((1, 2)))
mmap.mmap(-1, 10).close()
told("marshal, mmap")
s = socket.socket()
try:
    s.connect(("127.0.0.1", 1))
except OSError:
    pass
s.close()
told("socket")


class A: pass
class B: pass
class C(A): pass


a = A()
C.__name__ = "D"
C.__bases__ = (B,)
a.__class__ = B
a.other = 1
told("setattr")
sys._getframe()
id(seen)
sys.settrace(None)
sys.setprofile(None)
told("sys")
forbidden.update(["open", "exec", "sys.addaudithook", "os.listdir"])
for call in (lambda: open("/dev/null"), lambda: exec("1"), lambda: os.listdir("/"), lambda: sys.addaudithook(print)):
    try:
        print(call())
    except RuntimeError as error:
        print(error)
