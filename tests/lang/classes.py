# Classes: creation, MRO, metaclasses, hooks, attribute access.  CPython's output is the judge.
def t(f, *a, **k):
    try:
        print(f.__name__ if hasattr(f, '__name__') else f, '->', f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, e.args if not isinstance(e, AttributeError) else str(e))

class A:
    """doc of A"""
    x = 1
    def f(self): return 'A.f'
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(v): return v * 2
class B(A): 
    def f(self): return 'B.f>' + super().f()
class C(A):
    def f(self): return 'C.f>' + super().f()
class D(B, C):
    def f(self): return 'D.f>' + super().f()
print(D().f(), D.mro() == list(D.__mro__), [k.__name__ for k in D.__mro__])
print(A.__doc__, B.__doc__, A.__name__, A.__qualname__, A.__module__, A.__bases__, D.__base__.__name__)
print(D.c(), D().c(), D.s(4), D().s(5))
t(lambda: type('X', (A, D), {}))
t(lambda: type('X', (object, A), {}))
t(lambda: type('X', (A, A), {}))
t(lambda: type('X', (int, str), {}))
t(lambda: type('X', (bool,), {}))
t(lambda: type('X', (5,), {}))
t(lambda: type('X', (), {}).__mro__[1])
t(lambda: type(1, (), {}))
t(lambda: type('X', [], {}))
t(lambda: type('X', (), []))
t(lambda: type('X'))
t(lambda: type('X', ()))
t(lambda: type())
t(lambda: type('a\0b', (), {}))

class M1(type): pass
class M2(type): pass
class K1(metaclass=M1): pass
class K2(metaclass=M2): pass
t(lambda: type('X', (K1, K2), {}))
print(type(type('X', (K1,), {})).__name__)

class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        print('new', name, [b.__name__ for b in bases], sorted(k for k in ns if not k.startswith('__')), kw)
        return super().__new__(m, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print('init', cls.__name__, kw)
        super().__init__(name, bases, ns)
    @classmethod
    def __prepare__(m, name, bases, **kw):
        print('prepare', name, kw)
        return {'prepared': 1}
    def __call__(cls, *a, **k):
        print('call', cls.__name__, a, k)
        return super().__call__(*a, **k)
    def __getattr__(cls, name): return 'meta:' + name
    def __len__(cls): return 42
    def __iter__(cls): return iter('abc')
    def __contains__(cls, x): return x == 3
    def __instancecheck__(cls, o): return o == 'yes'
    def __subclasscheck__(cls, o): return o is int
    @property
    def p(cls): return 'p of ' + cls.__name__
class W(metaclass=Meta, flag=1):
    y = 2
    def __init__(self, *a): self.a = a
w = W(1, 2)
print(w.a, W.prepared, W.zzz, len(W), list(W), 3 in W, isinstance('yes', W), isinstance(w, W), isinstance(1, W), issubclass(int, W), W.p)
t(lambda: w.zzz)
t(lambda: w.p)

class Hook:
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        print('init_subclass', cls.__name__, tag)
class H1(Hook, tag='t'): pass
class H2(Hook): pass
t(lambda: type('H3', (Hook,), {}, tag='x', bad=1))
t(lambda: type('H4', (), {}, bad=1))

class Named:
    def __set_name__(self, owner, name): print('set_name', owner.__name__, name)
class HasNamed: a = Named(); b = Named()
class BadName:
    def __set_name__(self, owner, name): 1/0
try:
    class HasBad: z = BadName()
except RuntimeError as e:
    print(str(e).replace(hex(id(0)), ''), repr(e.__cause__)) if 0 else print(type(e).__name__, str(e).split(' instance')[0], repr(e.__cause__))

class G:
    def __class_getitem__(cls, k): return (cls.__name__, k)
print(G[int], G[1, 2])
t(lambda: A[1])
t(lambda: int[1])
t(lambda: A()[1])

class Attr:
    def __init__(self): self.log = []
    def __getattr__(self, n):
        if n.startswith('_x'): raise AttributeError('custom ' + n)
        return 'ga:' + n
    def __setattr__(self, n, v):
        object.__setattr__(self, n, v)
        if n != 'log': self.log.append(('set', n, v))
    def __delattr__(self, n):
        self.log.append(('del', n)); object.__delattr__(self, n)
a = Attr(); a.q = 1; print(a.q, a.r, a.log); del a.q; print(a.log, a.q)
t(lambda: a._x)
t(lambda: delattr(a, 'nope'))
print(hasattr(a, '_x'), hasattr(a, 'y'), getattr(a, '_x', 'dflt'))
class GA:
    def __getattribute__(self, n):
        if n == 'boom': raise AttributeError(n)
        return 'gattr:' + n
    def __getattr__(self, n): return 'fallback:' + n
print(GA().x, GA().boom, GA().__class__)
t(lambda: getattr(A(), 1))
t(lambda: setattr(A(), 1, 2))
t(lambda: A().nope)
t(lambda: A.nope)
t(lambda: setattr(object(), 'x', 1))
t(lambda: setattr(int, 'x', 1))
t(lambda: setattr(1, 'real', 1))
t(lambda: delattr(A(), 'x'))
t(lambda: delattr(A, 'nope'))
t(lambda: setattr([], 'append', 1))
t(lambda: (1).foo)
t(lambda: None.foo)

# class changes are seen at once
class P: pass
class Q(P): pass
q = Q()
t(lambda: q.v)
P.v = 1; print(q.v); Q.v = 2; print(q.v); del Q.v; print(q.v); q.v = 3; print(q.v); del q.v; print(q.v)
P.__len__ = lambda s: 7; print(len(q), bool(q)); del P.__len__
t(lambda: len(q))
P.__call__ = lambda s, *a: a; print(q(1, 2)); del P.__call__
t(lambda: q())
def loop():
    r = []
    for i in range(6):
        if i == 3: P.m = lambda s: 'new'
        r.append(q.m())
    return r
P.m = lambda s: 'old'
print(loop())

# __class__ and __bases__
class R1:
    def who(self): return 'R1'
class R2:
    def who(self): return 'R2'
r = R1(); r.z = 5; r.__class__ = R2; print(r.who(), r.z, type(r).__name__, isinstance(r, R2))
t(lambda: setattr(r, '__class__', int))
t(lambda: setattr(r, '__class__', 5))
t(lambda: setattr(1, '__class__', R1))
t(lambda: delattr(r, '__class__'))
class S1: __slots__ = ('a',)
class S2: __slots__ = ('a',)
class S3: __slots__ = ('b',)
s = S1(); s.a = 3; s.__class__ = S2; print(s.a, type(s).__name__)
t(lambda: setattr(s, '__class__', S3))
t(lambda: setattr(s, '__class__', R1))
class X1: v = 'x1'
class X2: v = 'x2'
class Y(X1): pass
y = Y(); print(y.v); Y.__bases__ = (X2,); print(y.v, Y.__mro__[1].__name__, X1.__subclasses__(), X2.__subclasses__())
t(lambda: setattr(Y, '__bases__', (Y,)))
t(lambda: setattr(Y, '__bases__', ()))
t(lambda: setattr(Y, '__bases__', 5))
t(lambda: setattr(Y, '__bases__', (int,)))
t(lambda: setattr(int, '__bases__', (object,)))
Y.__name__ = 'Renamed'; print(Y.__name__, Y, Y.__qualname__)
t(lambda: setattr(Y, '__name__', 5))
t(lambda: setattr(int, '__name__', 'x'))
t(lambda: delattr(Y, '__name__'))

# __hash__ and __eq__
class E:
    def __eq__(self, o): return True
t(lambda: hash(E()))
print(E.__hash__)
class E2(E): __hash__ = object.__hash__
print(isinstance(hash(E2()), int))
class E3:
    def __hash__(self): return -1
print(hash(E3()))
class E4:
    def __hash__(self): return 'x'
t(lambda: hash(E4()))
class E5:
    def __hash__(self): return 1 << 100
print(hash(E5()) == hash(1 << 100))
class E6: __hash__ = None
t(lambda: hash(E6()))
t(lambda: {E6(): 1})

# new, init
class N:
    def __new__(cls, *a): print('N.new', a); return super().__new__(cls)
    def __init__(self, *a): print('N.init', a)
N(1)
class N2:
    def __new__(cls): return 5
    def __init__(self): print('never')
print(N2())
class N3:
    def __init__(self): return 5
t(N3)
class N4: pass
t(N4, 1)
t(lambda: N4(a=1))
t(lambda: object(1))
t(lambda: object.__new__(int))
t(lambda: int.__new__(str))
t(lambda: int.__new__(5))
t(lambda: int.__new__())
t(lambda: object.__init__(N4(), 1))
class N5(N4):
    def __init__(self, a): self.a = a
t(lambda: N5.__new__(N5, 1, 2).__class__.__name__)
t(lambda: N5())
t(lambda: N5(1, 2))

class Del:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n)
d = Del(1); d = Del(2); del d
def scope(): Del(3); x = Del(4)
scope()

