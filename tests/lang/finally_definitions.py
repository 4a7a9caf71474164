"""What is defined in a finally body is compiled once for each way out of it."""


def definitions(how):
    try:
        if how == "raise":
            raise KeyError("k")
        if how == "return":
            return "returned"
    finally:
        def inner(a):
            b = 1
            c = a
            return b, c, how

        class C:
            x = 5

            def method(self):
                y = self.x
                return y
        print(inner(5), (lambda q: [q, how])(3), C().method(), list(v for v in (1, 2)), [w for w in (1, 2)], {a: b for a, b in [(1, 2)]})
        print(sum(n * m for n in range(3) for m in range(n)), [[z for z in range(k)] for k in range(3)])
    return "end"


print(definitions("raise") if False else "", definitions("return"), definitions("end"))
try:
    definitions("raise")
except KeyError as error:
    print("caught", error)


def loops():
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
        finally:
            def f(x, *args, k=2, **more):
                total = x + k
                for a in args:
                    total += a
                return total, sorted(more), i
            print(f(1), f(1, 2, 3, k=4, z=5))
        print("after", i)


loops()


async def asynchronous():
    try:
        raise ValueError
    finally:
        async def g():
            value = 5
            return value
        print(await g(), [x async for x in agen()])


async def agen():
    for i in range(2):
        yield i

try:
    asynchronous().send(None)
except ValueError:
    print("ValueError")
