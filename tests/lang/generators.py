# generators, yield from, generator expressions, send, throw, close
def g():
    x = yield 1
    print('got', x)
    try: y = yield x
    except ValueError as e: print('caught', e); y = yield 'recovered'
    return y
it = g()
print(next(it), it.send('a'), it.throw(ValueError('boom')))
try: it.send('end')
except StopIteration as e: print('stop', e.value)
def inner():
    try:
        r = yield 'i1'
        print('inner got', r)
        yield 'i2'
    except KeyError: print('inner KeyError'); yield 'i3'
    finally: print('inner finally')
    return 'result'
def outer():
    r = yield from inner()
    print('outer', r)
    yield from [1, 2]
    yield from (x for x in 'ab')
    return 9
o = outer()
print(next(o), o.send('S'), o.throw(KeyError), list(o))
o = outer(); next(o); o.close()
def nested(n):
    if n:
        yield n
        yield from nested(n - 1)
print(list(nested(5)))
print(list(x * y for x in range(3) for y in range(3) if x != y))
gen = (i for i in range(3))
print(next(gen), list(gen), list(gen))
print(sum(i * i for i in range(10)), max((len(w), w) for w in ['a', 'bbb', 'cc']))
def closing():
    try:
        while True: yield
    finally: print('closed')
c = closing(); next(c); c.close()
c = closing(); next(c); del c
def ignores():
    try: yield 1
    except GeneratorExit: yield 2
i = ignores(); next(i)
try: i.close()
except RuntimeError as e: print(e)
def stops():
    yield 1
    raise StopIteration('x')
try: list(stops())
except RuntimeError as e: print(e, repr(e.__cause__))
def running():
    try: next(me)
    except ValueError as e: print(e)
    yield
me = running(); next(me)
try: g().send(5)
except TypeError as e: print(e)
def ret(): return 5; yield
print(list(ret()))
try: next(ret())
except StopIteration as e: print(e.value)
def expr():
    x = [(yield 1), (yield 2)]
    print(x)
    y = f((yield), *(yield 3), k=(yield 4))
    print(y)
    (yield)
    z = yield (yield 5)
    print(z)
def f(*a, **k): return a, k
e = expr()
out = [next(e)]
try:
    for v in ['a', 'b', 'c', [1], 'k', 'l', 'm', 'n', 'o']: out.append(e.send(v))
except StopIteration: pass
print(out)
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
from itertools import islice
print(list(islice(fib(), 20)))
def locals_kept():
    x = []
    for i in range(3):
        x.append(i)
        yield list(x)
print(list(locals_kept()))
def with_args(a, *b, c=3, **d):
    yield a; yield b; yield c; yield d
print(list(with_args(1, 2, 3, d=4)))
def cells():
    n = 0
    def inc():
        nonlocal n
        n += 1
    while n < 3:
        inc()
        yield n
print(list(cells()))
print(type(g()).__name__, g().gi_code.co_name, g().__name__, g().gi_running, g().gi_frame is not None)
x = 10
ge = (x + y for y in [1, 2, 3])
x = 20
print(list(ge))
try:
    bad = (y for y in 5)
except TypeError as e: print(e)
def two(n):
    for i in range(n):
        for j in range(i):
            yield i, j
print(dict(two(4)), [*two(3)], {*two(3)} == {(1, 0), (2, 0), (2, 1)})
a, *b = two(3)
print(a, b)
def g3():
    yield from ()
    return (yield from iter([1]))
print(list(g3()))
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration('done')
        return self.n
    def send(self, v): print('sent', v); return next(self)
    def throw(self, *a): print('thrown', a[0].__class__.__name__ if len(a) == 1 else a[0]); return 'T'
def d():
    r = yield from It()
    print('r', r)
q = d()
print(next(q), q.send(7), q.throw(ValueError('v')))
try: q.send(None); q.send(None)
except StopIteration: print('end')

async def coroutine(): pass
c = coroutine()
for kind in (type(c), type(i for i in ())):
    print([getattr(kind, name).__doc__ for name in ('send', 'throw', 'close')])
c.close()

# f(*args) last in the registers of a generator
def spread(n):
    names = {}
    exec('def g(a):\n' + ''.join(f' x{i} = {i}\n' for i in range(n)) + ' yield max(*a)\n yield f(*a)\n yield f(*a, **k)\n',
         {'f': lambda *a, **k: (a, k), 'k': {'z': n}}, names)
    return list(names['g']([1, 2]))
print([spread(n) for n in range(20)])
