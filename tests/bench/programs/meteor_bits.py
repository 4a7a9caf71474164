"""Bit arithmetic: population counts, xorshift, hashing of bytes, small matrices over GF(2)."""


def xorshift(n):
    x, total = 88172645463325252, 0
    for _ in range(n):
        x ^= (x << 13) & 0xffffffffffffffff
        x ^= x >> 7
        x ^= (x << 17) & 0xffffffffffffffff
        total += x & 1
    return total


def fnv(data):
    h = 0x811c9dc5
    for b in data:
        h = (h ^ b) * 0x01000193 & 0xffffffff
    return h


def life(width, height, steps):
    rows = [0x1b3d5a7c9e % (1 << width) >> i % 5 for i in range(height)]
    for _ in range(steps):
        fresh = []
        for y in range(height):
            row = 0
            for x in range(width):
                n = 0
                for dy in (-1, 0, 1):
                    bits = rows[(y + dy) % height]
                    for dx in (-1, 0, 1):
                        if dx or dy:
                            n += bits >> (x + dx) % width & 1
                alive = rows[y] >> x & 1
                if n == 3 or n == 2 and alive:
                    row |= 1 << x
            fresh.append(row)
        rows = fresh
    return sum(bin(r).count("1") for r in rows)


print(xorshift(600000), fnv(bytes(range(256)) * 6000), life(32, 32, 24))
