"""The collector's rules as Python code sees them. The output must be CPython 3.11's."""
import gc

gc.disable()
gc.collect()

def show(*args):
    print(*args)

# Numbers that collect() gives.
l = []
l.append(l)
del l
show("list", gc.collect())
d = {}
d[1] = d
del d
show("dict", gc.collect())
l = []
t = (l,)
l.append(t)
del l, t
show("tuple", gc.collect())

class A:
    pass

a = A()
a.a = a
del a
show("instance", gc.collect())

d = {}
exec("def f(): pass\n", d)
gc.collect()
del d
show("function", gc.collect())

def closure():
    x = [1]
    def inner():
        return x, inner
    return None
closure()
show("closure", gc.collect())

class C:
    def method(self): pass
c = C()
c.m = c.method
del c
show("method", gc.collect())

class D:
    pass
D.self = D
gc.collect()
del D
show("class", gc.collect() > 0)

s = set()
class E:
    pass
e = E()
e.s = s
s.add(e)
del e, s
show("set", gc.collect())

def gen():
    try:
        me = yield
        yield me
    finally:
        show("closed")
g = gen()
next(g)
g.send(g)
del g
show("generator", gc.collect())

try:
    def fail():
        try:
            1 / 0
        except ZeroDivisionError as error:
            kept = error
        return None
    fail()
finally:
    pass
show("traceback", gc.collect())

# Counts.
gc.collect()
x = []
gc.collect(0)
show(gc.get_count()[1:])
gc.collect(0)
show(gc.get_count()[1:])
gc.collect(1)
show(gc.get_count()[1:])
gc.collect(2)
show(gc.get_count()[1:])

# Tracking.
for value in ([], {}, {"a": 1}, {"a": []}, {"a": {}}, (), set(), frozenset(), object(), bytearray(), range(3), slice(1), A(), A, len, "x", 1.5, gen(), iter([]), iter({}), lambda: 0, [].append):
    show(type(value).__name__, gc.is_tracked(value))
t = tuple([1, 2])
show("fresh tuple", gc.is_tracked(t))
gc.collect(0)
show("seen tuple", gc.is_tracked(t))
t = tuple([1, []])
gc.collect()
show("holding tuple", gc.is_tracked(t))
d = {"a": []}
d["a"] = 1
gc.collect(1)
show("dict", gc.is_tracked(d))
gc.collect(2)
show("dict, full", gc.is_tracked(d))
d["b"] = (1, 2)
show("dict with tuple", gc.is_tracked(d))

# Finalisers.
log = []
class F:
    def __init__(self, name): self.name = name
    def __del__(self): log.append(self.name)
f = F("simple")
del f
show(log)
f = F("cycle")
f.f = f
del f
show(log, gc.collect(), log)

class R:
    def __del__(self):
        global saved
        log.append("resurrect")
        saved = self
r = R()
r.r = r
del r
show(gc.collect(), log, gc.is_finalized(saved))
del saved
show(gc.collect(), log)
saved = None
r = R()
del r
show(type(saved).__name__, gc.is_finalized(saved), log)
saved = None
show(log)

# Resurrection does not block others.
class Lazarus:
    def __del__(self):
        global kept
        kept = self.cargo
z = Lazarus()
z.cargo = {"cargo": []}
z.cargo["lazarus"] = z
others = []
others.append(others)
del z, others
show(gc.collect(), sorted(kept))
kept.clear()
del kept
show(gc.collect())

# SAVEALL, callbacks, freeze.
gc.set_debug(gc.DEBUG_SAVEALL)
l = []
l.append(l)
address = id(l)
del l
show(gc.collect(), len(gc.garbage), id(gc.garbage[0]) == address)
gc.set_debug(0)
gc.garbage.clear()
show(gc.collect())
events = []
def callback(phase, info):
    events.append((phase, sorted(info.items())))
gc.callbacks.append(callback)
l = []
l.append(l)
del l
gc.collect(1)
gc.callbacks.remove(callback)
show(events)
gc.freeze()
show(gc.get_freeze_count() > 0, len(gc.get_objects()) < 10)
gc.unfreeze()
show(gc.get_freeze_count())
for bad in (3, -2, "x"):
    try:
        gc.collect(bad)
    except Exception as error:
        show(type(error).__name__, error)
    try:
        gc.get_objects(bad)
    except Exception as error:
        show(type(error).__name__, error)
