"""Objects: attributes, inheritance, super, operators, dunder methods, __slots__."""


class Shape:
    count = 0

    def __init__(self, name):
        self.name = name
        Shape.count += 1

    def area(self):
        return 0

    def __lt__(self, other):
        return self.area() < other.area()


class Rectangle(Shape):
    def __init__(self, w, h):
        super().__init__("rectangle")
        self.w, self.h = w, h

    def area(self):
        return self.w * self.h


class Square(Rectangle):
    def __init__(self, s):
        super().__init__(s, s)
        self.name = "square"


class Money:
    __slots__ = ("cents",)

    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __eq__(self, other):
        return self.cents == other.cents

    def __hash__(self):
        return hash(self.cents)


class Bag:
    def __init__(self):
        self.items = {}

    def __getitem__(self, k):
        return self.items[k]

    def __setitem__(self, k, v):
        self.items[k] = v

    def __len__(self):
        return len(self.items)

    def __contains__(self, k):
        return k in self.items


def main(n):
    shapes = [Square(i % 50) if i % 2 else Rectangle(i % 30, 3) for i in range(n)]
    biggest = max(shapes)
    total = sum(s.area() for s in shapes)
    money = Money(0)
    bag = Bag()
    for i in range(n):
        money = money + Money(i)
        bag[i % 1000] = money
        if i in bag:
            total += len(bag)
    return total, biggest.name, money.cents, len({Money(i % 100) for i in range(n)}), Shape.count


print(main(120000))
