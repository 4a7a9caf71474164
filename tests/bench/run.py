#!/usr/bin/python3
"""Speed and memory of Ouro against Debian's python3, alternating in one run.

usage: run.py OURO [--runs N] [--python PYTHON] [--only NAME] [--check]

Every program in programs/ runs N times under each interpreter, alternating; the figure is the ratio of the medians of user CPU
time (start-up included), python3 / Ouro: above 1 Ouro is faster. Outputs must be equal. Then the memory and collector figures.
--check: exit status 1 when a bound of the table is missed (ratios only: nothing asserts an absolute time but the pause).
"""
import argparse
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ap = argparse.ArgumentParser()
ap.add_argument("ouro")
ap.add_argument("--runs", type=int, default=5)
ap.add_argument("--python", default="/usr/bin/python3")
ap.add_argument("--only", action="append")
ap.add_argument("--check", action="store_true")
opt = ap.parse_args()
ouro = os.path.abspath(opt.ouro)


def run(interpreter, program, *args):
    """(user CPU seconds, output) of one run; None when it failed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([interpreter, program, *args], stdout=out, stderr=subprocess.PIPE)
        _, usage = wait(process)
        out.seek(0)
        if process.returncode != 0:
            return None, process.stderr.read().decode(errors="replace").strip().splitlines()[-1:]
        return usage.ru_utime, out.read()


def wait(process):
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return status, usage


def compare(program, *args):
    """(seconds of python3, seconds of Ouro), medians; None and a reason when something is wrong."""
    ours, theirs = [], []
    for _ in range(opt.runs):
        t, want = run(opt.python, program, *args)
        o, got = run(ouro, program, *args)
        if t is None or o is None:
            return None, "python3 fails" if t is None else f"ouro fails: {got}"
        if want != got:
            return None, "different output"
        theirs.append(t)
        ours.append(o)
    return statistics.median(theirs), statistics.median(ours)


def programs():
    ratios, bad = {}, []
    print(f"{'program':<18}{'python3':>10}{'ouro':>10}{'ratio':>8}")
    for name in sorted(os.listdir(os.path.join(HERE, "programs"))):
        if not name.endswith(".py") or opt.only and name[:-3] not in opt.only:
            continue
        theirs, ours = compare(os.path.join(HERE, "programs", name))
        if theirs is None:
            bad.append(f"{name}: {ours}")
            print(f"{name[:-3]:<18} {ours}")
            continue
        ratios[name[:-3]] = theirs / max(ours, 1e-3)
        print(f"{name[:-3]:<18}{theirs:>9.3f}s{ours:>9.3f}s{ratios[name[:-3]]:>7.2f}x", flush=True)
    mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios)) if ratios else 0.0
    print(f"geometric mean {mean:.2f}x over {len(ratios)} programs; slowest {min(ratios.values(), default=0):.2f}x" + (f"; {len(bad)} failed" if bad else ""))
    return mean, min(ratios.values(), default=0.0), bad


def memory():
    """The figures a single process measures of itself."""
    out = subprocess.run([ouro, os.path.join(HERE, "memory.py")], capture_output=True, text=True)
    print(out.stdout, end="")
    if out.returncode:
        print(out.stderr[-500:])
    return dict(line.split(": ", 1) for line in out.stdout.splitlines() if ": " in line)


mean, slowest, bad = programs()
failures = [] if not bad else bad
if not opt.only:
    figures = memory()
    theirs, ours = compare(os.path.join(HERE, "list_of_dicts.py"))
    if theirs:
        print(f"[{{'a':[i]}} ...] x 10**6: {ours / theirs:.2f} of python3's time ({ours:.2f} s / {theirs:.2f} s)")
    else:
        failures.append(f"list_of_dicts: {ours}")
    if opt.check:
        if mean < 1.6:
            failures.append(f"geometric mean {mean:.2f} < 1.6")
        if slowest < 0.7:
            failures.append(f"slowest {slowest:.2f} < 0.7")
        if theirs and ours / theirs > 0.4:
            failures.append(f"list of dicts {ours / theirs:.2f} > 0.4")
        for key, bound in (("list of 10**6 ints, MB", 8.5), ("list of 10**6 floats, MB", 8.5), ("10**6 instances, MB", 60), ("full pause, 2 M objects, ms", 40), ("top level / function", 1.4)):
            if float(figures.get(key, "inf")) > bound:
                failures.append(f"{key}: {figures.get(key)} > {bound}")
for f in failures:
    print("missed:", f)
sys.exit(1 if failures and opt.check else 0)
