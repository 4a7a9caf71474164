"""The work of a notebook cell: loops at the top level, where every name is a global."""
total = 0
for i in range(1500000):
    if i % 3 == 0:
        total += i
    else:
        total -= 1
xs = []
x = 0.5
while len(xs) < 400000:
    x = 3.7 * x * (1 - x)
    xs.append(x)
mean = sum(xs) / len(xs)
print(total, "%.6f" % mean)
