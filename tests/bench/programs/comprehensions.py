"""List, set and dict comprehensions, zip, enumerate, map, filter, any, all, sum."""


def main(n):
    total = 0
    for _ in range(n):
        squares = [x * x for x in range(1000) if x % 3]
        pairs = {(i, s & 7) for i, s in enumerate(squares)}
        table = {s: i for i, s in enumerate(squares)}
        nested = [[i * j for j in range(20)] for i in range(20)]
        flat = [x for row in nested for x in row]
        total += len(pairs) + len(table) + sum(flat) + max(squares)
        total += sum(a - b for a, b in zip(squares, squares[1:])) + sum(map(abs, flat))
        total += any(x > 10 ** 6 for x in squares) + all(x >= 0 for x in flat) + len(list(filter(None, flat)))
    return total


print(main(1500))
