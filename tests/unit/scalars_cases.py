"""Cases for scalars_test.c, with CPython's outcomes.  Usage: PYTHONHASHSEED=0 python3 scalars_cases.py [SEED [ROUNDS]] > cases"""
import operator
import random
import sys
import warnings

warnings.simplefilter("ignore")
random.seed(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 300

OPS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv, "%": operator.mod,
       "**": operator.pow, "<<": operator.lshift, ">>": operator.rshift, "&": operator.and_, "|": operator.or_, "^": operator.xor,
       "divmod": divmod, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
       "[]": operator.getitem, "in": lambda a, b: a in b}
UNARY = {"-": operator.neg, "+": operator.pos, "~": operator.invert, "abs": abs}


def term(v):
    if v is None: return "N"
    if v is True: return "T"
    if v is False: return "F"
    t = type(v)
    if t is int: return "i:%d" % v
    if t is float: return "f:" + v.hex()
    if t is complex: return "c %s %s" % (v.real.hex(), v.imag.hex())
    if t is str: return "s:" + v.encode("utf-8", "surrogatepass").hex()
    if t is bytes: return "b:" + v.hex()
    if t is bytearray: return "a:" + v.hex()
    if t is tuple: return " ".join(["t %d" % len(v)] + [term(x) for x in v])
    if t is list: return " ".join(["l %d" % len(v)] + [term(x) for x in v])
    if t is dict: return " ".join(["d %d" % len(v)] + [term(k) + " " + term(x) for k, x in v.items()])
    if t is type: return "y " + v.__name__
    raise TypeError(v)


def show(compute):
    try:
        return ascii(compute())
    except Exception as e:
        return "!%s: %s" % (type(e).__name__, ascii(str(e)))


def emit(outcome, expression):
    if "\t" not in outcome and "\n" not in outcome and " object at 0x" not in outcome and "<method-wrapper" not in outcome:
        print(outcome + "\t" + expression)


def copy(v):
    return bytearray(v) if type(v) is bytearray else [copy(x) for x in v] if type(v) is list else v


def op(name, a, b):
    emit(show(lambda: OPS[name](copy(a), copy(b))), "o %s %s %s" % (name, term(a), term(b)))


def unary(name, a):
    emit(show(lambda: UNARY[name](a)), "u %s %s" % (name, term(a)))


def method(v, name, *args, **kw):
    f = (lambda: copy(v)(*args, **kw)) if name == "()" else (lambda: getattr(copy(v), name)(*[copy(a) for a in args], **kw))
    words = [name, term(v), str(len(args))] + [term(a) for a in args]
    if kw:
        emit(show(f), " ".join(["k"] + words + [str(len(kw))] + [k + " " + term(x) for k, x in kw.items()]))
    else:
        emit(show(f), " ".join(["m"] + words))


def some_int():
    kind = random.randrange(6)
    if kind == 0: return random.randint(-10, 10)
    if kind == 1: return random.randint(-2**32, 2**32)
    if kind == 2: return random.choice([1, -1]) * (2**random.choice([53, 60, 61, 62, 63, 64, 65, 100, 128, 1023, 1024]) + random.randint(-2, 2))
    if kind == 3: return random.choice([1, -1]) * random.getrandbits(random.randint(1, 130))
    if kind == 4: return random.choice([1, -1]) * random.getrandbits(random.randint(1, 2000))
    return random.choice([0, 1, -1, 2, 10, 255, 256, 2**61 - 1, -2**61, 2**61, -2**61 - 1])


def some_float():
    kind = random.randrange(6)
    if kind == 0: return random.choice([0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 1e16, 1e22, 1e23, 123456789.125, 5e-324, 1.7976931348623157e308])
    if kind == 1: return random.uniform(-100, 100)
    if kind == 2: return random.choice([float("inf"), float("-inf"), 2.0**60, -2.0**61, 2.0**62, 2.0**300, 2.0**-300, 2.0**-1060])
    if kind == 3: return round(random.uniform(-1000, 1000), random.randint(0, 5))
    if kind == 4: return random.uniform(-1, 1) * 10.0**random.randint(-300, 300)
    return float(random.randint(-2**53, 2**53))


