# what the compiler refuses: messages and positions
cases = r'''
return 1
yield 1
await x
class C: return 1
class C: yield 1
def f(): await x
def f(): [x async for x in y]
def f(): async with x: pass
def f(): async for x in y: pass
async def f(): yield from x
async def f():\n yield 1\n return 2
break
continue
if 1: break
def f():\n for x in y: pass\n break
class C:\n continue
while 1:\n def f(): break
def f(a, a): pass
lambda a, a: 1
def f(a, *, a): pass
def f(*a, **a): pass
def f(): global x; x = 1; global x
def f(x): global x
def f(x): nonlocal x
def f(): nonlocal x
nonlocal x
class C: nonlocal x
def f():\n x = 1\n global x
def f():\n print(x)\n global x
def f():\n x: int\n global x
def f():\n global x\n x: int
def f():\n x = 1\n def g():\n  x = 2\n  nonlocal x
def f():\n x = 1\n def g():\n  print(x)\n  nonlocal x
def f():\n def g():\n  nonlocal x\n  global x
def f():\n x = 1\n def g():\n  nonlocal x\n  x: int = 5
x = 1\nglobal x
def f(): from x import *
class C: from x import *
[x := 1 for x in y]
[[x := 1 for z in y] for x in y]
[x for x in (y := [1])]
[x for x in [z for z in (y := 1)]]
class C: [y := 1 for x in z]
[(i := 1) for i in x]
[i for i in x if (j := 1) for j in y]
[[(j := 0) for i in range(5)] for j in range(5)]
[lambda: (yield) for x in y]
[(yield) for x in y]
{(yield) for x in y}
{(yield): 1 for x in y}
((yield) for x in y)
[x for x in (yield)]
[(yield from z) for x in y]
*x
*x = 1
*x, *y = z
[*x, *y] = z
(*x)
f(a=1, a=2)
f(**x, a=1, a=2)
__debug__ = 1
def __debug__(): pass
class __debug__: pass
def f(__debug__): pass
del __debug__
import __debug__
from x import y as __debug__
f(__debug__=1)
for __debug__ in x: pass
x.__debug__ = 1
(__debug__ := 1)
try: pass\nexcept E as __debug__: pass
with x as __debug__: pass
try: pass\nexcept: pass\nexcept E: pass
x = 1\nfrom __future__ import annotations
from __future__ import nope
from __future__ import braces
from __future__ import annotations, nope
def f():\n from __future__ import annotations
"doc"\n"again"\nfrom __future__ import division
match x:\n case a: pass\n case b: pass
match x:\n case _: pass\n case b: pass
match x:\n case a | 1: pass
match x:\n case (a | b): pass
match x:\n case [a, a]: pass
match x:\n case [*a, *b]: pass
match x:\n case a | [a, b]: pass
match x:\n case (1 as a) | (2 as b): pass
match x:\n case {1: a, 1: b}: pass
match x:\n case {'a': a, 'a': b}: pass
match x:\n case C(a=1, a=2): pass
match x:\n case {**a, **b}: pass
match x:\n case -x: pass
match x:\n case __debug__: pass
try: pass\nexcept* E: break
for x in y:\n try: pass\n except* E: continue
def f():\n try: pass\n except* E: return
def f(a=(yield)): pass
def f() -> (yield): pass
x: (yield) = 1
lambda: (yield)
class C: x = (yield)
print(f"{(yield)}")
async def f(): return [await x for x in y]
def f(): return [await x for x in y]
def f(): (await x for x in y)
[await x for x in y]
(x async for x in y)
[x async for x in y]
async def f(): [[x async for x in y] for z in w]
def f():\n async def g():\n  [x async for x in y]\n [x async for x in y]
def f(x, y=1, z): pass
f(x for x in y, 1)
a, b += 1
(a, b): int
a.b: int = 1
del f()
del (a, b), [c]
del (a, *b)
x + 1 = 2
with open(x) as 1: pass
for 1 in x: pass
import a.b as c.d
def f():\n x = 1\n class C:\n  nonlocal x\n  global x
raise from x
assert (1, 2)
1 is 1
x is 'a'
x is not ()
() is x
"a"(1)
[1](2)
(1, 2)(3)
{1: 2}(3)
(lambda: 1)[0]
1[2]
None[1]
"a"["b"]
[1]["b"]
[1][1.0]
(1)["x"]
{1}[0]
'''
def describe(src):
    try: compile(src, '<t>', 'exec')
    except SyntaxError as e: return type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset
    except Exception as e: return type(e).__name__, str(e)
    return 'ok'
import sys
for line in cases.strip().split('\n'):
    src = line.replace('\\n', '\n')
    print(repr(line), describe(src))
