# parameters, defaults, closures, recursion, decorators
def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw
print(f(1, d=4))
print(f(1, 2, 3, 4, 5, d=6, z=7))
print(f(*[1, 2], **{'d': 3, 'q': 1}))
print(f.__defaults__, f.__kwdefaults__, f.__name__, f.__qualname__)
def errs(*calls):
    for c in calls:
        try: print(c())
        except TypeError as e: print(e)
def g(a, b): return a, b
def h(*, k): return k
def p(a, /): return a
def q(a, b=1, *, c, d=2): return a, b, c, d
errs(lambda: g(), lambda: g(1), lambda: g(1, 2, 3), lambda: g(1, b=2, c=3), lambda: g(1, a=2), lambda: h(), lambda: h(1), lambda: p(a=1),
     lambda: q(1), lambda: q(1, 2, 3, c=1), lambda: q(), lambda: g(**{'a': 1, 'b': 2}), lambda: g(*(1,), *(2,)), lambda: g(1, **{'a': 1}),
     lambda: g(*1), lambda: g(**1), lambda: print(*1), lambda: f(1, d=1, **{'d': 2}), lambda: 5(), lambda: None())
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return inc, get
inc, get = counter()
inc(); inc(5)
print(get(), inc.__closure__[0].cell_contents, inc.__code__.co_freevars, counter.__code__.co_cellvars)
fs = [lambda: i for i in range(3)]
print([x() for x in fs])
fs = [lambda i=i: i for i in range(3)]
print([x() for x in fs])
def outer(x):
    def mid():
        def inner():
            nonlocal x
            x += 1
            return x
        return inner
    return mid()
i = outer(10)
print(i(), i())
def param_cell(a, *b, c=1, **d):
    def get(): return a, b, c, d
    a = a + 1
    return get
print(param_cell(1, 2, 3, c=4, e=5)())
def deco(tag):
    print('make', tag)
    def wrap(fn):
        print('apply', tag, fn.__name__)
        def inner(*a, **k):
            return tag, fn(*a, **k)
        return inner
    return wrap
@deco('one')
@deco('two')
def decorated(x): return x * 2
print(decorated(4))
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(15))
def default_list(x, acc=[]):
    acc.append(x)
    return acc
print(default_list(1), default_list(2))
def order():
    log = []
    def t(n):
        log.append(n if isinstance(n, int) else n.__name__)
        return n
    def inner(a=t(1), b=t(2), *, c=t(3)) -> t(5): pass
    @t
    def z(a: t(10), /, b: t(11) = t(12), *c: t(13), d: t(14) = t(15), **e: t(16)) -> t(17): pass
    return log
try: print(order())
except Exception as e: print(type(e), e)
def ann(a: int, b: 'str' = 'x', *c: float, d: list = None, **e: dict) -> None: pass
print(ann.__annotations__)
def doc():
    "the doc"
    return 1
print(doc.__doc__, (lambda: 0).__doc__, (lambda: 0).__name__)
def unbound():
    try: print(xx)
    except UnboundLocalError as e: print(e)
    xx = 1
    del xx
    try: print(xx)
    except UnboundLocalError as e: print(e)
    try: del xx
    except UnboundLocalError as e: print(e)
unbound()
def freevar():
    def inner(): return y
    try: inner()
    except NameError as e: print(e)
    y = 1
    return inner()
print(freevar())
def celldel():
    z = 1
    def inner(): return z
    del z
    try: inner()
    except NameError as e: print(type(e).__name__, e)
    try: z
    except UnboundLocalError as e: print(e)
celldel()
try: undefined_name
except NameError as e: print(e)
def rec(n): return rec(n + 1)
try: rec(0)
except RecursionError as e: print('RecursionError', str(e)[:32])
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(deep(900))
print((lambda *a, **k: (a, k))(1, 2, x=3), (lambda x, /, y, *, z: x + y + z)(1, 2, z=3))
def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9): return a0 + a9
print(many(*range(10)), many(a9=1, a8=2, a7=3, a6=4, a5=5, a4=6, a3=7, a2=8, a1=9, a0=10))
def ret_none(): pass
print(ret_none())
def cond(x):
    if x: return 'a'
    elif x is None: return 'b'
print(cond(1), cond(0), cond(None))
def globalset():
    global made_here
    made_here = 42
globalset()
print(made_here)
def swap(a, b):
    a, b = b, a
    a, b = b, a + b
    return a, b
print(swap(1, 2))
def star_only(*, a=1, **k): return a, k
print(star_only(**{'b': 2}), star_only(a=5))
print(f.__code__.co_varnames, f.__code__.co_argcount, f.__code__.co_posonlyargcount, f.__code__.co_kwonlyargcount, f.__code__.co_flags)
import sys
def reg(x):
    y = x
    return sys.getrefcount(y) > 1
print(reg([]))
