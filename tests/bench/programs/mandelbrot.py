"""Points of the Mandelbrot set (Benchmarks Game), by complex numbers and by floats."""


def floats(n):
    inside = 0
    for y in range(n):
        ci = 2.0 * y / n - 1.0
        for x in range(n):
            cr = 2.0 * x / n - 1.5
            zr = zi = 0.0
            for _ in range(50):
                r2 = zr * zr
                i2 = zi * zi
                if r2 + i2 > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = r2 - i2 + cr
            else:
                inside += 1
    return inside


def complexes(n):
    inside = 0
    for y in range(n):
        for x in range(n):
            c = complex(2.0 * x / n - 1.5, 2.0 * y / n - 1.0)
            z = 0j
            for _ in range(50):
                if abs(z) > 2:
                    break
                z = z * z + c
            else:
                inside += 1
    return inside


print(floats(450), complexes(160))
