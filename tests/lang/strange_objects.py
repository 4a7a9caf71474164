"""Odd but legal objects where the interpreter expects ordinary ones: callbacks that are numbers, keys that change the class, names that UTF-8 cannot say."""
import codecs
import gc
import sys
import types
import weakref


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return type(error).__name__, ascii(str(error))


# A __del__ and a weak reference's callback that cannot be called are reported with the object that they are.
sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__, u.exc_value, u.object)


class Five:
    __del__ = 5


class Nothing:
    __del__ = None


class Plain:
    pass


Five()
Nothing()
watched = Plain()
watcher = weakref.ref(watched, 5)
del watched
sys.unraisablehook = sys.__unraisablehook__

# __weakref__ is the first weak reference.
p = Plain()
print(p.__weakref__)
r = weakref.ref(p)
print(p.__weakref__ is r)
s = weakref.ref(p, print)
print(p.__weakref__ is r)
del r
print(p.__weakref__ is s)
del s
print(p.__weakref__)

# Names of classes.
print(attempt(type, "\udc80", (), {}))
print(attempt(type, "\udc80", (), {"__slots__": ["__a"]}))
print(attempt(type, "a\0b", (), {}))
print(attempt(setattr, Plain, "__name__", "\udc80"), Plain.__name__)

# What an error handler may return as a position.
for position in (10 ** 30, -10 ** 30, 2 ** 63, -2 ** 63, 100, -100, 1.5, None):
    codecs.register_error("strange", lambda e: ("", position))
    print(attempt("a\xe4b".encode, "ascii", "strange"), attempt(b"a\xe4b".decode, "ascii", "strange"))
codecs.register_error("strange", lambda e: ("?", True if e.start == 0 else e.end))
print(attempt("\xe4b\xe4".encode, "ascii", "strange"), attempt(b"\xe4b\xe4".decode, "ascii", "strange"))
codecs.register_error("strange", lambda e: (b"?", e.end))
print(attempt("\xe4b".encode, "ascii", "strange"), attempt(b"\xe4b".decode, "ascii", "strange"))

# Unicode errors with other objects and places than they were made with.
e = UnicodeEncodeError("ascii", "abc", 0, 1, "r")
e.object = b"xyz"
print(attempt(str, e)[0] in ("TypeError", "SystemError"))        # CPython words it by the caller
print(UnicodeDecodeError("ascii", b"abc", 0, -2 ** 63, "r"))
print(UnicodeDecodeError("ascii", b"abc", 2 ** 63 - 1, -2 ** 63, "r"))
print(UnicodeTranslateError("abc", -5, 2 ** 63 - 1, "r"))


# A deep group is a RecursionError wherever it is taken apart.
def reraise(group):
    try:
        raise group
    except* Exception:
        raise


deep = ValueError(1)
for i in range(100000):
    deep = ExceptionGroup("", [deep])
try:
    reraise(deep)
except RecursionError:
    print("too deep")
except ExceptionGroup:
    print("raised again")
while isinstance(deep, ExceptionGroup):
    deep.__context__ = deep.__traceback__ = None
    deep = deep.exceptions[0]
del deep


# A key of a class's dict that gives the class other bases while it is compared.
class Evil:
    armed = False

    def __init__(self, change):
        self.change = change

    def __hash__(self):
        return hash("foo")

    def __eq__(self, other):
        if Evil.armed:
            Evil.armed = False
            self.change()
            gc.collect()
        return False


def rebase():
    try:
        Low.__bases__ = (Other,)
    except MemoryError as error:            # the lookup that runs this forgets what is raised in it
        print(repr(error))


Top = type("Top", (), {Evil(rebase): 1})


class Middle(Top):
    pass


class Other:
    pass


class Low(Middle):
    def ask(self):
        return super().foo


low = Low()
del Top, Middle
Evil.armed = True
print(attempt(low.ask))
print(Low.__mro__)


# dir() of an alias asks whether names are equal.
class Unequal:
    def __eq__(self, other):
        1 / 0

    def __lt__(self, other):
        return True

    __gt__ = __lt__


class Meta(type):
    def __dir__(cls):
        return [Unequal(), "a"]


class Listed(metaclass=Meta):
    pass


print(attempt(dir, types.GenericAlias(Listed, (int,))))

# A namespace whose last name was deleted before code ran in it.
space = {"__builtins__": __builtins__, "a": 1, "b": 2}
del space["b"]
exec("pass", space)
del space["a"]
space["a"] = 3
print([name for name in space])


# sys.unraisablehook fails, is None, is gone: the exception is shown all the same.
class Hook:
    def __call__(self, unraisable): raise ValueError("in the hook")
    def __repr__(self): return "<Hook>"


sys.stderr = sys.stdout
sys.unraisablehook = Hook()
five = Five()
del five
sys.unraisablehook = None
five = Five()
del five
del sys.unraisablehook
five = Five()
del five
