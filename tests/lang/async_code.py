# coroutines, async generators, async with / for, comprehensions; driven by hand
def run(coro):
    out = []
    try:
        v = None
        while True:
            y = coro.send(v)
            out.append(y)
            v = f're-{y}'
    except StopIteration as e: return out, e.value
class Awaitable:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return f'got {got}'
async def simple(): return 1
print(run(simple()))
async def two():
    a = await Awaitable('a')
    b = await Awaitable('b')
    return a, b, await simple()
print(run(two()))
class AIter:
    def __init__(self, n): self.n, self.i = n, 0
    def __aiter__(self): return self
    async def __anext__(self):
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        await Awaitable(f'tick{self.i}')
        return self.i
async def loop():
    out = []
    async for x in AIter(3):
        if x == 2: continue
        out.append(x)
    else: out.append('else')
    async for y in AIter(5):
        if y == 2: break
    return out, y
print(run(loop()))
class ACM:
    def __init__(self, name, suppress=False): self.name, self.suppress = name, suppress
    async def __aenter__(self): await Awaitable('enter ' + self.name); return self.name
    async def __aexit__(self, *a): await Awaitable(f'exit {self.name} {a[0] and a[0].__name__}'); return self.suppress
async def withs():
    async with ACM('x') as x, ACM('y'): pass
    async with ACM('s', True): 1 / 0
    try:
        async with ACM('z'): raise ValueError('v')
    except ValueError as e: r = str(e)
    for i in range(2):
        async with ACM('loop'):
            if i == 0: continue
            break
    async def ret():
        async with ACM('ret'): return 'R'
    return x, r, await ret()
print(run(withs()))
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            await Awaitable(f'ag{i}')
    finally: print('agen finally')
async def use():
    out = []
    async for v in agen(3): out.append(v)
    out.append([v async for v in agen(2)])
    out.append({v: await Awaitable(v) async for v in AIter(2)})
    out.append([await Awaitable(w) for w in 'pq'])
    out.append({x async for x in AIter(2) if x > 1})
    g = (x * 2 async for x in AIter(2))
    out.append([v async for v in g])
    out.append([[y async for y in AIter(x)] for x in (1, 2)])
    a = agen(5)
    out.append(await a.__anext__())
    out.append(await a.asend('s'))
    try: await a.athrow(KeyError('k'))
    except KeyError as e: out.append(repr(e))
    try: await a.__anext__()
    except StopAsyncIteration: out.append('stopped')
    b = agen(2); await b.__anext__(); await b.aclose()
    return out
print(run(use()))
async def exc():
    try: await Awaitable('x')
    except ValueError as e: return 'caught ' + str(e)
c = exc(); print(c.send(None))
try: c.throw(ValueError('boom'))
except StopIteration as e: print(e.value)
c = exc(); c.send(None); c.close()
async def badawait():
    try: await 5
    except TypeError as e: print(e)
    try:
        async for x in [1]: pass
    except TypeError as e: print(e)
    try:
        async with 5: pass
    except TypeError as e: print(e)
run(badawait())
try: run(simple().__await__())
except Exception as e: print(type(e).__name__, e)
c = simple(); run(c)
try: c.send(None)
except RuntimeError as e: print(e)
async def lam():
    f = lambda: 5
    return [f() for _ in range(2)]
print(run(lam()))
async def early():
    async for x in AIter(3):
        try: return x
        finally: await Awaitable('fin')
print(run(early()))
async def nested_gen():
    async def inner():
        yield 1
        yield 2
    return [x + y async for x in inner() async for y in inner()]
print(run(nested_gen()))
print(type(simple).__name__, simple.__code__.co_flags & 128 != 0, agen.__code__.co_flags & 512 != 0)
import types
@types.coroutine
def old():
    x = yield 'old'
    return x
async def useold(): return await old()
print(run(useold()))
import weakref
async def two():
    yield 1
    yield 2
async def leaves_one_open():            # what is dropped at its end runs code of its own
    g = two()
    x = g.__anext__()
    await x
c = leaves_one_open(); w = weakref.ref(c); run(c); del c
print(w())
