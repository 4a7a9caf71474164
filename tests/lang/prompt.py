# The interactive prompt at a terminal: blocks, continuation lines, errors. The interpreter that runs this script is started at a pseudo-terminal.
import os
import pty
import sys

LINES = ["x = 5", "x * 2", "for i in range(2):", "    print(i)", "", "def f():", "    return 3", "", "f()", "1/0", "x = = 1", "(1 +", " 2)", "_", "def g(:", "print('end')", "if x:", "    x", "else:", "    y", "", "exit()"]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-q"])
seen = b""
for line in ["", *LINES]:
    if line or seen:
        os.write(terminal, line.encode() + b"\n")
    mark = len(seen)
    while not seen[mark:].endswith((b">>> ", b"... ")):
        try:
            data = os.read(terminal, 1000)
        except OSError:
            break
        if not data:
            break
        seen += data
os.waitpid(pid, 0)
text = seen.decode().replace("\r\n", "\n").replace("\x1b[?2004h", "").replace("\x1b[?2004l\r", "")
print(text.replace("\r", ""))
