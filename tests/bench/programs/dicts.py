"""Dicts: counting, grouping, tuples as keys, copies, iteration."""


def words(n):
    x = 12345
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7fffffff
        yield "w%d" % (x % 5000)


def main():
    count = {}
    for w in words(900000):
        count[w] = count.get(w, 0) + 1
    groups = {}
    for w, c in count.items():
        groups.setdefault(c % 10, []).append(w)
    grid = {(x, y): x * y for x in range(300) for y in range(300)}
    total = 0
    for (x, y), v in grid.items():
        if (y, x) in grid:
            total += v - grid[y, x] + 1
    merged = {}
    for i in range(200):
        merged |= {str(k): k for k in range(i, i + 50)}
    return len(count), sorted(len(g) for g in groups.values()), total, len(merged), sum(merged.values())


print(main())