x = ["needle"]
show(any(o is x for o in gc.get_objects(0)), any(o is x for o in gc.get_objects()))
gc.collect(0)
show(any(o is x for o in gc.get_objects(0)), any(o is x for o in gc.get_objects(1)))
show(gc.get_referents([1, "a"], {"k": "v"}, (2,)))
holder = [x]
show([r is holder for r in gc.get_referrers(x) if type(r) is list])
show(gc.get_threshold(), gc.isenabled())
gc.set_threshold(5)
show(gc.get_threshold())
gc.set_threshold(700, 10, 10)

# Automatic collections: how many.
gc.collect()
gc.enable()
before = [s["collections"] for s in gc.get_stats()]
big = [[] for i in range(7000)]
after = [s["collections"] for s in gc.get_stats()]
show([b - a for a, b in zip(before, after)])

# Deep structures die without a deep stack.
deep = None
for i in range(200000):
    deep = [deep]
del deep
deep = None
for i in range(200000):
    deep = (deep, {})
deep = None
class Node:
    def __init__(self, next): self.next = next
deep = None
for i in range(200000):
    deep = Node(deep)
deep = None
show("done")

# Old-style finalisers: what a cycle with one of them reaches stays, and is shown in gc.garbage.
from _testcapi import with_tp_del, without_gc
log = []
@with_tp_del
class Old:
    def __init__(self, name): self.name = name
    def __repr__(self): return f"<Old {self.name}>"
    def __del__(self): log.append(f"del {self.name}")
    def __tp_del__(self): log.append(f"tp_del {self.name}")
class Sub(Old): pass
gc.collect()
gc.garbage.clear()
seen = []
def watch(phase, info):
    if phase == "stop": seen.append((info["collected"], info["uncollectable"]))
gc.callbacks.append(watch)
def ring():
    a, b, c = Old("a"), [], []
    a.self, a.list, b[:] = a, b, [b]
    c[:] = [c, a]
    sub = Sub("sub")
    sub.self = sub
ring()
show(gc.collect(), seen, gc.garbage, sorted(log))
gc.callbacks.remove(watch)
stats = gc.get_stats()[2]["uncollectable"]
log.clear()
del gc.garbage[0].self
gc.garbage.clear()
show(log)
gc.collect()
log.clear()
plain = Old("plain")
import weakref
ref = weakref.ref(plain, lambda r: log.append("callback"))
del plain
show(log, ref())
class Again:
    def __tp_del__(self): kept.append(self)
Again = with_tp_del(Again)
kept = []
Again()
show(len(kept))
kept.pop()
show(len(kept))
Again.__tp_del__ = lambda self: None
kept.clear()
@without_gc
class Outside:
    __slots__ = ()
    def __del__(self): kept.append(self)
Outside()
show(gc.is_tracked(kept[0]), len(kept))
kept.pop()
show(len(kept))
del Outside.__del__
kept.clear()
show("done")

# Attributes of functions, and of instances of classes derived from built-in types, die with their owner and take part in cycles.
import collections, io, functools, itertools, types
class Probe: pass
def attribute_dies(owner, in_cycle):
    probe = Probe()
    ref = weakref.ref(probe)
    owner.probe = probe
    if in_cycle: owner.me = owner
    del probe, owner
    if in_cycle: gc.collect()
    return ref
class Deque(collections.deque): pass
class Counts(itertools.count): pass
class Partial(functools.partial): pass
class Text(io.StringIO): pass
class Err(Exception): pass
class Num(int): pass
class Tup(tuple): pass
class Gen(types.SimpleNamespace): pass
class Meta(type): pass
class Def(collections.defaultdict): pass
class Odict(collections.OrderedDict): pass
class Arr(bytearray): pass
class Prop(property): pass
class Stat(staticmethod): pass
makers = [lambda: (lambda: 0), Deque, lambda: Counts(1), lambda: Partial(len), Text, Err, lambda: Num(10**30), lambda: Tup((1, 2)), Gen,
          lambda: Meta("M", (), {}), Def, Odict, Arr, lambda: Prop(len), lambda: Stat(len)]
for make in makers:
    for in_cycle in (False, True):
        ref = attribute_dies(make(), in_cycle)
        if isinstance(make(), type): gc.collect()
        if ref() is not None: show("leaked", make(), in_cycle)
def target(): pass
watch = weakref.ref(target)
wrapped = functools.wraps(target)(lambda: 0)
wrapped.__dict__
del target, wrapped
show(watch())

# Freezing again freezes nothing new and forgets nothing.
gc.collect()
gc.freeze()
frozen = gc.get_freeze_count()
gc.freeze()
gc.freeze()
show("frozen twice", frozen > 0, gc.get_freeze_count() > 0)
gc.unfreeze()
show("unfrozen", gc.get_freeze_count())
