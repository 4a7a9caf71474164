# threading.local: attributes by thread, subclasses, unhashable instances, what dies when.
import gc
import threading
import weakref
from dataclasses import dataclass, field


class Base(threading.local):
    made = 0

    def __init__(self, start=0):
        Base.made += 1
        self.value = start


def in_thread(work):
    t = threading.Thread(target=work)
    t.start()
    t.join()


b = Base(5)
b.value += 1
in_thread(lambda: (print(b.value, b.__dict__), setattr(b, "value", 99)))
print(b.value, Base.made, b.__dict__)


@dataclass
class State(threading.local):
    stack: list = field(default_factory=list)


s = State()
s.stack.append(1)
in_thread(lambda: print(s.stack, s.stack.append(2), s.stack))
print(s.stack, s == s)


class Held:
    pass


plain = threading.local()


def hold():
    plain.held = Held()
    seen.append(weakref.ref(plain.held))
    print("alive", seen[0]() is not None)


seen = []
in_thread(hold)
print("gone with its thread", seen[0]() is None, hasattr(plain, "held"))
plain.held = Held()
r = weakref.ref(plain.held)
del plain
print("gone with the local", r() is None)
c = Base()
c.me = c
r = weakref.ref(c)
del c
gc.collect()
print("cycle", r() is None)
for bad in (lambda: threading.local(1), lambda: setattr(b, "__dict__", {}), lambda: b.nothing, lambda: delattr(b, "nothing")):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


class Fails(threading.local):
    ok = True

    def __init__(self):
        if not Fails.ok:
            raise ValueError("not yet")
        self.x = 1


f = Fails()
Fails.ok = False


def use():
    for _ in range(2):
        try:
            print(f.x)
        except ValueError as error:
            print(error)
            Fails.ok = True


in_thread(use)
