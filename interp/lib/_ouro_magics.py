"""The magics that are written in Python: those about code and time are here; importing this module registers all of them.

_ouro_magics_files.py has those about files, commands and settings, _ouro_magics_names.py those about names and objects, _ouro_magics_memory.py
%gc and %memlimit; _ouro_magic_registry.py what they share."""
import builtins
import sys

import _ouro
import _ouro_magics_files         # noqa: F401  (it and the next two fill the registry)
import _ouro_magics_memory        # noqa: F401
import _ouro_magics_names         # noqa: F401
import _ouro_shell
from _ouro_display import publish_display
from _ouro_magic_registry import CELL, LINE, UsageError, cell_magic, line_magic, number, options      # noqa: F401  (CELL and LINE are asked for here)


def duration(seconds):
    """1.23 ms, as IPython shows times."""
    if not seconds:
        return "0 ns"
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= scale:
            break
    if seconds >= 60:
        minutes, left = divmod(int(seconds), 60)
        return f"{minutes // 60}h {minutes % 60}min {left}s" if minutes >= 60 else f"{minutes}min {left}s"
    return f"{seconds / scale:.3g} {unit}"


def plain(code):
    """The text of a magic's argument as plain Python: it may hold magics itself."""
    return _ouro.transform(code)


def evaluated(code):
    value = eval(code, _ouro_shell.user_ns)
    return _ouro_shell.run_coroutine(value) if code.co_flags & 0x80 else value


def compiled(source, filename):
    """A function that runs the code in the user's namespace as a cell is run and gives the value of its last expression."""
    import ast
    _ouro_shell.State.sources[filename] = source
    _ouro_shell.remember_source(filename, source)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(source, filename, "exec", flags | ast.PyCF_ONLY_AST)
    last = ast.Expression(tree.body.pop().value) if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, filename, "exec", flags) if tree.body else None
    result = compile(last, filename, "eval", flags) if last else None

    def run():
        if body:
            evaluated(body)
        return evaluated(result) if result else None
    return run


# --- time -----------------------------------------------------------------------------------------------------------------
def cpu_times():
    try:
        import resource
    except ImportError:
        import time
        return time.process_time(), 0.0
    return resource.getrusage(resource.RUSAGE_SELF)[:2]


@line_magic("time")
@cell_magic("time")
def run_time(line, cell=None):
    import time
    if not (line if cell is None else cell).strip():
        raise UsageError("%time needs a statement")
    run = compiled(plain(cell if cell is not None else line), "<timed>")
    live = _ouro.heap_counts()["live_bytes"]
    (user, system), wall = cpu_times(), time.perf_counter()
    try:
        return run()
    finally:
        wall, (user_end, system_end) = time.perf_counter() - wall, cpu_times()
        live = _ouro.heap_counts()["live_bytes"] - live
        user, system = user_end - user, system_end - system
        print(f"CPU times: user {duration(user)}, sys: {duration(system)}, total: {duration(user + system)}\nWall time: {duration(wall)}\n"
              f"Memory: {live:+,} bytes")


class TimeitResult:
    """What %timeit -o gives."""

    def __init__(self, loops, repeat, all_runs, precision):
        self.loops, self.repeat, self.all_runs = loops, repeat, all_runs
        self.timings = [t / loops for t in all_runs]
        self.best, self.worst = min(self.timings), max(self.timings)
        self.average = sum(self.timings) / len(self.timings)
        self.stdev = (sum((t - self.average) ** 2 for t in self.timings) / len(self.timings)) ** 0.5
        self._precision = precision

    def __str__(self):
        return (f"{duration(self.average)} ± {duration(self.stdev)} per loop (mean ± std. dev. of {self.repeat} run{'s' if self.repeat > 1 else ''}, "
                f"{self.loops:,} loop{'s' if self.loops > 1 else ''} each)")

    def __repr__(self):
        return f"<TimeitResult : {self}>"


