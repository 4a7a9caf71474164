"""Queens on a board by generators and sets of threats."""


def permutations(items):
    n = len(items)
    if n == 0:
        yield ()
    for i in range(n):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (items[i],) + rest


def queens(n):
    columns = range(n)
    for p in permutations(tuple(columns)):
        if n == len({p[i] + i for i in columns}) == len({p[i] - i for i in columns}):
            yield p


print(len(list(queens(9))))
