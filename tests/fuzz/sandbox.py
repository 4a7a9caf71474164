"""Run a program that does anything, in a folder of its own, bounded in time, memory and file size, and as nobody when we are root."""
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile

NOBODY = 65534


class Sandbox:
    def __init__(self, interpreter, folder, memory="400M"):
        self.command = [os.path.abspath(interpreter), "-X", f"memory_limit={memory}"]
        self.finds = os.path.join(os.path.abspath(folder), "finds")
        os.makedirs(self.finds, exist_ok=True)

    def run(self, args, timeout, keep=(), files=None):
        """(exit status or what ended it, output, {name: text} of the files to keep)."""
        place = tempfile.mkdtemp(prefix="ouro-fuzz-")
        for name, text in (files or {}).items():
            with open(os.path.join(place, name), "wb") as file:
                file.write(text)
        root = os.geteuid() == 0
        if root:
            os.chown(place, NOBODY, NOBODY)

        def restrict():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (50 << 20, 50 << 20))
            if root:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)

        env = {"PATH": "/usr/bin:/bin", "HOME": place, "TMPDIR": place, "LANG": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1:handle_segv=1",
               "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1", "XDG_CACHE_HOME": place}
        output = open(os.path.join(place, ".output"), "w+b")
        process = subprocess.Popen([*self.command, *args], cwd=place, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, preexec_fn=restrict, start_new_session=True)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = "time-out"
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass
        process.wait()
        output.seek(0)
        text = output.read(1 << 20).decode(errors="replace")
        output.close()
        if "Sanitizer" in text or "runtime error:" in text or "Assertion `" in text:
            status = "sanitizer" if status != "time-out" else status
        kept = {}
        for name in keep:
            try:
                with open(os.path.join(place, name), errors="replace") as file:
                    kept[name] = file.read()
            except OSError:
                kept[name] = ""
        shutil.rmtree(place, ignore_errors=True)
        return status, text, kept

    def summary(self, out):
        """The lines that say what happened."""
        lines = [line for line in out.splitlines() if re.search(r"Sanitizer|runtime error|Assertion|^ *#\d", line)]
        return "\n".join(line[:200] for line in lines[:9]) or out[-600:]

    def save(self, name, text):
        with open(os.path.join(self.finds, name), "w", errors="backslashreplace") as file:
            file.write(text)
