# Streams: what FileIO refuses, raw streams that answer nonsense, attributes of streams, the state of those in memory.
import io
import os
import tempfile


def show(label, function, *args, **options):
    try:
        print(label, function(*args, **options))
    except Exception as error:
        print(label, type(error).__name__, str(error).replace(folder, "FOLDER"), "| cause", repr(error.__cause__))


folder = tempfile.mkdtemp()
path = os.path.join(folder, "file")
for mode in "w", "x", "a", "r+", "w+", "a+", "rw", "+", "", "b", "q", "rr", "r++", "xb+", "ab+":
    def opened():
        with io.FileIO(path, mode) as file:
            return file.mode, file.readable(), file.writable(), file.seekable(), file.tell(), file.closefd
    show(mode, opened)
for what in folder, folder + "/none/file", -1, 9999, 1.5, None, "a\0":
    show("open", io.FileIO, what)
show("closefd", io.FileIO, path, closefd=False)
for answer in 9999, -1, "a":
    show("opener", io.FileIO, path, opener=lambda name, flags: answer)

with io.FileIO(path, "w") as file:
    for label, function, *args in (("read", file.read), ("readinto", file.readinto, bytearray(2)), ("write", file.write, b"hello"), ("write", file.write, "text"),
                                   ("truncate", file.truncate, 3), ("truncate", file.truncate)):
        show(label, function, *args)
for label, *args in ("read",), ("readall",), ("readinto", bytearray(1)), ("write", b""), ("seek", 0), ("tell",), ("truncate",), ("fileno",), ("isatty",):
    show("closed " + label, getattr(file, label), *args)


def delete(stream):
    del stream._finalizing


raw = io.FileIO(path)
show("readinto", raw.readinto, b"ab")
show("write", raw.write, b"a")
for stream in raw, io.BufferedReader(raw), io.TextIOWrapper(io.BufferedReader(io.FileIO(path))):
    show("set", setattr, stream, "_finalizing", 1)
    show("delete", delete, stream)
    show("get", getattr, stream, "_finalizing")
    show("pickle", stream.__reduce_ex__, 2)
    show("closed", setattr, stream, "closed", True)


class Raw(io.RawIOBase):
    def readable(self): return True
    def writable(self): return True
    def seekable(self): return True
    def readinto(self, room): return answer
    def write(self, data): return answer
    def tell(self): return answer
    def seek(self, position, whence=0): return answer


for answer in "x", -1, 99999, 2 ** 70, 1.5:
    show("raw readinto", io.BufferedReader(Raw()).read, 5)
    show("raw write", io.BufferedWriter(Raw(), 4).write, b"123456789")
    show("raw tell", io.BufferedReader(Raw()).tell)
    show("raw seek", io.BufferedReader(Raw()).seek, 3)

for state in (b"", 10 ** 30, None), (b"", -1, None), (b"", 1), (b"", "a", None), (b"ab", 1, 5), (1, 1, None), (b"ab", 1, {"q": 1}):
    stream = io.BytesIO()
    show("bytes", stream.__setstate__, state)
    print(stream.getvalue(), stream.tell())
for state in ("", "\n", 10 ** 30, None), ("", "\n", -1, None), ("", "\n", 1), ("", "\n", "a", None), ("ab", "\n", 1, 5), ("ab", "\r\n", 1, {"q": 1}), ("ab", 5, 1, None):
    stream = io.StringIO()
    show("text", stream.__setstate__, state)
    print(stream.getvalue(), stream.tell())
