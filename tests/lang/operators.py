# binary, unary, comparison operators, and in which order things happen
log = []
class V:
    def __init__(self, n): self.n = n
    def __repr__(self): return f'V({self.n})'
def mk(op, name):
    def f(self, other):
        log.append((name, self.n, getattr(other, 'n', other)))
        return V(self.n)
    return f
for name in 'add sub mul truediv floordiv mod pow lshift rshift and or xor matmul'.split():
    setattr(V, f'__{name}__', mk(None, name))
    setattr(V, f'__r{name}__', mk(None, 'r' + name))
    setattr(V, f'__i{name}__', mk(None, 'i' + name))
def t(n):
    log.append(n)
    return V(n)
def f():
    a = t(1) + t(2) * t(3)
    b = t(1) ** t(2) ** t(3)
    c = (t(1) @ t(2)) // t(3) % t(4)
    d = t(1) << t(2) >> t(3) & t(4) | t(5) ^ t(6)
    e = 5 + t(1)
    x = V(9)
    x += 1; x -= 2; x *= 3; x /= 4; x //= 5; x %= 6; x **= 7; x <<= 8; x >>= 9; x &= 10; x |= 11; x ^= 12; x @= 13
    return a, b, c, d, e, x
print(f())
print(log)
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 2 ** 10, 2 ** -1, 7 / 2, 1 << 5, 255 >> 3, 6 & 3, 6 | 3, 6 ^ 3, ~5, -(-3), +True)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 'a' < 'b', [1, 2] < [1, 3], (1,) == (1,), 1 != 1)
print(not 0, not 1, not [], not [0])
print(1 in [1, 2], 3 not in (1, 2), 'a' in 'abc', 2 in {1, 2}, 'k' in {'k': 1})
print(None is None, None is not None, 1 and 2, 0 and 2, 1 or 2, 0 or 2, '' or 'x' and 'y')
order = []
def o(n, v):
    order.append(n)
    return v
o(1, 1) < o(2, 2) < o(3, 0) < o(4, 9)
print(order); order.clear()
o(1, 1) and o(2, 0) and o(3, 1)
print(order); order.clear()
o(1, 0) or o(2, 0) or o(3, 1)
print(order); order.clear()
print(o(1, 'a') if o(2, False) else o(3, 'b'), order); order.clear()
d = {}
d[o('key', 'k')] = o('value', 1)
print(order); order.clear()
def kw(*a, **k): return a, k
print(kw(o(1, 1), *o(2, [2]), o(3, 3), x=o(4, 4), **o(5, {'y': 5})), order); order.clear()
x = [0, 1, 2]
i = 0
i, x[i] = 1, 2
print(i, x)
x = [0, 1, 2]
x[o('i', 1)], x[o('j', 2)] = o('a', 'A'), o('b', 'B')
print(x, order); order.clear()
def late():
    x = 1
    r = [x + (x := 2), x, x * (x := 10), (x, (x := 3)), x]
    y = 5
    z = y - (y := 3) - y
    a = [1, 2, 3]
    b = a[(a := [7, 8, 9])[0] - 7]
    return r, z, b, a
print(late())
g = 1
def setg():
    global g
    g = 100
    return 1
for _ in range(1):
    print(g + setg(), g)
g = 1
for _ in range(1):
    g += setg()
    print(g)
    l = [g, setg(), g]
    print(l)
def cmp():
    a = 1
    return a < (a := 5) < a + 1, a
print(cmp())
print((lambda: (yield))().__next__())
class C:
    def __eq__(self, o): return 'eq'
    def __lt__(self, o): return 0
    def __bool__(self): raise ValueError('bool')
try:
    if C(): pass
except ValueError as e: print(e)
print(C() == 1, C() < 1)
if C() == 1: print('truthy')
if not C() < 1: print('falsy')
s = ''
for i in range(5):
    s += str(i)
print(s)
big = 2 ** 100
print(big, big // 3, -big % 7, big & 0xff, big >> 90, hex(big))
print(1e308 * 10, -1e308 * 10, 0.1 + 0.2, 1 / 3)
for a, b in [(1, 0), (1.0, 0), (1, 0.0)]:
    for op in ('/', '//', '%'):
        try: print(eval(f'{a} {op} {b}'))
        except ZeroDivisionError as e: print(e)
for e in ["1 + 'a'", "'a' + 1", "[] + ()", "{} | 1", "-'a'", "~1.5", "1 < 'a'", "[] < {}", "1 @ 2", "None + 1", "'a' * 'b'", "1 in 2", "object() < object()"]:
    try: print(eval(e))
    except TypeError as x: print(e, '->', x)
