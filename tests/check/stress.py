"""Scripts of tests/lang under stress, with the sanitized build: collections at every safe point, failing allocations, nothing left at the end.

usage: stress.py --build BUILD [--all] [--show N] [--keep] [SCRIPT ...]

For each script:
- with a collection at every safe point (OURO_STRESS=collect) it prints what it prints without;
- with OURO_LEAKS it ends without an object that nothing accounts for;
- at each place that allocates, an allocation fails once (OURO_STRESS=alloc-new, see gc/stress.h; a place that failed in one script does not fail
  again in another). What runs after that must end by itself, not by a signal, without a sanitizer's report and without objects left over; and
  either its output is what it always is, or it says MemoryError (while the interpreter starts: "no memory").
A process with threads cannot be copied: there one place fails a run, and the run is repeated; so it is when a copy removed a file of the script.
Bounded form: a few scripts; --all: every script. The last line is 'N passed, N failed'.
"""
import argparse
import collections
import concurrent.futures
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ap = argparse.ArgumentParser()
ap.add_argument("--build", default="build")
ap.add_argument("--all", action="store_true")
ap.add_argument("--keep", action="store_true", help="keep the outputs of what failed")
ap.add_argument("--show", type=int, default=8, help="failures of one kind to show")
ap.add_argument("scripts", nargs="*")
opt = ap.parse_args()
HERE = os.path.dirname(os.path.abspath(__file__))
LANG = os.path.normpath(os.path.join(HERE, "..", "lang"))
ASAN = os.path.abspath(os.path.join(opt.build, "asan", "ouro"))
BASE = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "OURO_LEAKS": "4",
        "ASAN_OPTIONS": "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
FEW = ["functions.py", "classes.py", "generators.py", "try_statements.py", "dict.py", "comprehensions.py"]
RUNS_MAX = 1500         # of one script
IDLE_SECONDS = 10       # without any work: waiting for something that does not come
LOST_SECONDS = 600

folder = tempfile.mkdtemp(prefix="ouro-stress-")
lock = threading.Lock()
stopping = False
passed = 0
failures = []           # (kind, what, place, frames, output)


def cpu(session):
    """Clock ticks that the processes of a session have used, those they waited for among them."""
    ticks = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue            # it has ended
        if int(fields[3]) == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks


def size(path):
    return os.path.getsize(path) if os.path.exists(path) else 0


def wait(process):
    """Its exit status, or "idle": it has not ended, and its session has hardly worked for IDLE_SECONDS; or "time-out": it has logged nothing for LOST_SECONDS."""
    ticks = length = 0
    worked = logged = time.monotonic()          # when that was last seen
    while True:
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            now, ticks_before, length_before = time.monotonic(), ticks, length
        ticks, length = cpu(process.pid), size(os.path.join(folder, f"{process.pid}.log"))
        if ticks > ticks_before + 5:            # a thread that waits looks for interrupts now and then
            worked = now
        if length > length_before:
            logged = now
        if now - worked > IDLE_SECONDS or now - logged > LOST_SECONDS:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return "idle" if now - worked > IDLE_SECONDS else "time-out"


def run(script, stress):
    """(pid, status, output, errors); the output is a file, so that a copy can be told how much of it was there before."""
    env = dict(BASE, **({"OURO_STRESS": stress} if stress else {}))
    with tempfile.TemporaryFile(dir=folder) as out, tempfile.TemporaryFile(dir=folder) as err:
        process = subprocess.Popen([ASAN, script], stdout=out, stderr=err, env=env, stdin=subprocess.DEVNULL, cwd=LANG, start_new_session=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))       # a shell's background job has it ignored
        status = wait(process)
        out.seek(0)
        err.seek(0)
        return process.pid, status, out.read(), err.read().decode(errors="replace")


def judge(good, kind, what, output="", place="", frames=()):
    global passed
    with lock:
        if good:
            passed += 1
        else:
            failures.append((kind, what, place, frames, output))


def fault(status, out, err, plain):
    """What is wrong with how a process ended in which one allocation failed; None: nothing. `plain`: status and output without that, if they tell."""
    if status == "time-out":
        return "does not end"
    if status == "idle":        # a thread that dies before it has said that it runs, or a future's callback that fails, leaves others waiting: the library's own rule
        return None if "MemoryError" in err else "waits for ever"
    for words in ("AddressSanitizer", "runtime error", "Assertion `", "heap check"):
        if words in err:
            return re.sub(r"0x[0-9a-f]+|==\d+==", "", next(line for line in err.splitlines() if words in line))
    if status < 0:
        return f"signal {-status}"
    left = re.search(r"leaks: (\d+) object", err)
    if left and left[1] != "0":
        return "objects left: " + re.sub(r"0x[0-9a-f]+", "", next((line for line in err.splitlines() if "references unknown" in line), "")).strip()
    if plain and (status, out) != plain and b"MemoryError" not in out and "MemoryError" not in err and "no memory" not in err:
        return f"other output without a MemoryError, status {status}"
    return None