LETTERS = ["abc", "aab", " \t\n", "ABC", "áßÇ\xa0ÿ", "ab\u0101ǅǆ\u0130\u0149\u03a3\u03c3", "\u4e2d\u6587\u3000", "\U0001F600\U00010400a", "\ud800\udc80x", "012\u0661\u00b2", "{}:!.[]0", "_-a1 "]


def some_str(n=12):
    letters = random.choice(LETTERS) + random.choice(LETTERS) if random.random() < .5 else random.choice(LETTERS)
    return "".join(random.choice(letters) for _ in range(random.randint(0, n)))


def some_bytes(n=12):
    letters = random.choice([b"abc", b"aab", b" \t\n\r\x0b", b"ABCabc", bytes(range(256)), b"019f ", b"'\"\\x"])
    data = bytes(random.choice(letters) for _ in range(random.randint(0, n)))
    return bytearray(data) if random.random() < .3 else data


def sub_of(s):
    if random.random() < .3 or not s: return type(s)() if random.random() < .2 else some_bytes(2) if not isinstance(s, str) else some_str(2)
    i = random.randrange(len(s)); return s[i:i + random.randint(1, 3)]


def small(): return random.choice([None, 0, 1, -1, 2, -3, 5, 20, -20])


def numbers():
    for _ in range(ROUNDS):
        a, b = some_int(), some_int()
        for name in ("+", "-", "*", "/", "//", "%", "&", "|", "^", "divmod", "<", "==", ">="):
            op(name, a, b)
        op("<<", a, random.randint(-1, 200)); op(">>", a, random.randint(-1, 200)); op(">>", a, abs(b))
        op("**", random.randint(-50, 50), random.randint(-5, 80)); op("**", a, random.randint(0, 4))
        method(a, "__pow__", random.randint(-20, 400), b)
        for name in UNARY: unary(name, a)
        emit(str(hash(a)), "h " + term(a))
        for name in ("bit_length", "bit_count", "conjugate", "as_integer_ratio", "__float__", "__int__", "__index__", "__bool__", "__round__"):
            method(a, name)
        method(a, "__round__", random.randint(-25, 2)); method(a, "__round__", None)
        method(a, "to_bytes", random.randint(0, 20), random.choice(["little", "big", "x"]), signed=random.random() < .5)
        method(int, "from_bytes", bytes(some_bytes(20)), random.choice(["little", "big"]), signed=random.random() < .5)
        x, y = some_float(), some_float()
        for name in ("+", "-", "*", "/", "//", "%", "divmod", "**", "<", "==", ">="):
            op(name, x, y); op(name, x, a); op(name, a, x)
        for name in ("-", "+", "abs"): unary(name, x)
        emit(str(hash(x)), "h " + term(x))
        for name in ("is_integer", "as_integer_ratio", "hex", "__int__", "__trunc__", "__floor__", "__ceil__", "__round__", "__bool__", "conjugate", "__getnewargs__"):
            method(x, name)
        method(x, "__round__", random.randint(-20, 20)); method(float, "fromhex", x.hex())
        op("==", int(x) if abs(x) < 1e300 else 0, x); op("<", int(x) + 1 if abs(x) < 1e300 else 0, x)
        z, w = complex(some_float(), some_float()), complex(random.uniform(-9, 9), random.randint(-3, 3))
        for name in ("+", "-", "*", "/", "==", "!="):
            op(name, z, w); op(name, w, x); op(name, a, w)
        op("**", w, random.randint(-4, 9)); op("<", z, w); op("//", z, w)
        for name in UNARY: unary(name, w)
        emit(str(hash(w)), "h " + term(w))
        method(z, "__repr__"); method(z, "conjugate"); method(z, "__bool__")


