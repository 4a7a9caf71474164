"""Generators: chains, recursion by yield from, send, comprehensions."""


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def build(a, b):
    if a >= b:
        return None
    m = (a + b) // 2
    return Tree(build(a, m), m, build(m + 1, b))


def squares(it):
    for x in it:
        yield x * x


def odd(it):
    for x in it:
        if x & 1:
            yield x


def averager():
    total = count = 0
    average = None
    while True:
        x = yield average
        total += x
        count += 1
        average = total / count


tree = build(0, 20000)
print(sum(x for _ in range(12) for x in tree))
print(sum(squares(odd(range(1500000)))))
a = averager()
next(a)
for i in range(600000):
    last = a.send(i)
print(last, sum(x for x in (y + 1 for y in range(900000)) if x % 3))
