"""Making and dropping many trees (Benchmarks Game)."""


def make(depth):
    return (make(depth - 1), make(depth - 1)) if depth else (None, None)


def check(node):
    left, right = node
    return 1 if left is None else 1 + check(left) + check(right)


def main(n):
    print("stretch", check(make(n + 1)))
    keep = make(n)
    for depth in range(4, n + 1, 4):
        rounds = 1 << (n - depth + 4)
        print(rounds, depth, sum(check(make(depth)) for _ in range(rounds)))
    print("kept", check(keep))


main(15)
