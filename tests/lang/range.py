# range, iterators, enumerate, zip, map, filter, reversed.
def show(label, f, *args):
    try:
        print(label, repr(f(*args)))
    except Exception as e:
        print(label, type(e).__name__, e)

r = range(0, 20, 3)
print(r, len(r), list(r), r[2], r[-1], r[1:3], r[::-1], 9 in r, 10 in r, r.index(6), r.count(6), r.start, r.stop, r.step)
print(range(5) == range(0, 5, 1), range(0) == range(2, 1), hash(range(5)) == hash(range(0, 5)), range(0, 3, 2) == range(0, 4, 2), bool(range(0)))
print(list(range(5, 0, -2)), list(reversed(range(5))), range(10**30, 10**30 + 5)[2], len(range(10**30, 10**30 + 5)), 10**30 + 1 in range(10**30, 10**30 + 5))
print(list(range(10**20, 10**20 + 3)), list(reversed(range(10**20, 10**20 + 3))), range(True, 5), range(-5, 5, 3)[1:])
show("zero", lambda: range(1, 2, 0))
show("float", lambda: range(1.5))
show("args", lambda: range())
show("args", lambda: range(1, 2, 3, 4))
show("kw", lambda: range(stop=1))
show("index", lambda: r[100])
show("index", lambda: r["a"])
show("index()", lambda: r.index(1))
show("index()", lambda: r.index("a"))
show("len", lambda: len(range(10**30)))
show("set", lambda: setattr(r, "start", 1))
show("less", lambda: range(1) < range(2))
print(1.0 in range(3), 1.5 in range(3), "a" in range(3), range(3).count(1.0))
it = iter(range(5)); next(it); print(it.__length_hint__(), it.__reduce__()[1:], list(it), type(it).__name__)
it = iter(range(10**30, 10**30 + 3)); next(it); print(it.__length_hint__(), list(it), type(it).__name__)
it = iter(range(5)); it.__setstate__(3); print(list(it))
print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate("ab", start=10**30)), next(enumerate([7])))
show("enumerate", lambda: enumerate())
show("enumerate", lambda: enumerate(5))
show("enumerate", lambda: enumerate([], "a"))
print(list(zip()), list(zip("abc")), list(zip("abc", range(2))), list(zip("ab", "cd", strict=True)))
show("zip", lambda: list(zip("ab", "c", strict=True)))
show("zip", lambda: list(zip("a", "cd", strict=True)))
show("zip", lambda: list(zip("ab", "cd", "e", strict=True)))
show("zip", lambda: zip(1))
show("zip", lambda: zip([], foo=1))
show("map", lambda: map(len))
show("map", lambda: list(map(len, [1])))
show("filter", lambda: filter(None))
print(list(map(pow, [2, 3], [3, 2])), list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(bool, [0, 1])))
print(list(reversed("abc")), list(reversed((1, 2))), list(reversed([])))
show("reversed", lambda: reversed({1}))
show("reversed", lambda: reversed(5))
class Seq:
    def __getitem__(self, i):
        if i < 3: return i * i
        raise IndexError
    def __len__(self): return 3
print(list(Seq()), list(reversed(Seq())), 4 in Seq(), iter(Seq()).__length_hint__(), type(iter(Seq())).__name__)
n = iter([1, 2, 3, 0, 5]); print(list(iter(lambda: next(n), 0)), type(iter(int, 1)).__name__)
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
print(list(It()), [*It()], sum(It()), max(It()), tuple(It()), dict.fromkeys(It()), set(It()), list(zip(It(), It())))
e = enumerate("abc"); next(e); print(e.__reduce__()[1][1], type(e).__name__)
z = zip([1, 2], [3, 4]); next(z); print([list(i) for i in z.__reduce__()[1]])
class E(enumerate): pass
print(list(E("ab", 1)), E("a").__class__.__name__)
show("next", lambda: next(iter([])))
print(next(iter([]), "d"))
show("iter", lambda: iter(5))
class NoIter:
    __iter__ = None
    def __getitem__(self, i): return 1
show("iter", lambda: iter(NoIter()))
class BadIter:
    def __iter__(self): return 5
show("iter", lambda: iter(BadIter()))
print(sum(range(10**6)), sum(x for x in range(1000)), max(range(5, 1, -1)), min(range(3)), sorted(range(5, 0, -1)))