def texts_of_numbers():
    bits = ["0", "1", "9", "12", "_", ".", "e", "E", "+", "-", "x", "0x", "0b1", "inf", "nan", "j", " ", "\u0661", "a", "f", "(", ")", "p", "\xa0"]
    for _ in range(ROUNDS * 4):
        s = "".join(random.choice(bits) for _ in range(random.randint(0, 6)))
        method(int, "()", s); method(float, "()", s); method(complex, "()", s); method(int, "()", s, random.choice([0, 2, 8, 10, 16, 36, 1, 37]))
        method(float, "fromhex", s); method(float, "()", s.encode("utf-8")); method(int, "()", bytearray(s.encode("utf-8")))
    for _ in range(ROUNDS):
        n = random.getrandbits(random.choice([60, 64, 200, 3000])); b = random.randint(2, 36)
        digits = ""; k = n
        while k: digits = "0123456789abcdefghijklmnopqrstuvwxyz"[k % b] + digits; k //= b
        method(int, "()", digits or "0", b); method(int, "()", str(n)); method(n, "__repr__")
        method(float, "()", "%d.%de%d" % (random.getrandbits(random.randint(1, 70)), random.getrandbits(60), random.randint(-330, 310)))
        method(some_float(), "__repr__")
    method(int, "()"); method(int, "()", "1" * 4300); method(int, "()", "1" * 4301); op("**", 10, 4299); op("**", 10, 4300)
    method(int, "()", "1" * 5000, 16); method(int, "()", None); method(int, "()", 1.5); method(int, "()", 1e300); method(int, "()", float("nan"))
    method(int, "()", float("inf")); method(int, "()", 1.5, 10); method(int, "()", base=10); method(int, "()", "12", base=16); method(float, "()"); method(float, "()", [])
    method(complex, "()"); method(complex, "()", 1, 2); method(complex, "()", 1j, 2j); method(complex, "()", "1", 2); method(complex, "()", 1, "2"); method(complex, "()", [])
    method(complex, "()", 1, []); method(complex, "()", imag=3); method(bool, "()"); method(bool, "()", 5); method(bool, "()", []); method(int, "()", 1, 2, 3)


def specs():
    def spec():
        s = ""
        if random.random() < .4: s += random.choice(["", "*", "0", " ", "\u4e2d", "<"]) + random.choice("<>=^")
        if random.random() < .3: s += random.choice("+- ")
        if random.random() < .1: s += "z"
        if random.random() < .2: s += "#"
        if random.random() < .2: s += "0"
        if random.random() < .5: s += str(random.randint(0, 20))
        if random.random() < .3: s += random.choice([",", "_"])
        if random.random() < .4: s += "." + str(random.randint(0, 12))
        if random.random() < .7: s += random.choice("bcdeEfFgGnosxX%qr")
        return s
    for _ in range(ROUNDS * 8):
        method(random.choice([some_int, some_float])(), "__format__", spec())
        method(random.choice([some_float() + 0j, complex(some_float(), some_float())]), "__format__", spec())
        method(some_str(), "__format__", spec())
    for _ in range(ROUNDS * 8):
        s = "%" + "".join(random.sample("+- #0", random.randint(0, 3))) + random.choice(["", "5", "12", "*"]) + random.choice(["", ".0", ".3", ".10", ".*"])
        s += random.choice("diouxXeEfFgGcrsa%b") + random.choice(["", "|", "%%", "%"])
        v = random.choice([some_int, some_float, some_str, lambda: None, lambda: some_bytes(2), lambda: random.randint(0, 300)])()
        op("%", s, v); op("%", s, (v,)); op("%", s, (random.randint(-3, 9), v)); op("%", s, (3, 4, v)); op("%", "%(k)" + s[1:], {"k": v})
        op("%", s.encode(), (v,)); op("%", bytearray(s.encode()), v)
    fields = ["{}", "{0}", "{1}", "{a}", "{{", "}}", "{", "}", "{!r}", "{0!s:>5}", "{:{}}", "{a.real}", "{0[0]}", "{a[x]}", "{0.}", "{:{a}}", "{!x}", "{!}", "{0[}", "{0]}", "{:5", "x", "\u4e2d", "{:\u4e2d^7}", "{5}", "{zz}", "{0[0]x}", "{a!r:^{b}}", "{99999999999999999999}"]
    for _ in range(ROUNDS * 4):
        s = "".join(random.choice(fields) for _ in range(random.randint(1, 3)))
        method(s, "format", some_int(), "ab", a=5, b=12); method(s, "format_map", {"a": 7, "b": 9}); method(s, "format")