@line_magic("timeit")
@cell_magic("timeit")
def run_timeit(line, cell=None):
    import timeit
    chosen, statement = options("%timeit", line, "qotcv", "nrp")
    if not (statement if cell is None else cell).strip():
        raise UsageError("%timeit needs a statement")
    setup, code = (plain(statement), plain(cell)) if cell is not None else ("pass", plain(statement))
    repeat = number("%timeit", "-r", chosen.get("r", "7"), 1)
    loops = number("%timeit", "-n", chosen.get("n", "0"))
    timer = timeit.Timer(code, setup or "pass", globals=_ouro_shell.user_ns)
    if not loops:
        loops = timer.autorange()[0]
    result = TimeitResult(loops, repeat, timer.repeat(repeat, loops), number("%timeit", "-p", chosen.get("p", "3")))
    if "q" not in chosen:
        print(result)
        if result.best > 0 and result.worst > 4 * result.best and loops > 1:
            print(f"The slowest run took {result.worst / result.best:.2f} times longer than the fastest.")
    return result if "o" in chosen else None


@cell_magic("scope")
def run_scope(line, cell):
    """The kernel runs a well-formed %%scope itself."""
    raise UsageError(f"%%scope or %%scope keep=NAME,NAME at the start of a cell, not '%%scope {line}'")


# --- output ---------------------------------------------------------------------------------------------------------------
class RichOutput:
    """One displayed value of a captured cell."""

    def __init__(self, data, metadata):
        self.data, self.metadata = data, metadata

    def display(self):
        publish_display(self.data, self.metadata)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.data, self.metadata

    def __repr__(self):
        return self.data.get("text/plain", "<RichOutput>")


class Captured:
    """The output of a %%capture cell: stdout, stderr, outputs; call show() to see it."""

    def __init__(self, stdout, stderr, outputs):
        self.stdout, self.stderr, self._outputs = stdout, stderr, outputs

    @property
    def outputs(self):
        return [RichOutput(*pair) for pair in self._outputs]

    def show(self):
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)
        for data, metadata in self._outputs:
            publish_display(data, metadata)

    __call__ = show

    def __str__(self):
        return self.stdout


class capture_output:
    """A context that keeps what is printed and displayed inside it."""

    def __init__(self, stdout=True, stderr=True, display=True):
        self.wanted = stdout, stderr, display

    def __enter__(self):
        import io
        import _ouro_display
        self.saved = sys.stdout, sys.stderr, _ouro_display.publish_display, sys.displayhook
        self.out, self.err, self.outputs = io.StringIO(), io.StringIO(), []
        if self.wanted[0]:
            sys.stdout = self.out
        if self.wanted[1]:
            sys.stderr = self.err
        if self.wanted[2]:
            _ouro_display.publish_display = lambda data, metadata=None, **more: self.outputs.append((data, metadata or {}))
            sys.displayhook = self.show
        self.result = Captured("", "", self.outputs)
        return self.result

    def show(self, value):
        if value is not None:
            from _ouro_display import format_object
            data, metadata = format_object(value)
            if data is not None:
                self.outputs.append((data, metadata))

    def __exit__(self, *exc_info):
        import _ouro_display
        sys.stdout, sys.stderr, _ouro_display.publish_display, sys.displayhook = self.saved
        self.result.stdout, self.result.stderr = self.out.getvalue(), self.err.getvalue()


@cell_magic("capture")
def run_capture(line, cell):
    words = line.split()
    names = [w for w in words if not w.startswith("-")]
    unknown = [w for w in words if w.startswith("-") and w not in ("--no-stdout", "--no-stderr", "--no-display")]
    if unknown or len(names) > 1 or names and not names[0].isidentifier():
        raise UsageError(f"%%capture [--no-stdout] [--no-stderr] [--no-display] [NAME], not '{(unknown or names[1:] or names)[0]}'")
    captured = None
    try:
        with capture_output("--no-stdout" not in words, "--no-stderr" not in words, "--no-display" not in words) as captured:
            value = compiled(plain(cell), "<captured>")()
            if value is not None:
                sys.displayhook(value)
    finally:
        if names:
            _ouro_shell.user_ns[names[0]] = captured


