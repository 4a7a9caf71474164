# Abstract classes and weak references.  CPython's output is the judge.
def t(f, *a):
    try:
        print('->', f(*a))
    except BaseException as e:
        print(type(e).__name__, e)
import abc
class Ab(abc.ABC):
    @abc.abstractmethod
    def f(self): pass
    @property
    @abc.abstractmethod
    def g(self): pass
t(Ab)
class Ab2(Ab):
    def f(self): pass
t(Ab2)
class Ab3(Ab2): g = 1
print(type(Ab3()).__name__, Ab.__abstractmethods__ == frozenset({'f', 'g'}))

import weakref, gc
class S: __slots__ = ()
class S6: __slots__ = ('__weakref__',)
t(lambda: weakref.ref(S()))
print(weakref.ref(S6())())
class W:
    def __init__(self, n): self.n = n
    def __repr__(self): return f'W({self.n})'
    def __len__(self): return 5
    def __eq__(self, o): return isinstance(o, W) and self.n == o.n
    def __hash__(self): return hash(self.n)
a = W(1); r = weakref.ref(a); print(r() is a, weakref.ref(a) is r, weakref.getweakrefcount(a), weakref.getweakrefs(a) == [r], r == weakref.ref(W(1)), hash(r) == hash(a))
out = []
r2 = weakref.ref(a, lambda x: out.append(('cb2', x is r2)))
r3 = weakref.ref(a, lambda x: out.append(('cb3', x is r3)))
p = weakref.proxy(a); print(p.n, len(p), p == a, str(p), bool(p), isinstance(p, W), type(p).__name__)
p.n = 7; print(a.n)
del a; print(r(), out, r2(), r2.__callback__)
t(lambda: p.n)
t(lambda: hash(weakref.ref(W(3))))
for bad in (1, 'x', (), [], {}, None, object()): t(lambda: weakref.ref(bad))
print(type(weakref.ref({1})).__name__, type(weakref.ref(len)).__name__, type(weakref.ref(W)).__name__, type(weakref.ref(gc)).__name__)
class MyRef(weakref.ref):
    def __init__(self, o, cb=None, extra=0): super().__init__(o, cb); self.extra = extra
    def __new__(cls, o, cb=None, extra=0): return super().__new__(cls, o, cb)
w = W(9); m = MyRef(w, extra=4); print(m() is w, m.extra, MyRef(w) is m)
d = weakref.WeakValueDictionary(); d['k'] = w; print(dict(d)); k = weakref.WeakKeyDictionary(); k[w] = 1; print(len(k))
s = weakref.WeakSet([w]); print(len(s)); del w, m; print(dict(d), len(k), len(s))
c = W(1); c.me = c; rc = weakref.ref(c, lambda x: print('cycle cb')); del c; gc.collect(); print(rc())
class F:
    def __del__(self): print('finaliser'); global saved; saved = self
f = F(); rf = weakref.ref(f); del f; print(rf() is None, saved is not None); del saved; print('end')
def gone(): fin = weakref.finalize(W(3), print, 'finalized', 1); return fin.alive
print(gone())
class BM:
    def m(self): return 'bound'
b = BM(); wm = weakref.WeakMethod(b.m); print(wm()()); del b; print(wm())
t(lambda: weakref.ref())
t(lambda: weakref.ref(BM(), None, 3))
t(lambda: weakref.proxy(BM())())
