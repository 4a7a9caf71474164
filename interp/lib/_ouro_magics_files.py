"""Magics about files, folders, commands and settings."""
import sys

import _ouro
import _ouro_shell
from _ouro_display import publish_display
from _ouro_magic_registry import CELL, LINE, UsageError, cell_magic, line_magic, number, options


def unquoted(text):
    """A file name as the user wrote it: quotes and ~ are understood."""
    import os
    text = text.strip()
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        text = text[1:-1]
    return os.path.expanduser(text)


@cell_magic("writefile", "file")
def run_writefile(line, cell):
    import os
    chosen, name = options("%%writefile", line, "a")
    name = unquoted(name)
    if not name:
        raise UsageError("%%writefile needs the name of a file")
    there = os.path.exists(name)
    with open(name, "a" if "a" in chosen else "w", encoding="utf-8") as file:
        file.write(cell)
    print(f"{'Appending to' if 'a' in chosen and there else 'Overwriting' if there else 'Writing'} {name}")


@line_magic("load")
def run_load(line):
    from _ouro_ipython import shell
    name = unquoted(line)
    if not name:
        raise UsageError("%load needs the name of a file")
    with open(name, encoding="utf-8") as file:
        shell.set_next_input(f"# %load {line.strip()}\n{file.read()}", replace=True)


@line_magic("pycat")
def run_pycat(line):
    name = unquoted(line)
    if not name:
        raise UsageError("%pycat needs the name of a file")
    with open(name, encoding="utf-8") as file:
        _ouro.payload(_ouro.json({"source": "page", "data": {"text/plain": file.read()}, "start": 0}))


# --- commands ---------------------------------------------------------------------------------------------------------------
SCRIPT_OPTIONS = ("--out", "--err", "--proc", "--bg", "--no-raise-error")
running = []                      # processes of %%script --bg


def script_options(magic, line):
    """({option: value}, the rest) of "--out NAME --err NAME --proc NAME --bg --no-raise-error REST"."""
    chosen, words = {}, line.split()
    while words and words[0].startswith("--"):
        option, equal, value = words.pop(0).partition("=")
        if option not in SCRIPT_OPTIONS:
            raise UsageError(f"{magic}: option {option} is not known (there are {', '.join(SCRIPT_OPTIONS)})")
        if option in ("--bg", "--no-raise-error"):
            value = True
        elif not equal:
            value = words.pop(0) if words else ""
        if not value:
            raise UsageError(f"{magic}: {option} needs a name")
        chosen[option] = value
    return chosen, " ".join(words)


def pump(process, text, keep, leave=()):
    """Feed a process and show its output as it comes; (out, err) of the streams that are kept. Those of `leave` others read."""
    import os
    import selectors
    from _ouro_ipython import decoded
    streams = {process.stdout: ["--out", sys.stdout, b"", []], process.stderr: ["--err", sys.stderr, b"", []]}
    streams = {stream: entry for stream, entry in streams.items() if entry[0] not in leave}
    data, at = text.encode(errors="surrogateescape"), 0
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        if data:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)
        else:
            process.stdin.close()
        wanted = set(streams) or {process.stdin}
        while wanted & {key.fileobj for key in selector.get_map().values()}:
            for key, _ in selector.select():
                if key.fileobj is process.stdin:
                    try:
                        at += os.write(key.fd, data[at:at + 65536])
                    except BlockingIOError:
                        continue
                    except BrokenPipeError:
                        at = len(data)
                    if at == len(data):
                        selector.unregister(process.stdin)
                        process.stdin.close()
                    continue
                entry, block = streams[key.fileobj], os.read(key.fd, 65536)
                if not block:
                    selector.unregister(key.fileobj)
                shown, entry[2] = decoded(entry[2] + block) if block else (entry[2].decode(errors="replace"), b"")
                if entry[0] in keep:
                    entry[3].append(shown)
                elif shown:
                    entry[1].write(shown)
    return ["".join(entry[3]) for entry in streams.values()]


