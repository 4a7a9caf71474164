"""The text of a value as a notebook shows it: IPython's shape of it, and never longer to make than to read.

A container is written piece by piece, so that asking for 40 characters of a list of a million costs 40 characters."""
import sys

MAX_WIDTH = 79
float_format = None               # %precision: how floats are written; None: repr
MAX_ITEMS = 1000                  # of one container; "..." stands for the rest
BRACKETS = {list: "[]", tuple: "()", dict: "{}", set: "{}", frozenset: ("frozenset({", "})")}


def module_and_name(value):
    name = getattr(value, "__qualname__", None)
    if not isinstance(name, str):
        name = value.__name__
    module = getattr(value, "__module__", None)
    return name if module in (None, "builtins", "exceptions") else f"{module}.{name}"


def of_type(kind):
    return module_and_name(kind) if type(kind).__repr__ is type.__repr__ else repr(kind)


def of_function(function):
    try:
        import inspect
        return f"<function {module_and_name(function)}{inspect.signature(function)}>"
    except Exception:
        return f"<function {module_and_name(function)}>"


class Printer:
    """What a class's own _repr_pretty_(printer, cycle) writes to; everything goes on one line."""

    def __init__(self, seen):
        self.seen, self.parts = seen, []
        self.text = self.parts.append

    def pretty(self, value):
        self.parts.extend(pieces(value, self.seen))

    def breakable(self, separator=" "):
        self.parts.append(separator)

    def break_(self):
        self.parts.append("\n")

    def begin_group(self, indent=0, opening=""):
        self.parts.append(opening)

    def end_group(self, dedent=0, closing=""):
        self.parts.append(closing)

    def group(self, indent=0, opening="", closing=""):
        return Group(self, opening, closing)

    def indent(self, indent):
        return Group(self, "", "")


class Group:
    def __init__(self, printer, opening, closing):
        self.printer, self.opening, self.closing = printer, opening, closing

    def __enter__(self):
        self.printer.text(self.opening)

    def __exit__(self, *error):
        self.printer.text(self.closing)


def items_of(value):
    """The items in the order they are shown: sets sorted where that can be done."""
    if type(value) in (set, frozenset) and len(value) <= MAX_ITEMS:
        try:
            return sorted(value)
        except Exception:
            return list(value)
    return value.items() if type(value) is dict else value


def pieces(value, seen=()):
    """The text on one line, in pieces."""
    kind = type(value)
    brackets = BRACKETS.get(kind)
    if brackets and value:
        if id(value) in seen:
            yield f"<Recursion on {kind.__name__} with id={id(value)}>" if kind in (set, frozenset) else f"{brackets[0]}...{brackets[1]}"
            return
        seen = (*seen, id(value))
        yield brackets[0]
        for i, item in enumerate(items_of(value)):
            if i:
                yield ", "
            if i == MAX_ITEMS:
                yield "..."
                break
            if kind is dict:
                yield from pieces(item[0], seen)
                yield ": "
                item = item[1]
            yield from pieces(item, seen)
        yield ",)" if kind is tuple and len(value) == 1 else brackets[1]
    else:
        yield atom(value, seen)


def atom(value, seen=()):
    """The text of what is no container."""
    kind = type(value)
    if kind is float and float_format:
        return float_format % value
    if kind in (int, float, str, bool, bytes):
        return repr(value)
    if isinstance(value, type):
        return of_type(value)
    if kind.__name__ in ("function", "builtin_function_or_method") and kind.__module__ == "builtins":
        return of_function(value)
    if kind.__name__ == "defaultdict" and kind.__module__ == "collections":
        return f"defaultdict({atom(value.default_factory)}, {pretty(dict(value), sys.maxsize)})"
    own = getattr(kind, "_repr_pretty_", None)
    if own is not None:
        printer = Printer((*seen, id(value)))
        own(value, printer, id(value) in seen)
        return "".join(printer.parts)
    if kind.__repr__ is object.__repr__:
        return f"<{module_and_name(kind)} at {id(value):#x}>"
    return repr(value)


def start(value, limit):
    """(the text's first `limit` characters, is that all of it?)"""
    if isinstance(value, (str, bytes, bytearray)) and len(value) > limit:
        return repr(value[:limit])[:limit], False
    if type(value) is int and value.bit_length() > 4 * limit + 64:
        return f"<int of {value.bit_length():,} bits>", True
    parts, length = [], 0
    for part in pieces(value):
        parts.append(part)
        length += len(part)
        if length > limit:
            return "".join(parts)[:limit], False
    return "".join(parts), True


def short(value, limit):
    """One line for a table: cut at `limit` characters."""
    try:
        if type(value) in BRACKETS or isinstance(value, (str, bytes, bytearray, int)):
            text, whole = start(value, limit)
        elif hasattr(type(value), "__len__") and len(value) > MAX_ITEMS:
            text, whole = f"<{type(value).__name__} of {len(value):,} items>", True
        else:
            text = atom(value)
            text, whole = text[:limit], len(text) <= limit
    except Exception as error:
        return f"<repr failed: {type(error).__name__}>"
    return text if whole else text + "..."


def pretty(value, width=MAX_WIDTH, indent=0, seen=(), column=None, after=0):
    """The whole text; a container that does not fit the line has one item a line, at most MAX_ITEMS of them, indented by its depth.
    `column`: where it begins, when that is not the indent; `after`: what follows on its last line."""
    kind = type(value)
    if kind not in BRACKETS or not value:
        return atom(value, seen)
    column = indent if column is None else column
    text, whole = start(value, max(0, width - column - after))
    if whole or id(value) in seen:
        return text
    seen = (*seen, id(value))
    opening, closing = BRACKETS[kind]
    if kind is tuple and len(value) == 1:
        closing = ",)"
    indent, column, last = indent + len(opening), column + len(opening), min(len(value), MAX_ITEMS) - 1
    lines = []
    for i, item in enumerate(items_of(value)):
        if i == MAX_ITEMS:
            lines.append("...")
            break
        follows = len(closing) + after if i == last else 1
        if kind is dict:
            key = pretty(item[0], width, indent, seen, column, 1)
            begins = (indent if "\n" in key else column) + len(key.rpartition("\n")[2]) + 2
            lines.append(f"{key}: {pretty(item[1], width, indent, seen, begins, follows)}")
        else:
            lines.append(pretty(item, width, indent, seen, column, follows))
        column = indent
    return opening + f",\n{' ' * indent}".join(lines) + closing
