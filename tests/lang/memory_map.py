# mmap: files and anonymous memory as bytes.
import mmap
import os
import tempfile


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


m = mmap.mmap(-1, 20)
print(m, len(m), m[0], m[:4], bytes(m) == bytes(20))
show(m.size)
m.write(b"hello\nworld\n")
m.write_byte(33)
m.seek(0)
print(m.readline(), m.tell(), m.read(3), m.read_byte(), m.read(-1), m.read(), m.readline())
print(m.find(b"o"), m.find(b"o", 0), m.rfind(b"o", 0), m.find(b"o", 5, -8), m.rfind(b"l", 0, 5), m.find(b"zz", 0), m.find(b"", 3))
m[0] = 72
m[1:4] = b"EYL"
m[::2] = b"0123456789"
print(m[:], m[-1], m[::-3], m[3:1], list(m)[:2], b"1" in m)
m.move(0, 5, 5)
print(m[:])
for f, *a in ((m.seek, 30), (m.seek, 0, 9), (m.seek, -21, 2), (m.write, b"x" * 30), (m.__getitem__, 20), (m.__getitem__, "a"), (m.__setitem__, 0, 256), (m.__setitem__, 0, b"a"),
              (m.__setitem__, slice(0, 3), b"ab"), (m.__delitem__, 0), (m.__delitem__, slice(1)), (m.move, 0, 19, 5), (m.flush, 0, 100), (m.madvise, mmap.MADV_NORMAL, 21),
              (m.read, "a"), (m.write_byte, 300), (m.resize, -1), (mmap.mmap, -1, -1), (mmap.mmap, -1, 0), (mmap.mmap, -1, 5, 1, 1, 1), (mmap.mmap, 9999, 5)):
    show(f, *a)
v = memoryview(m)
show(m.close)
show(m.resize, 40)
print(v[:3].tobytes(), v.readonly)
v.release()
m.resize(40)
print(len(m), m.flush(), m.madvise(mmap.MADV_NORMAL))
m.close()
print(m.closed, m)
show(len, m)
show(m.read)

with tempfile.TemporaryFile() as file:
    file.write(b"abc" * 2000)
    file.flush()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as r:
        print(len(r), r[:3], r.size())
        show(r.write, b"x")
        show(r.__setitem__, 0, 1)
        show(r.resize, 5)
        print(memoryview(r).readonly)
    with mmap.mmap(file.fileno(), 10) as w, mmap.mmap(file.fileno(), 10, access=mmap.ACCESS_COPY) as c:
        w[:3] = b"XYZ"
        c[3:6] = b"---"
        w.flush()
        print(w[:], c[:])
        w.resize(5000)
        print(len(w), os.fstat(file.fileno()).st_size)
    show(mmap.mmap, file.fileno(), 100000)
    show(mmap.mmap, file.fileno(), 0, offset=1 << 20)
    show(mmap.mmap, file.fileno(), 10, offset=3)
    file.seek(0)
    print(file.read(9))


class Own(mmap.mmap):
    pass


o = Own(-1, 3)
o.name = "x"
print(o.name, mmap.PAGESIZE == mmap.ALLOCATIONGRANULARITY, mmap.error)
