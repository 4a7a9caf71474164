# Which events a trace function sees: every line once each time it is reached, also those that make no instruction; and where f_lineno may lead.
import sys
log = []
def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__: return None
    if frame.f_code.co_name == 'run': return None
    log.append((frame.f_code.co_name, event, frame.f_lineno - base))
    return tracer
base = 0
def run(f, *args):
    global base
    log.clear()
    base = f.__code__.co_firstlineno
    sys.settrace(tracer)
    try: f(*args)
    except Exception as e: log.append(type(e).__name__)
    finally: sys.settrace(None)
    print(f.__name__, *[x if isinstance(x, str) else (f"{x[2]}" if x[1] == 'line' else f"{x[1][0]}{x[2]}") for x in log if x[0] != 'run'])

class CM:
    def __enter__(self): return self
    def __exit__(self, *a): return False
class Hush:
    def __enter__(self): return self
    def __exit__(self, *a): return True
def ident(x): return x

def passes():
    if 1:
        pass
    pass
    ...
    "text"
    1
    for i in range(2):
        pass
    while True:
        break
    else:
        pass
    x = 3
    x
    x = x
    return

def branches(a=0, b=1):
    if a:
        pass
    elif b:
        pass
    else:
        x = 1
    if a and b:
        x = 2
    if a:
        x = 3
    else:
        pass
    if not a:
        if a:
            pass

def loops():
    for i in range(3):
        if i == 1:
            continue
        if i == 2:
            break
        x = i
    else:
        x = 7
    i = 0
    while i < 3:
        i += 1
        if i == 2:
            continue
    else:
        pass
    while 1:
        i -= 1
        if i < 0:
            break
        try:
            continue
        finally:
            x = 1

def tries():
    try:
        x = 1
    except ValueError:
        pass
    try:
        1 / 0
    except ValueError:
        pass
    except ZeroDivisionError:
        pass
    try:
        1 / 0
    except:
        pass
    else:
        pass
    try:
        try:
            1 / 0
        except ZeroDivisionError as e:
            raise ValueError
        finally:
            pass
    except ValueError as e:
        x = e
    finally:
        x = 2
    try:
        x = 3
    finally:
        pass

def finally_return():
    for i in (1, 2):
        try:
            try:
                return 5
            finally:
                x = 1
        finally:
            if i == 1:
                continue
            pass

def returns():
    try:
        return 1
    finally:
        pass

def returns2(x=1):
    try:
        return ident(x)
    finally:
        x = 2
        pass

def withs():
    with CM():
        pass
    with CM() as a, Hush() as b:
        1 / 0
    with CM(), \
         CM():
        x = 1
    for i in range(2):
        with CM():
            break
    with CM():
        return

def withret():
    with CM():
        with CM():
            return ident(1)

def multi():
    x = (1 +
         ident(2))
    x = ident(
        ident(1) +
        ident(2)
    )
    y = [
        ident(1),
        x,
    ]
    z = {
        'a': x,
        'b': ident(2),
    }
    x = (
        y
    )
    x = \
        4
    return (
        x
    )

def deco():
    @ident
    @ident
    def f(a=1):
        pass
    f()
    @ident
    class C:
        "doc"
        x = 1
        def m(self):
            return __class__
        class D:
            pass
    C().m()

def decls():
    global gg
    gg = 1
    x: int
    y: int = 3
    def inner():
        nonlocal y
        y = 4
    inner()
    del y
    assert gg
    import os
    from os import (path,
                    sep)
    lam = lambda: (
        1)
    lam()

def gen():
    yield 1
    x = yield 2
    try:
        yield 3
    finally:
        pass
    yield from (4, 5)

def generators():
    for x in gen():
        pass
    g = gen()
    next(g)
    g.close()
    sum(i for i in range(2))

def raising():
    x = 1
    raise KeyError

def implicit(a=0):
    for i in range(1):
        if a:
            x = 1

def implicit2(a=0):
    if a:
        x = 1

def oneline():
    for i in range(2): pass
    if i: pass
    try: pass
    except: pass
    try: 1 / 0
    except: pass
    for i in range(2): x = i; y = i
    with CM(): pass