def leave_running(process, text, chosen):
    """--bg: a thread feeds the process; its output is shown as it comes, or --out and --err name the pipes to read it from."""
    import threading
    running[:] = [known for known in running if known.poll() is None] + [process]
    left = [option for option in ("--out", "--err") if option in chosen]
    for option in left:
        _ouro_shell.user_ns[chosen[option]] = process.stdout if option == "--out" else process.stderr

    def serve():
        pump(process, text, (), left)
        process.wait()
    threading.Thread(target=serve, daemon=True).start()


@line_magic("killbgscripts")
def kill_scripts(line):
    """End the processes of %%script --bg."""
    left = [process for process in running if process.poll() is None]
    for process in left:
        process.terminate()
    running.clear()
    print(f"{len(left)} process{'es' if len(left) != 1 else ''} ended")


def run_script(magic, program, line, cell):
    import shlex
    import subprocess
    chosen, rest = script_options(magic, line)
    words = shlex.split(f"{program} {rest}")
    if not words:
        raise UsageError(f"{magic} needs a program")
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if "--proc" in chosen:
        _ouro_shell.user_ns[chosen["--proc"]] = process
    if "--bg" in chosen:
        leave_running(process, cell, chosen)
        return
    kept = ["", ""]
    try:
        kept = pump(process, cell, chosen)
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    finally:
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
    for option, text in zip(("--out", "--err"), kept):
        if option in chosen:
            _ouro_shell.user_ns[chosen[option]] = text
    _ouro_shell.user_ns["_exit_code"] = code
    if code and "--no-raise-error" not in chosen:
        raise subprocess.CalledProcessError(code, " ".join(words))


CELL["script"] = lambda line, cell: run_script("%%script", "", line, cell)
for program in ("bash", "sh", "perl", "ruby", "python3"):
    CELL[program] = lambda line, cell, program=program: run_script("%%" + program, program, line, cell)
CELL["python"] = CELL["python3"]


def alias(name, command):
    def run(line):
        from _ouro_ipython import run_command
        run_command(f"{command} {line}")
    LINE[name] = run


for name, command in (("ls", "ls -F --color"), ("ll", "ls -l -F --color"), ("cat", "cat"), ("cp", "cp"), ("mv", "mv"), ("rm", "rm"), ("mkdir", "mkdir"),
                      ("rmdir", "rmdir"), ("conda", "conda")):
    alias(name, command)


