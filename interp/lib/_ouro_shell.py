"""The shell behind a notebook's cells: what is shown, kept, completed and explained.

cell.c calls the functions of this module by name (begin_cell, end_cell, format_error, complete, inspect, ...). They must not disturb
the user: nothing here imports more of the library than it needs, and that only when it is first needed.

Out keeps displayed values, as IPython does, under rules that keep memory in the user's hand:
  - the values together stay below a budget in bytes (OUT_BUDGET); the oldest go first, a larger one is not kept, and a line says so;
  - a value that had a name when it was shown goes with that name: after `del df`, Out and _ do not keep the frame alive;
    a large one (LARGE) goes also when its name is given to another value.
"""
import builtins
import sys

import _ouro
from _ouro_display import format_object, publish_display

OUT_BUDGET, LARGE = 64 << 20, 1 << 20
ATOMS = (int, float, complex, str, bytes, bool, type(None))       # small ones stay in Out without their name: nothing hangs on them
user_ns = _ouro.user_namespace()


# --- the cell that runs ---------------------------------------------------------------------------------------------
class State:
    """What the shell knows of the running cell."""
    number = 0
    input = ""                    # the cell before, for _i
    silent = False
    exit_asked = False            # exit() was called
    store = True
    sources = {}                  # file name of a cell -> its text
    traceback_mode = "Context"    # %xmode


In = [""]


class OutCache(dict):
    """Out: number -> displayed value. `sizes` has the bytes of each, `names` the names each had when it was shown."""

    def __init__(self):
        super().__init__()
        self.sizes = {}
        self.names = {}

    def keep(self, number, value):
        """Store a value under the budget; True when it is kept."""
        size = _ouro.deep_size(value)
        names = [n for n, v in user_ns.items() if v is value and not n.startswith("_")] if size > 256 or type(value) not in ATOMS else []
        if size > OUT_BUDGET and not names:
            return False
        self[number] = value
        self.sizes[number], self.names[number] = size, names
        self.trim()
        return True

    def trim(self):
        while len(self) > 1 and sum(self.sizes.get(n, 0) for n in self) > OUT_BUDGET:
            self.drop(next(iter(self)))

    def drop(self, number):
        value = self.pop(number, None)
        self.sizes.pop(number, None)
        self.names.pop(number, None)
        user_ns.pop(f"_{number}", None)
        forget(value)

    def release_deleted(self):
        """Drop the values whose every name the user deleted; the large ones also when their names mean something else now."""
        for number, names in list(self.names.items()):
            large = self.sizes.get(number, 0) >= LARGE
            if names and not any(name in user_ns and (not large or user_ns[name] is self.get(number)) for name in names):
                self.drop(number)

    def __missing__(self, number):
        raise KeyError(number)


Out = OutCache()


def forget(value):
    """Make _ , __ and ___ let go of a value."""
    for name in ("_", "__", "___"):
        if value is not None and user_ns.get(name) is value:
            user_ns[name] = ""


def clear_out():
    """Forget every displayed value, so that what only Out kept is freed at once."""
    for number in list(Out):
        Out.drop(number)
    for name in ("_", "__", "___"):
        user_ns[name] = ""


def begin_cell(number, raw, code, store, silent):
    """Before a cell runs: In, the names of its code. Returns the file name its code is compiled under; in a tuple: run_nodes is to run it."""
    State.number, State.silent, State.store = number, silent, store
    filename = f"Cell In[{number}]"
    State.sources[filename] = code
    remember_source(filename, code)
    if store:
        while len(In) <= number:
            In.append("")
        In[number] = raw
        user_ns["_iii"], user_ns["_ii"], user_ns["_i"] = user_ns.get("_ii", ""), user_ns.get("_i", ""), State.input
        State.input = raw
        user_ns[f"_i{number}"] = raw
    if events.callbacks:
        events.trigger("pre_execute")
        if not silent:
            events.trigger("pre_run_cell", None)
    return filename if shell.ast_node_interactivity == "last_expr" else (filename,)


def run_nodes(source, filename):
    """Run a cell of which more than the last expression may be shown (get_ipython().ast_node_interactivity)."""
    import ast
    flags, mode = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, shell.ast_node_interactivity
    body = compile(source, filename, "exec", flags | ast.PyCF_ONLY_AST).body
    last = body[-1] if body else None
    target = last.targets[0] if isinstance(last, ast.Assign) else getattr(last, "target", None) if isinstance(last, (ast.AnnAssign, ast.AugAssign)) else None
    if mode == "last_expr_or_assign" and isinstance(target, ast.Name):
        body.append(ast.copy_location(ast.Expr(ast.copy_location(ast.Name(target.id, ast.Load()), target)), target))
    for node in body:
        shown = isinstance(node, ast.Expr) and (mode == "all" or mode != "none" and node is body[-1])
        code = compile(ast.Expression(node.value) if shown else ast.Module([node], []), filename, "eval" if shown else "exec", flags)
        value = eval(code, user_ns)
        if code.co_flags & 0x80:
            value = run_coroutine(value)
        if shown:
            sys.displayhook(value)


