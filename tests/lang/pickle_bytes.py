"""pickle: the bytes that dumps writes, what loads makes of pickles of every protocol, and what both say when something is wrong."""
import collections
import copyreg
import enum
import hashlib
import io
import pickle
import pickletools


class Plain:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__


class Slots:
    __slots__ = ("a", "b")


class Both(Plain):
    __slots__ = ("c",)


class State(Plain):
    def __getstate__(self):
        return {"x": self.x, "more": 1}

    def __setstate__(self, state):
        self.x = state["x"] * 2


class NewArgs(int):
    def __new__(cls, a, *, b=0):
        return int.__new__(cls, a + b)

    def __getnewargs_ex__(self):
        return (int(self),), {"b": 0}


class Items(list):
    pass


class Mapping(dict):
    pass


class Setter(Plain):
    def __reduce__(self):
        return Plain, (1,), {"x": self.x}, None, None, put_state


def put_state(object, state):
    object.x = state["x"], "set"


class Color(enum.Enum):
    RED = 1
    BLUE = "b"


class Inner:
    class Deep:
        pass

    def method(self):
        return 1


class Named(collections.namedtuple("Named", "a b")):
    pass


class ByName:
    def __reduce__(self):
        return "BY_NAME"


BY_NAME = ByName()
slots = Slots()
slots.a = [1]
both = Both(3)
both.c = 4
items = Items([1, 2])
items.extra = 5
mapping = Mapping(a=1)
mapping.extra = [mapping]
loop = [1]
loop.append(loop)
ring = {}
ring["me"] = ring
pair = ([],)
pair[0].append(pair)
wide = tuple([[] for _ in range(5)])
wide[0].append(wide)
shared = "shared text"
objects = [
    None, True, False, ..., NotImplemented, 0, 1, -1, 255, 256, 65535, 65536, -129, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63, -2**63, -2**70, 2**2100, -2**2040, 128, -128, -32768,
    0.0, -0.0, 1.5, 1e300, float("inf"), float("-inf"), 5e-324, 1 + 2j, "", "a", "abc", "é", "€" * 100, "\U0001f600", "\ud800x", "x" * 255, "x" * 256, "y" * 70000,
    b"", b"abc", b"z" * 255, b"z" * 256, b"q" * 70000, bytearray(b""), bytearray(b"abc"), bytearray(b"r" * 70000), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], list(range(999)),
    list(range(1000)), list(range(1001)), list(range(2500)), {}, {"a": 1}, {1: 2, 3: 4}, dict.fromkeys(range(999)), dict.fromkeys(range(1000)), dict.fromkeys(range(1001)), set(), {1}, {1, 2}, set(range(1000)),
    set(range(1001)), frozenset(), frozenset([1]), frozenset(range(30)), loop, ring, pair, wide, [shared, shared, (shared,)], [[], []], [Plain, Plain], Plain(1), Plain([Plain(2)]), slots, both, State(4), NewArgs(7),
    items, mapping, Color.RED, [Color.BLUE, Color.RED], Inner.Deep, Inner.Deep(), Inner.method, Inner().method, len, [].append, dict.fromkeys, str.upper, int, type(None), type(...), type(NotImplemented), Named(1, 2), BY_NAME,
    collections.OrderedDict(a=1, b=[2]), collections.defaultdict(list, {1: [2]}), collections.Counter("abca"), collections.deque([1, 2], 5), range(3), slice(1, 2, 3), ValueError("a", 1), KeyError("k"),
    iter([1, 2]), iter("ab"), memoryview, print, hash, Setter(9), [i * 1.5 for i in range(7300)], [str(i) for i in range(1100)], {str(i): [i] for i in range(1001)}, list(Items([i]) for i in range(1001)),
    bytearray, object(), collections, {"k" * 300: ("v" * 300, b"w" * 300)}, [(i, (i, i)) for i in range(300)], [True, None, 1.5, "s"] * 10, pickle.PickleBuffer(b"abc"), pickle.PickleBuffer(bytearray(b"abc")),
]
two_names = [dict.fromkeys, str.upper]          # the name of their module is written twice by CPython: two equal strs
print([pickle.dumps(thing) == pickle.dumps(thing, 4) and pickle.dumps(thing, -1) == pickle.dumps(thing, 5) for thing in objects[:40]])
for protocol in (4, 5, 2, 3, 0, 1):
    for i, thing in enumerate(objects):
        try:
            data = pickle.dumps(thing, protocol)
        except Exception as e:
            if protocol >= 4:
                print(protocol, i, type(e).__name__, str(e).split(" at 0x")[0][:70])
            continue
        if protocol >= 4:
            size = (len(data), hashlib.md5(data).hexdigest()[:8]) if thing not in two_names else ()
            print(protocol, i, *size)
        stream = io.BytesIO(data + b"rest")
        for again in (pickle.loads(data), pickle.load(stream)):
            if type(again) is not type(thing) and i < len(objects) - 2:
                print("type", protocol, i, type(again), type(thing))
            try:
                same = again == thing or repr(again) == repr(thing)
            except RecursionError:
                same = True
            if not same and " at 0x" not in repr(thing):
                print("differs", protocol, i, repr(again)[:60])
        if stream.read() != b"rest":
            print("read too much", protocol, i)

