# list, set, dict comprehensions: scopes, conditions, nesting, walrus
print([x for x in range(5)], {x % 2 for x in range(5)}, {x: x * x for x in range(3)})
print([x for x in range(10) if x % 2 if x > 3], [(x, y) for x in 'ab' for y in 'cd'], [[y for y in range(x)] for x in range(3)])
x = 'outer'
l = [x for x in range(3)]
print(x, l)
def f():
    x = 'local'
    r = [x for x in [x, x]]
    s = [y for y in [x] for x in [1, 2]]
    return r, x, s
print(f())
def g():
    fs = [lambda: i for i in range(3)]
    return [h() for h in fs]
print(g())
def h():
    total = 0
    r = [total := total + v for v in range(5)]
    return r, total
print(h())
print([last := v for v in range(3)], last)
if any((hit := n) > 3 for n in range(10)): print('hit', hit)
def i():
    return [a + b for a, b in [(1, 2), (3, 4)]], [a for a, *b in [(1, 2, 3)]], [k[0] for k in {'ab': 1}.keys()]
print(i())
class C:
    items = [1, 2]
    doubled = [i * 2 for i in items]
    pairs = {i: j for i in items for j in range(2)}
    lam = [(lambda: z)() for z in items]
print(C.doubled, C.pairs, C.lam)
def nested():
    return [[(a, b) for b in range(a) if b % 2 == 0] for a in range(4) if a]
print(nested())
def unbound():
    try: return [y for z in [1] for y in y]
    except NameError as e: return type(e).__name__
print(unbound())
def captured():
    n = 10
    return [(lambda m: m + n + k)(1) for k in range(3)]
print(captured())
def in_cond():
    return [v for v in range(6) if [w for w in range(v) if w == 3]]
print(in_cond())
def after():
    [q for q in range(3)]
    try: q
    except NameError as e: print(e)
after()
d = {k: v for k, v in zip('abc', range(3)) if v}
print(d, [*d], {**d, 'z': 9}, [*range(3), *'ab'], {*range(2), 5}, (*[1], 2))
print([x if x else 'zero' for x in range(2)], [not x for x in (0, 1)], [(x, -x) for x in range(2)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [v for row in matrix for v in row])
def same_name():
    a = [e for e in 'ab']
    b = [e for e in 'cd' if [e for e in 'x']]
    e = 5
    c = [e for e in [e]]
    return a, b, c, e
print(same_name())
def gen_in_comp(): return [list(j for j in range(i)) for i in range(3)]
print(gen_in_comp())
def exc():
    out = []
    for n in (1, 0):
        try: out.append([1 / n for _ in range(2)])
        except ZeroDivisionError: out.append('z')
    return out
print(exc())
def early():
    for n in [m for m in range(5) if m]:
        if n == 3: return n
print(early())
print([i for i in []], {i for i in ()}, {i: i for i in ''})
print([[i, j, k] for i in range(2) for j in range(2) for k in range(2) if i == j != k])
evens = (n for n in range(20) if n % 2 == 0)
print([e for e in evens if e % 3 == 0])
def loc():
    u = [1 for v in range(1)]
    return sorted(locals())
print(loc())
def nest_lambda(): return [f(2) for f in [lambda a: a * s for s in (1, 2)]]
print(nest_lambda())
def args(*a, **k): return [x for x in a] + [k[x] for x in k]
print(args(1, 2, z=3))
print({(a, b): c for (a, b), c in [((1, 2), 3)]})
print([1 for _ in range(3)][1:], len([0 for _ in range(1000)]))
def order():
    log = []
    def t(x): log.append(x); return x
    r = {t(k): t(v) for k, v in [(1, 'a'), (2, 'b')]}
    return log
print(order())
