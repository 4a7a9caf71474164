"""Operators on ints of one to three machine words: signs, carries, borders."""
edges = sorted({s * ((1 << b) + d) for b in (0, 30, 59, 60, 61, 62, 63, 64, 65, 66, 125, 126, 127, 128, 129, 191, 192) for d in (-2, -1, 0, 1, 2) for s in (1, -1)})
check = 0
for a in edges:
    for b in edges:
        values = [a + b, a - b, a * b, a & b, a | b, a ^ b, a < b, a == b, a >= b]
        assert values[0] - b == a and (a ^ b) ^ b == a and (a & b) + (a | b) == a + b
        for v in values:
            check = (check * 1000003 + v) % ((1 << 127) - 1)
    for n in (0, 1, 2, 30, 60, 61, 62, 63, 64, 65, 66, 100, 125, 126, 127, 128, 129, 1000):
        assert a << n >> n == a and a << n == a * 2 ** n and a >> n == a // 2 ** n
        check = (check * 1000003 + (a << n) + (a >> n)) % ((1 << 127) - 1)
    check = (check * 31 + (-a) + (~a) + abs(a)) % ((1 << 127) - 1)
print(check)


class I(int):
    pass


x = I(1 << 70)
print(type(x + 1), type(x & x), x ^ 1, x << 3, x >> 3, type(True & (1 << 70)), (1 << 70) + True, x == 1 << 70)
for text in ("(1 << 70) << -1", "(1 << 70) >> -1", "1 << (1 << 70)", "(1 << 70) >> (1 << 70)", "-(1 << 70) >> (1 << 70)", "0 << (1 << 70)"):
    try:
        print(eval(text))
    except Exception as e:
        print(text.replace(" ", ""), type(e).__name__, e)
