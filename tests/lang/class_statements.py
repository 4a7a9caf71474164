# class bodies, attributes, inheritance, super, descriptors, metaclasses
class A:
    """doc"""
    x = 1
    y: int = 2
    z: str
    def __init__(self, v): self.v = v
    def m(self): return 'A.m', self.v
    @property
    def p(self): return self.v * 2
    @p.setter
    def p(self, value): self.v = value
    @staticmethod
    def s(a): return a
    @classmethod
    def c(cls, a): return cls.__name__, a
    def __repr__(self): return f'A({self.v})'
a = A(5)
print(a, a.m(), a.p, A.s(1), a.c(2), A.x, A.__doc__, A.__annotations__, A.__name__, A.__qualname__, A.__module__)
a.p = 7
print(a.p, a.__dict__)
class B(A):
    def m(self): return 'B.m', super().m()
    def n(self):
        return [super(B, self).m() for _ in range(1)]
    @classmethod
    def c(cls, a): return 'B', super().c(a)
    def w(self):
        def inner(): return __class__
        return inner()
    @property
    def p(self): return super().p + 1
b = B(1)
print(b.m(), b.n(), B.c(3), b.w(), b.p)
class M(type):
    def __new__(m, name, bases, ns, **kw):
        print('new', name, sorted(k for k in ns if not k.startswith('__')), kw)
        return super().__new__(m, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw): super().__init__(name, bases, ns)
    @classmethod
    def __prepare__(m, name, bases, **kw):
        print('prepare', name, bases, kw)
        return {}
class N(metaclass=M, flag=1):
    a = 1
    def f(self): pass
class O(N, flag=2): pass
class Init:
    def __init_subclass__(cls, **kw): print('init_subclass', cls.__name__, kw)
class P(Init, k=1): pass
class D:
    def __set_name__(self, owner, name): print('set_name', owner.__name__, name); self.name = name
    def __get__(self, obj, cls): return ('get', self.name, obj is None)
    def __set__(self, obj, v): print('set', v)
    def __delete__(self, obj): print('delete')
class U:
    d = D()
u = U()
print(u.d, U.d)
u.d = 3
del u.d
class Private:
    __secret = 1
    def __init__(self): self.__x = 2; self.__y__ = 3
    def get(self): return self.__x, self.__secret, Private.__secret
    def __m(self, __a=5): return __a
    def call(self): return self.__m(), self.__m(_Private__a=6)
p = Private()
print(p.get(), sorted(p.__dict__), p.call())
x = 'global'
def scopes():
    x = 'local'
    class C:
        a = x
        x = 'class'
        b = x
        def m(self): return x
        c = [x for _ in range(1)]
        d = [y for y in x]
    return C.a, C.b, C().m(), C.c, C.d
try: print(scopes())
except NameError as e: print(e)
def scopes2():
    x = 'local'
    class C:
        b = x
        def m(self): return x
        c = [x for _ in range(1)]
    class G:
        global x
        x = 'changed'
        y = x
    class NL:
        nonlocal x
        x = 'nl'
    return C.b, C().m(), C.c, G.y, x
print(scopes2(), x)
class Slots:
    __slots__ = ('a', 'b')
s = Slots()
s.a = 1
print(s.a)
try: s.c = 2
except AttributeError as e: print(e)
try: s.b
except AttributeError as e: print(e)
class Get:
    def __getattr__(self, n): return 'missing ' + n
    def __getitem__(self, i): return i
    def __call__(self, *a, **k): return a, k
    def __len__(self): return 3
    def __contains__(self, x): return x == 1
    def __iter__(self): return iter([1, 2])
    def __enter__(self): return self
    def __exit__(self, *a): return False
    def __setitem__(self, k, v): print('setitem', k, v)
    def __delitem__(self, k): print('delitem', k)
g = Get()
print(g.foo, g[1], g[1:2], g[1:2:3], g[..., 1], g[()], g(1, a=2), len(g), 1 in g, 2 in g, list(g), bool(g))
g[1] = 2; g[1:2] = 3; del g[1], g[::2]
g.attr = 1; del g.attr
class Meta2(type):
    def __call__(cls, *a):
        print('metacall', a)
        return super().__call__(*a)
    def __getattr__(cls, n): return 'cls ' + n
class Z(metaclass=Meta2):
    def __new__(cls, *a): print('new', a); return super().__new__(cls)
    def __init__(self, *a): print('init', a)
Z(1, 2)
print(Z.foo)
class Base1:
    def hi(self): return ['Base1']
class Left(Base1):
    def hi(self): return ['Left'] + super().hi()
class Right(Base1):
    def hi(self): return ['Right'] + super().hi()
class Both(Left, Right):
    def hi(self): return ['Both'] + super().hi()
print(Both().hi(), [c.__name__ for c in Both.__mro__])
def dec(c): c.added = 1; return c
@dec
class Decorated: pass
print(Decorated.added)
class Outer:
    class Inner:
        def f(self): pass
    print(Inner.f.__qualname__)
print(Outer.Inner.__qualname__)
def local():
    class L:
        def f(self): return lambda: 0
    return L
print(local().f.__qualname__, local()().f().__qualname__)
class Counter:
    n = 0
    def __init__(self): type(self).n += 1; Counter.n *= 2
Counter(); Counter()
print(Counter.n)
class E(Exception):
    def __init__(self, a): super().__init__(a); self.a = a
try: raise E(3)
except E as e: print(e.a, e.args)
class Body:
    for i in range(3): pass
    if i == 2: flag = True
    try: 1/0
    except ZeroDivisionError as e: caught = str(e)
    del i
print(Body.flag, Body.caught, hasattr(Body, 'i'), hasattr(Body, 'e'))
print(type('Dyn', (A,), {'q': 1})(3).q)
bases = (A,)
class Spread(*bases, **{}): pass
print(Spread.__mro__[1] is A)
class WithSuperAttr(A):
    def t(self):
        s = super()
        return s.m(), super().x
print(WithSuperAttr(1).t())
class Ann:
    a: int
    b: 'x' = 1
    (c): int = 3
    def f(self): self.q: int = 4
print(Ann.__annotations__)
