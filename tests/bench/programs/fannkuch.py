"""Pancake flips over permutations (Benchmarks Game)."""
from itertools import permutations


def fannkuch(n):
    best = total = 0
    for index, p in enumerate(permutations(range(n))):
        q = list(p)
        flips = 0
        while q[0]:
            k = q[0] + 1
            q[:k] = q[k - 1::-1] if k < n else q[::-1]
            flips += 1
        best = max(best, flips)
        total += flips if index % 2 == 0 else -flips
    return total, best


print(fannkuch(9))
