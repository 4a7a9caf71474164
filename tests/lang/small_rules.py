# A bound method is no descriptor; the first base that is a mapping or a sequence decides for match; causes of a bad __anext__.
import asyncio
import collections
import collections.abc


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