again = pickle.loads(pickle.dumps(loop))
print(again[1] is again, pickle.loads(pickle.dumps(ring))["me"].keys(), pickle.loads(pickle.dumps(pair))[0][0][0] is not None)
again = pickle.loads(pickle.dumps([shared, shared]))
print(again[0] is again[1], pickle.loads(pickle.dumps(mapping)).extra, vars(pickle.loads(pickle.dumps(Setter(9)))))
a, b = pickle.loads(pickle.dumps((both, slots)))
print(a.x, a.c, b.a, hasattr(b, "b"))


def local():
    class Hidden:
        pass
    return Hidden, (lambda: 1), (i for i in [1])


class Bad:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return self.value


class Grows:
    def __reduce__(self):
        victim[len(victim)] = 1
        return int, ()


victim = {1: Grows(), 2: 2}
wrong = [*local(), local()[0](), lambda: 1, io.StringIO, iter, Bad(5), Bad(()), Bad((1,)), Bad((1, ())), Bad((int, [])), Bad((int, (), None, 5)), Bad((int, (), None, None, 5)), Bad((int, (), None, None, None, 5)),
         Bad((int, (), 1, 2, 3, 4, 5)), Bad((copyreg.__newobj__, ())), Bad((copyreg.__newobj__, (5,))), Bad((copyreg.__newobj__, (int,))), Bad((copyreg.__newobj_ex__, (int,))), Bad((copyreg.__newobj_ex__, (1, 2, 3))),
         Bad((copyreg.__newobj_ex__, (int, 2, 3))), Bad((copyreg.__newobj_ex__, (int, (), 3))), Bad((dict, (), None, None, iter([1, 2]))), Bad("nothing"), Bad("Plain"), victim, (i for i in []), type("Dynamic", (), {}),
         type("T", (), {"__module__": "no_such_module"}), Bad((list, (), None, iter([1]))), Bad((dict, (), None, None, iter([(1, 2)]))), Bad((list, (), None, iter(range(1001))))]
for i, thing in enumerate(wrong):
    try:
        print(i, len(pickle.dumps(thing)))
    except Exception as e:
        print(i, type(e).__name__, str(e).split(" at 0x")[0])
