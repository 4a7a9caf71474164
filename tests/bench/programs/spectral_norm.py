"""Largest singular value of an infinite matrix (Benchmarks Game)."""


def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v, transposed):
    n = len(v)
    out = []
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += (a(j, i) if transposed else a(i, j)) * v[j]
        out.append(s)
    return out


def main(n):
    u = [1.0] * n
    for _ in range(5):
        v = times(times(u, False), True)
        u = times(times(v, False), True)
    vbv = sum(x * y for x, y in zip(u, v))
    vv = sum(y * y for y in v)
    print("%0.9f" % (vbv / vv) ** 0.5)


main(400)
