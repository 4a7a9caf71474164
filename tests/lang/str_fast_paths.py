"""Searching, counting, replacing and case mapping of texts of every length around the sizes where other code takes over."""
import random

random.seed(5)
check = 0


def note(*values):
    global check
    check = (check * 31 + sum(ord(c) for v in values for c in str(v))) % (1 << 61)


for alphabet in ("ab", "aB z", "abcdefghXYZ 019_-", "aä", "ab\u4e00", "\U0001f600a"):
    for n in list(range(0, 40)) + [127, 128, 255, 256, 257, 1000, 5000]:
        text = "".join(random.choice(alphabet) for _ in range(n))
        note(text.lower(), text.upper(), text.title(), text.capitalize(), text.casefold(), text.swapcase())
        for m in range(1, 6):
            needle = "".join(random.choice(alphabet) for _ in range(m))
            for most in (-1, 0, 1, 2, 5):
                note(text.replace(needle, "", most), text.replace(needle, "x", most), text.replace(needle, "ßxyz", most), text.replace(needle, "\u4e00", most))
            note(text.count(needle), text.count(needle, 3), text.count(needle, 1, -1), text.find(needle), text.rfind(needle), needle in text, text.split(needle)[:3])
            hits, at = 0, text.find(needle)
            while at >= 0:
                hits, at = hits + 1, text.find(needle, at + m)
            assert hits == text.count(needle)
            data, part = text.encode(), needle.encode()
            note(data.count(part), data.find(part), data.replace(part, b"--"))
print(check)
print("abab".replace("ab", ""), "aaa".replace("a", "b"), "a".replace("a", "b"), "aXa".replace("X", ""), "ab".replace("ab", "c"), repr("ab".replace("ab", "")))
print("a" * 300 == "b".replace("b", "a" * 300), "x".join(["a"]), "".join(["a", "", "b"]), "é".join("abc"), "\u4e00".join("ab"))
print(max(3, 1), max(1, 3), min(3, 1), max(2.5, 1), max("a", "b"), min(4, 2, 3), max([1, 5, 2]), max(True, 1), min(1, True), max(1, 1.0), max(1.0, 1))
print(max(1, -1, key=abs), max([], default=4), min((3,), default=4))
for text in ("max()", "min()", "max(1)", "max([])", "max(1, 2, default=3)", "min(1, 'a')", "max(1, key=3)", "'a'.strip(1)", "'a'.strip('a', 'b')", "'a'.split(1, 2, 3)", "len()", "len(1, 2)", "'a,b'.split(',', 'x')"):
    try:
        print(eval(text))
    except Exception as e:
        print(text, type(e).__name__, e)
