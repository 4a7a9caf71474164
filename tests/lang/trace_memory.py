# tracemalloc: where objects were made, what is traced, limits of the traceback.
import gc
import linecache
import tracemalloc

linecache.updatecache(__file__)         # now: later a MemoryError while it reads would be swallowed by getlines


def make(n):
    return [object() for _ in range(n)]


def outer():
    return bytearray(1 << 20)


def at(obj):
    trace = tracemalloc.get_object_traceback(obj)
    return trace and [(f.filename == __file__, linecache.getline(__file__, f.lineno).strip()) for f in trace]


before = outer()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc._get_traces(), tracemalloc.get_traceback_limit(), at(before))
tracemalloc.start(3)
tracemalloc.start(7)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
big = outer()
print(at(big), at(before), at(12), at(None))
size, peak = tracemalloc.get_traced_memory()
print(1 << 20 <= size < 1.1 * (1 << 20), size <= peak)
del big
size, peak = tracemalloc.get_traced_memory()
print(size < 100000, peak > 1 << 20)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < 100000)

many = make(5000)
snapshot = tracemalloc.take_snapshot()
top = snapshot.filter_traces([tracemalloc.Filter(True, __file__)]).statistics("lineno")[0]
print(linecache.getline(__file__, top.traceback[0].lineno).strip(), top.count >= 5000, top.size >= 5000 * 16)
more = make(3000)
change = tracemalloc.take_snapshot().compare_to(snapshot, "lineno")[0]
print(linecache.getline(__file__, change.traceback[0].lineno).strip(), 3000 <= change.count_diff < 3100)
print(tracemalloc.get_tracemalloc_memory() > 0)

x = object()
del x
for _ in range(20000):
    x = [[], ()]
print(len(tracemalloc._get_traces()) < 30000)
x = []
x.append(x)
del x
gc.collect()
kept = make(3)
tracemalloc.clear_traces()
print(at(kept), tracemalloc.get_traced_memory()[0])
tracemalloc.stop()
print(at(kept), tracemalloc.get_traced_memory(), tracemalloc.is_tracing())
for n in (0, -1, 65536, "x"):
    try:
        tracemalloc.start(n)
    except Exception as e:
        print(type(e).__name__, e)
try:
    tracemalloc.take_snapshot()
except RuntimeError as e:
    print(e)
