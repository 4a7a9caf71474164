"""getpass: a password without echo, from the notebook's input box or the terminal."""
import os
import sys

import _ouro


class GetPassWarning(UserWarning):
    """The password may be echoed."""


def getpass(prompt="Password: ", stream=None):
    """Ask for a password; the frontend hides what is typed."""
    if _ouro.has_frontend():
        return _ouro.input(str(prompt), True)
    import termios
    fd = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        old = termios.tcgetattr(fd)
        new = old[:]
        new[3] &= ~termios.ECHO
        os.write(fd, prompt.encode())
        termios.tcsetattr(fd, termios.TCSAFLUSH, new)
        try:
            line = b""
            while not line.endswith(b"\n"):
                byte = os.read(fd, 1)
                if not byte:
                    raise EOFError
                line += byte
        finally:
            termios.tcsetattr(fd, termios.TCSAFLUSH, old)
            os.write(fd, b"\n")
        return line[:-1].decode()
    finally:
        os.close(fd)


def getuser():
    """The user's login name, from the environment or the password database."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        user = os.environ.get(name)
        if user:
            return user
    import pwd
    return pwd.getpwuid(os.getuid())[0]
