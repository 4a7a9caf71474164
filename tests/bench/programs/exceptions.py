"""Raising and catching: shallow, deep, by class, with cleanup."""


class Stop(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def shallow(n):
    caught = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 3 == 1:
                raise Stop(i)
            [][i]
        except Stop as e:
            caught += e.code & 1
        except (ValueError, IndexError):
            caught += 1
        finally:
            caught += 1
    return caught


def deep(n):
    if n == 0:
        raise KeyError("deep")
    try:
        deep(n - 1)
    finally:
        pass


def looked_up(n):
    d, misses = {i: i for i in range(0, n, 2)}, 0
    for i in range(n):
        try:
            d[i]
        except KeyError:
            misses += 1
    return misses


print(shallow(200000), looked_up(300000))
for _ in range(300):
    try:
        deep(50)
    except KeyError as e:
        text = str(e)
print(text)
