"""Run by the interpreter under test: calls functions and methods of built-in types and native modules with odd arguments until the time is up.

usage: api_calls.py SEED SECONDS LOG      The call being made stands in LOG before it is made, so that a crash can be named.
"""
import builtins
import os
import random
import signal
import sys
import time
import types

SEED, SECONDS, LOG = int(sys.argv[1]), float(sys.argv[2]), os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
os.dup2(LOG, 200)
rng = random.Random(SEED)
# Kept out of reach of what the calls do to the modules.
write, pread, monotonic, setitimer, truncate, REAL = os.write, os.pwrite, time.monotonic, signal.setitimer, os.ftruncate, signal.ITIMER_REAL
safe_repr = repr

MODULES = ("builtins math cmath _re marshal _ast _struct _contextvars gc _imp _operator errno time _functools itertools _collections _codecs _abc _weakref _typing _string _warnings _io "
           "select pwd _random _bisect _heapq _hashlib _md5 _sha1 _sha256 _sha512 _sha3 _blake2 binascii zlib _json _queue array _csv unicodedata _symtable _tracemalloc mmap _locale "
           "_opcode _pickle_buffer pyexpat _bz2 _thread _socket sys types atexit").split()
# What ends or blocks the process by design, or would only test the machine.
SKIP = {"exit", "quit", "_exit", "abort", "input", "breakpoint", "help", "open", "open_code", "FileIO", "sleep", "pause", "select", "poll", "epoll", "sethostname", "setrecursionlimit", "settrace", "setprofile", "call_tracing",
        "start_new_thread", "start_new", "interrupt_main", "exit_thread", "set_debug", "setswitchinterval", "breakpointhook", "license", "credits", "copyright", "__breakpointhook__", "_current_frames",
        "allocate_lock", "allocate", "acquire", "acquire_lock", "__enter__", "getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo", "print", "exec", "set_asyncgen_hooks", "stack_size", "clock_settime",
        "_shutdown", "_set_sentinel", "freeze", "addaudithook", "setlocale", "close", "dup", "SocketType", "socket", "socketpair", "create_dynamic", "set_int_max_str_digits", "_settraceallthreads", "_run_exitfuncs"}


class Odd:
    """Its special methods return anything, raise, or change a container that is in use."""

    def __getattribute__(self, name):
        if name.startswith("__") and rng.random() < 0.02:
            raise pick((AttributeError, ValueError, MemoryError))(name)
        return object.__getattribute__(self, name)


def pick(items):
    return items[int(rng.random() * len(items))]


def disturb():
    """Change one of the shared containers."""
    c = pick(pool)
    try:
        kind = type(c)
        if kind in (list, bytearray, dict, set) or kind is collections.deque:
            if rng.random() < 0.5:
                c.clear()
            elif kind is list:
                c.extend([1, "a", None] * pick((1, 5, 50)))
            elif kind is bytearray:
                c.extend(b"abc" * 9)
            elif kind is dict:
                c.update({i: c for i in range(pick((1, 9, 99)))})
            elif kind is set:
                c.update(range(pick((1, 9, 99))))
            else:
                c.extend(range(9))
    except (BufferError, RuntimeError, MemoryError):
        pass


def odd_method(name):
    def method(self, *args):
        chance = rng.random()
        if chance < 0.5:
            disturb()
        if chance < 0.15:
            raise pick((TypeError, ValueError, StopIteration, IndexError, KeyError, RecursionError, NotImplementedError))("odd")
        if chance > 0.7:
            return value()
        return {"__index__": 2, "__int__": 3, "__len__": 3, "__hash__": 1, "__eq__": True, "__lt__": True, "__bool__": False, "__iter__": iter([1, 2]), "__next__": 5, "__repr__": "odd", "__str__": "odd",
                "__float__": 1.5, "__bytes__": b"odd", "__format__": "odd", "__fspath__": "odd", "__length_hint__": 5, "__complex__": 1j, "__contains__": True}.get(name, NotImplemented)
    return method


SPECIAL = ("index int len hash eq ne lt le gt ge bool iter next repr str float bytes format fspath length_hint complex contains getitem setitem delitem add radd iadd mul rmul sub mod rmod and or xor "
           "neg abs invert call get set delete set_name instancecheck subclasscheck reduce reduce_ex copy deepcopy enter exit reversed missing round trunc floor divmod pow await aiter anext dir sizeof "
           "class_getitem mro_entries init_subclass prepare index getattr getnewargs getstate setstate del").split()
for name in SPECIAL:
    setattr(Odd, f"__{name}__", odd_method(f"__{name}__"))