for data in (b"", b"\x80", b"\x80\x04", b"\x80\x04.", b"\x80\x06.", b"\x80\x04N", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00N.", b"x.", b"\xff.", b"\x80\x02(.", b"\x80\x02(K\x01a.", b"]K\x01.", b"a.", b"\x80\x02)s.", b"t.", b"e.",
             b"\x80\x02h\x05.", b"g5\n.", b"I1\n.", b"I01\n.", b"I00\n.", b"Ix\n.", b"L5L\n.", b"L-77\n.", b"F1.5\n.", b"Fx\n.", b"S'ab\\n'\n.", b"S'ab\n.", b"Sab\n.", b"S' ' \n.", b"](((\x90", b"((u", b"(e.", b"V\\u20acx\n.", b"T\x02\x00\x00\x00ab.", b"U\x02ab.", b"U\x01\xe9.", b"(lp0\nI1\na.",
             b"(dp0\nS'a'\nI1\ns.", b"(I1\nI2\nt.", b"(I1\nI2\nI3\nd.", b"]2\x86.", b"(12K\x01.", b"K\x01K\x020.", b"(K\x011K\x02.", b"cbuiltins\nlen\n.", b"c__builtin__\nxrange\n.", b"ccollections\nno_such\n.", b"cno_such_module\nx\n.", b"\x80\x04\x8c\x08builtins\x8c\x05x.y.z\x93.",
             b"\x80\x04K\x01\x8c\x03len\x93.", b"cbuiltins\nint\n(tR.", b"cbuiltins\nint\nK\x01R.", b"K\x01)R.", b"K\x01)\x81.", b"cbuiltins\nlen\n)\x81.", b"cbuiltins\nlist\nK\x01\x81.", b"cbuiltins\nint\n)}\x92.", b"cbuiltins\nint\n)K\x01\x92.", b"(ibuiltins\nlist\n.", b"(cbuiltins\nlist\no.",
             b"(cbuiltins\nint\nU\x0212o.", b"(U\x0212ibuiltins\nint\n.", b"(o.", b"P1\n.", b"K\x01Q.", b"\x82\x01.", b"\x82\x00.", b"\x97.", b"K\x01\x98.", b"C\x01a\x98.", b"\x8b\xff\xff\xff\xff.", b"\x8a\x00.", b"\x8a\x01\xff.", b"\x96\x03\x00\x00\x00\x00\x00\x00\x00abc.",
             b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", b"B\xff\xff\xff\xffab", b"\x8c\x02\xff\xff.", b"}K\x01b.", b"cbuiltins\nobject\n)\x81}K\x01K\x02sb.", b"cbuiltins\nobject\n)\x81K\x01b.", b"\x8f(K\x01K\x02\x90.", b"K\x01(K\x02\x90.", b"K\x01(K\x02e.",
             b"](K\x01K\x02e.", b"}(K\x01K\x02u.", b"}(K\x01u.", b"K\x01q\x00h\x00\x86.", b"K\x01r\x10\x00\x00\x00j\x10\x00\x00\x00\x86.", b"p-5\n.", b"K\x01r\x00\x00\x20\x00K\x02\x94h\x01j\x00\x00\x20\x00\x87.", b"K\x01q\x05K\x02q\x05\x94h\x01\x86.", b"j\xff\xff\xff\x0f.", b"q\x00.", b"\x94.", b"2.", b"K\x012\x86.", b"G?\xf8\x00\x00\x00\x00\x00\x00.", b"G?", b"\x91.", b"(K\x01K\x01\x91.", b"\x88\x89\x86."):
    for read in (pickle.loads, lambda data: pickle.load(io.BytesIO(data))):
        try:
            print(data[:20], repr(read(data))[:60])
        except Exception as e:
            print(data[:20], type(e).__name__, str(e))
print(pickle.loads(b"U\x01\xe9.", encoding="latin-1"), pickle.loads(b"U\x01\xe9.", encoding="bytes"), pickle.loads(b"U\x01\xe9.", errors="ignore"))
for bad in (lambda: pickle.loads("text"), lambda: pickle.loads(5), lambda: pickle.dumps(1, 6), lambda: pickle.dumps(1, "x"), lambda: pickle.load(5), lambda: pickle.dump(1, 5), lambda: pickle.loads(), lambda: pickle.loads(b"N.", buffers=5)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, str(e) if "positional" not in str(e) else "")
out = []
big = bytearray(b"abc" * 10)
data = pickle.dumps(pickle.PickleBuffer(big), 5, buffer_callback=out.append)
print(len(data), pickle.loads(data, buffers=out) is big, pickle.loads(memoryview(pickle.dumps([1]))), pickle.loads(bytearray(b"N.")))
copyreg.add_extension(__name__, "Plain", 77)
data = pickle.dumps(Plain(5))
print(b"\x82M" in data, pickle.loads(data).x)
copyreg.pickle(Inner.Deep, lambda d: (int, (5,)))
print(pickle.loads(pickle.dumps(Inner.Deep())))
stream = io.BytesIO()
for i in range(3):
    pickle.dump([i, "x" * i], stream)
stream.seek(0)
print([pickle.load(stream) for _ in range(3)])
deep = []
for _ in range(100000):
    deep = [deep]
try:
    pickle.dumps(deep)
except RecursionError as e:
    print("RecursionError", str(e)[:40])
while deep:
    deep = deep[0]
try:
    print(type(pickle.loads(b"\x80\x04" + b"]" * 50000 + b"a" * 49999 + b".")))
except RecursionError:
    print("recursion")
