#!/usr/bin/env python3
"""Run the scripts of this folder with Ouro and with CPython; what they print, and how they end, must be the same.

usage: run.py [--ouro PATH] [--python PATH] [-j N] [-v] [NAME ...]

A script beside which NAME.out lies is compared with that text instead (syntax newer than the judge's). Exit status: 1 when any differ.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def run(command, script, seconds):
    try:
        done = subprocess.run([*command, str(script)], capture_output=True, timeout=seconds, cwd=HERE, stdin=subprocess.DEVNULL,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),      # a shell's background job has it ignored
                              env={"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
                                   **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}})
        return done.stdout.decode("utf-8", "replace"), done.returncode, done.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return "", "timeout", ""


def judge(script, options):
    expected = script.with_suffix(".out")
    if expected.exists():
        wanted, status = expected.read_text(), 0
    else:
        wanted, status, _ = run([options.python], script, options.seconds)
    got, got_status, errors = run(options.ouro.split(), script, options.seconds)
    if status == 1:
        return script, False, f"{script.name} ends with an uncaught exception under CPython itself: a test that stops early shows nothing\n"
    if (got, got_status) == (wanted, status):
        return script, True, ""
    diff = "".join(difflib.unified_diff(wanted.splitlines(True), got.splitlines(True), "expected", "ouro", n=1))
    return script, False, f"{diff}exit status {got_status}, expected {status}\n{errors[-2000:]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ouro", default=str(ROOT / "build" / "ouro"), help="the interpreter under test, with options")
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("-v", action="store_true", help="show differences")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    scripts = sorted(p for p in HERE.glob("*.py") if p.name != "run.py" and (not options.names or p.stem in options.names or p.name in options.names))
    options.ouro = " ".join([str(pathlib.Path(options.ouro.split()[0]).resolve()), *options.ouro.split()[1:]])
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for script, fine, report in pool.map(lambda s: judge(s, options), scripts):
            failed += not fine
            if not fine:
                print(f"FAIL {script.stem}")
                if options.v:
                    print(report)
    print(f"tests/lang: {len(scripts) - failed} of {len(scripts)} agree with CPython")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
