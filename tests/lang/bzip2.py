# bz2: in one go, in pieces, with a bound on the output; streams one after the other; errors.
import bz2
import io
import os
import random
import tempfile

random.seed(3)
data = bytes(random.choice(b"abcdefgh \n") for _ in range(300000))
packed = bz2.compress(data)
print(len(packed), packed[:4], bz2.decompress(packed) == data, bz2.decompress(packed + packed) == data * 2, bz2.decompress(bz2.compress(b"")))
for level in 1, 5, 9:
    c = bz2.BZ2Compressor(level)
    parts = [c.compress(data[i:i + 70000]) for i in range(0, len(data), 70000)] + [c.flush()]
    print(level, len(b"".join(parts)), bz2.decompress(b"".join(parts)) == data)
d = bz2.BZ2Decompressor()
out = []
position = 0
while not d.eof:
    piece = b""
    if d.needs_input:
        piece = (packed + b"tail")[position:position + 1000]
        position += 1000
    out.append(d.decompress(piece, max_length=4096))
print(b"".join(out) == data, max(map(len, out)), d.eof, d.needs_input, len(d.unused_data) > 0)


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


attempt(d.decompress, b"x")
attempt(bz2.decompress, b"nonsense")
attempt(bz2.decompress, packed[:-10])
attempt(bz2.BZ2Decompressor().decompress, packed[:500] + b"\0" * 50000)
attempt(bz2.BZ2Compressor, 0)
attempt(bz2.BZ2Compressor, "a")
attempt(c.flush)
attempt(c.compress, b"")
attempt(bz2.BZ2Compressor().compress, "text")
path = os.path.join(tempfile.mkdtemp(), "f.bz2")
with bz2.open(path, "wt", encoding="utf-8") as f:
    f.write("zeile\nzwei ä\n" * 1000)
with bz2.open(path, "rt", encoding="utf-8") as f:
    print(sum(1 for line in f))
with bz2.BZ2File(path) as f:
    f.seek(100)
    print(f.read(20), f.tell())
import tarfile
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w:bz2") as tar:
    tar.add(path, "inner")
buffer.seek(0)
with tarfile.open(fileobj=buffer) as tar:
    print(tar.getnames())
broken = bz2.BZ2Decompressor()
attempt(broken.decompress, bytes.fromhex("425a6839314159265359000000000000007fffff") + bytes(27) + bytes.fromhex("e037") + bytes(38) + bytes.fromhex("83f3"))
print(broken.needs_input, broken.eof)
