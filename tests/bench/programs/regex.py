"""re: searches, groups, substitution, splitting."""
import re

x, words = 7, []
for i in range(120000):
    x = (x * 1103515245 + 12345) & 0x7fffffff
    words.append(["alpha", "beta42", "2024-05-%02d" % (x % 28 + 1), "user%d@example.com" % (x % 100), "GAMMA", "x=%d;" % x][x // 7 % 6])
text = " ".join(words)
mails = re.findall(r"[\w.]+@\w+\.com", text)
dates = [m.group("m") for m in re.finditer(r"(?P<y>\d{4})-(?P<m>\d\d)-(\d\d)", text)]
swapped = re.sub(r"(\w+)=(\d+);", r"\2=\1;", text)
numbers = sum(int(n) for n in re.findall(r"\d+", text) if len(n) < 4)
pieces = re.split(r"\s+(?=[A-Z])", text)
lower = re.sub("gamma", lambda m: m.group().lower(), text, flags=re.IGNORECASE)
matched = sum(1 for w in words if re.fullmatch(r"(alpha|beta\d+|[A-Z]+)", w))
print(len(mails), len(dates), len(swapped), numbers, len(pieces), lower.count("gamma"), matched)
