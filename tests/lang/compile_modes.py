# compile(): modes, flags, folding, docstrings, what code objects show
import sys
exec(compile('1\n', '<s>', 'single'))
exec(compile('x = 5\n', '<s>', 'single'))
exec(compile('for i in range(2): i\n', '<s>', 'single'))
exec(compile('if 1:\n  "a"\n  None\n', '<s>', 'single'))
try: compile(' 1 + 2', '<e>', 'eval')
except IndentationError as e: print(e.msg)
print(eval('\t[i for i in range(3)]\n'))
try: compile('x = 1', '', 'eval')
except SyntaxError as e: print(e.msg)
try: compile('1\n2\n', '', 'single')
except SyntaxError as e: print(e.msg)
AWAIT = 0x2000
import types
async def coro(): return 5
ns = {'coro': coro}
c = compile('x = await coro()\ny = [await coro() for _ in range(2)]', '<a>', 'exec', AWAIT)
print(bool(c.co_flags & 128))
f = eval(c, ns)
try: f.send(None)
except StopIteration: print(ns['x'], ns['y'])
c = compile('async for v in agen(): z = v', '<a>', 'exec', AWAIT)
async def agen():
    yield 1
    yield 2
ns['agen'] = agen
try: eval(c, ns).send(None)
except StopIteration: print(ns['z'])
c = compile('await coro()', '<a>', 'eval', AWAIT)
try: eval(c, ns).send(None)
except StopIteration as e: print(e.value)
print(compile('x = 1', '<a>', 'exec', AWAIT).co_flags & 128)
for opt in (0, 1, 2):
    ns = {}
    exec(compile('def f():\n "doc"\n assert 0\n return __debug__\nclass C:\n "cdoc"\nr = __debug__', '<o>', 'exec', optimize=opt), ns)
    try: print(opt, ns['f'](), ns['f'].__doc__, ns['C'].__doc__, ns['r'])
    except AssertionError: print(opt, 'assert', ns['f'].__doc__, ns['C'].__doc__, ns['r'])
ns = {}
exec(compile('from __future__ import annotations\nx: a.b[c, "d"] = 1\ndef f(a: int | None, *b: x.y, c: "s" = 1, **d: {1: 2}) -> (yes if no else lambda q, /, *r, s=1: [t for t in u if v]): pass\nclass C:\n z: not a and b or -c ** d + e @ f << 2 | ~g\n w: f"a{b!r:>{c}}d" + g(*h, i=j, **k)[l:m:n, o] < p <= q != r\n v: (x, *y, {1, 2}, {**z}, await_(2), 1e400, 1j, "it\'s", b"b", ..., None)\n u: (a for b in c for d in e if f)', '<f>', 'exec'), ns)
print(ns['__annotations__'], ns['f'].__annotations__)
for k, v in ns['C'].__annotations__.items(): print(k, v)
def f(a, b=1, *c, d, e=2, **g):
    "doc"
    x = 1
    def inner(): return x, a
    return inner
co = f.__code__
print(co.co_name, co.co_qualname, co.co_argcount, co.co_kwonlyargcount, co.co_posonlyargcount, co.co_varnames, co.co_cellvars, co.co_freevars, co.co_firstlineno, co.co_nlocals)
print(co.co_consts[0], co.co_flags, f(1, d=2).__code__.co_freevars)
print((lambda: 0).__code__.co_consts, (lambda: None).__code__.co_name)
print(1 + 2 * 3, 'a' 'b', (1, 2)[1], -5 ** 2, 'abc'[1:], 2 ** 0.5, not 1, 1 if 0 else 2, 'x' * 5, (1, (2, 3)), 10 // 3, 1 << 3, True + True, "%s" % 'x')
def consts():
    return 1 in (1, 2), 'a' in {'a', 'b'}, 3 in [1, 2]
print(consts(), [type(k).__name__ for k in consts.__code__.co_consts])
def a(): return (1, 2, 3)
def b(): return (1, 2, 3)
print(a() is a(), 0.0 == -0.0, str(0.0), str(-0.0), [0.0, -0.0, 0, False])
print(((lambda: 1.0)(), (lambda: 1)(), (lambda: True)()))
def pos():
    x = [
        1,
        2,
    ]
    return x
print(sorted({p[0] - pos.__code__.co_firstlineno for p in pos.__code__.co_positions() if p[0]}))
try: exec(compile('\n\n1/0', '<lines>', 'exec'))
except ZeroDivisionError as e: print(e.__traceback__.tb_next.tb_lineno)
print(compile('pass', 'file\u00e9.py', 'exec').co_filename, compile(b'# coding: latin-1\nx = "\xe9"', 'f', 'exec') is not None)
for bad in ('x = "\0"', b'\xff', '\ud800'):
    try: compile(bad, 'f', 'exec')
    except (SyntaxError, ValueError, UnicodeEncodeError) as e: print(type(e).__name__)
try: compile('x', 'f', 'nope')
except ValueError as e: print(e)
try: exec('x = ' + '-' * 100000 + '1')
except (MemoryError, RecursionError) as e: print(type(e).__name__)
exec('def g():\n    return [\n' + '1,\n' * 3000 + ']')
print(len(g()))

# One code object, many namespaces that come and go at one address
c = compile('def f():\n    for i in range(3): pass\n    return len(x)\nx = "abc"\nr = f()', '<n>', 'exec')
for turn in range(5):
    exec(c, {})
if sys.implementation.name == 'ouro':
    from _ouro import compile_cell
    c = compile_cell('for i in range(3): pass\ny = len("abc")')
    class D(dict): pass
    try: exec(c, D())
    except TypeError as e: assert str(e) == "a cell's globals must be a dict, not D"
    for turn in range(5):
        exec(c, {})