def matches(x=1):
    match x:
        case 0:
            pass
        case 1:
            x = 5
        case _:
            pass
    match x:
        case [a, b]:
            pass
        case {'k': v}:
            pass
        case int() if x > 7:
            pass
        case _:
            pass
    match x:
        case y:
            pass

def nested_ifs():
    for i in range(4):
        if i:
            if i == 2:
                pass
            else:
                pass
        elif not i:
            pass
        else:
            pass

def groups():
    try:
        raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
    except* ValueError as e:
        pass
    except* TypeError:
        x = 1
    else:
        pass
    finally:
        pass

def trywhile():
    n = 0
    while n < 2:
        n += 1
        try:
            try:
                if n == 1:
                    continue
            except ValueError:
                pass
        finally:
            pass

def conds(a=1, b=0):
    x = a if b else \
        b
    y = (a or
         b)
    z = (b or
         a)
    z = a < b < \
        a
    assert (a or
            b), "no"
    if a: return
    return

async def agen():
    yield 1
    yield 2
class ACM:
    async def __aenter__(self): pass
    async def __aexit__(self, *a): pass
async def acode():
    async for x in agen():
        pass
    async with ACM():
        pass
    else_ = 1
    async for x in agen():
        break
    else:
        pass
def asyncs():
    try: acode().send(None)
    except StopIteration: pass

class Obj: pass
def targets():
    o = Obj()
    o.a = 1
    d = {}
    d['k'] = \
        1
    a = b = 3
    a, b = b, a
    (a,
     b) = 1, 2
    o.a += 1
    d['k'] += 2
    ident(a=1) if 0 else None

for f in (passes, branches, loops, tries, finally_return, returns, returns2, withs, withret, multi, deco, decls, generators, raising, implicit, implicit2, oneline, matches, nested_ifs, groups, trywhile, conds, asyncs, targets):
    run(f)


# Jumps: at the first 'line' event of line `at` the frame goes on at line `to`.
def jump(f, at, to, when='line'):
    out, code, done = [], f.__code__, []
    def tracer(frame, event, arg):
        if frame.f_code is not code: return None
        if event == when and frame.f_lineno == code.co_firstlineno + at and not done:
            done.append(1)
            try: frame.f_lineno = code.co_firstlineno + to
            except ValueError as e: out.append(str(e).replace(str(code.co_firstlineno + to), 'L'))
        return tracer
    sys.settrace(tracer)
    try: f(out)
    except Exception as e: out.append(type(e).__name__)
    finally: sys.settrace(None)
    print(f.__name__, at, to, out, sys.exc_info()[0])

def blocks(out):
    out.append(1)
    with CM():
        out.append(3)
        for i in range(2):
            out.append(5)
    try:
        out.append(7)
        1 / 0
    except ZeroDivisionError:
        out.append(10)
        out.append(11)
    finally:
        out.append(13)
    while len(out) < 30:
        break
    out.append(16)
    if 0:
        pass
    return out

for at, to in [(1, 16), (1, 3), (1, 5), (1, 11), (3, 1), (3, 16), (5, 1), (5, 4), (5, 16), (7, 3), (10, 11), (10, 16), (10, 13), (10, 5), (11, 10),
               (13, 16), (13, 7), (16, 7), (7, 15), (1, 100), (3, -1), (7, 17)]:
    jump(blocks, at, to)
jump(blocks, 0, 3, 'call')
jump(blocks, 8, 10, 'exception')
jump(blocks, 19, 1, 'return')

# Tracing that begins in a callee reaches the caller whose f_trace is set.
def begin(tracer):
    sys._getframe().f_back.f_trace = tracer
    sys.settrace(tracer)

def caller():
    events = []
    def tracer(frame, event, arg):
        events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer
    x = 1
    begin(tracer)
    x = 2
    pass
    sys.settrace(None)
    print(events)
caller()

# co_lines names all of these lines too.
import dis
print([line - tries.__code__.co_firstlineno for _, line in dis.findlinestarts(passes.__code__)])
