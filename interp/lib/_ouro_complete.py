"""Completion without running the user's code: names, attributes along real objects (no properties, no __getattr__), keyword arguments,
dict keys, imports, magics, paths in strings."""
import builtins
import keyword
import sys

import _ouro

WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


def is_word(c):
    return c in WORD or ord(c) > 127 and c.isalnum()


def kind_of(value):
    if isinstance(value, type):
        return "class"
    name = type(value).__name__
    if name == "module":
        return "module"
    if callable(value):
        return "function"
    return "instance"


def safe_getattr(value, name):
    """The attribute when getting it runs no user code, else KeyError."""
    own = None
    if isinstance(value, type(sys)):
        return vars(value)[name]
    for base in (value.__mro__ if isinstance(value, type) else type(value).__mro__):
        if name in vars(base):
            own = vars(base)[name]
            break
    else:
        own = KeyError
    instance = getattr_static_dict(value)
    if instance is not None and name in instance:
        return instance[name]
    if own is KeyError:
        raise KeyError(name)
    if hasattr(type(own), "__get__") and type(own).__name__ not in ("function", "method_descriptor", "builtin_function_or_method", "classmethod",
                                                                   "staticmethod", "wrapper_descriptor", "method-wrapper"):
        raise KeyError(name)
    if isinstance(own, (staticmethod, classmethod)):
        return own.__func__
    return own


def getattr_static_dict(value):
    for base in type(value).__mro__:
        if "__getattribute__" in vars(base) and base not in (object, type, type(sys)):
            return None
    return getattr(value, "__dict__", None) if not isinstance(value, type) else vars(value)


def lookup(path, space):
    """The object that a dotted name stands for, or KeyError."""
    first, *rest = path.split(".")
    value = space[first] if first in space else vars(builtins)[first]
    for name in rest:
        value = safe_getattr(value, name)
    return value


def expression_before(text):
    """The dotted name (with literal string or bracket endings left out) that ends `text`."""
    i = len(text)
    while i > 0 and (is_word(text[i - 1]) or text[i - 1] == "."):
        i -= 1
    return text[i:]


def names_in(space):
    for name, value in space.items():
        if isinstance(name, str):
            yield name, kind_of(value)
    for name, value in vars(builtins).items():
        if name not in space:
            yield name, kind_of(value)
    for name in keyword.kwlist:
        yield name, "keyword"


def attributes(value):
    for name in dir(value):
        try:
            yield name, kind_of(safe_getattr(value, name))
        except Exception:
            yield name, "property"


def modules(prefix):
    """Modules importable under a dotted prefix."""
    import os
    package, _, start = prefix.rpartition(".")
    if package:
        try:
            paths = list(sys.modules[package].__path__) if package in sys.modules else []
        except AttributeError:
            paths = []
    else:
        paths = sys.path
        for name in sys.builtin_module_names:
            yield name
    for folder in paths:
        try:
            entries = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            name, dot, ending = entry.partition(".")
            if name.isidentifier() and (ending == "py" or not dot and os.path.isfile(os.path.join(folder, entry, "__init__.py"))):
                yield f"{package}.{name}" if package else name


def parameters(code, space):
    """name= completions for the call that the cursor stands in."""
    depth, i = 0, len(code)
    while i > 0:
        c = code[i - 1]
        if c in ")]}":
            depth += 1
        elif c in "([{":
            if depth == 0:
                break
            depth -= 1
        i -= 1
    if i == 0 or code[i - 1] != "(":
        return
    try:
        function = lookup(expression_before(code[:i - 1]), space)
        import inspect
        for p in inspect.signature(function).parameters.values():
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
                yield p.name + "="
    except Exception:
        return


def dict_keys(code, space):
    """(start of the key text, keys) inside d['..."""
    i = max(code.rfind("['"), code.rfind('["'))
    if i < 0 or "\n" in code[i:]:
        return None
    quote, start = code[i + 1], code[i + 2:]
    if quote in start:
        return None
    try:
        value = lookup(expression_before(code[:i]), space)
    except Exception:
        return None
    if isinstance(value, dict):
        keys = list(value)
    elif hasattr(type(value), "_ipython_key_completions_"):
        keys = value._ipython_key_completions_()
    else:
        return None
    return i + 2, [k for k in keys if isinstance(k, str) and k.startswith(start)]


def paths(start):
    import os
    folder, _, name = start.rpartition("/")
    base = os.path.expanduser(folder) if folder else "/" if start.startswith("/") else "."
    try:
        for entry in sorted(os.listdir(base)):
            if entry.startswith(name) and (name or not entry.startswith(".")):
                full = f"{folder}/{entry}" if folder or start.startswith("/") else entry
                yield full + ("/" if os.path.isdir(os.path.join(base, entry)) else "")
    except OSError:
        return


def in_string(line):
    """The text since an open quote on this line, or None."""
    quote, start = None, 0
    for i, c in enumerate(line):
        if quote:
            if c == quote:
                quote = None
        elif c in "'\"":
            quote, start = c, i + 1
        elif c == "#":
            return None
    return line[start:] if quote else None


def found(code, cursor, space):
    """(start, [(text, type)])"""
    before = code[:cursor]
    line = before.rpartition("\n")[2]
    word = expression_before(before)
    keys = dict_keys(before, space)
    if keys is not None:
        return keys[0], [(k, "dict key") for k in keys[1]]
    text = in_string(line)
    if text is not None or line.lstrip().startswith(("!", "%cd ", "%run ", "%%writefile ")):
        start = text if text is not None else line.rpartition(" ")[2].lstrip("!")
        return cursor - len(start), [(p, "path") for p in paths(start)]
    words = line.split()
    if words and words[0] in ("import", "from") and "=" not in line:
        if words[0] == "from" and "import" in words:
            module = sys.modules.get(words[1])
            if module is None:
                return cursor, []
            return cursor - len(word), [(n, k) for n, k in attributes(module) if n.startswith(word)]
        return cursor - len(word), [(m, "module") for m in sorted(set(modules(word))) if m.startswith(word)]
    base, dot, start = word.rpartition(".")
    if dot:
        try:
            value = lookup(base, space)
        except Exception:
            return cursor, []
        names = [(n, k) for n, k in attributes(value) if n.startswith(start) and (start.startswith("_") or not n.startswith("_"))]
        return cursor - len(start), names
    matches = [(p, "param") for p in parameters(before[:len(before) - len(word)], space) if p.startswith(word)]
    matches += [(n, k) for n, k in names_in(space) if n.startswith(word) and (word.startswith("_") or not n.startswith("_"))]
    return cursor - len(word), matches


def complete(code, cursor, space):
    cursor = len(code) if cursor is None else max(0, min(cursor, len(code)))
    start, matches = found(code, cursor, space)
    unique = sorted(dict(matches).items(), key=lambda m: (m[0].startswith("_"), m[0]))
    types = [{"start": start, "end": cursor, "text": text, "type": kind} for text, kind in unique]
    return {"matches": [text for text, _ in unique], "cursor_start": start, "cursor_end": cursor, "metadata": {"_jupyter_types_experimental": types}}
