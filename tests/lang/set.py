# set and frozenset: also the order, for keys whose hash does not vary.
def show(label, f, *args):
    try:
        print(label, repr(f(*args)))
    except Exception as e:
        print(label, type(e).__name__, e)

s = {3, 1, 2}
print(s, set(), frozenset(), frozenset({1, 2}), {5} | s, s & {1, 9}, s - {1}, s ^ {1, 7}, 1 in s, len(s))
print(set(range(50, 0, -7)), {x * 37 % 101 for x in range(30)}, set([10**6, 10**3, 7]), {-1, -2, 0}, {1.5, 2.5, 1, 2})
print(frozenset([3, 1]).union([7]), s.union([9], (10,)), s.intersection([1, 2], [2]), s.difference([1], [2]), s.symmetric_difference([1, 50]))
s.add(10); s.discard(99); s.remove(1); print(s)
show("remove", lambda: s.remove(99))
show("pop", lambda: set().pop())
show("add", lambda: s.add([]))
show("hash", lambda: hash(s))
show("or", lambda: s | [1])
show("lt", lambda: s < [1])
show("new", lambda: set(1, 2))
show("new", lambda: set(5))
show("new", lambda: frozenset(1, 2))
show("new", lambda: set(a=1))
print({1} < {1, 2}, {1, 2} <= {1, 2}, {1, 2} > {1}, {1} == frozenset([1]), {1} != {2}, {1}.issubset([1, 2]), {1, 2}.issuperset([1]), {1}.isdisjoint([2]))
print(hash(frozenset()), hash(frozenset([1, 2, 3])), hash(frozenset(range(100))), hash(frozenset([(1, 2), (3, 4)])))
t = {1, 2, 3}; t |= {4}; t &= {2, 3, 4}; t -= {2}; t ^= {9, 3}; print(t)
t.update([1], (2,), {3: 4}); t.intersection_update([1, 2, 3, 4]); t.difference_update([1]); t.symmetric_difference_update([4, 5]); print(t)
def grow():
    g = {1}
    for x in g: g.add(x + 1)
show("grow", grow)
print({frozenset([1])} , {1} in [frozenset([1])], frozenset([1]) in {frozenset([1])}, {1} in {frozenset([1])})
u = {frozenset([1]), 2}; u.discard({1}); print(u)
it = iter({1, 2, 3}); next(it); print(it.__length_hint__(), list(it), it.__reduce__()[1], type(it).__name__)
class S(set): pass
x = S([1]); x.a = 5; print(x, x.a, type(x | {2}).__name__, type(x.copy()).__name__, type(x & {1}).__name__, x.__reduce__()[1:])
class F(frozenset): pass
y = F([1]); y.b = 2; print(y, y.b, type(y | {2}).__name__, y == {1}, hash(y) == hash(frozenset([1])))
class Evil:
    def __hash__(self): return 1
    def __eq__(self, o): v.clear(); return False
v = set(); v.add(Evil()); v.add(Evil()); print(len(v))
f = frozenset([1]); print(f.copy() is f, frozenset(f) is f, set(f) == f)
z = set(range(1000)); print(len(z), sum(z), sorted(z)[-1], [z.pop() for _ in range(5)])
z = set(); 
for i in range(100): z.add(i * i % 61); z.discard(i % 7)
print(z)
print({(1, 2), (3, 4), (0, 0)}, {True, 1, 1.0}, {None} | {None})
