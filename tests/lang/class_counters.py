"""Class attributes that change all the time are seen at once: through instances, subclasses, classes, super and metaclasses."""


class Meta(type):
    limit = 0


class A(metaclass=Meta):
    count = 0
    flag = False

    def __init__(self):
        A.count += 1

    def seen(self):
        return self.count, A.count, type(self).count, self.flag


class B(A):
    def seen(self):
        return super().seen(), super().count


class C(A):
    count = 100


class D:
    count = 5


def read(*them):
    return [x.count for x in them]


log = []
a, b, c, d = A(), B(), C(), D()
for i in range(60):
    log.append(read(a, b, c, d, A, B, C, D))
    log.append((a.seen(), b.seen()))
    if i % 3 == 0:
        A()
    if i % 5 == 0:
        B.count = i
    if i % 7 == 0 and "count" in B.__dict__:
        del B.count
    if i == 20:
        a.count = -1
    if i == 30:
        D.count += 1
    if i == 31:
        D.count = "text"
    if i == 35:
        D.count = property(lambda self: 7)
    if i == 40:
        A.flag = True
    if i == 45:
        A.count = None
        A.count = 3
    Meta.limit += 1
    assert A.limit == B.limit == Meta.limit == i + 1
    A.limit_seen = A.limit
for line in log:
    print(line if len(line) == 2 else [x if not isinstance(x, property) else "property" for x in line])
for name in ("x%d" % i for i in range(30)):
    setattr(D, name, 0)
    for i in range(12):
        setattr(D, name, i)
        assert getattr(d, name) == i == getattr(D, name)