# --- programs -------------------------------------------------------------------------------------------------------------
def run_notebook(path):
    """The code cells of a notebook, one after the other, in the user's namespace."""
    with open(path, encoding="utf-8") as file:
        book = _ouro.parse_json(file.read())
    for cell in book.get("cells", []):
        source = cell.get("source", "")
        if cell.get("cell_type") == "code" and not _ouro.run_cell("".join(source), False, False):
            break


def run_program(path, arguments, interactive, name):
    """A script in a namespace of its own, which the user's receives afterwards."""
    import os
    import types
    with open(path, "rb") as file:
        source = file.read()
    module, old_main = types.ModuleType(name), sys.modules.get("__main__")
    space = _ouro_shell.user_ns if interactive else module.__dict__
    had_file = _ouro_shell.user_ns.get("__file__")
    space["__file__"] = path
    old_argv, old_path = sys.argv, list(sys.path)
    sys.argv, sys.path[0:0] = [path] + arguments, [os.path.dirname(os.path.abspath(path))]
    if not interactive:
        space["__builtins__"] = builtins
        if name == "__main__":
            sys.modules["__main__"] = module
    try:
        exec(compile(source, path, "exec"), space)
    finally:
        sys.argv, sys.path[:] = old_argv, old_path
        sys.modules["__main__"] = old_main
        if interactive:
            _ouro_shell.user_ns.pop("__file__", None)
            if had_file is not None:
                _ouro_shell.user_ns["__file__"] = had_file
        _ouro_shell.user_ns.update((k, v) for k, v in space.items() if not interactive and not k.startswith("__"))


@line_magic("run")
def run_run(line):
    import os
    import shlex
    if line.split()[:1] == ["-m"]:
        import runpy
        words, old = shlex.split(line)[1:], sys.argv
        if not words:
            raise UsageError("%run -m needs a module")
        sys.argv = words
        try:
            _ouro_shell.user_ns.update((k, v) for k, v in runpy.run_module(words[0], run_name="__main__", alter_sys=True).items() if not k.startswith("__"))
        finally:
            sys.argv = old
        return
    chosen, rest = options("%run", line, "inet")
    words = shlex.split(rest)
    if not words:
        raise UsageError("%run needs a file: %run FILE [ARGUMENTS]")
    path = os.path.expanduser(words[0])
    if not os.path.exists(path) and os.path.exists(path + ".py"):
        path += ".py"
    if not os.path.isfile(path):
        raise UsageError(f"%run: file '{words[0]}' not found")
    import time
    begin = time.perf_counter()
    try:
        if path.endswith(".ipynb"):
            run_notebook(path)
        elif path.endswith(".ipy"):
            with open(path, encoding="utf-8") as file:
                _ouro.run_cell(file.read(), False, False)
        else:
            run_program(path, words[1:], "i" in chosen, os.path.splitext(os.path.basename(path))[0] if "n" in chosen else "__main__")
    except SystemExit as stop:
        if stop.code not in (None, 0) and "e" not in chosen:
            raise
    if "t" in chosen:
        print(f"Wall time: {duration(time.perf_counter() - begin)}")


# --- history --------------------------------------------------------------------------------------------------------------
def history_ranges(magic, text):
    """(session, first line, line after the last) of "3", "2-5", "4-", "~1/", "~1/2-3", several of them."""
    import re
    for word in text.split():
        found = re.fullmatch(r"(?:~(\d+)/)?(?:(\d+)(?:(-)(\d+)?)?)?", word)
        if not found:
            raise UsageError(f"{magic}: '{word}' is no range of lines such as 3, 2-5, ~1/4")
        session, first, dash, last = found.groups()
        start = int(first) if first else 1
        stop = int(last) + 1 if last else 1 << 30 if dash or not first else start + 1
        yield -int(session or 0), start, stop


