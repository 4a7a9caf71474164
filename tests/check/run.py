"""Every test of the project, one suite after the other; the last line is 'N passed, N failed'.

usage: run.py --build BUILD [SUITE ...]

A suite is a function that gives (passed, failed, notes). Suites are independent: one that breaks does not stop the others. What a suite prints
goes to BUILD/check/<suite>.log; a failing one shows the end of it.
"""
import argparse
import os
import re
import subprocess
import sys
import time

ap = argparse.ArgumentParser()
ap.add_argument("--build", default="build")
ap.add_argument("suites", nargs="*")
opt = ap.parse_args()
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
os.chdir(ROOT)
BUILD = os.path.abspath(opt.build)
OURO = os.path.join(BUILD, "ouro")
ASAN = os.path.join(BUILD, "asan", "ouro")
PYTHON = "/usr/bin/python3"
VENV = os.path.join(BUILD, "venv", "bin", "python")
LOGS = os.path.join(BUILD, "check")
os.makedirs(LOGS, exist_ok=True)
LIBS = "-lzmq -ljansson -lsodium -lgmp -lpcre2-8 -lpcre2-16 -lpcre2-32 -lutf8proc -lz -lpthread -ldl -lm".split()
QUIET_ASAN = {"ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
# Scripts look for leaks too, and handle fatal signals themselves.
STRICT_ASAN = {"ASAN_OPTIONS": "abort_on_error=1:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0",
               "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
SUITES = []


def suite(function):
    SUITES.append(function)
    return function


def run(name, command, timeout, env=None):
    """(exit status, output); the output also goes to the suite's log."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL)
        status, out = done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        status, out = "time-out", (late.stdout or b"").decode(errors="replace")
    with open(os.path.join(LOGS, name + ".log"), "a") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{out}\n-> {status}\n")
    return status, out


def counted(out):
    """The last 'N passed, N failed' in a text."""
    found = re.findall(r"(\d+) passed, (\d+) failed", out)
    return (int(found[-1][0]), int(found[-1][1])) if found else None


def one(name, command, timeout=600, env=None):
    """A command that is one test, or that counts its own."""
    status, out = run(name, command, timeout, env)
    counts = counted(out)
    if counts is None:
        counts = (1, 0) if status == 0 else (0, 1)
    elif status != 0 and counts[1] == 0:
        counts = (counts[0], 1)
    return counts[0], counts[1], out[-1500:] if counts[1] else ""


def several(name, commands, timeout=600, env=None):
    passed = failed = 0
    notes = []
    for command in commands:
        p, f, note = one(name, command, timeout, env)
        passed, failed = passed + p, failed + f
        if note:
            notes.append(note)
    return passed, failed, "\n".join(notes)


@suite
def headers():
    return one("headers", ["sh", "tests/check/headers.sh", "gcc"])


@suite
def rings():
    """No circle of object files, no folder that uses a higher one."""
    return one("rings", ["sh", "tests/check/rings.sh", BUILD])


@suite
def unit():
    """The C tests, built with the sanitizers; the parser alone against CPython's."""
    folder = os.path.join(BUILD, "asan", "unit")
    os.makedirs(folder, exist_ok=True)
    objects = [os.path.join(d, f) for d, _, files in os.walk(os.path.join(BUILD, "asan")) for f in files if f.endswith(".o")]
    objects = [o for o in objects if os.path.exists(os.path.relpath(o, os.path.join(BUILD, "asan"))[:-2] + ".c") or o.endswith("/shipped.o")]      # none of a source that is gone
    library = [o for o in objects if not o.endswith("/kernel/main.o")]
    collector = [o for o in objects if "/asan/gc/" in o]
    own_parts = {"heap_test.c": collector, "collect_test.c": collector, "graph_test.c": collector,
                 "object_test.c": ["-Wl,--allow-multiple-definition", *library]}     # object_test brings its own door to imports
    commands, passed, failed, notes = [[PYTHON, "tests/unit/syntax_test.py"]], 0, 0, []
    for source in sorted(f for f in os.listdir("tests/unit") if f.endswith("_test.c")):
        binary = os.path.join(folder, source[:-2])
        parts = own_parts.get(source, library)
        status, out = run("unit", ["gcc", "-std=gnu11", "-g", "-w", "-DOURO_DEBUG", "-fsanitize=address,undefined", "-I.", "-o", binary, f"tests/unit/{source}", *parts, *LIBS], 300)
        if status != 0:
            failed += 1
            notes.append(f"{source} does not build: {out[-800:]}")
        elif source == "scalars_test.c":
            cases = os.path.join(folder, "scalars_cases.txt")
            with open(cases, "wb") as file:
                subprocess.run([PYTHON, "tests/unit/scalars_cases.py"], stdout=file, timeout=120, env={**os.environ, "PYTHONHASHSEED": "0"})
            commands.append([binary, cases])
        else:
            commands.append([binary])
    for command in commands:
        p, f, note = one("unit", command, 300, QUIET_ASAN)
        if f:
            notes.append(note)
        passed, failed = passed + p, failed + f
    return passed, failed, "\n".join(notes)


@suite
def lang():
    """Scripts whose output must be CPython's."""
    return one("lang", [PYTHON, "tests/lang/run.py", "--ouro", OURO, "--python", PYTHON], 900)


@suite
def lang_sanitized():
    """The same under the address and undefined-behaviour sanitizers."""
    return one("lang_sanitized", [PYTHON, "tests/lang/run.py", "--ouro", ASAN, "--python", PYTHON, "--seconds", "300"], 1200, STRICT_ASAN)


@suite
def stress():
    """Collections at every safe point, failing allocations: the bounded form."""
    return one("stress", [PYTHON, "tests/check/stress.py", "--build", BUILD], 900)


@suite
def hostile():
    """Cells that try to crash the interpreter."""
    return one("hostile", [PYTHON, "tests/check/hostile.py", OURO, "--timeout", "240"], 1500)


@suite
def interrupts():
    """Endless and long cells in real kernels: an interrupt ends each of them."""
    return one("interrupts", [VENV, "tests/check/interrupts.py", OURO, "--kernels", "3"], 900)


@suite
def syntax():
    """Every file of the library and of its tests must give CPython's tree."""
    status, out = run("syntax", [PYTHON, "tests/conformance/ast_rate.py", OURO], 2400)
    found = re.search(r"AST: (\d+) of (\d+)", out)
    if not found:
        return 0, 1, out[-800:]
    good, total = map(int, found.groups())
    return good, total - good, out[-800:] if good < total else ""


@suite
def cpython():
    """CPython's own tests: what once passed must pass (the ratchet)."""
    ratchet = "tests/conformance/passing.txt"
    if not os.path.exists(ratchet):
        return 0, 0, ""
    return one("cpython", [PYTHON, "tests/conformance/cpython_rate.py", OURO, "--retry-max", "0", "--ratchet", ratchet], 900)


@suite
def protocol():
    """A real kernel over real sockets: jupyter_kernel_test with every attribute, what happens on the wire, cells, magics."""
    status, out = run("protocol", [VENV, "-m", "pytest", "-q", "tests/protocol"], 1800, {"OURO": OURO})
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", out)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if not counts:
        return 0, 1, out[-1500:]
    return counts.get("passed", 0), failed, out[-3000:] if failed else ""


@suite
def notebooks():
    """Every notebook executes clean."""
    books = sorted(os.path.join("notebooks", f) for f in os.listdir("notebooks") if f.endswith(".ipynb"))
    return one("notebooks", [VENV, "tests/tour.py", OURO, *books], 600)


@suite
def browser():
    """JupyterLab in headless Chromium. A page that a busy machine loads too slowly gets a second chance."""
    passed, failed, note = one("browser", [VENV, "tests/browser/lab.py", OURO], 400)
    return one("browser", [VENV, "tests/browser/lab.py", OURO], 400) if failed else (passed, failed, note)


@suite
def install():
    folder = os.path.join(BUILD, "installed")
    passed, failed, note = several("install", [["make", "-s", "install", f"BUILD={opt.build}", f"DESTDIR={folder}", "PREFIX=/usr"],
                                              [os.path.join(folder, "usr/bin/ouro"), "-c", "print('installed')"],
                                              ["test", "-f", os.path.join(folder, "usr/share/jupyter/kernels/ouro/kernel.json")],
                                              ["make", "-s", "uninstall", f"BUILD={opt.build}", f"DESTDIR={folder}", "PREFIX=/usr"],
                                              ["test", "!", "-e", os.path.join(folder, "usr/bin/ouro")]])
    return passed, failed, note


total_passed = total_failed = 0
for function in SUITES:
    name = function.__name__
    if opt.suites and name not in opt.suites:
        continue
    open(os.path.join(LOGS, name + ".log"), "w").close()
    start = time.time()
    try:
        passed, failed, notes = function()
    except Exception as error:
        passed, failed, notes = 0, 1, repr(error)
    total_passed, total_failed = total_passed + passed, total_failed + failed
    print(f"{name:<16}{passed:>7} ok {failed:>5} failed {time.time() - start:>7.0f} s", flush=True)
    if failed:
        print("    " + notes.strip().replace("\n", "\n    ")[-4000:], flush=True)
print(f"{total_passed} passed, {total_failed} failed")
sys.exit(1 if total_failed else 0)