def strings():
    for _ in range(ROUNDS * 2):
        s = some_str(); t = sub_of(s)
        for name in ("capitalize", "casefold", "lower", "upper", "title", "swapcase", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier",
                     "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "split", "rsplit", "splitlines", "strip", "lstrip", "rstrip", "expandtabs",
                     "__repr__", "__str__", "__len__", "__getnewargs__"):
            method(s, name)
        for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith"):
            method(s, name, t); method(s, name, t, small(), small())
        for name in ("split", "rsplit"): method(s, name, t, random.randint(-1, 3)); method(s, name, None, random.randint(-1, 3))
        for name in ("partition", "rpartition", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "__contains__", "__add__", "join", "__eq__", "__lt__"): method(s, name, t)
        method(s, "replace", t, some_str(3)); method(s, "replace", t, some_str(3), random.randint(-1, 3)); method(s, "splitlines", True)
        for name in ("center", "ljust", "rjust"): method(s, name, random.randint(0, 20)); method(s, name, random.randint(0, 20), random.choice(["*", "\u4e2d", "", "ab"]))
        method(s, "zfill", random.randint(0, 20)); method("-" + s, "zfill", random.randint(0, 20)); method(s, "expandtabs", random.randint(-1, 9))
        op("[]", s, random.randint(-14, 14)); op("*", s, random.randint(-1, 4)); op("*", random.randint(-1, 4), s); op("+", s, some_str()); op("<", s, some_str()); op("==", s, s); op("in", t, s)
        method(s, "join", [some_str(3) for _ in range(random.randint(0, 4))]); method(s, "join", ["a", 5])
        method(s, "translate", {97: "x", 98: None, 99: 0x4e2d}); method(str, "maketrans", s, some_str()); method(str, "maketrans", "abc", "xyz", s)
        emit(str(hash(s)), "h " + term(s))
        for e in ("utf-8", "latin-1", "ascii", "utf-16", "utf-16-le", "utf-32-be", "utf-8-sig"):
            for errors in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass"):
                method(s, "encode", e, errors)
    long = "ab" * 200 + "c" + "ab" * 200
    for t in ("abc", "cab", "ab" * 100 + "c", "ba" * 150, "c" + "ab" * 50, "x"): method(long, "find", t); method(long, "rfind", t); method(long, "count", t); method(long + "\u4e2d", "find", t); method(long + "\u4e2d", "count", t); method(long + "\U0001F600", "rfind", t)
    for v in (1, None, b"a", 1.5):
        for name in ("find", "count", "startswith", "endswith", "split", "strip", "partition", "removeprefix", "__contains__", "__add__", "join", "replace", "center", "zfill", "index", "translate", "encode", "__getitem__", "__mul__", "expandtabs", "splitlines", "__mod__", "format_map", "__format__"):
            method("abc", name, v)
            if name != "format_map": method("abc", name)
    method(str, "()"); method(str, "()", b"ab", "utf-8"); method(str, "()", b"\xff", "utf-8", "replace"); method(str, "()", "a", "utf-8"); method(str, "()", 1, "utf-8"); method(str, "()", b"a"); method(str, "()", errors="x")


