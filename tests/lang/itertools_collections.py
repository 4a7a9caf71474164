# itertools and collections.
from itertools import *
def show(label, f, *args):
    try:
        print(label, repr(f(*args)))
    except Exception as e:
        print(label, type(e).__name__, e)

print(list(islice(count(), 5)), list(islice(count(5, 2), 3)), list(islice(count(2.5, 0.5), 3)), count(3), count(3, 4), list(islice(count(2**61 - 2), 4)))
print(list(islice(cycle("ab"), 5)), list(cycle([])), list(repeat(1, 3)), repeat(5), repeat(5, 2), list(repeat(1, 0)))
print(list(accumulate([1, 2, 3])), list(accumulate("abc")), list(accumulate([3, 1, 2], max)), list(accumulate([1, 2], initial=10)), list(accumulate([])))
print(list(chain("ab", [1])), list(chain.from_iterable(["ab", "cd"])), list(chain()))
print(list(compress("abcd", [1, 0, 1, 1])), list(dropwhile(lambda x: x < 3, [1, 3, 1])), list(takewhile(lambda x: x < 3, [1, 3, 1])), list(filterfalse(None, [0, 1, 2])), list(starmap(pow, [(2, 3), (3, 2)])))
print([(k, list(g)) for k, g in groupby("aabbbc")], [(k, len(list(g))) for k, g in groupby(range(10), lambda x: x // 4)])
g = groupby("aab"); k, grp = next(g); k2, grp2 = next(g); print(list(grp), list(grp2))
print(list(islice("abcdef", 2)), list(islice("abcdef", 2, 4)), list(islice("abcdef", 0, None, 2)), list(islice("abc", 10)))
show("islice", lambda: islice("a", -1))
show("islice", lambda: islice("a", "x"))
show("islice", lambda: islice("a", 0, 5, 0))
show("islice", lambda: islice("a"))
print(list(pairwise("abcd")), list(pairwise("a")), list(zip_longest("ab", "c")), list(zip_longest("a", "bcd", fillvalue="-")))
a, b = tee([1, 2, 3]); print(next(a), list(b), list(a)); print(tee([], 0), len(tee("ab", 3)))
big = tee(range(200)); print(sum(big[0]), sum(big[1]))
print(list(product("ab", [1, 2])), list(product()), list(product("ab", repeat=2)), list(product([], [1])))
print(list(permutations("abc")), list(permutations("abc", 2)), list(permutations("ab", 3)), len(list(permutations(range(5)))))
print(list(combinations("abcd", 2)), list(combinations("ab", 3)), list(combinations("ab", 0)), list(combinations_with_replacement("abc", 2)), list(combinations_with_replacement("", 2)))
show("combinations", lambda: combinations("a", -1))
show("product", lambda: product("a", repeat=-1))
show("permutations", lambda: permutations("a", "b"))
class copy:
    @staticmethod
    def copy(x):
        if hasattr(type(x), "__copy__"): return x.__copy__()
        r = x.__reduce_ex__(4); o = r[0](*r[1])
        if len(r) > 2 and r[2] is not None:
            if hasattr(o, "__setstate__"): o.__setstate__(r[2])
            else: o.__dict__.update(r[2])
        if len(r) > 3 and r[3] is not None:
            for i in r[3]: o.append(i)
        if len(r) > 4 and r[4] is not None:
            for k, v in r[4]: o[k] = v
        return o
for it in (count(3), cycle("ab"), repeat(1, 3), accumulate([1, 2, 3]), chain("ab", "cd"), islice("abcd", 1, 4), product("ab", "cd"), permutations("abc"), combinations("abcd", 2), combinations_with_replacement("abc", 2), zip_longest("ab", "c"), takewhile(bool, [1, 1, 0]), dropwhile(bool, [1, 0, 5])):
    next(it); c = copy.copy(it); print(type(it).__name__, list(islice(c, 4)), end=" ")
print()
from collections import deque, defaultdict, OrderedDict, Counter, namedtuple, ChainMap
d = deque([1, 2, 3], 5); d.append(4); d.appendleft(0); d.append(5); print(d, len(d), d[0], d[-1], d.maxlen, 3 in d, list(reversed(d)))
d.rotate(2); print(d); d.rotate(-1); print(d); d.extend("xy"); print(d); d.extendleft("pq"); print(d)
d = deque(range(6)); d.insert(2, "i"); del d[0]; d.remove("i"); d.reverse(); print(d, d.pop(), d.popleft(), d.count(2), d.index(3), d)
show("deque", lambda: deque().pop())
show("deque", lambda: deque()[0])
show("deque", lambda: deque([1])["a"])
show("deque", lambda: deque([1], -1))
show("deque", lambda: deque([1], 1).insert(0, 2))
show("deque", lambda: deque([1]).remove(5))
show("deque", lambda: deque([1]).index(5))
show("deque", lambda: deque([1]) + [1])
def mut():
    d = deque([1, 2, 3])
    for x in d: d.append(x)
show("deque", mut)
print(deque([1]) + deque([2]), deque("ab") * 2, deque([1, 2]) < deque([1, 3]), deque([1]) == deque([1]), deque([1], 1) == deque([1]), copy.copy(deque([1], 3)))
d = deque([1, 2], maxlen=3); d *= 3; print(d); d += [7]; print(d); r = deque(); r.append(r); print(r)
q = deque()
for i in range(1000):
    q.append(i)
    if i % 3: q.popleft()
print(len(q), q[0], q[-1], q[len(q) // 2])
dd = defaultdict(list); dd["a"].append(1); dd["b"]; print(dd, dd.get("z"), "z" in dd, dd.default_factory, dict(dd), copy.copy(dd))
show("defaultdict", lambda: defaultdict(5))
show("defaultdict", lambda: defaultdict()["x"])
print(defaultdict(int, {"a": 1}) | {"b": 2}, {"q": 1} | defaultdict(int, z=1), defaultdict(int, a=1) == {"a": 1})
o = OrderedDict([("a", 1), ("b", 2), ("c", 3)]); o.move_to_end("a"); print(o, list(o)); o.move_to_end("c", last=False); print(o, o.popitem(), o.popitem(last=False), o)
print(OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1, b=2) == {"b": 2, "a": 1}, OrderedDict(), list(reversed(OrderedDict(a=1, b=2))), OrderedDict(a=1).keys(), OrderedDict(a=1).items(), OrderedDict(a=1).values())
show("od", lambda: OrderedDict().popitem())
show("od", lambda: OrderedDict().move_to_end("x"))
show("od", lambda: OrderedDict(a=1).pop("q"))
print(OrderedDict(a=1).pop("q", 5), OrderedDict.fromkeys("ab", 1), OrderedDict(a=1) | {"b": 2}, OrderedDict(a=1).copy(), copy.copy(OrderedDict(a=1)))
o = OrderedDict(); o.x = 5; print(o.x, o.__dict__)
lru = OrderedDict()
for i in range(2000):
    lru[i % 150] = i; lru.move_to_end(i % 150)
    if len(lru) > 100: lru.popitem(last=False)
print(len(lru), list(lru)[:3], list(lru)[-3:])
c = Counter("abracadabra"); print(c, c.most_common(2), c["zz"], c + Counter("ab"), c - Counter("aaa"), c & Counter("aab"), sorted(c.elements())[:5], c.total())
P = namedtuple("P", "x y", defaults=[5]); p = P(1); print(p, p.x, p._replace(x=9), P._fields, p._asdict(), p == (1, 5), P._make([1, 2]))
show("namedtuple", lambda: P())
show("namedtuple", lambda: setattr(p, "x", 2))
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); print(m["a"], m["b"], len(m), dict(m), list(m))
