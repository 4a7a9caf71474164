# global, nonlocal, class scopes, closures in loops, exec and eval, name lookup
x = 'module'
def a():
    def b():
        global x
        x = 'set in b'
        def c():
            nonlocal_x = x
            return nonlocal_x
        return c()
    x = 'a local'
    return b(), x
print(a(), x)
def d():
    x = 1
    class C:
        x = 2
        def m(self): return x
        @staticmethod
        def n(): return C.x
    return C().m(), C.n()
print(d())
def e():
    def inc():
        nonlocal n
        n += 1
        return n
    n = 0
    return [inc() for _ in range(3)], n
print(e())
ns = {}
exec('y = 1\ndef f(): return y\nz = [y for _ in range(2)]', ns)
print(ns['f'](), ns['z'])
loc = {}
exec('q = 1\nr = q + 1\nclass K: w = 1', {}, loc)
print(sorted(loc), loc['K'].w)
print(eval('1 + 1'), eval('x'), eval('p', {'p': 5}), eval('[p for _ in range(2)]', {'p': 6}))
def ex():
    v = 1
    exec('v = 2')
    return v, eval('v + 1')
print(ex())
def loc2(a, b=2):
    c = 3
    def inner(): return c
    return sorted(locals().items(), key=lambda kv: kv[0])[:3]
print(loc2(1)[0])
print('x' in globals(), sorted(k for k in vars() if k in ('x', 'ns')))
class G:
    global gx
    gx = 5
    def f(self): return gx
print(gx, G().f(), hasattr(G, 'gx'))
def shadow_builtin():
    len = lambda v: 'mine'
    return len([])
print(shadow_builtin(), len([]))
list_ = list
def uses():
    global newname
    for newname in range(3): pass
    return newname
print(uses(), newname)
def deep1():
    v = 0
    def deep2():
        def deep3():
            def deep4():
                nonlocal v
                v += 1
                return v
            return deep4
        return deep3()
    return deep2()
f = deep1()
f(); print(f())
def args_cell(a, b):
    def swap():
        nonlocal a, b
        a, b = b, a
    swap()
    return a, b
print(args_cell(1, 2))
fs = []
for i in range(3):
    def g(): return i
    fs.append(g)
print([h() for h in fs])
def late():
    def inner(): return undefined_yet
    undefined_yet = 'now'
    return inner()
print(late())
try:
    class Bad:
        v = missing
except NameError as e: print(e)
def cond(flag):
    if flag: z = 1
    return z
try: cond(False)
except UnboundLocalError as e: print(e)
print(cond(True))
def delcond(n):
    v = 1
    for i in range(n): del v
    return v
try: delcond(1)
except UnboundLocalError as e: print(e)
print(delcond(0))
def excname():
    try: raise ValueError('q')
    except ValueError as err:
        def show(): return err
        r = repr(show())
    try: show()
    except NameError as n: return r, str(n)
print(excname())
class Meta(type):
    @classmethod
    def __prepare__(cls, n, b): return {'injected': 7}
class UsesInjected(metaclass=Meta):
    got = injected
print(UsesInjected.got)
import builtins
builtins.extra_name = 'extra'
print(extra_name)
exec("""
print(extra_name)
extra_name = 'own'
print(extra_name)
del extra_name
print(extra_name)
""")
total = 0
for i in range(5):
    total += i
    def peek(): return total, i
print(peek())
for i in range(3):
    exec('total = i * 100')
print(total)
for i in range(2):
    globals()['made_by_globals'] = i
    print(made_by_globals)
for k in range(2):
    try: print(not_yet)
    except NameError as e: print(e)
    not_yet = k
    print(not_yet)
    del not_yet
def setter():
    global total
    total = 'from function'
for i in range(1):
    setter()
    print(total)
    total = 'again'
    print((lambda: total)())
def reader(): return total
for total in range(3): print(reader(), end=' ')
print()
while True:
    del total
    try: reader()
    except NameError as e: print(e)
    break
