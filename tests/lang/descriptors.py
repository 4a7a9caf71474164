# Descriptors, slots, super, special methods.  CPython's output is the judge.
def t(f, *a):
    try:
        print('->', f(*a))
    except BaseException as e:
        print(type(e).__name__, e)

class Data:
    def __get__(self, o, t): return ('get', o is None, t.__name__)
    def __set__(self, o, v): o.__dict__['hid'] = v
    def __delete__(self, o): print('delete')
class NonData:
    def __get__(self, o, t): return 'nondata'
class C:
    d = Data(); n = NonData()
c = C()
print(c.d, C.d, c.n, C.n)
c.d = 5; print(c.__dict__, c.d); c.__dict__['d'] = 1; c.__dict__['n'] = 2; print(c.d, c.n); del c.d
class NoSet:
    def __get__(self, o, t): return 1
    def __set__(self, o, v): raise AttributeError('no set')
class NoDel:
    def __set__(self, o, v): pass
class C2: a = NoSet(); b = NoDel()
t(lambda: setattr(C2(), 'a', 1))
t(lambda: delattr(C2(), 'b'))
print(type(C2().b).__name__)

class P:
    def __init__(self): self._x = 1
    @property
    def x(self):
        "the x"
        return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): del self._x
    ro = property(lambda s: 3)
    wo = property(None, lambda s, v: None)
    @property
    def bad(self): return self.missing
p = P(); print(p.x); p.x = 9; print(p.x, P.x.__doc__, P.x.fget.__name__); del p.x
t(lambda: p.x)
t(lambda: setattr(p, 'ro', 1))
t(lambda: delattr(p, 'ro'))
t(lambda: p.wo)
t(lambda: p.bad)
t(lambda: property(1, 2, 3, 4, 5))
class SubP(property): "own doc"
print(SubP(lambda s: 1).__doc__, type(P.x.getter(len)).__name__)

class S:
    __slots__ = ('a', 'b')
    def __init__(self): self.a = 1
s = S(); print(s.a, S.a, S.__slots__)
t(lambda: s.b)
t(lambda: setattr(s, 'c', 1))
t(lambda: s.__dict__)
t(lambda: delattr(s, 'b'))
t(lambda: S.a.__get__(5))
t(lambda: S.a.__set__(5, 1))
class S2(S): __slots__ = ('c', '__dict__')
s2 = S2(); s2.c = 3; s2.zz = 4; print(s2.a, s2.c, s2.__dict__)
class S3(S): pass
s3 = S3(); s3.q = 1; print(s3.__dict__, s3.a)
class Priv:
    __slots__ = ('__p', '_q__', '__r__')
    def __init__(self): self.__p = 1
print([k for k in Priv.__dict__ if 'p' in k and not k.startswith('__')], Priv()._Priv__p)
for bad in [('1a',), (5,), ('a', 'v'), ('__dict__', '__dict__'), ('__weakref__', '__weakref__'), ('',)]:
    t(lambda: type('X', (), {'__slots__': bad, 'v': 1}))
t(lambda: type('X', (int,), {'__slots__': ('a',)}))
t(lambda: type('X', (tuple,), {'__slots__': ()})((1, 2)))
t(lambda: type('X', (P,), {'__slots__': ('__dict__',)}))
class S4: __slots__ = {'k': 'docs of k'}
class S5: __slots__ = 'single'
S5().single = 1
class L1: __slots__ = ('a',)
class L2: __slots__ = ('b',)
t(lambda: type('X', (L1, L2), {}))
class L3: __slots__ = ()
class L4(L1, L3): pass
print(L4().__dict__)

# super
class A:
    v = 'A'
    def f(self): return 'A'
    @classmethod
    def c(cls): return 'A' + cls.__name__
    @property
    def p(self): return 'Ap'
class B(A):
    v = 'B'
    def f(self): return 'B' + super().f()
    @classmethod
    def c(cls): return 'B' + super().c()
    @property
    def p(self): return 'B' + super().p
    def attr(self): return super().v
    def missing(self): return super().nope
    def nested(self):
        def g(): return super(B, self).f()
        return g() + [super(B, self).f() for _ in range(2)][0]
    def setit(self): super().zz = 1
