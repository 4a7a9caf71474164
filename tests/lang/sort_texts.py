"""Sorting strs of every length around eight, where whole words are compared: the order is that of their characters."""
import random

random.seed(4)
texts = ["", "\0", "\0\0", "a", "a\0", "a\0b", "\xff", "\xff\xff", "a" * 7, "a" * 8, "a" * 9, "a" * 7 + "\0", "a" * 8 + "\0", "a" * 7 + "\xff"]
for n in list(range(20)) + [40]:
    for _ in range(60):
        texts.append("".join(random.choice("ab\0\xff\x7f\x80z") for _ in range(n)))
random.shuffle(texts)
ordered = sorted(texts)
by_codes = sorted(texts, key=lambda t: [ord(c) for c in t])
print(ordered == by_codes, all(a <= b for a, b in zip(ordered, ordered[1:])), sorted(texts, reverse=True) == ordered[::-1])
print(sorted(texts, key=str.upper) == sorted(texts, key=lambda t: [ord(c) for c in t.upper()]))
print([repr(t) for t in ordered[:30]], hash(tuple(map(len, ordered))))
wide = texts + ["€", "a€", "aaaaaaa€", "\U0001f600"]
print(sorted(wide) == sorted(wide, key=lambda t: [ord(c) for c in t]), sorted((t, i) for i, t in enumerate(texts))[:5], min(wide) == "", max(wide))
