"""Text: building, splitting, joining, replacing, formatting, searching."""


def main(n):
    parts = []
    for i in range(n):
        parts.append(f"{i:05d},{i * 1.5:.2f},{'name' + str(i % 17):>8}")
    text = "\n".join(parts)
    total = 0
    for line in text.split("\n"):
        number, price, name = line.split(",")
        total += int(number) + len(name.strip()) + (1 if "7" in price else 0)
    grown = ""
    for i in range(n):
        grown += chr(97 + i % 26)
    vowels = sum(1 for c in grown if c in "aeiou")
    swapped = text.replace("name", "NAME").lower().title()
    return total, vowels, swapped.count("Name1"), text.find("99999"), "%s|%r|%5.1f" % (grown[:5], grown[-3:], 2.25), len(grown.upper())


print(main(300000))
