# targets: unpacking, attributes, items, slices, augmented, annotations, del, walrus
a, b = 1, 2
(c, d), [e, *f] = (3, 4), [5, 6, 7]
print(a, b, c, d, e, f)
*g, h = 'abc'
i, *j, k = range(5)
print(g, h, i, j, k)
x = y = z = []
x.append(1)
print(x is y is z, z)
def f1():
    a, b, c = 'xyz'
    a, b = b, a
    [p, q] = {1: 2, 3: 4}
    (r,) = [9]
    *s, = (1, 2)
    return a, b, c, p, q, r, s
print(f1())
for src in ['a, b = 1', 'a, b = [1]', 'a, b = [1, 2, 3]', 'a, *b, c = [1]', 'a, b = None', 'a, b = {1}', '(a, b), c = [1, 2]', 'a, b = iter([1])', "a, b = 'abc'", 'a, *b = 5',
            'x = 5; x.a = 1', 'x = (1,); x[0] = 1', 'x = 5; x[0]', 'x = [1]; x["a"]', 'x = [1]; x[5] = 1', 'x = {}; x[[]] = 1', 'del undefined', 'x = 5; del x.y', 'x = 5; del x[0]', 'None[0]', 'x = [1,2]; x[0:1] = 5',
            'x = "abc"; x[1:2] = "z"', 'x = (1,); x[0] += 1', 'x = "a"; x += 1', 'undefined += 1', 'x = [1]; x += 5']:
    try: exec(src)
    except Exception as ex: print(src, '->', type(ex).__name__, ex)
t = ([1],)
try: t[0] += [2]
except TypeError as ex: print(ex, t)
class Box: pass
o = Box()
o.v = 1; o.v += 2; o.l = [1]; o.l += [2]; o.l[0] += 10; o.l[0:1] = [7, 8]; o.d = {}; o.d['k'] = 1; o.d['k'] += 1
print(o.__dict__)
log = []
def t_(n, v=None): log.append(n); return v
def order():
    L = [0, 0, 0]
    t_('obj', L)[t_('idx', 1)] = t_('val', 5)
    t_('o2', L)[t_('i2', 0)] += t_('v2', 3)
    t_('o3', o).attr = t_('v3', 1)
    t_('o4', o).attr += t_('v4', 2)
    t_('a', L)[t_('b', 0)], t_('c', L)[t_('d', 1)] = t_('e', 1), t_('f', 2)
    t_('s', L)[t_('lo', 0):t_('hi', 1)] = t_('sv', [9])
    return L, o.attr
print(order(), log)
l = list(range(10))
l[2:5] = []; l[::2] = [0] * len(l[::2]); del l[0], l[1:2]; l[-1] = 'last'; l[len(l):] = [1, 2]
print(l, l[1:], l[:-1], l[::-1], l[1:5:2], l[:], l[-3:], l[5:2])
def slices(s, a, b): return s[a:b], s[a:], s[:b], s[:], s[a:b:2], s[None:None], s[a:b, 1] if isinstance(s, dict) else 0
print(slices('abcdef', 1, 4))
class S:
    def __getitem__(self, i): return i
    def __setitem__(self, i, v): print('set', i, v)
    def __delitem__(self, i): print('del', i)
s = S()
print(s[1:2], s[:], s[1:2, ::3, ...], s[1, 2], s[*[1, 2]], s[()], s[-1])
s[1:2] = 3; s[1:2, 4] = 5; s[*[1], 2] = 6; s[0] += 1 if False else (1,) if False else 1; del s[1:], s[2, 3]
n = 10
n += 1; n -= 2; n *= 3; n //= 2; n **= 2; n %= 100; n <<= 2; n >>= 1; n |= 1; n &= 0xff; n ^= 3; n /= 2
print(n)
if (w := 5) > 3 and (v := w + 1): print(w, v)
print([q := 3, q + 1], (r := 1, 2), f'{(u := 4)}', u)
while (n := n - 20) > 0: pass
print(n)
def ann():
    a: int = 5
    b: undefined_type
    o.x: int = 3
    l[0]: str = 'ann'
    return a, l[0]
print(ann())
v1: int
v2: str = 'v2'
(v3): int = 3
o.y: int = 4
print(__annotations__, v2, v3)
del a, (b, c), [d]
try: a
except NameError as ex: print(ex)
def dels():
    x = [1, 2, 3]
    y = x
    del x[0], y[0]
    del x
    return y
print(dels())
def loops():
    for i, (a, b) in enumerate([(1, 2), (3, 4)]): pass
    for o.z in range(3): pass
    for l[0] in 'xyz': pass
    for d['k'] in [1]: pass
    return i, a, b, o.z, l[0], d
d = {}
print(loops())
for i in range(3):
    for j in range(3):
        if j == 1: break
    else: print('no')
    if i == 1: continue
    print(i, j)
else: print('done')
for i in []: pass
else: print('empty else')
while False: pass
else: print('while else')
i = 0
while i < 3:
    i += 1
    if i == 2: break
else: print('never')
print(i)
x = 1
def shadow():
    global x
    x, y = 2, x
    return y
print(shadow(), x)
def many():
    a = b = c = d = 0
    a, b, c, d = d + 1, c + 2, b + 3, a + 4
    return a, b, c, d
print(many())
def swap3(a, b, c):
    a, b, c = c, a, b
    b, a = a, b
    return a, b, c
print(swap3(1, 2, 3))
a = b = c = 1
a, b = b, a = 5, 6
print(a, b)
i = 0
i, l[i], i = 2, 'two', 4
print(i, l[2])
big = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, i, i + 1]
print(sum(big), len(big), len((*big, *big)), len({*big}), len({k: k for k in big}))
bigd = {i: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 10, 11: 11, 12: 12, 13: 13, 14: 14, 15: 15, 16: 16, 17: 17, 18: 18, 19: 19, 20: 20, 21: 21, 22: 22, 23: 23, 24: 24, 25: 25, 26: 26, 27: 27, 28: 28, 29: 29, 30: 30, 31: 31, 32: 32, 33: 33, 34: 34, 35: 35, 36: 36, **{'z': 1}, 'y': 2}
print(len(bigd), bigd['y'])