def odd_subclass(base):
    names = rng.sample(SPECIAL, 6)
    space = {f"__{n}__": odd_method(f"__{n}__") for n in names if n not in ("get", "set", "delete", "del", "getattr", "prepare", "init_subclass", "set_name")}
    try:
        return type("Odd" + base.__name__, (base,), space)
    except TypeError:
        return base


class Lying:
    """A length and items that do not agree."""

    def __init__(self):
        self.n = 0

    def __len__(self):
        return pick((0, 1, 2**31, 2**62, 5))

    def __getitem__(self, i):
        self.n += 1
        disturb()
        if self.n % 7 == 0:
            raise IndexError
        return value()


def generator():
    for i in range(5):
        disturb()
        yield value()


import collections

buffer = bytearray(b"some bytes that are viewed")
released = memoryview(b"abc")
released.release()
recursive_list, recursive_dict = [1], {}
recursive_list.append(recursive_list)
recursive_dict["self"] = recursive_dict
import io

closed = io.BytesIO(b"abc")
closed.close()
closed_text = io.StringIO("abc")
closed_text.close()


def fresh():
    return [None, True, False, 0, 1, -1, 2, 3, 7, 255, 256, 65536, 2**31 - 1, 2**31, -2**31, 2**32, 2**61, -2**61, 2**63 - 1, 2**63, -2**63, 2**64, 10**30, -10**100, 0.0, -0.0, 1.5, 1e308, 1e-320, float("nan"),
            float("inf"), 1j, complex("nan"), "", "a", "abc", "\0", "a\ud800", "\U0010ffff" * 3, "x" * 1000, "%s %d %r", "{} {a} {0[b].c}", "utf-8", "strict", "utf-16", "latin-1", "__name__", "i", "d", "\u0301" * 50,
            b"", b"a", b"abc\0\xff", b"x" * 1000, b"\x80\x04]", bytearray(b"abc"), bytearray(), buffer, memoryview(buffer), memoryview(b"abcdefgh").cast("d"), memoryview(b"abcdef").cast("B", [2, 3]), memoryview(b"abcdef")[::-2],
            released, (), (1, 2), (None,) * 20, ((1, "a"), (2, "b")), [], [1, 2, 3], ["a", "b"], list(range(100)), recursive_list, [[]], {}, {"a": 1}, {1: {}}, recursive_dict, set(), {1, "a"}, frozenset((1, 2)), range(5),
            range(-2**70, 2**70, 3), slice(None), slice(2, None, -1), slice(-2**70, 2**70, 2**66), Odd(), Lying(), generator(), iter([1, 2]), iter("ab"), iter(()), zip("ab", [1, 2]), enumerate("ab"), map(str, [1]), filter(None, [0, 1]),
            reversed([1, 2]), {"a": 1}.items(), {"a": 1}.keys(), {1: 2}.values(), iter({1: 2}), int, str, list, dict, object, type, Odd, Lying, Exception, ValueError, BaseException, len, pick, lambda *a, **k: None, lambda: 1 / 0, lambda x: x, generator,
            [].append, "".join, property(), staticmethod(len), classmethod(len), super, NotImplemented, ..., ValueError("a"), OSError(1, "a"), ExceptionGroup("a", [ValueError(1)]), UnicodeDecodeError("a", b"b", 0, 1, "c"), SyntaxError("a", ("f", 1, 2, "t")),
            types.SimpleNamespace(a=1), types.MappingProxyType({"a": 1}), types.ModuleType("m"), types.CellType(), types.MethodType(len, []), list[int], int | str, collections.deque([1, 2], 3), collections.OrderedDict(a=1), collections.defaultdict(list),
            collections.Counter("aab"), io.BytesIO(b"a\nb\n"), io.StringIO("a\nb"), closed, closed_text, compile("a = 1", "<s>", "exec"), generator.__code__, sys._getframe(), type(sys), weakref.ref(Odd), weakref.WeakSet(),
            array.array("d", [1, 2]), array.array("u", "ab"), array.array("b"), iter(int, 1), itertools.count(), itertools.repeat(1, 3), itertools.cycle("ab"), itertools.tee([1, 2])[0], itertools.chain([1], [2]), itertools.groupby("aab"),
            itertools.product("ab", "cd"), functools.partial(max, 1), functools.lru_cache(str), operator.itemgetter(1), operator.attrgetter("a.b"), random.Random(1), re.compile("a(b)?"), re.match("a(b)?", "a"), struct.Struct("ii"), zlib.compressobj(), zlib.decompressobj(),
            hashlib.sha256(), hashlib.blake2b(), *(odd_subclass(t)(*a) for t, a in ((int, (5,)), (str, ("abc",)), (list, ([1, 2],)), (dict, ({"a": 1},)), (tuple, ((1, 2),)), (bytes, (b"abc",)), (set, ([1],)), (float, (1.5,)), (bytearray, (b"ab",)), (collections.deque, ([1],)))),
            odd_subclass(type)("M", (), {}), odd_subclass(Exception)("a")]


