"""f(*args) as the last thing a generator's frame has room for: the neighbours in memory stay whole."""
import sys


def make(n):
    names = ", ".join(f"v{i}" for i in range(n))
    space = {}
    exec(f"def g(x):\n    {names + ' = ' if n else ''}{'0, ' * n + '' if n else 'pass'}\n    yield max(*x)\n    yield h(*x)\n"
         "def h(*a):\n    return len(a)\n", space)
    return space["g"]


for n in range(0, 9):
    g = make(n)
    crowd = [g((3, 1, 2)) for _ in range(60)]
    found = {tuple(one) for one in crowd}
    print(n, found, {sys.getrefcount(one) for one in crowd})
