"""Ouro against ipykernel, in one run, through the same raw sockets: start, memory, round trip, interrupt.

    build/venv/bin/python tests/bench/kernel.py [OURO [RUNS]]

start       exec to the first kernel_info_reply, milliseconds (least of the runs)
memory      resident size when idle, MiB
1+1         execute_request to idle, microseconds (median)
interrupt   SIGINT to the error message in `while True: pass`, milliseconds (median)
"""
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import time

import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "protocol"))
if len(sys.argv) > 1:
    os.environ["OURO"] = os.path.abspath(sys.argv[1])
from harness import OURO, Kernel, free_ports, parse, receive  # noqa: E402

COMMANDS = {"ouro": [OURO, "kernel", "-f"], "ipykernel": [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f"]}


class Bench(Kernel):
    """The ports are given and the sockets connect before the kernel exists, so nothing but the kernel is timed."""

    def __init__(self, command):
        super().__init__(ports=free_ports(5), start=False)
        self.sub = self.socket(zmq.SUB, "iopub", subscribe=b"", reconnect_ivl=1)
        self.shell = self.socket(zmq.DEALER, "shell", identity=b"bench", reconnect_ivl=1)
        self.log = open(os.devnull, "wb")
        begin = time.perf_counter()
        self.process = subprocess.Popen([*command, self.path], env=self.env, start_new_session=True, cwd=self.folder,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.shell.send_multipart(self.frames("kernel_info_request"))
        assert receive(self.shell, 30)[0]["msg_type"] == "kernel_info_reply"
        self.start_ms = (time.perf_counter() - begin) * 1000

    def until(self, test):
        while True:
            message = receive(self.sub, 30)
            if test(message):
                return message

    def execute(self, code):
        self.shell.send_multipart(self.frames("execute_request", {"code": code, "silent": False, "store_history": True}))

    def idle(self):
        self.until(lambda m: m[3].get("execution_state") == "idle" and m[1].get("msg_type") == "execute_request")

    def round_trip_us(self, n=300):
        times = []
        for _ in range(n):
            frames = self.frames("execute_request", {"code": "1+1", "silent": False, "store_history": True})
            begin = time.perf_counter()
            self.shell.send_multipart(frames)
            while True:
                parts = self.sub.recv_multipart()
                if b'"idle"' in parts[-1] and b"execute_request" in b"".join(parts):
                    break
            times.append(time.perf_counter() - begin)
            self.shell.recv_multipart()
        return statistics.median(times) * 1e6

    def interrupt_ms(self, n=7):
        times = []
        for _ in range(n):
            self.execute("while True: pass")
            time.sleep(0.2)
            begin = time.perf_counter()
            os.kill(self.process.pid, signal.SIGINT)
            self.until(lambda m: m[0]["msg_type"] == "error")
            times.append(time.perf_counter() - begin)
            self.idle()
            self.shell.recv_multipart()
        return statistics.median(times) * 1e3

    def measure(self):
        time.sleep(1)
        self.execute("pass")
        self.idle()
        self.shell.recv_multipart()
        memory = self.rss() / 2**20
        return {"start_ms": self.start_ms, "memory_mib": memory, "round_trip_us": self.round_trip_us(), "interrupt_ms": self.interrupt_ms()}


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    figures = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, command in COMMANDS.items():
            with Bench(command) as bench:
                figures[name].append(bench.measure())
    print(f"{'':14}{'ouro':>12}{'ipykernel':>12}{'ratio':>10}")
    for key in figures["ouro"][0]:
        ours, theirs = (min(f[key] for f in figures[name]) for name in ("ouro", "ipykernel"))
        print(f"{key:14}{ours:12.2f}{theirs:12.2f}{theirs / ours:9.1f}x")


if __name__ == "__main__":
    main()