import array, functools, hashlib, itertools, operator, re, struct, weakref, zlib

pool = [1]
pool = fresh()


def value():
    return pick(pool)


def describe(o):
    kind = type(o)
    if kind in (int, float, complex, str, bytes, bool, type(None), range, type) or (kind in (tuple, list) and all(type(i) in (int, str, type(None)) for i in o)):
        text = safe_repr(o) if kind is not int or o.bit_length() < 400 else "<large int>"
        return text if len(text) < 200 else text[:200] + "..."
    return f"<{kind.__name__}>"


def targets():
    """(name, function maker) of everything that can be called."""
    found = []
    for module_name in MODULES:
        try:
            module = __import__(module_name)
        except ImportError:
            continue
        for name in sorted(vars(module)):
            o = getattr(module, name)
            if name not in SKIP and callable(o) and not name.startswith("_ouro"):
                found.append((f"{module_name}.{name}", o))
                if isinstance(o, type):
                    found += [(f"{module_name}.{name}.{m}", getattr(o, m)) for m in sorted(dir(o)) if m not in SKIP and m not in ("__subclasses__", "mro") and callable(getattr(o, m, None))]
    return found


class Late(Exception):
    pass


def on_alarm(*_):
    raise Late


def drop(o):
    """Give the new object its first uses."""
    for use in (repr, iter, next, len, hash, list):
        if use is list and isinstance(o, (itertools.count, itertools.cycle, itertools.repeat, type, Lying)):
            continue
        if rng.random() < 0.2:
            try:
                use(o)
            except Exception:
                pass


def call(name, function, args, kwargs):
    text = f"{name}({', '.join(map(describe, args))}{''.join(f', {k}={describe(v)}' for k, v in kwargs.items())})"
    data = text.encode("utf-8", "backslashreplace")[:4000]
    pread(200, data + b"\n" + b" " * (4000 - len(data)) + b"\n", 0)
    start = monotonic()
    setitimer(REAL, 1)
    try:
        result = function(*args, **kwargs)
        if rng.random() < 0.3:
            drop(result)
        if rng.random() < 0.05:
            pool[int(rng.random() * len(pool))] = result
    except BaseException:
        pass
    finally:
        setitimer(REAL, 0)
    spent = monotonic() - start
    if spent > 8:
        write(201, f"SLOW {spent:.1f} s: {text}\n".encode("utf-8", "backslashreplace"))


def one_call(n, everything, stdout):
    global pool
    if n % 500 == 0:
        pool = fresh()
        stdout.seek(0)
        stdout.truncate()
    if rng.random() < 0.5:
        name, function = pick(everything)
        args = [value() for _ in range(pick((0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6)))]
    else:
        o = value()
        m = pick(dir(o))
        if m in SKIP or isinstance(o, types.ModuleType):
            return
        function = getattr(o, m)
        name = f"{describe(o)}.{m}"
        args = [value() for _ in range(pick((0, 0, 1, 1, 1, 2, 2, 3)))]
    kwargs = {}
    if rng.random() < 0.1:
        kwargs = {pick(("key", "default", "a", "maxlen", "strict", "errors", "sep", "start", "encoding", "initial", "func", "reverse", "self", "obj", "object", "data", "file")): value()}
    call(name, function, args, kwargs)


def restore(saved, stdout):
    """Put back what a call has taken out of the modules that everything needs."""
    for m, contents in saved.items():
        space = vars(sys.modules[m]) if isinstance(sys.modules.get(m), types.ModuleType) else None
        if space is not None and (len(space) != len(contents) or m == "builtins" and any(space.get(k) is not v for k, v in contents.items() if k != "_")):
            space.clear()
            space.update(contents)
            sys.stdout = sys.stderr = stdout


def main():
    os.dup2(1, 201)
    signal.signal(signal.SIGALRM, on_alarm)
    everything = targets()
    until = monotonic() + SECONDS
    n = 0
    saved = {name: dict(vars(__import__(name))) for name in ("builtins", "sys", "types")}
    sys.stdout = sys.stderr = io.StringIO()
    stdout = sys.stdout
    while monotonic() < until:
        n += 1
        try:
            one_call(n, everything, stdout)
        except BaseException:            # the alarm came a moment late, or no memory was left
            pass
        try:
            restore(saved, stdout)
        except BaseException:            # what the pool holds leaves no memory: restored in the next round
            pool[:] = [None]
    write(201, f"done: {n} calls\n".encode())
    os._exit(0)


main()
