"""get_ipython(): the shell object that notebooks, tqdm, matplotlib and others talk to, and the magics that are written in Python.

Memory magics (%mem, %leaks, %whos, %gc ...) and %lsmagic are the kernel's own, in C: run_line_magic asks it first, through _ouro.service."""
import builtins
import sys

import _ouro
import _ouro_shell
from _ouro_display import display, publish_display


class UsageError(Exception):
    """A magic was called in a way it does not understand."""

    def _render_traceback_(self):
        return [f"\033[31mUsageError\033[0m: {self}"]


class Config(dict):
    """get_ipython().config: attribute access; 'IPKernelApp' in it tells libraries that a notebook shows their output."""

    def __getattr__(self, name):
        return self.setdefault(name, Config())


class LineList(list):
    """Lines of a command's output, as IPython's SList: .l list, .n text, .s words."""

    @property
    def l(self):
        return list(self)

    @property
    def n(self):
        return "\n".join(self)

    @property
    def s(self):
        return " ".join(self)

    nlstr, spstr, list = n, s, l

    def grep(self, pattern, prune=False, field=None):
        import re
        test = pattern if callable(pattern) else re.compile(pattern, re.I).search
        return LineList(line for line in self if bool(test(line if field is None else (line.split() + [""] * field)[field])) != prune)

    def fields(self, *columns):
        if not columns:
            return [line.split() for line in self]
        return LineList(" ".join(words[c] for c in columns if c < len(words)) for words in (line.split() for line in self))


class Exiter:
    """exit and quit in a notebook: ask the frontend to end the kernel."""

    def __repr__(self):
        return "Use exit() to stop this kernel"

    def __call__(self, keep_kernel=False):
        shell.ask_exit(keep_kernel)


class DisplayFormatter:
    """get_ipython().display_formatter: formatters by MIME type, with for_type."""

    class One:
        def __init__(self, mime):
            self.mime = mime

        def for_type(self, kind, function=None):
            import _ouro_display
            table = _ouro_display.formatters.setdefault(self.mime, {})
            old = table.get(kind)
            if function is not None:
                table[kind] = function
            return old

        def pop(self, kind, default=None):
            import _ouro_display
            return _ouro_display.formatters.get(self.mime, {}).pop(kind, default)

    class All(dict):
        def __missing__(self, mime):
            self[mime] = DisplayFormatter.One(mime)
            return self[mime]

    def __init__(self):
        self.formatters = self.All()

    def format(self, value, include=None, exclude=None):
        from _ouro_display import format_object
        return format_object(value, include, exclude)


