# pickle: buffers out of band, what can and cannot be pickled, weak references to instances of str subclasses.
import pickle
import weakref


class ZeroCopy(bytearray):
    def __reduce_ex__(self, protocol):
        return type(self)._again, (pickle.PickleBuffer(self),)

    @classmethod
    def _again(cls, obj):
        with memoryview(obj) as m:
            return m.obj if type(m.obj) is cls else cls(m.obj)


z = ZeroCopy(b"x" * 1000)
out = []
data = pickle.dumps(z, protocol=5, buffer_callback=out.append)
print(len(data) < 200, pickle.loads(data, buffers=out) is z, pickle.loads(pickle.dumps(z, 5)) == z)
raw = out[0].raw()
print(raw.nbytes, raw.format, raw.readonly, memoryview(out[0]).obj is z)
grid = memoryview(bytearray(range(12))).cast("B", (3, 4))
print(pickle.PickleBuffer(grid).raw().shape)
for f in (lambda: pickle.PickleBuffer("a"), lambda: pickle.PickleBuffer(memoryview(b"abcdef")[::2]).raw()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
raw.release()
out[0].release()
try:
    memoryview(out[0])
except ValueError as e:
    print(e)
print(weakref.ref(pickle.PickleBuffer(b""))())


class Name(str):
    pass


name = Name("n")
name.more = [name]
ref = weakref.ref(name)
print(ref() is name, pickle.loads(pickle.dumps(name)).more[0])
del name
import gc
gc.collect()
print(ref())
for protocol in range(6):
    for thing in (str.index, [].append, dict.fromkeys, bytearray.maketrans, len, (1, {2: {3}}, frozenset("a"), b"\xff", 1 << 80, -1.5, "\udc80\u1234", None, ..., NotImplemented, range(3)),
                  dict.__dict__["fromkeys"], bytearray.__dict__["maketrans"], iter([1, 2]), slice(1), int, Name, type(None), ValueError("a", 1)):
        try:
            again = pickle.loads(pickle.dumps(thing, protocol))
            print(protocol, type(again).__name__, again == thing)
        except Exception as e:
            print(protocol, type(e).__name__, str(e)[:60])

# What iter() and * make of a generic alias.
iterator = iter(list[int])
print(iterator.__reduce__(), next(pickle.loads(pickle.dumps(iterator))))
starred = [*tuple[int]][0]
print(starred, starred.__reduce__()[0], pickle.loads(pickle.dumps(starred)) == starred)
