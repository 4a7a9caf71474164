# match statements: every kind of pattern, binding rules, guards
class Point:
    __match_args__ = ('x', 'y')
    def __init__(self, x, y): self.x, self.y = x, y
class Sub(Point): pass
def m(v):
    match v:
        case 0: return 'zero'
        case -1 | -2: return 'neg'
        case 1.5 | 2 + 3j: return 'num'
        case 'a' | b'b': return 'text'
        case None: return 'none'
        case True: return 'true'
        case []: return 'empty'
        case [x]: return 'one', x
        case [1, y]: return 'one-', y
        case [x, [y, *z], *_, w]: return 'nest', x, y, z, w
        case (x, y, *rest) if x == y: return 'guard', x, rest
        case {'k': k, 'n': {'m': n}}: return 'map', k, n
        case {'k': 1 | 2 as k, **rest}: return 'kas', k, rest
        case {}if v: return 'nonempty map'
        case {}: return 'map'
        case Point(x=0, y=0): return 'origin'
        case Sub(a, b): return 'sub', a, b
        case Point(a, y=b): return 'point', a, b
        case int(i) | float(i): return 'number', i
        case str() as s: return 'str', s
        case Point.__init__: return 'attr'
        case other: return 'other', other
for v in [0, -1, -2, 1.5, 2 + 3j, 'a', b'b', None, True, [], [5], [1, 2], (3, [4, 5, 6], 7, 8), [9, 9, 1, 2], [9, 8, 1], {'k': 5, 'n': {'m': 6}},
          {'k': 2, 'z': 1}, {'q': 1}, {}, Point(0, 0), Sub(1, 2), Point(3, 4), 7, 7.5, 'hello', Point.__init__, range(1, 3), {1}, iter([])]:
    r = m(v)
    print(r if not (isinstance(r, tuple) and r[0] == 'other') else ('other', type(r[1]).__name__))
def stars(v):
    match v:
        case [*a]: return a
    return None
print(stars((1, 2)), stars('ab'), stars(b'ab'), stars({}), stars(range(3)))
def wild(v):
    match v:
        case [_, _, *_]: return 'two or more'
        case [_]: return 'one'
        case _: return 'else'
print([wild(x) for x in ([1, 2], [1, 2, 3], [1], [], 5)])
def nobind(v):
    a = b = 'unset'
    match v:
        case [a, 1]: pass
        case [b, 2] if False: pass
    return a, b
print(nobind([5, 1]), nobind([5, 2]), nobind([5, 3]))
def order():
    log = []
    class K:
        def __eq__(self, o): log.append(o); return False
    match K():
        case 1 | 2: pass
        case 'x': pass
        case log.foo: pass
    return log
try: print(order())
except AttributeError as e: print(e)
def bad(v):
    try:
        match v:
            case int(x, y): pass
    except TypeError as e: print(e)
    try:
        match v:
            case Point(1, 2, 3): pass
    except TypeError as e: print(e)
try: bad(5)
except SyntaxError: pass
def badp(v):
    try:
        match v:
            case Point(1, x=2): pass
    except TypeError as e: print(e)
    try:
        match v:
            case Point(1, 2, 3): pass
    except TypeError as e: print(e)
    notclass = 5
    try:
        match v:
            case notclass(): pass
    except TypeError as e: print(e)
badp(Point(1, 2))
match (1, 2, 3):
    case (a, b, c): print(a + b + c)
match 5:
    case x if x > 10: print('big')
    case x if x > 3: print('mid', x)
for i in range(5):
    match i:
        case 0: continue
        case 3: break
        case n: print('n', n)
def ret(v):
    for x in v:
        try:
            match x:
                case {'ret': r}: return r
                case {'exc': e}: raise e
        except ValueError as e: print('exc', e)
        finally: print('fin')
print(ret([{'exc': ValueError('v')}, {'ret': 4}]))
match {'a': [1, {'b': (2, 3)}]}:
    case {'a': [x, {'b': (y, *z)}]}: print(x, y, z)
match 'cmd go north'.split():
    case ['cmd', 'go', ('north' | 'south') as d]: print(d)
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]: print(a, b, c, d)
class Seq(list): pass
match Seq([1]):
    case [1]: print('subclass')
match x:
    case int(): print('int')
async def am(v):
    match v:
        case [a, b]: return a
try: am([1, 2]).send(None)
except StopIteration as e: print(e.value)
def gen(v):
    match v:
        case [a, b]:
            yield a
            yield b
print(list(gen([1, 2])))
match = 5; case = 6
print(match, case, [match for match in range(2)])
def cellcap(v):
    match v:
        case [a, b]:
            def inner(): return a, b
            return inner()
print(cellcap([1, 2]))
def alts(v):
    match v:
        case [(1 | 2) as a, b] | [b, (3 | 4) as a]: return a, b
        case {'x': a, 'y': b} | [a, b, _]: return 'alt', a, b
print(alts([1, 9]), alts([9, 3]), alts([8, 8, 8]), alts({'x': 1, 'y': 2}), alts([8, 8]))
def mapping(d):
    match d:
        case {'a': 1, 'b': b, **r}: return b, r
        case {'a': x}: return x
        case {1: v, None: w, -2: z}: return v, w, z
print(mapping({'a': 1, 'b': 2, 'c': 3}), mapping({'a': 5}), mapping({1: 1, None: 2, -2: 3}), mapping({}))
from collections import namedtuple, OrderedDict
NT = namedtuple('NT', 'p q')
match NT(1, 2):
    case NT(p, q=qq): print(p, qq)
