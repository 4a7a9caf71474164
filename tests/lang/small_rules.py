# A bound method is no descriptor; the first base that is a mapping or a sequence decides for match; causes of a bad __anext__.
import array
import asyncio
import binascii
import collections
import collections.abc
import time
import types


class A:
    def foo(self, cls): return cls.__name__


class B:
    bar = classmethod(A().foo)


print(B.bar(), hasattr(type(A().foo), "__get__"))


class First(collections.UserDict, list):
    pass


class Second(list, collections.UserDict):
    pass


class Third(collections.abc.Sequence, dict):
    __getitem__ = __len__ = None


for make in (First, Second, Third):
    flags = make.__flags__
    print(make.__name__, bool(flags & 32), bool(flags & 64))


class Bad:
    def __aiter__(self): return self
    def __anext__(self): return self
    def __await__(self): 1 / 0


async def loop():
    async for i in Bad():
        pass


try:
    loop().send(None)
except TypeError as error:
    print(error, repr(error.__cause__), error.__context__ is error.__cause__)


# repr of a module: what its spec says, else its loader, else its names; errors of the spec are not hidden.
class Spec:
    pass


class Says:
    def module_repr(self, module): return "hi"


class Fails:
    def __init__(self, error): self.error = error
    def __repr__(self): return "Fails"
    def module_repr(self, module): raise self.error


class Refuses:
    def __getattr__(self, name): raise ValueError(name)


def show(module):
    try:
        print(repr(module))
    except BaseException as error:
        print(type(error).__name__, error)


module = types.ModuleType("m")
module.__spec__ = Spec()
show(module)
for name, value in [("name", "x"), ("origin", None), ("loader", None), ("loader", 5), ("origin", "here"), ("has_location", 0), ("has_location", 1), ("name", None)]:
    setattr(module.__spec__, name, value)
    show(module)
module.__spec__ = None
for loader in (Says(), Fails(ValueError()), Fails(KeyboardInterrupt("stop")), Refuses(), None):
    module.__loader__ = loader
    show(module)


# Numbers and characters at the edge: times that no calendar has, steps to an item that is not there, digits that are none.
def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return type(error).__name__, str(error)


for seconds in (-2 ** 61, 2 ** 60, 2 ** 62, 1e300, float("nan"), "x"):
    for function in (time.ctime, time.localtime, time.gmtime):
        print(function.__name__, attempt(function, seconds))
numbers = array.array("q", range(5))
print(numbers[1::2 ** 63 - 1], numbers[3::-2 ** 63], numbers[::2 ** 62])
numbers[2::2 ** 63 - 1] = array.array("q", [9])
print(numbers)
for text in (b"-1", b"1-", b"zz", b"0", b"0a"):
    print(attempt(binascii.unhexlify, text))
for group in (2, -2, -2 ** 31, 2 ** 31, -2 ** 63, 2 ** 70):
    print(attempt(b"abcde".hex, ":", group), attempt(memoryview(b"abcde").hex, ":", group))
