# dict and its views.
def show(label, f, *args):
    try:
        print(label, repr(f(*args)))
    except Exception as e:
        print(label, type(e).__name__, e)

d = {"a": 1, "b": 2}
print(d, len(d), "a" in d, 5 in d, d["a"], d.get("z"), d.get("z", 9), list(d), list(d.items()), d == {"b": 2, "a": 1}, d != {})
show("missing", lambda: d["z"])
show("missing", lambda: {}[(1, 2)])
show("del", lambda: d.__delitem__("z"))
show("pop", lambda: d.pop("z"))
print(d.pop("z", None), d.pop("a"), d)
show("popitem", lambda: {}.popitem())
show("unhashable", lambda: {[]: 1})
show("unhashable", lambda: d[[]])
show("hash", lambda: hash({}))
print(dict(a=1, b=2), dict([("x", 1), ("y", 2)]), dict({"q": 1}, r=2), dict(zip("ab", range(2))), dict.fromkeys("abc", 0), dict.fromkeys([1, 2]))
show("new", lambda: dict(5))
show("new", lambda: dict([1, 2]))
show("new", lambda: dict([(1, 2, 3)]))
show("new", lambda: dict([(1,)]))
show("new", lambda: dict(["ab", "c"]))
show("new", lambda: dict({}, {}))
show("update", lambda: {}.update(1, 2))
e = {}
e.update(a=1); e.update({"b": 2}, c=3); e.update([("d", 4)]); print(e)
print({1: 1} | {2: 2}, {1: 1} | {1: 2}); e |= {"z": 26}; e |= [("y", 25)]; print(e)
show("or", lambda: {} | [])
print(e.setdefault("new", []), e.setdefault("a", 5), e.popitem(), list(reversed(e)), list(reversed(e.items())), list(reversed(e.values())))
del e["b"]; e["b"] = 1; print(list(e))
f = {i: i for i in range(100)}
for i in range(0, 100, 2): del f[i]
f[0] = "zero"; print(list(f)[:5], list(f)[-2:], len(f))
k, v, it = {1: 2, 3: 4}.keys(), {1: 2, 3: 4}.values(), {1: 2, 3: 4}.items()
print(k, v, it, 1 in k, (1, 2) in it, (1, 3) in it, 2 in v, len(k), k & [1, 9], k | [5], k - {1}, k ^ {1, 7}, it & {(1, 2)}, k == {1, 3}, k <= {1, 3, 5}, k < {1, 3}, k.isdisjoint([9]), k >= {1})
print([9] | k if False else {9} | k, {1, 2} & k, {1, 2} - k, {1} ^ k)
show("view", lambda: k + 1)
show("view", lambda: hash(k))
show("view", lambda: k.mapping)
show("view", lambda: k.mapping.__setitem__(1, 2))
def grow():
    g = {1: 1}
    for x in g: g[x + 1] = 1
show("grow", grow)
def swap():
    g = {i: 0 for i in range(5)}
    for x in g:
        del g[x]; g[x + 100] = 1
show("swap", swap)
def shrink():
    g = {1: 1, 2: 2}
    for x in g: del g[x]
show("shrink", shrink)
def change():
    g = {1: 1, 2: 2}
    for x in g: g[x] = 5
    return g
show("change", change)
class M(dict):
    def __missing__(self, key): return key * 2
m = M(a=1); print(m["a"], m["b"], m.get("b"), m, "b" in m, m.copy(), type(m.copy()).__name__)
class H:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 3
    def __eq__(self, o): return isinstance(o, H) and self.n == o.n
    def __repr__(self): return "H%d" % self.n
h = {H(i): i for i in range(10)}
print(h[H(7)], H(11) in h, len(h), h.pop(H(4)), list(h))
class BadEq:
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError("eq")
def bad(): x = {BadEq(): 1}; x[BadEq()] = 2
show("bad eq", bad)
class BadHash:
    def __hash__(self): raise ValueError("hash")
show("bad hash", lambda: {BadHash(): 1})
class Clearing:
    def __hash__(self): return 1
    def __eq__(self, o): c.clear(); return True
c = {}; c[Clearing()] = 1; c[Clearing()] = 2; print(len(c))
r = {}; r["self"] = r; print(r)
print({1: "a", 1.0: "b", True: "c"}, {0: 1, False: 2}, {"1": 1, 1: 2})
it = iter({1: 2, 3: 4}); print(next(it), it.__length_hint__(), list(it), it.__length_hint__(), type(it).__name__)
print(type(iter({}.items())).__name__, type(iter({}.values())).__name__, type(reversed({})).__name__)
it = iter({1: 2, 3: 4}.items()); next(it); print(it.__reduce__()[1])
print({**{"a": 1}, "b": 2, **{"a": 3}})
def kw(**k): return k
print(kw(**{"a": 1}, b=2))
show("kw", lambda: kw(**{"a": 1}, **{"a": 2}))
show("kw", lambda: kw(**{1: 2}))
show("kw", lambda: kw(**5))
class Map:
    def keys(self): return ["x", "y"]
    def __getitem__(self, k): return k.upper()
print(dict(Map()), {**Map()}, kw(**Map()))
print({x: y for x, y in zip("abc", range(3))}, {}.__class__, dict.__doc__.splitlines()[0])
print({1: {2: {3: []}}}, {"k": None}.items(), dict(a=1).__contains__("a"), {}.__eq__(1), {}.__or__(1))
class D(dict): pass
x = D(a=1); x.attr = 2; print(x, x.attr, x == {"a": 1}, x | {"b": 2}, type(x | {}).__name__)
big = {i: str(i) for i in range(70000)}; print(len(big), big[69999], sum(big), len({**big}))
for i in range(69000): del big[i]
print(len(big), next(iter(big)), list(big.values())[-1])
q = {}
for i in range(1000):
    q[i] = i
    if i > 10: q.pop(i - 10)
print(list(q))
