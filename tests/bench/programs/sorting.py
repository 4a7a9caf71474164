"""Sorting: ints, floats, strings, with keys, partly sorted, of objects."""
from operator import itemgetter


def numbers(n, x=42):
    out = []
    for _ in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) & 0xffffffffffffffff
        out.append(x >> 33)
    return out


class Item:
    def __init__(self, k):
        self.k = k

    def __lt__(self, other):
        return self.k < other.k


a = numbers(200000)
b = sorted(a)
c = sorted([x / 7 for x in a])
d = sorted([str(x) for x in a])
e = sorted(a, key=lambda x: -x)
f = sorted([(x % 100, x) for x in a], key=itemgetter(0))
g = sorted(b[:100000] + b[50000:], reverse=True)
h = [x.k for x in sorted([Item(x) for x in a[:30000]])]
print(b[0], "%.3f" % c[-1], d[0], e[0], f[0], g[:2], h[:2])
