# PEP 695, 696 and 701: newer than the judge, so the expected text lies beside
type X = int
print(X, X.__value__, X.__name__, X.__type_params__)
type L[T] = list[T]
print(L.__type_params__, L.__value__)
def f[T](x: T, y: int = 5) -> T: return x
print(f(3), f.__type_params__, f.__annotations__, f.__defaults__, f.__qualname__, f.__name__)
class C[T, *Ts, **P]:
    def m[U](self, a: U) -> T: return a
    x: T
print(C.__type_params__, C.__orig_bases__, C.__parameters__, C.m.__type_params__)
def g[T: int, S: (str, bytes), D = int](a: T): pass
T, S, D = g.__type_params__
print(T.__bound__, S.__constraints__, D.__default__)
class Outer:
    y = 7
    type A = y
    def h[T: y](self): return T
    class Inner[Q]: pass
print(Outer.A.__value__, Outer.h.__type_params__[0].__bound__, Outer.Inner.__qualname__, Outer().h())
class D2(C[int, str, [int]]): pass
print(D2.__orig_bases__)
def deco(fn): print('deco', fn.__name__); return fn
@deco
def k[T]() -> T:
    "doc"
    return T
print(k(), k.__doc__)
print(f"{'a'} {"b"} {'\n'.join(['x', 'y'])!r} {
    1 + # comment
    2}")
print(f"{f"{f"{1}"}"}")
type R = R | None
print(R.__value__)
def starred_default[*Ts = *tuple[int, str], **P = [int]](): pass
print(starred_default.__type_params__[0].__default__, starred_default.__type_params__[1].__default__)
