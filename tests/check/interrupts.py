"""Cells that would run for ever or for long: an interrupt comes in the middle of a call, and the kernel must answer with KeyboardInterrupt soon, names intact.

usage: interrupts.py INTERPRETER [-k WORD] [--bound SECONDS] [--kernels N] [-v]

The last line is 'N passed, N failed'. The cells are in interrupt_cells.txt: what stands between two lines of `# ---`; the first line names it, what follows `# setup` is
run first, what follows `# loop` is then repeated until the interrupt ends it. Interrupts come as signals and as messages in turn.
"""
import argparse
import concurrent.futures
import os
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "protocol"))

ap = argparse.ArgumentParser()
ap.add_argument("interpreter")
ap.add_argument("-k", default="")
ap.add_argument("--bound", type=float, default=5)
ap.add_argument("--kernels", type=int, default=2)
ap.add_argument("--wait", type=float, default=0.3)
ap.add_argument("-v", action="store_true")
opt = ap.parse_args()
os.environ["OURO"] = os.path.abspath(opt.interpreter)

import harness

# Inputs that the cells share: 100 MB of zeros, noise that does not compress, texts of one and of two bytes a character, ten million numbers.
PRELUDE = """
import collections, random, threading, time
names = ("these", "stay")
zeros = bytes(10**8)
noise = random.Random(1).randbytes(1 << 20) * 20
letters = "abcdef " * 3000000
wide = "\\u0103\\u1e2b c\\u00df" * 2000000
numbers = list(range(3000000))
other = list(range(3000000))
def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error)
kept = set(globals())
"""
CLEAN = "for name in set(globals()) - kept: del globals()[name]\ndel name"


def read_cells():
    with open(os.path.join(HERE, "interrupt_cells.txt")) as file:
        for part in file.read().split("\n# ---\n"):
            head, _, loop = part.strip().partition("# loop\n")
            name, _, setup = head.partition("\n")
            yield name.lstrip("# "), setup.replace("# setup\n", ""), loop


def start():
    kernel = harness.Kernel()
    kernel.run("%memlimit 3G\n" + PRELUDE, timeout=60)
    return kernel


def interrupt(kernel, by_message):
    if by_message:
        kernel.tell("interrupt_request", channel="control")
    else:
        kernel.interrupt()


def processor_time(kernel):
    """Of the main thread, in seconds: what a busy machine adds to the wait is not in it."""
    with open(f"/proc/{kernel.process.pid}/schedstat") as file:
        return int(file.read().split()[0]) / 1e9


def drain(kernel, seconds):
    """Read what the cell prints, as every client does."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if kernel.kc.iopub_channel.socket.poll(left * 1000):
            kernel.kc.iopub_channel.socket.recv_multipart()


def answer(kernel, request, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if kernel.kc.shell_channel.socket.poll(0):
            reply = {**kernel.reply(request)["content"], "received": time.monotonic()}
            while kernel.kc.iopub_channel.socket.poll(20):          # what is still on its way
                kernel.kc.iopub_channel.socket.recv_multipart()
            return reply
        drain(kernel, 0.002)
    raise TimeoutError("no reply")


def attempt(kernel, cell, number):
    """(what went wrong, (seconds until the reply, processor time of the cell's thread meanwhile))."""
    name, setup, loop = cell
    if setup:
        done = kernel.run(setup, timeout=120)
        if done.status != "ok":
            return f"set-up: {done.content}", (0, 0)
    body = "".join("  " + line + "\n" for line in loop.splitlines())
    request = kernel.kc.execute("while True:\n" + body, store_history=False)
    drain(kernel, opt.wait)
    sent, worked = time.monotonic(), processor_time(kernel)
    interrupt(kernel, number % 2)
    reply = answer(kernel, request, 20)
    late = reply["received"] - sent, processor_time(kernel) - worked
    if reply["status"] != "error" or reply["ename"] != "KeyboardInterrupt":
        return f"not interrupted: {reply.get('status')} {reply.get('ename')} {reply.get('evalue')}", late
    if kernel.run("print(names)").text() != "('these', 'stay')\n":
        return "names are gone", late
    return (f"after {late[0]:.2f} s" if late[0] > opt.bound else ""), late


def worker(cells):
    """Run every cell in one kernel; a cell that breaks it gets the next one a new kernel."""
    results, kernel = [], start()
    for number, cell in cells:
        try:
            wrong, late = attempt(kernel, cell, number)
            kernel.run(CLEAN, timeout=60)
        except BaseException as error:
            wrong, late = f"{type(error).__name__} {error} {kernel.process.poll()} {kernel.errors()[-500:]}", (0, 0)
            kernel.stop()
            kernel = start()
        results.append((cell[0], wrong, late))
        if wrong or opt.v:
            print(f"{'FAILED' if wrong else 'ok    '} {late[0] * 1000:7.0f} ms {late[1] * 1000:6.0f} ms  {cell[0]}  {wrong}", flush=True)
    kernel.stop()
    return results


chosen = [(number, cell) for number, cell in enumerate(read_cells()) if opt.k in cell[0]]
with concurrent.futures.ThreadPoolExecutor(opt.kernels) as pool:
    results = [result for part in pool.map(worker, (chosen[i::opt.kernels] for i in range(opt.kernels))) for result in part]
failed = sum(bool(wrong) for _, wrong, _ in results)
for what, times in zip(("latency", "processor time in it"), zip(*(late for _, _, late in results))):
    print(f"{what}: median {statistics.median(times) * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms")
print(f"{len(results) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
