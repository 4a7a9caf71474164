"""Where the magics written in Python register, and what they share. Each one has a row in kernel/magics.def, from which %lsmagic, %quickref,
completion and help are made."""

LINE, CELL = {}, {}


class UsageError(Exception):
    """A magic was called in a way it does not understand."""

    def _render_traceback_(self):
        return [f"\033[31mUsageError\033[0m: {self}"]


def line_magic(*names):
    def register(function):
        for name in names:
            LINE[name] = function
        return function
    return register


def cell_magic(*names):
    def register(function):
        for name in names:
            CELL[name] = function
        return function
    return register


def options(magic, line, flags="", valued=""):
    """Split "-a -n 3 -r5 rest" by single letters; (dict, rest). `magic` is named in errors."""
    found, rest = {}, line.strip()
    while rest.startswith("-") and len(rest) > 1:
        letter, tail = rest[1], rest[2:]
        if letter == "-" and not tail.strip():
            return found, ""
        if letter in valued:
            word, _, rest = tail.lstrip().partition(" ")
            if not word:
                raise UsageError(f"{magic}: option -{letter} needs a value")
            found[letter] = word
            rest = rest.strip()
        elif letter in flags:                                 # -qo is -q -o
            found[letter] = True
            rest = "-" + tail if tail and not tail[0].isspace() else tail.strip()
        else:
            raise UsageError(f"{magic}: option {rest.split()[0]} is not known")
    return found, rest


def number(magic, what, text, least=0):
    """A whole number from the user."""
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise UsageError(f"{magic}: {what} is to be a whole number{f' of at least {least}' if least else ''}, not '{text}'")
    return value