class ZMQInteractiveShell:
    """The shell, under the name by which libraries recognise a notebook."""

    def __init__(self):
        self.config = Config(IPKernelApp=Config())
        self.user_ns = _ouro_shell.user_ns
        self.user_module = sys.modules["__main__"]
        self.events = _ouro_shell.events
        self.display_formatter = DisplayFormatter()
        self.exiter = Exiter()
        self.line_magics, self.cell_magics = {}, {}
        self.kernel = None
        self.colors = "Linux"

    # --- state
    @property
    def execution_count(self):
        return _ouro_shell.State.number

    @property
    def user_global_ns(self):
        return self.user_ns

    def push(self, variables, interactive=True):
        self.user_ns.update(variables)

    def reset(self, new_session=True, aggressive=False):
        run_reset("-f")

    def ask_exit(self, keep_kernel=False):
        _ouro_shell.State.exit_asked = not keep_kernel
        _ouro.payload(_ouro.json({"source": "ask_exit", "keepkernel": bool(keep_kernel)}))

    def set_next_input(self, text, replace=False):
        _ouro.payload(_ouro.json({"source": "set_next_input", "text": text, "replace": replace}))

    def run_cell(self, raw_cell, store_history=False, silent=False, **ignored):
        return CellOutcome(_ouro.run_cell(raw_cell, silent, store_history))

    def ev(self, expression):
        return eval(expression, self.user_ns)

    def ex(self, code):
        exec(code, self.user_ns)

    def showtraceback(self, *args, **kwargs):
        error = sys.exc_info()[1]
        if error is not None:
            _ouro_shell.show_error(error)

    def set_custom_exc(self, kinds, handler):
        raise NotImplementedError("custom exception handlers are not supported")

    def enable_gui(self, gui=None):
        pass

    def enable_matplotlib(self, gui=None):
        run_matplotlib(gui or "inline")
        return gui, "inline"

    # --- magics
    def register_magic_function(self, function, magic_kind="line", magic_name=None):
        table = self.cell_magics if magic_kind == "cell" else self.line_magics
        table[magic_name or function.__name__] = function
        if magic_kind == "line_cell":
            self.cell_magics[magic_name or function.__name__] = function

    def register_magics(self, *objects):
        for item in objects:
            instance = item(self) if isinstance(item, type) else item
            for name in dir(type(instance)):
                for kind in getattr(getattr(type(instance), name, None), "_magic_kinds", ()):
                    self.register_magic_function(getattr(instance, name), kind, getattr(type(instance), name)._magic_name)

    def find_line_magic(self, name):
        return self.line_magics.get(name) or LINE.get(name)

    def find_cell_magic(self, name):
        return self.cell_magics.get(name) or CELL.get(name)

    def find_magic(self, name, magic_kind="line"):
        return self.find_cell_magic(name) if magic_kind == "cell" else self.find_line_magic(name)

    def run_line_magic(self, name, line, _stack_depth=1):
        function = self.line_magics.get(name)
        if function is None:
            done, value = kernel_magic(name, line, None)
            if done:
                return value
            function = LINE.get(name)
        if function is None:
            hint = f" (But cell magic `%%{name}` exists, did you mean that instead?)" if name in CELL or name in self.cell_magics else ""
            raise UsageError(f"Line magic function `%{name}` not found.{hint}")
        return function(expand(line, name))

    def run_cell_magic(self, name, line, cell):
        function = self.cell_magics.get(name)
        if function is None:
            done, value = kernel_magic(name, line, cell)
            if done:
                return value
            function = CELL.get(name)
        if function is None:
            hint = f" (But line magic `%{name}` exists, did you mean that instead?)" if name in LINE or name in self.line_magics else ""
            raise UsageError(f"Cell magic `%%{name}` not found.{hint}")
        return function(expand(line, name), cell)

    magic = lambda self, text: self.run_line_magic(*(text.lstrip("%").split(None, 1) + [""])[:2])

    # --- commands
    def system(self, command):
        run_command(expand_names(command))

    system_raw = system_piped = system

    def getoutput(self, command, split=True, depth=0):
        import subprocess
        done = subprocess.run(expand_names(command), shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.user_ns["_exit_code"] = done.returncode
        text = done.stdout.decode(errors="replace")
        return LineList(text.splitlines()) if split else text


class CellOutcome:
    """What run_cell returns."""

    def __init__(self, success):
        self.success = success
        self.result = None
        self.error_before_exec = self.error_in_exec = None

    def raise_error(self):
        if not self.success and _ouro_shell.State.error is not None:
            raise _ouro_shell.State.error


def kernel_magic(name, line, cell):
    """(True, value) when the kernel has this magic in C."""
    answer = _ouro.service("magic", _ouro.json({"name": name, "line": line, "cell": cell}))
    answer = _ouro.parse_json(answer) if answer else {}
    if not answer.get("found"):
        return False, None
    if "error" in answer:
        raise UsageError(answer["error"])
    if answer.get("html"):
        publish_display({"text/plain": answer["text"], "text/html": answer["html"]})
    elif answer["text"]:
        print(answer["text"].rstrip("\n"))
    return True, None


def expand(line, magic):
    """$name and {expression} in a magic's arguments, as IPython has it; not where the text is code."""
    return line if magic in ("time", "timeit", "scope", "capture", "prun") or "$" not in line and "{" not in line else expand_names(line)


def expand_names(text):
    if "$" not in text and "{" not in text:
        return text
    import re
    space = _ouro_shell.user_ns

    def value(match):
        escaped, name, expression = match.group(1, 2, 3)
        if escaped:
            return escaped[1:]
        try:
            return str(eval(name or expression, space))
        except Exception:
            return match.group(0)
    return re.sub(r"(\$\$|\{\{|\}\})|\$([A-Za-z_][\w.]*)|\{([^{}]+)\}", value, text)


def run_command(command):
    """A shell command whose output appears as it comes; KeyboardInterrupt ends it."""
    import os
    import select
    import subprocess
    if command.rstrip().endswith("&"):
        raise OSError("Background processes not supported.")
    environment = dict(os.environ, TERM="xterm-color", CLICOLOR="1", FORCE_COLOR="1", PAGER="cat", GIT_PAGER="cat")
    process = subprocess.Popen(command, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    pending = b""
    try:
        while True:
            select.select([process.stdout], [], [])
            block = os.read(process.stdout.fileno(), 65536)
            if not block:
                break
            text, pending = decoded(pending + block)
            sys.stdout.write(text)
            sys.stdout.flush()
        if pending:
            sys.stdout.write(pending.decode(errors="replace"))
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    finally:
        process.stdout.close()
    _ouro_shell.user_ns["_exit_code"] = code
    if code == -2:
        raise KeyboardInterrupt
    return code


def decoded(block):
    """The complete UTF-8 characters of a block, and the bytes left over."""
    for cut in range(min(4, len(block)) + 1):
        try:
            return block[:len(block) - cut].decode(), block[len(block) - cut:]
        except UnicodeDecodeError:
            continue
    return block.decode(errors="replace"), b""


# --- magics --------------------------------------------------------------------------------------------------------------
LINE, CELL = {}, {}


def line_magic(name):
    def register(function):
        LINE[name] = function
        return function
    return register


def cell_magic(*names):
    def register(function):
        for name in names:
            CELL[name] = function
        return function
    return register


def options(line, flags, valued=""):
    """Split "-a -n 3 rest" by single letters; returns (dict, rest)."""
    found, rest = {}, line.strip()
    while rest.startswith("-") and len(rest) > 1:
        letter, tail = rest[1], rest[2:]
        if letter in valued:
            word, _, rest = tail.lstrip().partition(" ")
            found[letter] = word
            rest = rest.strip()
        elif letter in flags and (not tail or tail[0] == " "):
            found[letter] = True
            rest = tail.strip()
        else:
            raise UsageError(f"option -{letter} is not known")
    return found, rest


def duration(seconds):
    """1.23 ms, as IPython shows times."""
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def last_value(code, filename):
    """Run code in the user's namespace; the value of its last expression."""
    import ast
    tree = ast.parse(code, filename)
    value = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
        if tree.body:
            exec(compile(tree, filename, "exec"), _ouro_shell.user_ns)
        return eval(compile(last, filename, "eval"), _ouro_shell.user_ns)
    exec(compile(tree, filename, "exec"), _ouro_shell.user_ns)
    return value


def plain(code):
    return _ouro.transform(code)


def run_time(line, cell=None):
    import time
    code = plain(cell if cell is not None else line)
    before = _ouro.heap_counts()
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        return last_value(code, "<timed>")
    finally:
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        grown = _ouro.heap_counts()["live_bytes"] - before["live_bytes"]
        print(f"CPU times: {duration(cpu)}\nWall time: {duration(wall)}\nMemory: {grown:+,} bytes")


LINE["time"] = run_time
CELL["time"] = run_time


class TimeitResult:
    """What %timeit -o gives."""

    def __init__(self, loops, repeat, best, worst, all_runs):
        self.loops, self.repeat, self.best, self.worst, self.all_runs = loops, repeat, best, worst, all_runs
        self.timings = [t / loops for t in all_runs]
        self.average = sum(self.timings) / len(self.timings)
        self.stdev = (sum((t - self.average) ** 2 for t in self.timings) / len(self.timings)) ** 0.5

    def __str__(self):
        return (f"{duration(self.average)} ± {duration(self.stdev)} per loop (mean ± std. dev. of {self.repeat} run{'s' if self.repeat > 1 else ''}, "
                f"{self.loops:,} loop{'s' if self.loops > 1 else ''} each)")

    __repr__ = __str__


def run_timeit(line, cell=None):
    import timeit
    chosen, statement = options(line, "qo", "nr")
    setup, code = (plain(statement), plain(cell)) if cell is not None else ("pass", plain(statement))
    timer = timeit.Timer(code, setup or "pass", globals=_ouro_shell.user_ns)
    repeat = int(chosen.get("r", 7))
    loops = int(chosen["n"]) if "n" in chosen else timer.autorange()[0]
    runs = timer.repeat(repeat, loops)
    result = TimeitResult(loops, repeat, min(runs) / loops, max(runs) / loops, runs)
    if "q" not in chosen:
        print(result)
    return result if "o" in chosen else None


LINE["timeit"] = run_timeit
CELL["timeit"] = run_timeit


class Captured:
    """The output of a %%capture cell: stdout, stderr, outputs; call show() to see it."""

    def __init__(self, stdout, stderr, outputs):
        self.stdout, self.stderr, self.outputs = stdout, stderr, outputs

    def show(self):
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)
        for data, metadata in self.outputs:
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
            self.outputs.append(format_object(value))

    def __exit__(self, *exc_info):
        import _ouro_display
        sys.stdout, sys.stderr, _ouro_display.publish_display, sys.displayhook = self.saved
        self.result.stdout, self.result.stderr = self.out.getvalue(), self.err.getvalue()


@cell_magic("capture")
def run_capture(line, cell):
    words = line.split()
    names = [w for w in words if not w.startswith("-")]
    with capture_output("--no-stdout" not in words, "--no-stderr" not in words, "--no-display" not in words) as captured:
        value = last_value(plain(cell), "<captured>")
        if value is not None:
            sys.displayhook(value)
    if names:
        _ouro_shell.user_ns[names[0]] = captured


@cell_magic("writefile", "file")
def run_writefile(line, cell):
    import os
    chosen, name = options(line, "a")
    name = os.path.expanduser(name.strip("'\""))
    if not name:
        raise UsageError("%%writefile needs the name of a file")
    there = os.path.exists(name)
    with open(name, "a" if "a" in chosen else "w", encoding="utf-8") as file:
        file.write(cell)
    print(f"{'Appending to' if 'a' in chosen and there else 'Overwriting' if there else 'Writing'} {name}")


def run_script(program, cell):
    import shlex
    import subprocess
    process = subprocess.Popen(shlex.split(program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(cell.encode())
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    sys.stdout.write(out.decode(errors="replace"))
    sys.stderr.write(err.decode(errors="replace"))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, program)


CELL["script"] = lambda line, cell: run_script(line, cell)
CELL["bash"] = lambda line, cell: run_script("bash " + line, cell)
CELL["sh"] = lambda line, cell: run_script("sh " + line, cell)
CELL["html"] = lambda line, cell: publish_display({"text/html": cell, "text/plain": "<IPython.core.display.HTML object>"})
CELL["javascript"] = CELL["js"] = lambda line, cell: publish_display({"application/javascript": cell, "text/plain": "<IPython.core.display.Javascript object>"})
CELL["latex"] = lambda line, cell: publish_display({"text/latex": cell, "text/plain": "<IPython.core.display.Latex object>"})
CELL["markdown"] = lambda line, cell: publish_display({"text/markdown": cell, "text/plain": "<IPython.core.display.Markdown object>"})
CELL["svg"] = CELL["SVG"] = lambda line, cell: publish_display({"image/svg+xml": cell, "text/plain": "<IPython.core.display.SVG object>"})


@line_magic("pwd")
def run_pwd(line):
    import os
    return os.getcwd()


@line_magic("cd")
def run_cd(line):
    import os
    visited = _ouro_shell.user_ns.setdefault("_dh", [])
    target = line.strip().strip("'\"") or "~"
    if target == "-":
        if not visited:
            raise UsageError("there is no previous folder")
        target = visited[-1]
    here = os.getcwd()
    os.chdir(os.path.expanduser(target))
    visited.append(here)
    print(os.getcwd())


@line_magic("env")
def run_env(line):
    import os
    line = line.strip()
    if not line:
        return dict(os.environ)
    name, equal, value = line.partition("=")
    if equal or " " in line:
        if not equal:
            name, _, value = line.partition(" ")
        os.environ[name.strip()] = value.strip()
        print(f"env: {name.strip()}={value.strip()}")
        return None
    if line not in os.environ:
        raise UsageError(f"Environment does not have key: {line}")
    return os.environ[line]


@line_magic("set_env")
def run_set_env(line):
    if not line.strip():
        raise UsageError("%set_env NAME VALUE")
    return run_env(line if "=" in line else line.replace(" ", "=", 1))


@line_magic("run")
def run_run(line):
    import os
    import shlex
    words = shlex.split(line)
    interactive = "-i" in words[:1]
    words = words[1:] if interactive else words
    if not words:
        raise UsageError("%run FILE [ARGUMENTS]")
    path = os.path.expanduser(words[0])
    path = path if os.path.exists(path) or path.endswith(".py") else path + ".py"
    with open(path, "rb") as file:
        source = file.read()
    space = _ouro_shell.user_ns if interactive else {"__name__": "__main__", "__file__": path, "__builtins__": builtins}
    old_argv, old_path = sys.argv, list(sys.path)
    sys.argv, sys.path[0:0] = [path] + words[1:], [os.path.dirname(os.path.abspath(path))]
    try:
        exec(compile(source, path, "exec"), space)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise
    finally:
        sys.argv, sys.path[:] = old_argv, old_path
    if not interactive:
        _ouro_shell.user_ns.update((k, v) for k, v in space.items() if not k.startswith("__"))


@line_magic("history")
def run_history(line):
    chosen, rest = options(line, "no", "l")
    if "l" in chosen:
        question = {"hist_access_type": "tail", "n": int(chosen["l"]), "output": "o" in chosen, "raw": True}
    else:
        first, _, last = (rest or "1").partition("-")
        question = {"hist_access_type": "range", "session": 0, "start": int(first), "stop": int(last) + 1 if last else (int(first) + 1 if rest else 1 << 30),
                    "output": "o" in chosen, "raw": True}
    for session, number, entry in _ouro.parse_json(_ouro.service("history", _ouro.json(question)) or '{"history": []}')["history"]:
        source, output = entry if isinstance(entry, list) else (entry, None)
        print(f"{number:>4}: {source}" if "n" in chosen else source)
        if output:
            print(output)


def user_names():
    return [n for n in _ouro_shell.user_ns if not n.startswith("_") and n not in ("In", "Out", "get_ipython", "exit", "quit", "display", "open")]


def confirmed(question):
    try:
        return input(question + " (y/[n])? ").strip().lower() in ("y", "yes")
    except (EOFError, RuntimeError):
        return False


@line_magic("reset")
def run_reset(line):
    words = line.split()
    parts = [w for w in words if not w.startswith("-")]
    if "-f" not in words and not confirmed("Once deleted, variables cannot be recovered. Proceed"):
        print("Nothing done.")
        return
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
    import gc
    gc.collect()
    print(f"Freed {before - _ouro.heap_counts()['live_bytes']:,} bytes.")


@line_magic("reset_selective")
def run_reset_selective(line):
    import re
    chosen, pattern = options(line, "f")
    if not pattern:
        raise UsageError("%reset_selective needs a regular expression")
    names = [n for n in user_names() if re.search(pattern, n)]
    if "f" not in chosen and not confirmed(f"Delete {', '.join(names) or 'nothing'}"):
        print("Nothing done.")
        return
    for name in names:
        del _ouro_shell.user_ns[name]


@line_magic("xdel")
def run_xdel(line):
    chosen, name = options(line, "n")
    if name not in _ouro_shell.user_ns:
        raise UsageError(f"name '{name}' is not defined")
    value = _ouro_shell.user_ns.pop(name)
    if "n" in chosen:
        return
    for other in [n for n, v in _ouro_shell.user_ns.items() if v is value]:
        del _ouro_shell.user_ns[other]
    for number in [n for n, v in _ouro_shell.Out.items() if v is value]:
        _ouro_shell.Out.drop(number)
    _ouro_shell.forget(value)
    if _ouro_shell.State.error is not None:
        _ouro_shell.clear_last_error()


def page(data):
    _ouro.payload(_ouro.json({"source": "page", "data": data, "start": 0}))


def show_info(line, detail):
    import _ouro_inspect
    from _ouro_complete import lookup
    name = line.strip().strip("?")
    if not name:
        raise UsageError("%pinfo needs the name of an object")
    try:
        value = lookup(name, _ouro_shell.user_ns)
    except Exception:
        try:
            value = eval(name, _ouro_shell.user_ns)
        except Exception:
            print(f"Object `{name}` not found.")
            return
    page(_ouro_inspect.describe(name, value, detail))


LINE["pinfo"] = lambda line: show_info(line, 0)
LINE["pinfo2"] = lambda line: show_info(line, 1)


@line_magic("psearch")
def run_psearch(line):
    import fnmatch
    pattern = line.strip()
    module, _, tail = pattern.rpartition(".")
    if module:
        from _ouro_complete import lookup
        names = [f"{module}.{n}" for n in dir(lookup(module, _ouro_shell.user_ns)) if fnmatch.fnmatchcase(n, tail)]
    else:
        names = sorted({n for n in list(_ouro_shell.user_ns) + dir(builtins) if fnmatch.fnmatchcase(n, pattern)})
    page({"text/plain": "\n".join(names)})


LINE["sx"] = LINE["system"] = lambda line: shell.getoutput(line)
LINE["pip"] = lambda line: run_command(f"python3 -m pip {line}") and None
LINE["conda"] = lambda line: run_command(f"conda {line}") and None
LINE["ls"] = lambda line: run_command(f"ls -F {line}") and None


@line_magic("load_ext")
def run_load_ext(line):
    import importlib
    module = importlib.import_module(line.strip())
    if not hasattr(module, "load_ipython_extension"):
        print(f"The {line.strip()} module is not an IPython extension.")
        return
    module.load_ipython_extension(shell)


@line_magic("matplotlib")
def run_matplotlib(line):
    import os
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")


@line_magic("gc")
def run_gc(line):
    """%gc; %gc threshold a b c; %gc collect [g]; %gc on|off|freeze|unfreeze."""
    import gc
    word, *rest = line.split() or [""]
    if word == "threshold":
        if rest:
            gc.set_threshold(*map(int, rest))
        print("thresholds:", *gc.get_threshold())
    elif word == "collect":
        before = _ouro.heap_counts()["live_bytes"]
        found = gc.collect(int(rest[0])) if rest else gc.collect()
        print(f"{found:,} unreachable objects, {before - _ouro.heap_counts()['live_bytes']:,} bytes freed")
    elif word in ("on", "off", "freeze", "unfreeze"):
        {"on": gc.enable, "off": gc.disable, "freeze": gc.freeze, "unfreeze": gc.unfreeze}[word]()
        print(f"the collector is {'on' if gc.isenabled() else 'off'}, {gc.get_freeze_count():,} objects frozen")
    elif word:
        raise UsageError("%gc [threshold A B C | collect [G] | on | off | freeze | unfreeze]")
    else:
        facts = _ouro.collector()
        rows = [("generation", "count", "threshold", "objects", "collections", "collected", "uncollectable")]
        for g, (count, threshold, stats) in enumerate(zip(gc.get_count(), gc.get_threshold(), gc.get_stats())):
            rows.append((g, count, threshold, facts["objects"][g], stats["collections"], stats["collected"], stats["uncollectable"]))
        note = (f"The collector is {'on' if gc.isenabled() else 'off'}. A full collection waits until the objects that are new in the old generation "
                f"({facts['long_lived_pending']:,}) are a quarter of those already there ({facts['long_lived_total']:,}).\n"
                f"Pauses: {facts['pause_total_ns'] / 1e6:.2f} ms in all, longest in this cell {facts['pause_longest_ns'] / 1e6:.2f} ms, last {facts['pause_last_ns'] / 1e6:.2f} ms.")
        show_table(rows, note)


def show_table(rows, note=""):
    """Rows (the first is the head) as text with an HTML twin."""
    import html as _html
    texts = [[f"{c:,}" if isinstance(c, int) else str(c) for c in row] for row in rows]
    widths = [max(len(row[i]) for row in texts) for i in range(len(rows[0]))]
    plain_text = "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths)) for row in texts)
    head, *body = [[_html.escape(c) for c in row] for row in texts]
    table = "<table><tr>" + "".join(f"<th>{c}</th>" for c in head) + "</tr>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in body) + "</table>"
    publish_display({"text/plain": plain_text + ("\n" + note if note else ""), "text/html": table + f"<div>{_html.escape(note)}</div>"})


SIZES = {"": 1, "b": 1, "k": 1000, "kb": 1000, "m": 10 ** 6, "mb": 10 ** 6, "g": 10 ** 9, "gb": 10 ** 9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}


@line_magic("memlimit")
def run_memlimit(line):
    """%memlimit 2G; %memlimit off."""
    text = line.strip().lower().replace(" ", "")
    if text in ("off", "none", "0"):
        _ouro.set_limit(0)
    elif text:
        digits = text.rstrip("kmgib")
        try:
            _ouro.set_limit(int(float(digits) * SIZES[text[len(digits):]]))
        except (ValueError, KeyError):
            raise UsageError("%memlimit SIZE, as in 500M or 2G; %memlimit off") from None
    counts = _ouro.heap_counts()
    limit = counts["limit_bytes"]
    print(f"limit: {limit:,} bytes; {counts['live_bytes']:,} live" if limit else f"no limit; {counts['live_bytes']:,} bytes live")


@line_magic("who_ls")
def run_who_ls(line):
    kinds = line.split()
    return sorted(n for n in user_names() if not kinds or type(_ouro_shell.user_ns[n]).__name__ in kinds)


@line_magic("autoawait")
def run_autoawait(line):
    print("IPython autoawait is `on`, and set to use `asyncio`")


@line_magic("tb")
def run_tb(line):
    error = _ouro_shell.State.error
    if error is None:
        print("No traceback to show.")
    else:
        import _ouro_traceback
        print("\n".join(_ouro_traceback.render(error, _ouro_shell.State.sources)))


shell = ZMQInteractiveShell()
