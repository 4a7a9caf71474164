# list and tuple: results and errors; CPython's output is the judge.
def show(label, f, *args):
    try:
        print(label, repr(f(*args)))
    except Exception as e:
        print(label, type(e).__name__, e)

a = [3, 1, 2]
print(a, a + [4], a * 2, 2 * a, a[::-1], a[1:], a[-1], a[5:], a[:-1])
show("index", lambda: a[3])
show("index", lambda: a["x"])
show("index", lambda: a[10**30])
show("concat", lambda: a + (1,))
show("repeat", lambda: a * "x")
show("pop", lambda: [].pop())
show("pop", lambda: [1].pop(3))
show("remove", lambda: [1].remove(2))
show("index()", lambda: [1, 2].index(3))
show("index()", lambda: [1, 2, 1].index(1, 1))
show("index()", lambda: [1, 2, 1].index(1, -1))
show("hash", lambda: hash([]))
show("new", lambda: list(1, 2))
show("new", lambda: list(a=1))
show("new", lambda: list(5))
show("extend", lambda: [].extend(5))
b = list(range(10))
b[2:5] = "abc"; print(b)
b[::3] = [0, 0, 0, 0]; print(b)
def bad(): b[::3] = [1]
show("slice", bad)
def bad2(): b[1:2] = 5
show("slice", bad2)
def bad3(): b[::2] = 5
show("slice", bad3)
del b[::2]; print(b)
del b[::-2]; print(b)
b[1:1] = b; print(b)
b += "xy"; print(b)
b *= 2; print(b)
b *= 0; print(b)
c = [1, [2]]; c.append(c); print(c)
d = c.copy(); d[1].append(3); print(c, d == c[:])
print([1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 5], [] == [], [1] != [1.0], [float("nan")] == [float("nan")])
n = float("nan"); print([n] == [n], n in [n])
print([5, 3, 9, 1].sort(), sorted([5, 3, 9, 1], reverse=True), sorted("hello"), sorted([(1, "b"), (1, "a"), (0, "z")]))
print(sorted(["bb", "a", "ccc"], key=len), sorted([3, -1, 2], key=abs, reverse=True))
print(sorted([(i % 3, i) for i in range(12)], key=lambda t: t[0], reverse=True))
show("sort", lambda: sorted([1, "a"]))
show("sort", lambda: sorted([1, 2], key=5))
class Mutating:
    def __init__(self, l): self.l = l
    def __lt__(self, other): self.l.append(1); return False
l = []; l.extend(Mutating(l) for _ in range(5))
show("mutating sort", l.sort)
l2 = [3, 1, 2]
def key(x): l2.append(x); return x
show("mutating key", lambda: l2.sort(key=key))
print(l2)
class Idx:
    def __index__(self): return 1
print(a[Idx()], a[Idx():], [1] * Idx(), a[slice(None, Idx())])
it = iter([1, 2, 3]); next(it); print(it.__length_hint__(), it.__reduce__()[1:], list(it), list(it), it.__length_hint__())
it = reversed([1, 2, 3]); print(next(it), list(it), type(it).__name__)
it = iter([1, 2]); lst = it
e = [1, 2, 3]
for x in e:
    if len(e) < 8: e.append(x * 10)
print(e)
print(list(map(lambda x, y: x + y, [1, 2, 3], [10, 20])), list(filter(None, [0, 1, "", "a"])), list(zip("ab", [1, 2], (3, 4))))
print([*range(3), *"ab"], [x for x in range(5) if x % 2])
class L(list):
    pass
m = L([1, 2]); m.x = 5; print(m, m.x, type(m + m).__name__, type(m[:]).__name__, type(m.copy()).__name__, isinstance(m, list), m == [1, 2])
print(list.__doc__.splitlines()[0], [].__class__, list.append.__name__)
print((1, 2) + (3,), (1,) * 3, (), (1,), ((1, 2), 3), (1, 2, 3)[1:], (1, 2, 3)[::-1], (1, 2) < (1, 3), hash((1, 2)) == hash((1, 2)))
show("tuple", lambda: (1, 2)[5])
show("tuple", lambda: (1, 2)["a"])
show("tuple", lambda: (1, 2) + [3])
show("tuple", lambda: (1, 2).index(5))
show("tuple", lambda: hash(([],)))
show("tuple", lambda: tuple(1, 2))
show("tuple", lambda: tuple(x=1))
print((1, 2, 1).count(1), (1, 2).index(2), tuple("abc"), tuple([1]), hash((1, 2, 3)), hash(()), hash(((1, 2), 3)))
class T(tuple):
    def __new__(cls, *args): return super().__new__(cls, args)
t = T(1, 2); t.x = 3; print(t, t.x, type(t).__name__, t == (1, 2), type(t[:]).__name__, t + (3,))
x, *y, z = range(6); print(x, y, z)
def unpack(): p, q = [1, 2, 3]
show("unpack", unpack)
def unpack2(): p, q, r = (1, 2)
show("unpack", unpack2)
deep = []
for i in range(100000): deep = [deep]
show("deep repr", lambda: len(repr(deep)))
show("deep eq", lambda: deep == [deep])
del deep
print([1, 2, 3].__contains__(2), [].__len__(), [1, 2].__getitem__(0), [1].__add__([2]), [1].__eq__(5), [1].__mul__(2))
print(slice(1, 2), slice(None), slice(1, 10, 3).indices(5), slice(None, None, -1).indices(4), slice(1, 2) == slice(1, 2), slice(5).__reduce__()[1])
show("slice", lambda: slice())
show("slice", lambda: hash(slice(1)))
show("slice", lambda: slice(1, 2, 0).indices(3))
show("slice", lambda: [1][::0])
show("slice", lambda: [1]["a":])

# one item, and a step that leads out of 64 bits
far = 2**63 - 1
for kind in (list, tuple, bytes, bytearray):
    print(kind(range(65, 75))[3::far], kind(range(65, 75))[3::-far])
print('abcdefghij'[3::far], 'abcdefghij'[3::-far])
numbers, octets = list(range(10)), bytearray(range(10))
numbers[3::far], octets[3::far] = [0], b'\0'
del numbers[5::far], octets[5::far]
print(numbers, octets)