b = B(); print(b.f(), b.c(), B.c(), b.p, b.attr(), b.nested())
t(b.missing)
t(b.setit)
print(super(B, b), super(B, B).c(), super(B, b).__thisclass__.__name__, super(B, b).__self__ is b, super(B, b).__self_class__.__name__)
t(lambda: super(B, 5))
t(lambda: super(5, 5))
t(lambda: super())
def nocell(self): return super().f()
t(nocell, b)
u = super(B); print(u, u.__get__(b, B).f())
class NoArgs:
    def f(): return super().g
t(NoArgs.f)

# special methods are looked up on the type
class Sp:
    def __len__(self): return 3
    def __bool__(self): return False
    def __contains__(self, x): return x == 1
    def __getitem__(self, k): return k
    def __setitem__(self, k, v): print('set', k, v)
    def __delitem__(self, k): print('del', k)
    def __call__(self, *a, **k): return a, k
    def __enter__(self): return 'in'
    def __exit__(self, *a): return True
    def __index__(self): return 2
    def __int__(self): return 10
    def __float__(self): return 1.5
    def __complex__(self): return 1j
    def __repr__(self): return 'Sp!'
    def __str__(self): return 'spstr'
    def __format__(self, s): return 'fmt:' + s
    def __hash__(self): return 7
    def __neg__(self): return 'neg'
    def __pos__(self): return 'pos'
    def __invert__(self): return 'inv'
    def __abs__(self): return 'abs'
    def __round__(self, n=None): return ('round', n)
    def __divmod__(self, o): return 'divmod'
    def __rdivmod__(self, o): return 'rdivmod'
    def __pow__(self, o, m=None): return ('pow', o, m)
    def __rpow__(self, o): return 'rpow'
    def __iadd__(self, o): return 'iadd'
    def __matmul__(self, o): return '@'
    def __dir__(self): return ['z', 'a']
    def __bytes__(self): return b'by'
    def __reversed__(self): return 'rev'
    def __length_hint__(self): return 5
sp = Sp()
sp.__len__ = lambda: 99
print(len(sp), bool(sp), 1 in sp, 2 in sp, sp['k'], sp[1:2], sp(1, a=2), [10, 20, 30][sp], int(sp), float(sp), complex(sp))
sp[1] = 2; del sp[3]
print(repr(sp), str(sp), f'{sp:abc}', f'{sp!r}', hash(sp), -sp, +sp, ~sp, abs(sp), round(sp), round(sp, 2), divmod(sp, 1), divmod(1, sp))
print(sp ** 2, pow(sp, 2, 3), 2 ** sp, sp @ 1, dir(sp), bytes(sp), reversed(sp))
x = sp; x += 1; print(x)
with sp as w: print(w); 1/0
for bad in ['__len__', '__bool__', '__hash__', '__repr__', '__str__', '__index__', '__int__', '__float__', '__iter__', '__format__', '__dir__', '__length_hint__']:
    for value in [-1, 'x', None, 2.5]:
        K = type('K', (), {bad: lambda self, *a, v=value: v})
        op = {'__len__': len, '__bool__': bool, '__hash__': hash, '__repr__': repr, '__str__': str, '__index__': lambda o: [1, 2][o], '__int__': int,
              '__float__': float, '__iter__': iter, '__format__': format, '__dir__': dir, '__length_hint__': lambda o: 0}[bad]
        try: print(bad, repr(value), op(K()))
        except Exception as e: print(bad, repr(value), type(e).__name__, e)

# reflected operators
class L:
    def __add__(self, o): return 'L+'
    def __radd__(self, o): return '+L'
    def __eq__(self, o): return 'L=='
    def __lt__(self, o): return 'L<'
    def __gt__(self, o): return 'L>'
class R(L):
    def __radd__(self, o): return '+R'
    def __gt__(self, o): return 'R>'
