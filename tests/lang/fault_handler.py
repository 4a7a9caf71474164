# faulthandler: stacks of all threads on demand, by signal, after a time; what a fatal signal leaves behind.
import faulthandler
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time


def written(file):
    file.seek(0)
    text = re.sub("0x[0-9a-f]+", "0x...", file.read())
    file.seek(0)
    file.truncate()
    return re.sub('File "[^"]*/', 'File "', text)


file = tempfile.TemporaryFile("w+")


def inner(**options):
    faulthandler.dump_traceback(file, **options)


def generator():
    inner(all_threads=False)
    yield


class Été:
    def méthode(self):
        next(generator())


inner()
Été().méthode()
inner(all_threads=False)
print(written(file))

blocked = threading.Event()
thread = threading.Thread(target=blocked.wait)
thread.start()
time.sleep(0.05)
inner()
lines = written(file).splitlines()
print(sum(line.startswith("Thread 0x") for line in lines), sum(line.startswith("Current thread 0x") for line in lines), any("in wait" in line for line in lines))
blocked.set()
thread.join()

faulthandler.register(signal.SIGUSR1, file, all_threads=False)
os.kill(os.getpid(), signal.SIGUSR1)
print(written(file))
calls = []
signal.signal(signal.SIGUSR2, lambda *a: calls.append(a[0]))
faulthandler.register(signal.SIGUSR2, file, all_threads=False, chain=True)
os.kill(os.getpid(), signal.SIGUSR2)
print(written(file), calls)
print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR2))

faulthandler.dump_traceback_later(0.05, file=file)
end = time.monotonic() + 0.4
while time.monotonic() < end:
    pass
print(re.sub("line [0-9]+", "line N", written(file)))
faulthandler.dump_traceback_later(60, file=file)
faulthandler.cancel_dump_traceback_later()
faulthandler.cancel_dump_traceback_later()

print(faulthandler.is_enabled(), faulthandler.enable(file), faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable(), faulthandler.is_enabled())
for call in (lambda: faulthandler.dump_traceback_later(0), lambda: faulthandler.register(signal.SIGSEGV), lambda: faulthandler.register(1000), lambda: faulthandler.dump_traceback(-1),
             lambda: faulthandler.dump_traceback(object()), lambda: faulthandler.dump_traceback("x")):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)

for code in ("import faulthandler; faulthandler.enable(); faulthandler._sigsegv()", "import faulthandler; faulthandler.enable(all_threads=False); faulthandler._sigabrt()"):
    r = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    print(r.returncode, re.sub("0x[0-9a-f]+", "0x...", r.stderr))
r = subprocess.run([sys.executable, "-X", "faulthandler", "-c", "import faulthandler; print(faulthandler.is_enabled())"], capture_output=True, text=True)
print(r.stdout)
