# Warnings that the number protocol, coroutines that nobody awaits, and classes that become descriptors owe.
import gc
import warnings


class Int(int):
    pass


class Float(float):
    pass


class Complex(complex):
    pass


class Number:
    def __index__(self): return Int(3)
    def __float__(self): return Float(1)
    def __complex__(self): return Complex(1)


class Whole:
    def __int__(self): return Int(3)


class Truncated:
    def __trunc__(self): return 5


async def coroutine():
    pass


def caught(function):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        print(function())
        gc.collect()
    for warning in seen:
        print("   ", warning.category.__name__, warning.message)


caught(lambda: [1, 2, 3, 4][Number()])
caught(lambda: int(Whole()))
caught(lambda: float(Number()))
caught(lambda: complex(Number()))
caught(lambda: int(Truncated()))
caught(lambda: coroutine() and None)
caught(lambda: not NotImplemented)
caught(lambda: NotImplemented.__bool__())
caught(lambda: "taken" if NotImplemented else "not taken")


class Descriptor:
    pass


class Holder:
    x = Descriptor()
    def __init__(self): self.x = 1


def read(o): return o.x


holder = Holder()
print({read(holder) for i in range(2000)})
Descriptor.__get__ = lambda self, instance, owner: 2
Descriptor.__set__ = lambda *args: None
print(read(holder))
del Descriptor.__set__
print(read(holder))


import codecs
caught(lambda: codecs.decode(b"a\\z\\501", "unicode_escape"))
caught(lambda: codecs.decode(b"\\501", "unicode_escape"))
caught(lambda: codecs.escape_decode(b"a\\z")[0])
caught(lambda: not NotImplemented)