class R2(L): pass
class NI:
    def __add__(self, o): return NotImplemented
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented
print(L() + R(), L() + R2(), L() + 1, 1 + L(), NI() + L(), L() < R(), L() < 1, 1 < L(), 1 == L(), NI() == 1, NI() != 1, L() != 1)
t(lambda: NI() + 1)
t(lambda: NI() < NI())
t(lambda: NI() < 1)
t(lambda: object() + 1)
t(lambda: -object())
t(lambda: ~1.5)
t(lambda: abs('x'))
t(lambda: 1 + 'a')
t(lambda: 'a' + 1)
t(lambda: [] + ())
t(lambda: [] * 'a')
t(lambda: 1 @ 2)
t(lambda: pow(2, 3, 'x'))
t(lambda: divmod(1, 'a'))
def iop(a, b):
    a -= b
    return a
t(iop, 1, 'a')
t(lambda: 1 < 'a')
t(lambda: [] < {})
t(lambda: 5())
t(lambda: len(5))
t(lambda: iter(5))
t(lambda: next(5))
t(lambda: 5[0])
t(lambda: 5 in 5)
def setitem(o): o[0] = 1
def delitem(o): del o[0]
t(setitem, 5)
t(delitem, 5)
t(setitem, 'abc')
class OldIter:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
print(list(OldIter()), 4 in OldIter(), 5 in OldIter(), iter(OldIter()))  if 0 else print(list(OldIter()), 4 in OldIter(), 5 in OldIter())
class NoIter: __iter__ = None
t(lambda: iter(NoIter()))
class NoCont: __contains__ = None
t(lambda: 1 in NoCont())
class NoRev: __reversed__ = None
t(lambda: reversed(NoRev()))
class BadIter:
    def __iter__(self): return 5
t(lambda: iter(BadIter()))
class BadEq:
    def __eq__(self, o): 1/0
t(lambda: BadEq() in [1])
t(lambda: [BadEq()] == [1])
class Cmp:
    def __eq__(self, o): return []
print(Cmp() == 1, Cmp() != 1, [Cmp()] == [1])
# wrappers
print(int.__add__, (1).__add__(2), int.__add__(1, 2), int.__radd__(1, 2), (1).__radd__(2), str.__len__('abc'), list.__getitem__([1, 2], 1), int.__bool__(0))
t(lambda: int.__add__('a', 1))
t(lambda: int.__add__())
t(lambda: (1).__add__())
t(lambda: (1).__add__(1, 2))
t(lambda: (1).__add__(a=1))
t(lambda: str.join(5, []))
t(lambda: str.join())
t(lambda: object.__setattr__(int, 'a', 1))
t(lambda: type.__setattr__(int, 'a', 1))
print(object.__repr__.__qualname__, int.__add__.__doc__, int.__add__.__name__, int.__add__.__objclass__, int.__add__.__text_signature__, len.__text_signature__, len.__name__, len.__self__.__name__, len.__module__, [].append.__qualname__, [].append.__self__, list.append.__text_signature__)
print([].append == [].append, len == len, type(len).__name__, type([].append).__name__, type(list.append).__name__, type(int.__add__).__name__, type((1).__add__).__name__, type(dict.__dict__['fromkeys']).__name__, type(int.__dict__['real']).__name__, type(type.__dict__['__mro__']).__name__)
import types
m = types.MethodType(lambda s, a: (s, a), 5); print(m(6), m.__self__, m == types.MethodType(m.__func__, 5))
t(lambda: types.MethodType(5, 5))
t(lambda: types.MethodType(len, None))
sm = staticmethod(len); cm = classmethod(len); print(sm.__func__, sm([1]), sm.__wrapped__, sm.__name__, cm.__get__(None, int).__self__)
t(lambda: cm([1]))
cell = types.CellType(); print(cell == types.CellType(), types.CellType(1) < types.CellType(2))
t(lambda: cell.cell_contents)
cell.cell_contents = 5; print(cell.cell_contents); del cell.cell_contents
mp = types.MappingProxyType({'a': 1}); print(mp, mp['a'], len(mp), 'a' in mp, list(mp.items()), mp | {'b': 2}, mp == {'a': 1}, mp.get('z'), mp.copy())
t(lambda: types.MappingProxyType([1]))
ns = types.SimpleNamespace(a=1, b='x'); print(ns, ns == types.SimpleNamespace(a=1, b='x'), ns.a); ns.c = ns; print(ns)