def byte_strings():
    for _ in range(ROUNDS * 2):
        s = some_bytes(); t = sub_of(s)
        for name in ("capitalize", "lower", "upper", "title", "swapcase", "isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper", "split", "rsplit",
                     "splitlines", "strip", "lstrip", "rstrip", "expandtabs", "hex", "decode", "__repr__", "__len__"):
            method(s, name)
        for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith"):
            method(s, name, t); method(s, name, t, small(), small()); method(s, name, random.choice([97, 300, -1, 0]))
        for name in ("split", "rsplit"): method(s, name, t, random.randint(-1, 3)); method(s, name, None, random.randint(-1, 3))
        for name in ("partition", "rpartition", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "__contains__", "__add__", "__eq__", "__lt__"): method(s, name, t)
        method(s, "replace", t, some_bytes(3)); method(s, "replace", t, some_bytes(3), random.randint(-1, 3)); method(s, "splitlines", True)
        for name in ("center", "ljust", "rjust"): method(s, name, random.randint(0, 20)); method(s, name, random.randint(0, 20), random.choice([b"*", b"", bytearray(b"x"), "x"]))
        method(s, "zfill", random.randint(0, 20)); method(s, "expandtabs", random.randint(-1, 9)); method(s, "hex", ":", random.randint(-4, 4))
        op("[]", s, random.randint(-14, 14)); op("*", s, random.randint(-1, 4)); op("+", s, some_bytes()); op("<", s, some_bytes()); op("in", t, s); op("in", 97, s)
        method(s, "join", [some_bytes(3) for _ in range(random.randint(0, 4))]); method(s, "translate", None, t); method(s, "translate", bytes(range(255, -1, -1)))
        for errors in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"):
            for e in ("utf-8", "ascii", "utf-16", "utf-16-be", "utf-32-le", "latin-1"):
                method(bytes(some_bytes()), "decode", e, errors)
            method(bytes(random.choice([0xed, 0xa0, 0x80, 0xf0, 0x90, 0xc3, 0x28, 0x61, 0xe2, 0x82, 0xac, 0xff, 0xd8, 0xdc, 0]) for _ in range(random.randint(0, 9))), "decode", random.choice(["utf-8", "utf-16-le", "utf-16-be", "utf-32"]), errors)
        b = bytearray(s)
        for name, args in (("append", (random.randint(-1, 256),)), ("extend", (some_bytes(),)), ("insert", (random.randint(-5, 5), 65)), ("pop", ()), ("pop", (random.randint(-5, 5),)), ("remove", (97,)), ("reverse", ()), ("clear", ()), ("copy", ())):
            method(b, name, *args)
    for v in (1, None, "a", 1.5, []):
        for name in ("find", "count", "startswith", "endswith", "split", "strip", "partition", "removeprefix", "__contains__", "__add__", "join", "replace", "center", "zfill", "translate", "decode", "__getitem__", "expandtabs", "extend", "append", "__mod__", "fromhex", "hex", "__iadd__", "insert", "pop"):
            method(b"abc", name, v); method(bytearray(b"abc"), name, v); method(bytearray(b"abc"), name)
        method(bytes, "()", v); method(bytearray, "()", v); method(bytes, "()", v, "utf-8"); method(bytes, "()", v, errors="strict"); method(memoryview, "()", v)
    for s in ("ab cd", "0", "0g", " 00 ", "a\u0130", "zz"): method(bytes, "fromhex", s); method(bytearray, "fromhex", s)
    method(bytes, "()", [1, 2, 300]); method(bytes, "()", (1, "a")); method(bytes, "()", -1); method(bytes, "()", 3); method(bytes, "()", 2**70)


numbers()
texts_of_numbers()
specs()
strings()
byte_strings()