@line_magic("pip")
def run_pip(line):
    """pip of the Python whose packages can be imported here: the virtual environment's, else that of the library."""
    import os
    import shlex
    import subprocess
    from _ouro_ipython import run_command, shell
    environment = os.environ.get("VIRTUAL_ENV")
    own = f"{sys.prefix}/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    python = f"{environment}/bin/python" if environment else own if os.access(own, os.X_OK) else "python3"
    try:
        has_pip = subprocess.run([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        has_pip = False
    if not has_pip:
        raise UsageError(f"%pip: {python} has no pip. Make a virtual environment (python3 -m venv FOLDER) and start Jupyter with VIRTUAL_ENV=FOLDER, or install pip")
    run_command(f"{shlex.quote(python)} -m pip {line}")


@line_magic("sx", "system")
def run_sx(line):
    from _ouro_ipython import shell
    return shell.getoutput(line)


# --- what is shown as it is ------------------------------------------------------------------------------------------------
def show_as(mime, kind):
    return lambda line, cell: publish_display({mime: cell, "text/plain": f"<IPython.core.display.{kind} object>"})


CELL["html"] = CELL["HTML"] = show_as("text/html", "HTML")
CELL["javascript"] = CELL["js"] = show_as("application/javascript", "Javascript")
CELL["latex"] = show_as("text/latex", "Latex")
CELL["markdown"] = show_as("text/markdown", "Markdown")
CELL["svg"] = CELL["SVG"] = show_as("image/svg+xml", "SVG")


# --- folders and the environment --------------------------------------------------------------------------------------------
@line_magic("pwd")
def run_pwd(line):
    import os
    return os.getcwd()


@line_magic("cd")
def run_cd(line):
    import os
    visited = _ouro_shell.user_ns.setdefault("_dh", [])
    chosen, target = ({}, line.strip()) if line.strip() == "-" else options("%cd", line, "q")
    if target == "-":
        if not visited:
            raise UsageError("%cd: there is no previous folder")
        target = visited[-1]
    here = os.getcwd()
    os.chdir(unquoted(target or "~"))
    visited.append(here)
    if "q" not in chosen:
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
        name = name.strip()
        if not name or "\0" in line:
            raise UsageError("%env [NAME[=VALUE]]")
        os.environ[name] = value.strip()
        print(f"env: {name}={value.strip()}")
        return None
    if line not in os.environ:
        raise UsageError(f"Environment does not have key: {line}")
    return os.environ[line]


@line_magic("set_env")
def run_set_env(line):
    if len(line.replace("=", " ", 1).split(None, 1)) < 2:
        raise UsageError("%set_env NAME VALUE")
    return run_env(line if "=" in line else line.strip().replace(" ", "=", 1))


# --- settings -----------------------------------------------------------------------------------------------------------------
@line_magic("precision")
def run_precision(line):
    import _ouro_pretty
    text = line.strip()
    if not text:
        _ouro_pretty.float_format = None
    elif "%" in text:
        try:
            text % 1.0
        except (TypeError, ValueError):
            raise UsageError(f"%precision: '{text}' does not format a float") from None
        _ouro_pretty.float_format = text
    else:
        _ouro_pretty.float_format = f"%.{number('%precision', 'the number of digits', text)}f"
    return _ouro_pretty.float_format or "%r"


@line_magic("config")
def run_config(line):
    from _ouro_ipython import shell
    target, equal, value = line.partition("=")
    kind, dot, trait = target.strip().partition(".")
    if not equal or not dot or not trait.isidentifier():
        raise UsageError("%config CLASS.SETTING = VALUE")
    try:
        value = eval(value, _ouro_shell.user_ns)
    except Exception:
        value = value.strip()
    if trait == "ast_node_interactivity":
        shell.ast_node_interactivity = value
    elif kind not in ("InlineBackend",):
        raise UsageError(f"%config: {kind} has no setting '{trait}' here")
    getattr(shell.config, kind)[trait] = value


@line_magic("load_ext", "reload_ext")
def run_load_ext(line):
    import importlib
    from _ouro_ipython import shell
    name = line.strip()
    if not name:
        raise UsageError("%load_ext needs the name of a module")
    if name == "autoreload":
        name = "_ouro_autoreload"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise UsageError(f"%load_ext: there is no module '{name}'") from None
    if not hasattr(module, "load_ipython_extension"):
        print(f"The {name} module is not an IPython extension.")
        return
    module.load_ipython_extension(shell)


@line_magic("unload_ext")
def run_unload_ext(line):
    from _ouro_ipython import shell
    name = "_ouro_autoreload" if line.strip() == "autoreload" else line.strip()
    module = sys.modules.get(name)
    if module is None or not hasattr(module, "unload_ipython_extension"):
        raise UsageError(f"%unload_ext: '{line.strip()}' is not a loaded extension that can be unloaded")
    module.unload_ipython_extension(shell)


@line_magic("matplotlib")
def run_matplotlib(line):
    import os
    backend = line.strip() or "inline"
    if backend not in ("inline", "agg", "widget", "notebook", "ipympl"):
        raise UsageError(f"%matplotlib: there is no window to draw in with '{backend}'; use inline")
    os.environ["MPLBACKEND"] = "agg" if backend == "agg" else "module://matplotlib_inline.backend_inline"


@line_magic("autoawait")
def run_autoawait(line):
    if line.strip().lower() not in ("", "on", "true", "asyncio"):
        raise UsageError("%autoawait is always on, and runs asyncio")
    print("IPython autoawait is `on`, and set to use `asyncio`")


@line_magic("connect_info")
def run_connect_info(line):
    path = _ouro.parse_json(_ouro.service("session", "{}") or "{}").get("connection_file", "")
    print(f"The kernel's connection file is {path}\nAnother client: jupyter console --existing {path.rpartition('/')[2]}")
