"""A program that an interrupt ends: the traceback, and the signal as the cause of death."""
import os
import signal
import subprocess
import sys

PRELUDE = "import os, signal, threading, time\nthreading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
for body in ("while True: pass", "time.sleep(50)", "try:\n  time.sleep(50)\nfinally:\n  print('cleaned up')",
             "try:\n  time.sleep(50)\nexcept KeyboardInterrupt:\n  raise SystemExit(130)", "import atexit; atexit.register(print, 'at exit'); time.sleep(50)"):
    done = subprocess.run([sys.executable, "-c", PRELUDE + body], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    print(repr(body), done.returncode, done.returncode == -signal.SIGINT, done.stdout, done.stderr.split(b"\n")[-2:])
