"""Calls of every form: positional, keywords, defaults, *args, **kwargs, methods, closures, builtins."""


def plain(a, b, c):
    return a + b - c


def defaults(a, b=2, *, c=3):
    return a + b + c


def stars(*args, **kwargs):
    return len(args) + len(kwargs)


class Thing:
    def __init__(self, k):
        self.k = k

    def method(self, x):
        return self.k + x

    @staticmethod
    def static(x):
        return x + 1

    @classmethod
    def make(cls, k):
        return cls(k)

    @property
    def twice(self):
        return 2 * self.k


def adder(n):
    def add(x):
        return x + n
    return add


def main(n):
    total = 0
    thing = Thing(5)
    add = adder(3)
    for i in range(n):
        total += plain(i, 1, 2)
        total += defaults(i, c=4)
        total += stars(i, i, x=i)
        total += thing.method(i) + Thing.static(i) + thing.twice
        total += add(i)
        total += Thing.make(i).k
        total += len((i, i)) + abs(-i) + min(i, 7)
    return total


print(main(500000))