print(sorted(k for k in dir(A) if not k.startswith('__')), 'f' in dir(A()), sorted(vars(A()).items()))
print(A.__dict__['x'], type(A.__dict__).__name__, list(A.__subclasses__())[0].__name__)
t(lambda: A.__dict__.__setitem__('a', 1))
class An: a: int = 1; b: 'str'
print(An.__annotations__, A.__annotations__)
t(lambda: int.__annotations__)
print(isinstance(True, int), isinstance(1, (str, (int,))), issubclass(bool, int), isinstance(1, int | str), isinstance(None, int | None))
t(lambda: isinstance(1, 1))
t(lambda: issubclass(1, int))
t(lambda: issubclass(int, 1))
t(lambda: isinstance(1, list[int]))
class Fake:
    @property
    def __class__(self): return int
print(isinstance(Fake(), int), type(Fake()).__name__)
print(type.__call__(int, '5'), type(int).__name__, type(type(int)).__name__, int.__class__, type.__mro__)
print(object.__reduce_ex__(A(), 2)[1][0].__name__, A().__sizeof__() > 0, format(A.s.__name__, '>5'))
t(lambda: format(A(), 'x'))
print(A.f.__qualname__, A().f.__func__ is A.f, A().f == A().f, A.c.__self__ is A)
class Outer:
    class Inner: pass
    class BuiltIn: __module__ = 'builtins'
    class Odd: __module__ = 3
for c in (Outer.Inner, Outer.BuiltIn, Outer.Odd, int):
    print(repr(c), repr(object.__new__(c) if c is not int else 5).split(' at ')[0])
import sys
class D(type(sys)): pass
m = D('m'); m.__dict__['x'] = 1
e = ValueError(); e.x = 2
print(m.x, e.__dict__)
t(lambda: delattr(e, '__dict__'))
t(lambda: setattr(e, '__dict__', 3))
e.__dict__ = {'y': 4}
print(e.y)

class Token(str):
    __slots__ = ("type", "line")

    def __new__(cls, type_, value, line=None):
        self = super().__new__(cls, value)
        self.type, self.line = type_, line
        return self

class Keyword(Token):
    __slots__ = ()

t = Keyword("NAME", "if", 3)
print(t, t.type, t.line, t + "x", t == "if", Token.__slots__, str.__add__(t, "!"))
del t.type
print(hasattr(t, "type"), isinstance(t, str), {t: 1}["if"])
