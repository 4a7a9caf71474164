"""Fuzz the functions and methods of built-in types and native modules: api_calls.py under a sanitized interpreter, seed after seed.

usage: fuzz_api.py INTERPRETER FOLDER SECONDS [--seed N] [--jobs N]

A find is a process that a signal or a sanitizer ended, or one that hangs: seed, last call and output go to FOLDER/finds. Exit status 1 when there is one.
"""
import argparse
import os
import sys
import time

from sandbox import Sandbox

ap = argparse.ArgumentParser()
ap.add_argument("interpreter")
ap.add_argument("folder")
ap.add_argument("seconds", type=float)
ap.add_argument("--seed", type=int, default=None)
ap.add_argument("--each", type=float, default=15, help="seconds a process")
opt = ap.parse_args()
HERE = os.path.dirname(os.path.abspath(__file__))
sandbox = Sandbox(opt.interpreter, opt.folder)
seed = opt.seed if opt.seed is not None else int(time.time())
until, calls, finds, runs = time.monotonic() + opt.seconds, 0, 0, 0
while time.monotonic() < until or not runs:
    each = min(opt.each, max(until - time.monotonic(), 1))
    status, out, place = sandbox.run([os.path.join(HERE, "api_calls.py"), str(seed), str(each), "call.log"], timeout=each + 60, keep=("call.log",))
    runs += 1
    last = place["call.log"].strip().splitlines()
    for line in out.splitlines():
        if line.startswith("done: "):
            calls += int(line.split()[1])
        if line.startswith("SLOW"):
            print(f"seed {seed}: {line}", flush=True)
    if status != 0:
        finds += 1
        print(f"FIND seed {seed}: {status}: {last[0] if last else ''}\n" + sandbox.summary(out), flush=True)
        sandbox.save(f"seed{seed}.txt", f"{status}\n{last}\n{out}")
    seed += 1
print(f"fuzz api: {calls} calls in {runs} processes, {finds} finds")
sys.exit(1 if finds else 0)
