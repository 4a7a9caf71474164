"""Digits of pi by big integers (Benchmarks Game; Gibbons' spigot)."""


def digits():
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < m * t:
            yield m
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2


d = digits()
print("".join(str(next(d)) for _ in range(4000)))
print((3 ** 20000 * 7 ** 5000 // 11 ** 99).bit_length(), pow(3, 10 ** 40, 10 ** 41 + 7))
