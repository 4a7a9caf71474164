# The module unicodedata: every property over a sample of code points, normal forms of random marks, lookups and their errors.
import random
import unicodedata as u
import zlib

SAMPLE = [chr(i) for i in (*range(0x3400), *range(0x3400, 0x30000, 7), *range(0xF900, 0xFFFF), *range(0x10000, 0x20000, 3), *range(0x2F800, 0x2FA20), *range(0xE0000, 0x110000, 4099))]


def digest(db, name, *more):
    f = getattr(db, name)
    return zlib.crc32(repr([f(*more, c) if name == "normalize" else f(c, *more) for c in SAMPLE]).encode("ascii", "backslashreplace"))


for db in u, u.ucd_3_2_0:
    print(db.unidata_version)
    for name in "category bidirectional combining mirrored east_asian_width decomposition".split():
        print(name, digest(db, name))
    for name in "decimal digit numeric name".split():
        print(name, digest(db, name, None))
    for form in "NFC", "NFD", "NFKC", "NFKD":
        print(form, digest(db, "normalize", form))

pick = random.Random(7).choice
pool = [c for c in SAMPLE if u.combining(c) or u.decomposition(c)] + list("aeoAEO\u1100\u1161\u11a7\u11a8\uac00")
texts = ["".join(pick(pool) for _ in range(n % 40)) for n in range(600)]
for form in "NFC", "NFD", "NFKC", "NFKD":
    print(form, zlib.crc32("".join(u.normalize(form, t) for t in texts).encode("utf-8", "surrogatepass")), sum(u.is_normalized(form, t) for t in texts))


def show(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))


for f in u.category, u.decimal, u.digit, u.numeric, u.name, u.lookup, u.mirrored, u.east_asian_width, u.combining:
    for args in (), ("ab",), (b"a",), ("x",), (1, 2), ("a", 2, 3), (1.5,):
        show(f, *args)
for name in "LATIN SMALL LETTER R WITH TILDE", "KEYCAP DIGIT ONE", "LF", "grinning face", "CJK UNIFIED IDEOGRAPH-4E00", "HANGUL SYLLABLE GAG", b"SPACE", "N" * 257:
    show(u.lookup, name)
    show(u.ucd_3_2_0.lookup, name)
show(u.normalize, "NFX", "a")
show(u.normalize, 1, "a")
show(u.normalize, "NFC", 1)
show(u.is_normalized, "NFC", None)
show(u.UCD)
print(type(u.ucd_3_2_0), u.numeric("\u0f33"), u.numeric("\u2155"), "\N{LATIN SMALL LETTER E WITH ACUTE}" == u.normalize("NFC", "e\u0301"))
import re
show(re.fullmatch, r"\N{EM DASH}[\N{DIGIT ONE}-\N{DIGIT NINE}]\N{LF}", "\u20147\n")
show(re.compile, r"\N{NO SUCH NAME}")
import encodings.idna
print("b\xfccher.example".encode("idna"), b"xn--bcher-kva.example".decode("idna"))
