"""Magics about the user's names, and about objects: %reset, %xdel, obj? and relatives."""
import builtins
import sys

import _ouro
import _ouro_shell
from _ouro_magic_registry import UsageError, line_magic, options


def user_names():
    return [name for name in _ouro_shell.user_ns if not _ouro.is_shell_name(name)]


def confirmed(question):
    try:
        return input(question + " (y/[n])? ").strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):
        return False


def reset(parts):
    """Forget names, displayed values and inputs, or those that `parts` says; bytes that this freed."""
    import gc
    before = _ouro.heap_counts()["live_bytes"]
    if not parts or "array" in parts:
        for name in user_names():
            if not parts or type(_ouro_shell.user_ns[name]).__name__ in ("array", "ndarray"):
                del _ouro_shell.user_ns[name]
    if not parts or "out" in parts:
        _ouro_shell.clear_out()
    if not parts or "in" in parts:
        del _ouro_shell.In[1:]
        for name in [n for n in _ouro_shell.user_ns if n.startswith("_i")]:
            _ouro_shell.user_ns.pop(name)
    if "dhist" in parts:
        _ouro_shell.user_ns["_dh"] = []
    _ouro_shell.clear_last_error()
    gc.collect()
    return before - _ouro.heap_counts()["live_bytes"]


@line_magic("reset")
def run_reset(line):
    chosen, rest = options("%reset", line, "fs")
    parts = rest.split()
    unknown = [w for w in parts if w not in ("in", "out", "dhist", "array")]
    if unknown:
        raise UsageError(f"%reset does not know '{unknown[0]}': %reset [-f] [in] [out] [dhist] [array]")
    if "f" not in chosen and not confirmed("Once deleted, variables cannot be recovered. Proceed"):
        print("Nothing done.")
        return
    print(f"Freed {reset(parts):,} bytes.")


@line_magic("reset_selective")
def run_reset_selective(line):
    import re
    chosen, pattern = options("%reset_selective", line, "f")
    if not pattern:
        raise UsageError("%reset_selective needs a regular expression")
    try:
        names = [n for n in user_names() if re.search(pattern, n)]
    except re.error as error:
        raise UsageError(f"%reset_selective: '{pattern}' is no regular expression: {error}") from None
    if not names:
        print("No name matches.")
        return
    if "f" not in chosen and not confirmed(f"Delete {', '.join(names)}"):
        print("Nothing done.")
        return
    before = _ouro.heap_counts()["live_bytes"]
    for name in names:
        del _ouro_shell.user_ns[name]
    _ouro_shell.Out.release_deleted()
    print(f"Deleted {', '.join(names)}: {before - _ouro.heap_counts()['live_bytes']:,} bytes freed.")


@line_magic("xdel")
def run_xdel(line):
    chosen, name = options("%xdel", line, "n")
    if not name:
        raise UsageError("%xdel needs a name")
    if name not in _ouro_shell.user_ns:
        raise UsageError(f"name '{name}' is not defined")
    value = _ouro_shell.user_ns.pop(name)
    if "n" in chosen:
        return
    for other in [n for n, v in _ouro_shell.user_ns.items() if v is value]:
        del _ouro_shell.user_ns[other]
    for kept in [n for n, v in _ouro_shell.Out.items() if v is value]:
        _ouro_shell.Out.drop(kept)
    _ouro_shell.forget(value)
    if _ouro.last_error() is not None:
        _ouro_shell.clear_last_error()


@line_magic("who_ls")
def run_who_ls(line):
    kinds = line.split()
    return sorted(n for n in user_names() if not kinds or type(_ouro_shell.user_ns[n]).__name__ in kinds)


# --- objects ----------------------------------------------------------------------------------------------------------------
def page(data):
    _ouro.payload(_ouro.json({"source": "page", "data": data, "start": 0}))


def found(name):
    """(object, None), or (None, what to say)."""
    from _ouro_complete import lookup
    try:
        return lookup(name, _ouro_shell.user_ns), None
    except Exception:
        pass
    try:
        return eval(name, _ouro_shell.user_ns), None
    except Exception:
        return None, f"Object `{name}` not found."


def show_info(line, detail):
    import _ouro_inspect
    name = line.strip().strip("?")
    if not name:
        raise UsageError("%pinfo needs the name of an object")
    if name.startswith("%"):
        text = magic_help(name)
        page({"text/plain": text}) if text else print(f"Object `{name}` not found.")
        return
    value, problem = found(name)
    if problem:
        print(problem)
        return
    page(_ouro_inspect.describe(name, value, detail))


def magic_help(name):
    """What kernel/magics.def says of a magic, or its docstring when the user made it. None: there is no such magic."""
    from _ouro_ipython import shell
    name = name.lstrip("%")
    answer = _ouro.service("magic_help", _ouro.json({"name": name}))
    text = _ouro.parse_json(answer).get("text") if answer else None
    own = shell.line_magics.get(name) or shell.cell_magics.get(name)
    return text or (own and (own.__doc__ or f"%{name}"))


@line_magic("pinfo")
def run_pinfo(line):
    show_info(line, 0)


@line_magic("pinfo2")
def run_pinfo2(line):
    show_info(line, 1)


def part_magic(name, part):
    def run(line):
        if not line.strip():
            raise UsageError(f"%{name} needs the name of an object")
        value, problem = found(line.strip())
        print(problem or part(line.strip(), value) or f"There is nothing of the kind for `{line.strip()}`.")
    line_magic(name)(run)


def docstring(name, value):
    import inspect
    return inspect.getdoc(value)


def definition(name, value):
    from _ouro_inspect import signature_of
    text = signature_of(value) if callable(value) else None
    return text and name.rpartition(".")[2] + text


def source(name, value):
    from _ouro_inspect import source_of
    return source_of(value)


def whole_file(name, value):
    import inspect
    try:
        with open(inspect.getsourcefile(value), encoding="utf-8") as file:
            return file.read()
    except (TypeError, OSError):
        return None


part_magic("pdoc", docstring)
part_magic("pdef", definition)
part_magic("psource", source)
part_magic("pfile", whole_file)


@line_magic("psearch")
def run_psearch(line):
    import fnmatch
    pattern = line.strip()
    if not pattern:
        raise UsageError("%psearch needs a pattern such as a*")
    module, _, tail = pattern.rpartition(".")
    if module:
        value, problem = found(module)
        if problem:
            raise UsageError(problem)
        names = [f"{module}.{n}" for n in dir(value) if fnmatch.fnmatchcase(n, tail)]
    else:
        names = sorted({n for n in list(_ouro_shell.user_ns) + dir(builtins) if fnmatch.fnmatchcase(n, pattern)})
    page({"text/plain": "\n".join(names)})
