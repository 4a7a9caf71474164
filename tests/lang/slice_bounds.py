"""Slices as instructions: every mix of bounds and steps, reading and storing, on built-in sequences and classes."""


class Recorder:
    def __init__(self):
        self.log = []

    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        self.log.append((key, value))


class Index:
    def __init__(self, i):
        self.i = i

    def __index__(self):
        return self.i


bounds = [None, 0, 1, 3, 9, 10, 11, -1, -3, -10, -11, 10 ** 30, -10 ** 30, True]
steps = [None, 1, 2, 3, -1, -2, 100, -100, 2 ** 60, -2 ** 60, 2 ** 70, True]
for sequence in (list(range(10)), tuple(range(10)), "abcdefghij", "äbcdefghij", "\u4e00bcdefghij", b"abcdefghij", range(10)):
    total = []
    for i in bounds:
        for j in bounds:
            total.append(sequence[i:j])
            assert sequence[i:j] == sequence[slice(i, j)]
            for k in steps:
                assert sequence[i:j:k] == sequence[slice(i, j, k)], (i, j, k)
    print(type(sequence).__name__, len(total), sum(map(len, total)), total[17])
for i in bounds:
    for j in bounds:
        for new in ([], [1], (1, 2, 3), list(range(20)), "xyz", iter([7, 8])):
            new = new if not hasattr(new, "__next__") else list(new)
            a, b = list(range(10)), list(range(10))
            a[i:j] = new
            b[slice(i, j)] = new
            assert a == b, (i, j, new)
        for k in steps:
            n = len(range(10)[i:j:k])
            a, b = list(range(10)), list(range(10))
            if k in (None, 1):
                a[i:j:k] = range(n)
            else:
                a[i:j:k] = [0] * n
            b[slice(i, j, k)] = a[slice(i, j, k)]
            assert a == b
a = [1, 2, 3, 4]
a[1:2] = a
print(a)
a[1::2], a[::2] = a[::2][:3], a[1::2] + [0]
print(a)
a[:] = a[::-1]
print(a, a[Index(1):Index(4):Index(2)])
a[Index(0):Index(2)] = "q"
print(a)
r = Recorder()
r[1:2], r[::3], r[1, 2:3] = 1, 2, 3
print(r.log, r[1:2], r[:], r[::-1], r[1:2, 3])
for text in ("[1][::0]", "[1]['a':]", "(1,)[:1.5]", "5[1:2]", "{}[1:2]", "'abc'[::'x']", "b'abc'[::0]"):
    try:
        print(eval(text, {"__builtins__": {}}))
    except Exception as e:
        print(text, type(e).__name__, e)


def store(target, value, *bounds):
    try:
        if len(bounds) == 2:
            target[bounds[0]:bounds[1]] = value
        else:
            target[bounds[0]:bounds[1]:bounds[2]] = value
        print(target)
    except Exception as e:
        print(type(e).__name__, e)


store([1, 2, 3], 5, 0, 1)
store([1, 2, 3], [5, 6], 0, 3, 2)
store([1, 2, 3], [5], 0, 3, 2)
store([1, 2, 3], [5], 0, 3, 0)
store((1, 2, 3), [5], 0, 1)
store("abc", "x", 0, 1)
store(bytearray(b"abc"), b"xyz", 0, 1)
store({}, 1, 0, 1)
store([1, 2], [3], "a", None)


def deleted(x):
    del x
    try:
        x[1:2] = []
    except UnboundLocalError as e:
        print(e)
    try:
        return x[1:2:1]
    except UnboundLocalError as e:
        print(e)


deleted([])


class Dying:
    def __del__(self):
        shared.append("gone")


shared = [Dying(), 1, Dying()]
shared[:2] = [0, 0]
print(shared[:2], len(shared), shared[-1])
x = list(range(5))
x[1:3] += [9, 9]
x[::2] *= 1
print(x)
