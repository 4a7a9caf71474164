# Error texts of paths: what is no path, and a NUL in one. The words depend on the function and on str or bytes.
import os


def shown(function, *args):
    try:
        print(function.__name__, function(*args))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)


for path in "a\0b", b"a\0b", 1.5:
    for function, *more in (os.stat,), (os.rename, "x"), (os.mkdir,), (os.listdir,), (os.readlink,), (os.open, 0), (os.execv, ["x"]), (os.putenv, "x"), (os.memfd_create,), (open,):
        shown(function, path, *more)
    shown(os.rename, "x", path)
    shown(os.execv, "/nowhere/at/all", [path])
