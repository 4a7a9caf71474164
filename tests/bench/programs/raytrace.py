"""A small ray tracer: many short-lived objects with float attributes."""
import math


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, o):
        return Vector(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return Vector(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k, self.z * k)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def normalized(self):
        return self * (1.0 / math.sqrt(self.dot(self)))

    def reflect(self, n):
        return self - n * (2 * self.dot(n))


class Ray:
    def __init__(self, point, direction):
        self.point, self.direction = point, direction.normalized()

    def at(self, t):
        return self.point + self.direction * t


class Sphere:
    def __init__(self, centre, radius, colour, mirror):
        self.centre, self.radius, self.colour, self.mirror = centre, radius, colour, mirror

    def hit(self, ray):
        to = self.centre - ray.point
        v = to.dot(ray.direction)
        d = self.radius * self.radius - (to.dot(to) - v * v)
        return None if d < 0 else v - math.sqrt(d)

    def normal(self, p):
        return (p - self.centre).normalized()


class Floor:
    mirror = 0.1

    def __init__(self, y):
        self.y = y

    def hit(self, ray):
        dy = ray.direction.y
        return None if abs(dy) < 1e-9 else (self.y - ray.point.y) / dy

    def normal(self, p):
        return Vector(0.0, 1.0, 0.0)


LIGHT = Vector(-4.0, 6.0, -3.0)
SCENE = [Sphere(Vector(i * 1.5 - 3, 0.2 * i, 4.0 + i % 2), 0.8, 0.3 + 0.1 * i, 0.3) for i in range(5)] + [Floor(-1.0)]


def nearest(ray):
    best, thing = 1e30, None
    for s in SCENE:
        t = s.hit(ray)
        if t is not None and 1e-6 < t < best:
            best, thing = t, s
    return best, thing


def trace(ray, depth):
    t, thing = nearest(ray)
    if thing is None:
        return 0.2
    p = ray.at(t)
    n = thing.normal(p)
    to_light = LIGHT - p
    shadow = nearest(Ray(p + n * 1e-4, to_light))[1] is not None
    base = thing.colour if isinstance(thing, Sphere) else 0.9 if (int(math.floor(p.x)) + int(math.floor(p.z))) % 2 else 0.1
    light = 0.1 if shadow else 0.1 + max(0.0, n.dot(to_light.normalized())) * 0.9
    colour = base * light
    if depth < 3 and thing.mirror:
        colour = colour * (1 - thing.mirror) + thing.mirror * trace(Ray(p + n * 1e-4, ray.direction.reflect(n)), depth + 1)
    return colour


total = 0.0
for y in range(200):
    for x in range(120):
        total += trace(Ray(Vector(0.0, 0.5, -4.0), Vector((x - 60) / 60, (100 - y) / 100, 1.2)), 0)
print("%.6f" % total)