def records(pid):
    """What a process wrote to its log, each entry once."""
    path = os.path.join(folder, f"{pid}.log")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        lines = [line.split() for line in file]
    os.unlink(path)
    return [(int(line[0]), int(line[1]), int(line[2]), line[3], line[4:]) for line in lines]


def take(child, extension):
    path = os.path.join(folder, f"{child}.{extension}")
    try:
        with open(path, "rb") as file:
            data = file.read()
        os.unlink(path)
        return data
    except FileNotFoundError:
        return b""


def fail_places(name, plain):
    """One run of a script in which new places fail. (places seen, is another run worth it)."""
    pid, status, out, err = run(os.path.join(LANG, name), f"alloc-new={folder}")
    seen = records(pid)
    itself = any(entry[0] == pid for entry in seen)         # with threads: its last place failed in the process itself
    # What a copy did to files that they share may change what the script does then, and what later copies do. Their output says nothing then.
    disturbed = not itself and (status, out) != plain
    for child, ended, offset, place, frames in seen:
        if child == pid:
            wrong, text = fault(status, out, err, plain), err
        else:
            code = {-1: "time-out", -2: "idle"}.get(ended) or os.waitstatus_to_exitcode(ended)
            text = take(child, "err").decode(errors="replace")
            wrong = fault(code, out[:max(offset, 0)] + take(child, "out"), text, None if disturbed else plain)
        judge(wrong is None, wrong, name, text, place, frames)
    if disturbed and not seen:
        judge(False, f"output that changes by itself, status {status}", name, "\n".join(difflib.unified_diff(*(text.decode(errors="replace").splitlines() for text in (plain[1], out)), lineterm="")) + "\n" + err)
    return len(seen), bool(seen) and (itself or disturbed)


def stress(name):
    script = os.path.join(LANG, name)
    began = time.monotonic()
    _, status, plain, err = run(script, None)
    judge("leaks: 0 objects" in err, "objects left at exit", name, err)
    if name != "gc_rules.py":           # it counts collections
        _, stressed, out, err = run(script, "collect")
        judge((stressed, out) == (status, plain), f"a collection at every safe point: {stressed}", name, err)
    places, again, runs = 0, True, 0
    while again and runs < RUNS_MAX and not stopping:
        more, again = fail_places(name, (status, plain))
        places, runs = places + more, runs + 1
    return f"{name}: {places} places in {runs} run{'s' * (runs > 1)}, {time.monotonic() - began:.0f} s"


def symbols(addresses):
    """Function and line of each address."""
    ordered = sorted(addresses)
    if not ordered:
        return {}
    found = subprocess.run(["addr2line", "-f", "-s", "-e", ASAN, *[hex(int(a, 16) - 1) for a in ordered]], capture_output=True, text=True).stdout.splitlines()
    return {address: f"{found[2 * i]} ({found[2 * i + 1].split(' ')[0]})" for i, address in enumerate(ordered) if 2 * i + 1 < len(found)}


def show(group):
    """Failures of kinds that were not shown yet."""
    fresh = []
    for failure in group:
        times[failure[0]] += 1
        if times[failure[0]] <= opt.show:
            fresh.append(failure)
    names = symbols({address for failure in fresh for address in failure[3]})
    for kind, what, place, frames, output in fresh:
        print(f"FAILED {what}: {kind}" + (f" (OURO_STRESS=alloc-at={place})" if place else ""))
        lines = [names.get(address, address) for address in frames]
        print("    " + " < ".join(line for line in lines if not re.search(r"\((page|heap|stress)\.[ch]:", line)))
        print("    | " + "\n    | ".join(output[-1200:].splitlines()[-14:]), flush=True)


def order(name):
    """Scripts with threads last: there each place costs a run, and most places have had their turn by then."""
    with open(os.path.join(LANG, name)) as file:
        return "thread" in file.read(), name


scripts = sorted(opt.scripts or [f for f in os.listdir(LANG) if f.endswith(".py") and f != "run.py"] if opt.all or opt.scripts else FEW, key=order)
times = collections.Counter()
shown = 0
pool = concurrent.futures.ThreadPoolExecutor(2)
try:
    for n, done in enumerate(concurrent.futures.as_completed([pool.submit(stress, name) for name in scripts]), 1):
        with lock:
            group, shown = failures[shown:], len(failures)
        print(f"{n}/{len(scripts)} {done.result()}; {passed} passed, {len(failures)} failed so far", flush=True)
        show(group)
finally:
    stopping = True
    pool.shutdown(cancel_futures=True)
    show(failures[shown:])
    for kind, count in times.most_common():
        print(f"FAILED {count} times: {kind}")
    if not opt.keep:
        shutil.rmtree(folder, ignore_errors=True)
print(f"{passed} passed, {len(failures)} failed")
sys.exit(1 if failures else 0)
