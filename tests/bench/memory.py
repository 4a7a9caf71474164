"""What containers cost, how long a full collection takes, and what a global costs against a local. Exact heap bytes; Ouro only."""
import gc
import time


def live():
    from _ouro import heap_counts
    return heap_counts()["live_bytes"]


class Point:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z


def cost(make):
    gc.collect()
    before = live()
    kept = make()
    after = live()
    return (after - before) / 1e6, kept


size, kept = cost(lambda: [i * 3 for i in range(10**6)])
print(f"list of 10**6 ints, MB: {size:.2f}")
size, kept = cost(lambda: [i * 0.37 for i in range(10**6)])
print(f"list of 10**6 floats, MB: {size:.2f}")
kept = None
size, kept = cost(lambda: [Point(i, i + 1, i + 2) for i in range(10**6)])
print(f"10**6 instances, MB: {size:.2f}")
kept = None
n_before = len(gc.get_objects())
gc.disable()
kept = [(Point(i, i, i), i) for i in range(10**6)]          # 2 M containers: an instance and a tuple each
gc.enable()
gc.collect()
assert 2 * 10**6 <= len(gc.get_objects()) - n_before < 2 * 10**6 + 100
pauses = []
for _ in range(11):
    start = time.process_time()                             # processor time: what else the machine does is not the collector's
    gc.collect()
    pauses.append((time.process_time() - start) * 1e3)
print(f"full pause, 2 M objects, ms: {sorted(pauses)[5]:.1f}")
kept = None

LOOP = """
total = 0
for i in range(1000000):
    if i % 3 == 0:
        total += i
    else:
        total -= 1
"""


def timed(run):
    best = 1e9
    for _ in range(7):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


space = {}
exec("def loop():" + LOOP.replace("\n", "\n    "), space)
from _ouro import compile_cell
cell = compile_cell(LOOP)
inside = timed(space["loop"])
outside = timed(lambda: exec(cell, {}))
print(f"top level / function: {outside / inside:.2f}")
