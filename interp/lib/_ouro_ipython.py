"""get_ipython(): the shell object that notebooks, tqdm, matplotlib and others talk to; shell commands; the way to the magics.

%mem, %leaks, %who, %whos and %lsmagic are the kernel's own, in C: run_line_magic asks it first, through _ouro.service. The others are in
_ouro_magics.py, imported when the first one is called."""
import builtins
import sys

import _ouro
import _ouro_shell
from _ouro_display import display, publish_display


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
            """The function that formats instances of a class (or of "module.name", which need not be imported yet); with a second argument it becomes that one."""
            import _ouro_display
            table = _ouro_display.formatters.setdefault(self.mime, {})
            old = table.get(kind)
            if function is not None:
                table[kind] = function
            return old

        def for_type_by_name(self, module, name, function=None):
            """for_type of a class that need not be imported yet."""
            return self.for_type(f"{module}.{name}", function)

        def pop(self, kind, default=None):
            import _ouro_display
            return _ouro_display.formatters.get(self.mime, {}).pop(kind, default)

    class All(dict):
        def __missing__(self, mime):
            self[mime] = DisplayFormatter.One(mime)
            return self[mime]

    def __init__(self):
        from _ouro_display import METHODS
        self.formatters = self.All((mime, self.One(mime)) for mime in ("text/plain", *(mime for mime, _ in METHODS)))

    def format(self, value, include=None, exclude=None):
        from _ouro_display import format_object
        return format_object(value, include, exclude)


class Kernel:
    """get_ipython().kernel: which message is being served, and the comms. ipywidgets asks it where output belongs."""

    @property
    def shell(self):
        return shell

    @property
    def comm_manager(self):
        import comm
        return comm.get_comm_manager()

    def get_parent(self, channel=None):
        return _ouro.parse_json(_ouro.service("parent") or '{"header": {}}')


class DisplayPublisher:
    """get_ipython().display_pub."""

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **ignored):
        publish_display(data, metadata, transient=transient, update=update)

    def clear_output(self, wait=False):
        from _ouro_display import clear_output
        clear_output(wait)


class ZMQInteractiveShell:
    """The shell, under the name by which libraries recognise a notebook."""
    ast_node_interactivity = "last_expr"          # which expressions of a cell are shown: all, last, last_expr, last_expr_or_assign, none

    def __init__(self):
        self.config = Config(IPKernelApp=Config())
        self.user_ns = _ouro_shell.user_ns
        self.user_module = sys.modules["__main__"]
        self.events = _ouro_shell.events
        self.display_formatter = DisplayFormatter()
        self.exiter = Exiter()
        self.line_magics, self.cell_magics = {}, {}
        self.display_pub = DisplayPublisher()
        self.kernel = Kernel()
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
        from _ouro_magics_names import reset
        reset([])

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
        from _ouro_magics_files import run_matplotlib
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
        from _ouro_magics import LINE
        return self.line_magics.get(name) or LINE.get(name)

    def find_cell_magic(self, name):
        from _ouro_magics import CELL
        return self.cell_magics.get(name) or CELL.get(name)

    def find_magic(self, name, magic_kind="line"):
        return self.find_cell_magic(name) if magic_kind == "cell" else self.find_line_magic(name)

    def run_line_magic(self, name, line, _stack_depth=1):
        done, value = (False, None) if name in self.line_magics else kernel_magic(name, line, None)
        return value if done else call_magic(name, self.find_line_magic, self.find_cell_magic, "Line magic function `%{}` not found.",
                                             " (But cell magic `%%{}` exists, did you mean that instead?)", expand(line, name))

    def run_cell_magic(self, name, line, cell):
        done, value = (False, None) if name in self.cell_magics else kernel_magic(name, line, cell)
        return value if done else call_magic(name, self.find_cell_magic, self.find_line_magic, "Cell magic `%%{}` not found.",
                                             " (But line magic `%{}` exists, did you mean that instead?)", expand(line, name), cell)

    magic = lambda self, text: self.run_line_magic(*(text.lstrip("%").split(None, 1) + [""])[:2])

    # --- commands
    def system(self, command):
        run_command(expand_names(command))

    system_raw = system_piped = system

    def getoutput(self, command, split=True, depth=0):
        import subprocess
        done = subprocess.run(expand_names(command), shell=True, executable=user_shell(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
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
        if not self.success and _ouro.last_error() is not None:
            raise _ouro.last_error()


CODE_MAGICS = ("time", "timeit", "capture", "run", "debug", "load_ext", "reload_ext")      # an OSError of these is the user's program's


def call_magic(name, find, find_other, missing, other_hint, *arguments):
    from _ouro_magic_registry import UsageError
    function = find(name)
    if function is None:
        raise UsageError(missing.format(name) + (other_hint.format(name) if find_other(name) else ""))
    try:
        return function(*arguments)
    except OSError as error:
        if name in CODE_MAGICS or error.strerror is None:
            raise
        where = f": '{error.filename}'" if error.filename is not None else ""
        raise UsageError(f"%{name}: {error.strerror}{where}") from None


def kernel_magic(name, line, cell):
    """(True, value) when the kernel has this magic in C."""
    answer = _ouro.service("magic", _ouro.json({"name": name, "line": line, "cell": cell}))
    answer = _ouro.parse_json(answer) if answer else {}
    if not answer.get("found"):
        return False, None
    if "error" in answer:
        from _ouro_magic_registry import UsageError
        raise UsageError(answer["error"])
    if answer.get("html"):
        publish_display({"text/plain": answer["text"], "text/html": answer["html"]})
    elif answer["text"]:
        print(answer["text"].rstrip("\n"))
    return True, None


def expand(line, magic):
    """$name and {expression} in a magic's arguments, as IPython has it; not where the text is code."""
    return line if magic in ("time", "timeit", "scope", "capture", "reset_selective", "config", "precision") or "$" not in line and "{" not in line else expand_names(line)


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


def user_shell():
    """The user's own shell, where commands may say what it understands."""
    import os
    shell = os.environ.get("SHELL", "")
    return shell if os.access(shell, os.X_OK) else "/bin/sh"


def run_command(command):
    """A shell command whose output appears as it comes; KeyboardInterrupt ends it."""
    import os
    import select
    import subprocess
    if command.rstrip().endswith("&"):
        raise OSError("Background processes not supported.")
    environment = dict(os.environ, TERM="xterm-color", CLICOLOR="1", FORCE_COLOR="1", PAGER="cat", GIT_PAGER="cat")
    process = subprocess.Popen(command, shell=True, executable=user_shell(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
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


shell = ZMQInteractiveShell()