def history(magic, text, output=False, unique=False, pattern=None, latest=None):
    """[(session, line, source, output or None)]"""
    questions = []
    if pattern is not None:
        questions.append({"hist_access_type": "search", "pattern": f"*{pattern}*", "unique": unique})
    elif latest is not None:
        questions.append({"hist_access_type": "tail", "n": latest})
    else:
        questions += [{"hist_access_type": "range", "session": session, "start": start, "stop": stop}
                      for session, start, stop in history_ranges(magic, text or "1-")]
    for question in questions:
        answer = _ouro.service("history", _ouro.json({"raw": True, "output": output, **question}))
        for session, line, entry in _ouro.parse_json(answer or "{}").get("history", []):
            source, shown = entry if isinstance(entry, list) else (entry, None)
            yield session, line, source, shown


@line_magic("history", "hist")
def run_history(line):
    import os
    chosen, rest = options("%history", line, "nouptr", "lfg")
    latest = number("%history", "-l", chosen["l"], 1) if "l" in chosen else None
    out = []
    for _, count, source, output in history("%history", rest, "o" in chosen, "u" in chosen, chosen.get("g"), latest):
        if "p" in chosen:
            source = "\n".join(("... " if i else ">>> ") + part for i, part in enumerate(source.split("\n")))
        out.append(f"{count:>4}: {source}" if "n" in chosen else source)
        if output:
            out.append(output)
    text = "\n".join(out) + "\n" if out else ""
    if "f" in chosen:
        with open(os.path.expanduser(chosen["f"]), "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)


@line_magic("recall")
def run_recall(line):
    from _ouro_ipython import shell
    text = "\n".join(source for _, _, source, _ in history("%recall", line, latest=None if line.strip() else 2))
    shell.set_next_input(text)


@line_magic("save")
def run_save(line):
    import os
    chosen, rest = options("%save", line, "fa")
    name, _, ranges = rest.partition(" ")
    if not name or not ranges.strip():
        raise UsageError("%save [-f] [-a] FILE RANGE")
    path = os.path.expanduser(name)
    path = path if path.endswith((".py", ".ipy")) else path + ".py"
    if os.path.exists(path) and not chosen:
        raise UsageError(f"%save: {path} is there already; -f overwrites it, -a appends to it")
    sources = [source for _, _, source, _ in history("%save", ranges)]
    with open(path, "a" if "a" in chosen else "w", encoding="utf-8") as file:
        file.write("\n".join(sources) + "\n")
    print(f"{len(sources)} cells written to {path}")


# --- errors ---------------------------------------------------------------------------------------------------------------
@line_magic("tb")
def run_tb(line):
    error = _ouro.last_error()
    if error is None:
        print("No traceback to show.")
    else:
        print("\n".join(_ouro_shell.error_lines(error, whole=True)))


@line_magic("xmode")
def run_xmode(line):
    modes = {"plain": "Plain", "context": "Context", "verbose": "Verbose", "minimal": "Minimal"}
    word = line.strip().lower()
    if word and word not in modes:
        raise UsageError(f"%xmode Plain, Context, Verbose or Minimal, not '{line.strip()}'")
    _ouro_shell.State.traceback_mode = modes.get(word, "Plain" if _ouro_shell.State.traceback_mode == "Context" else "Context")
    print(f"Exception reporting mode: {_ouro_shell.State.traceback_mode}")


@line_magic("debug")
def run_debug(line):
    error = _ouro.last_error()
    if error is None or error.__traceback__ is None:
        raise UsageError("%debug: there is no error to look at")
    import pdb
    import types
    from _ouro_traceback import frames_of
    entries, tb = frames_of(error), None
    for frame, line_number, _ in reversed(entries):                   # the shell's own frames are left out
        tb = types.TracebackType(tb, frame, frame.f_lasti, line_number)
    if tb is None:
        raise UsageError("%debug: the error has no frame of yours")
    pdb.post_mortem(tb)