def remember_source(filename, code):
    """Tracebacks and inspect find a cell's lines through linecache, once somebody has loaded it."""
    linecache = sys.modules.get("linecache")
    if linecache is not None:
        linecache.cache[filename] = (len(code), None, [line + "\n" for line in code.split("\n")], filename)


def end_cell():
    """After a cell: values whose names are gone go too. True: the cell asked to end the kernel."""
    end_debugging()
    Out.release_deleted()
    if events.callbacks:
        events.trigger("post_execute")
        if not State.silent:
            events.trigger("post_run_cell", None)
    asked, State.exit_asked = State.exit_asked, False
    return asked


def remember_sources(linecache):
    """Somebody has loaded linecache (1.5 MB with what it imports): it learns of the cells so far."""
    for filename, code in State.sources.items():
        remember_source(filename, code)


_ouro.when_loaded("linecache", remember_sources)


def teach_debugger(bdb):
    """pdb knows cells by their names, and does not stop in the shell's own code."""
    canonic, dispatch_call = bdb.Bdb.canonic, bdb.Bdb.dispatch_call
    bdb.Bdb.canonic = lambda self, filename: filename if filename.startswith("Cell In[") else canonic(self, filename)
    bdb.Bdb.dispatch_call = lambda self, frame, arg: None if frame.f_code.co_filename.startswith("<ouro ") else dispatch_call(self, frame, arg)


_ouro.when_loaded("bdb", teach_debugger)


def end_debugging():
    """A debugger that steps past a cell's end is done; it would stop in whatever runs next."""
    bdb, tracer = sys.modules.get("bdb"), getattr(sys.gettrace(), "__self__", None)
    if bdb is not None and isinstance(tracer, bdb.Bdb):
        sys.settrace(None)


# --- %%scope ----------------------------------------------------------------------------------------------------------
def begin_scope(keep):
    names = {n.strip() for n in keep.replace(" ", ",").split(",") if n.strip()}
    return names, dict(user_ns)


def end_scope(scope):
    """The names the cell made go, but for those it keeps; names it only changed stay changed only when kept."""
    keep, before = scope
    for name in list(user_ns):
        if name in keep or name.startswith("_"):
            continue
        if name not in before:
            del user_ns[name]
        elif user_ns[name] is not before[name]:
            user_ns[name] = before[name]


# --- results ----------------------------------------------------------------------------------------------------------
def displayhook(value):
    """Show the value of a cell's last expression and keep it in Out."""
    if value is None:
        return
    data, metadata = format_object(value)
    if data is not None:
        _ouro.publish("execute_result", _ouro.json({"execution_count": State.number, "data": data, "metadata": metadata}))
    if not State.store or State.silent:
        return
    if Out.keep(State.number, value):
        if "_" not in vars(builtins):
            user_ns["___"], user_ns["__"], user_ns["_"] = user_ns.get("__", ""), user_ns.get("_", ""), value
        user_ns[f"_{State.number}"] = value
    else:
        print(f"Out[{State.number}] is not kept: {_ouro.deep_size(value) / 1e6:.1f} MB are more than the budget of "
              f"{OUT_BUDGET / 1e6:.1f} MB for displayed values. Give it a name to keep it.", file=sys.stderr)


def short_repr(value, limit):
    """One bounded line for a table."""
    from _ouro_pretty import short
    return short(value, limit)


# --- errors -------------------------------------------------------------------------------------------------------------
def clear_last_error():
    """Drop the last exception with its frames and their locals."""
    _ouro.set_last_error(None)
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)


def format_error(error):
    """The lines a notebook shows for an exception; keeps it for %tb and %debug until the next error."""
    clear_last_error()
    _ouro.set_last_error(error)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    return error_lines(error)


def error_lines(error, whole=False):
    import _ouro_traceback
    custom = getattr(error, "_render_traceback_", None)
    if custom is not None:
        lines = custom()
        if lines is not None:
            return [str(line) for line in lines]
    lines = _ouro_traceback.render(error, State.sources, State.traceback_mode, whole)
    if isinstance(error, MemoryError):
        lines += memory_note()
    return lines


def memory_note():
    """What a MemoryError at the user's limit is followed by: who holds the memory."""
    counts = _ouro.heap_counts()
    if not counts["limit_bytes"]:
        return []
    answer = _ouro.service("magic", _ouro.json({"name": "mem", "line": "holders", "cell": None}))
    text = _ouro.parse_json(answer).get("text", "") if answer else ""
    return ["", f"The limit is {counts['limit_bytes'] / 1e6:,.1f} MB (%memlimit), {counts['live_bytes'] / 1e6:,.1f} MB are live.", *text.rstrip("\n").split("\n")]


