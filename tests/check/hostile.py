"""Cells that try to bring the interpreter down: each runs in its own process and must end by itself, with a result or a Python exception (the memory limit is part of it), never by a
signal, a sanitizer's report or a time-out.

usage: hostile.py INTERPRETER [-k WORD] [--timeout SECONDS] [--jobs N]

The last line is 'N passed, N failed'. A cell is what stands between two lines of `# ---`; its first line names it.
"""
import argparse
import concurrent.futures
import os
import resource
import subprocess
import sys
import tempfile

ap = argparse.ArgumentParser()
ap.add_argument("interpreter")
ap.add_argument("-k", default="")
ap.add_argument("--timeout", type=float, default=60)
ap.add_argument("--jobs", type=int, default=2)
ap.add_argument("-v", action="store_true")
opt = ap.parse_args()
opt.interpreter = os.path.abspath(opt.interpreter)

PRELUDE = """
import sys
def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error)
def nested(make, n=1000000, start=None):
    x = start
    for i in range(n):
        x = make(x)
    return x
def recursive(*functions, deep):
    for function in functions:
        attempt(function, deep)
"""

cells = []
text = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "hostile_cells.txt")).read()
for part in text.split("\n# ---\n"):
    name, _, body = part.strip().partition("\n")
    cells.append((name.lstrip("# "), body))


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(cell):
    name, body = cell
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = os.path.join(folder, "cell.py")
        with open(path, "w") as file:
            file.write(PRELUDE + body + "\nprint('alive')\n")
        try:
            done = subprocess.run([opt.interpreter, "-X", "memory_limit=1G", path], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=opt.timeout, preexec_fn=limits)
        except subprocess.TimeoutExpired as late:
            return name, "time-out", (late.stdout or b"").decode(errors="replace")
    out = done.stdout.decode(errors="replace")
    if done.returncode in (0, 1) and "Sanitizer" not in out and "runtime error:" not in out and "alive\n" in out:
        return name, "", out
    return name, f"exit {done.returncode}", out


chosen = [cell for cell in cells if opt.k in cell[0]]
failed = 0
with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
    for name, how, out in pool.map(run, chosen):
        if how:
            failed += 1
            print(f"FAILED {name}: {how}\n{out[-1500:]}", flush=True)
        elif opt.v:
            print(f"ok     {name}", flush=True)
print(f"{len(chosen) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
