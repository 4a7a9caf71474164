# cmath: values, branch cuts, errors.
import cmath
import math

for f in (cmath.sqrt, cmath.log, cmath.exp, cmath.sin, cmath.cos, cmath.tan, cmath.asin, cmath.acos, cmath.atan, cmath.sinh, cmath.cosh, cmath.tanh, cmath.asinh,
          cmath.acosh, cmath.atanh, cmath.log10):
    for z in (1 + 2j, -2, 0.5j, -0.0 - 1e-300j, 2, complex(-2, -0.0), 1, 0, 1e308 + 1e308j, complex("inf+infj"), complex("nan+1j"), 1000, 1j):
        try:
            r = f(z)
            print(f.__name__, z, "%.9g" % r.real, "%.9g" % r.imag)
        except (ValueError, OverflowError) as error:
            print(f.__name__, z, type(error).__name__, error)


class Number:
    def __complex__(self):
        return 3 + 4j


print(cmath.polar(Number()), cmath.phase(-1), cmath.rect(2, math.pi / 2).imag, cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1, 1.1, rel_tol=0.2))
for bad in ("1", None, Number):
    try:
        cmath.sqrt(bad)
    except TypeError as error:
        print(error)
print(cmath.infj, cmath.nanj, cmath.isinf(cmath.infj), cmath.isnan(cmath.nanj), cmath.isfinite(1j))
