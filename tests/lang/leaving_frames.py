# What leaving a frame, looping and yielding must keep: temporaries that are alive at a return die there, at once and in order; finalisers that look
# at the frame; loops over ranges that are not made; values sent to a yield whose value nobody wants.
import sys


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)

    def __iter__(self):
        return iter([Noisy(self.name + ".item")])


def from_loops(n):
    for a in Noisy("outer"):
        for b in [Noisy("inner")]:
            for c in (Noisy("tuple"),):
                for i in range(n):
                    if i == 1:
                        return a.name, b.name, c.name, i


print(from_loops(3))


def from_finally():
    for a in [Noisy("loop")]:
        try:
            return len([a])
        finally:
            print("finally")


print(from_finally())


def from_with_and_expression(n):
    return [Noisy("e%d" % n)][0].name if n else [x for x in [Noisy("c")] for y in [1]][0].name


print(from_with_and_expression(0), from_with_and_expression(1))


def deep(n):
    for x in [n]:
        for y in (x,):
            return y + deep(n - 1) if n else y


print(deep(150))


class Looks:
    def __del__(self):
        frame = sys._getframe(0)
        print("looks from", frame.f_code.co_name)
        keep.append(frame)


keep = []


def looked_at():
    a = Looks()
    b = [1, 2]
    return len(b)


print(looked_at(), sorted(keep[0].f_locals))
keep.clear()


# -- ranges
def ranges():
    seen = []
    for args in [(3,), (0,), (-2,), (1, 4), (4, 1), (2, 2), (True,), (False, True), (2 ** 70, 2 ** 70 + 2), (1, 9, 3), (9, 1, -4)]:
        for i in range(*args):
            seen.append(i)
    for i in range(True):
        seen.append(("bool", i))
    for i in range(2 ** 61 - 3, 2 ** 61 - 1):
        seen.append(i)
    for i in range(-2 ** 61, -2 ** 61 + 2):
        seen.append(i)
    return seen


print(ranges())


def loop(n):
    out = []
    for i in range(n):
        i += 10
        out.append(i)
    return out


def pairs(m, n):
    return [i for i in range(m, n)]


for n in (3, 0, -1, True, 2, 3):
    print(loop(n), pairs(n, 3))
for bad in ("x", 1.5, None):
    try:
        loop(bad)
    except TypeError as e:
        print(e)
    try:
        pairs(bad, 2)
    except TypeError as e:
        print(e)


class Index:
    def __index__(self):
        return 2


print(loop(Index()), pairs(Index(), 4))
real = range
range = lambda *a: iter("shadowed")
try:
    print(loop(0))
except TypeError as e:
    print(e)
print(pairs(1, 2))
range = real
print(loop(2), pairs(1, 2))

# -- iterators that loops step themselves
it = iter([1, 2, 3])
for x in it:
    print(x, list(it))
print(list(it))
it = iter(range(1, 20, 5))
for x in it:
    print(x, next(it, "end"))
data = [1]
for x in iter(data):
    if x < 4:
        data.append(x + 1)
print(data)


def over(iterable):
    return [x for x in iterable]


def g():
    yield 1
    yield 2


for iterable in ([1], (1, 2), g(), iter([3]), iter(range(2)), {4: 5}, {6}, "ab", zip([1], [2]), enumerate("x"), map(str, [7]), g(), [8], range(0, 9, 4), Noisy("n")):
    print([type(x).__name__ for x in over(iterable)])
del iterable


# -- sent values
def sink():
    got = []
    x = 5
    yield x
    yield x
    got.append((yield x))
    yield got


s = sink()
print(next(s), s.send(Noisy("sent")), s.send(1), s.send(2))
s.close()


def unset():
    if False:
        later = 1
    try:
        yield later
    except UnboundLocalError as e:
        print(e)
    yield "on"


print(list(unset()))


def rebound():
    x = [1]
    yield x
    x = 2
    yield x


r = rebound()
first = next(r)
print(first, next(r), first)
print(list(y for x in [1, 2] for y in (x, x)), next(x for x in [Noisy("drawn")]).name)


# -- pairs unpacked into what holds the tuple
t = ("a", "b")
t, u = t
print(t, u)


def swap(p):
    p, q = p
    q, p = p, q
    return p, q


print(swap((1, 2)))
for a, b in zip("xy", [Noisy("1"), Noisy("2")]):
    print(a, b.name)
del a, b


# -- mixed arithmetic, truth of bounds
for x, y in [(1, 2.5), (2.5, 1), (2 ** 60, 0.5), (-3, 1e300), (0, -0.0), (1, float("inf"))]:
    print(x + y, x - y, x * y, y and x / y)
try:
    1.5 / 0
except ZeroDivisionError as e:
    print(e)
try:
    1 / 0.0
except ZeroDivisionError as e:
    print(e)

# -- slices without a step
for c in ([0, 1, 2, 3], (0, 1, 2, 3)):
    for lo in (None, -9, -2, 0, 2, 4, 9):
        print([c[lo:hi] for hi in (None, -9, -1, 0, 3, 4, 9)])
print([list(real(10))[a:b:c] for a in (None, 2, -3) for b in (None, 7, -1) for c in (1, -1, 2, -2)])


# -- arguments of exceptions
class E(ValueError):
    def __init__(self, *args):
        super().__init__(*args[:1])


class S(Exception):
    __slots__ = ("code",)


print(ValueError(1, 2).args, E(1, 2).args, E().args, E(3).args, KeyError().args, S(4).args, hasattr(S(), "code"))
e = ValueError([1])
e.args = [2, 3]
e.__init__(2, 3)
print(e.args)
e.__init__()
print(e.args)