def show_error(error):
    lines = format_error(error)
    _ouro.publish("error", _ouro.json({"ename": type(error).__name__, "evalue": str(error), "traceback": lines}))


# --- asynchronous cells -----------------------------------------------------------------------------------------------
_loop = None


def run_coroutine(coroutine):
    """Drive a cell with top-level await to its end; the event loop lives on for the next one."""
    try:
        import asyncio
    except ImportError:                        # without sockets there is no event loop: only code that never waits can run
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        coroutine.close()
        raise
    task = cell_loop(asyncio).create_task(coroutine)
    try:
        return _loop.run_until_complete(task)
    except KeyboardInterrupt:
        task.cancel()
        try:
            _loop.run_until_complete(task)
        except BaseException:
            pass
        raise


def cell_loop(asyncio):
    """The event loop of the notebook's cells."""
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_loop)
    return _loop


def lend_loop(asyncio):
    """A cell without await may call create_task(), too: its loop is the cells'. The task goes on whenever a cell awaits something.
    asyncio.run() asks otherwise whether a loop runs, and works in a cell."""
    import threading

    def lend(function):
        def wrapper(*args, **kwargs):
            if asyncio.events._get_running_loop() is None and threading.current_thread() is threading.main_thread():
                return cell_loop(asyncio)
            return function(*args, **kwargs)
        wrapper.__name__ = wrapper.__qualname__ = function.__name__
        return wrapper
    for name in ("get_running_loop", "get_event_loop", "_get_event_loop"):
        setattr(asyncio.events, name, lend(getattr(asyncio.events, name)))
    asyncio.get_running_loop, asyncio.get_event_loop = asyncio.events.get_running_loop, asyncio.events.get_event_loop


_ouro.when_loaded("asyncio", lend_loop)


# --- user_expressions -----------------------------------------------------------------------------------------------------
def user_expressions(text):
    results = {}
    for name, expression in _ouro.parse_json(text).items():
        try:
            value = eval(expression, user_ns)
            data, metadata = format_object(value)
            results[name] = {"status": "ok", "data": data or {"text/plain": repr(value)}, "metadata": metadata}
        except BaseException as error:
            results[name] = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": format_error(error)}
    return _ouro.json(results)


# --- completion and inspection ---------------------------------------------------------------------------------------
def complete(code, cursor):
    import _ouro_complete
    return _ouro.json(_ouro_complete.complete(code, cursor, user_ns))


def inspect(code, cursor, detail):
    import _ouro_inspect
    return _ouro.json(_ouro_inspect.answer(code, cursor, detail, user_ns))


# --- comms -----------------------------------------------------------------------------------------------------------------
def comm_message(kind, content, metadata, buffers):
    import comm
    manager = comm.get_comm_manager()
    message = {"content": _ouro.parse_json(content), "metadata": _ouro.parse_json(metadata), "buffers": buffers, **shell.kernel.get_parent()}
    return getattr(manager, kind)(None, None, message) is not False


def comm_info(target):
    comm = sys.modules.get("comm")
    found = comm.get_comm_manager().comms if comm is not None else {}
    return _ouro.json({"comms": {i: {"target_name": c.target_name} for i, c in found.items() if target in (None, c.target_name)}})


# --- events ------------------------------------------------------------------------------------------------------------------
class Events:
    """get_ipython().events: pre_execute, pre_run_cell, post_execute, post_run_cell."""

    def __init__(self):
        self.callbacks = {}

    def register(self, event, function):
        self.callbacks.setdefault(event, []).append(function)

    def unregister(self, event, function):
        self.callbacks.get(event, []).remove(function)

    def trigger(self, event, *args):
        for function in list(self.callbacks.get(event, ())):
            try:
                try:
                    function(*args)
                except TypeError:
                    if not args:
                        raise
                    function()
            except Exception:
                import traceback
                print(f"Error in callback {function} (for {event}):", file=sys.stderr)
                traceback.print_exc()


events = Events()


shell = None                      # get_ipython()


def start():
    """Called once, when this module is first imported: the names every notebook has."""
    global shell
    from _ouro_display import display
    from _ouro_ipython import shell
    user_ns.update(In=In, Out=Out, _ih=In, _oh=Out, _dh=[], get_ipython=lambda: shell, display=display, _="", __="", ___="")
    user_ns["get_ipython"].__name__ = "get_ipython"
    builtins.get_ipython = user_ns["get_ipython"]
    builtins.display = display
    user_ns["exit"] = user_ns["quit"] = shell.exiter
    sys.displayhook = displayhook
    sys.ps1, sys.ps2 = "In : ", "...: "
