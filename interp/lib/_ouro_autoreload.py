"""%load_ext autoreload: modules whose file has changed are loaded again before a cell runs.

%autoreload 0 off; now: once; 1: only those that %aimport names; 2 or 3: all. Functions and classes that the user imported from such a
module before are brought up to date in place."""
import os
import sys

STATE = {"mode": 0, "marked": set(), "times": {}}


def stamp(module):
    """When the module's source file was last changed; None: it has none, or it is not the user's."""
    path = getattr(module, "__file__", None)
    if not isinstance(path, str) or not path.endswith(".py") or module.__name__ == "__main__":
        return None
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None


def bring_up_to_date(old, new):
    """Make an old function or class do what the new one does."""
    if type(old) is not type(new):
        return
    if type(old).__name__ == "function":
        try:
            old.__code__, old.__defaults__, old.__kwdefaults__, old.__doc__ = new.__code__, new.__defaults__, new.__kwdefaults__, new.__doc__
            old.__dict__.update(new.__dict__)
        except (ValueError, TypeError):
            pass                                              # another number of closure cells: the old one stays as it is
    elif isinstance(old, type):
        for name in [n for n in vars(old) if n not in vars(new)]:
            try:
                delattr(old, name)
            except (AttributeError, TypeError):
                pass
        for name, value in list(vars(new).items()):
            if name in ("__dict__", "__weakref__", "__doc__"):
                continue
            try:
                setattr(old, name, value)
            except (AttributeError, TypeError):
                pass


def reload_module(module):
    import importlib
    before = dict(vars(module))
    importlib.reload(module)
    for name, new in list(vars(module).items()):
        old = before.get(name)
        if old is not new and getattr(old, "__module__", None) == module.__name__:
            bring_up_to_date(old, new)


def check(everything=None):
    """Reload what has changed since the last look."""
    for name, module in list(sys.modules.items()):
        now = stamp(module)
        if now is None:
            continue
        before = STATE["times"].setdefault(name, now)
        if now == before or not (everything or STATE["mode"] >= 2 or name in STATE["marked"]):
            continue
        STATE["times"][name] = now
        try:
            reload_module(module)
        except Exception as error:
            print(f"[autoreload of {name} failed: {type(error).__name__}: {error}]", file=sys.stderr)


def before_cell(*ignored):
    if STATE["mode"]:
        check()


def run_autoreload(line):
    from _ouro_magic_registry import UsageError
    modes = {"0": 0, "off": 0, "1": 1, "explicit": 1, "2": 2, "all": 2, "3": 2, "complete": 2}
    word = line.strip().lower()
    if word in ("", "now"):
        check(everything=True)
    elif word in modes:
        STATE["mode"] = modes[word]
        check()
    else:
        raise UsageError(f"%autoreload [now | off | explicit | all], not '{line.strip()}'")


def run_aimport(line):
    import importlib
    from _ouro_shell import user_ns
    names = [n.strip() for n in line.split(",") if n.strip()]
    if not names:
        print("Modules to reload:", ", ".join(sorted(STATE["marked"])) or "none")
    for name in names:
        if name.startswith("-"):
            STATE["marked"].discard(name[1:])
            continue
        user_ns[name.partition(".")[0]] = importlib.import_module(name) and sys.modules[name.partition(".")[0]]
        STATE["marked"].add(name)
    check()


def load_ipython_extension(shell):
    shell.register_magic_function(run_autoreload, "line", "autoreload")
    shell.register_magic_function(run_aimport, "line", "aimport")
    unload_ipython_extension(shell)
    shell.events.register("pre_run_cell", before_cell)
    check()


def unload_ipython_extension(shell):
    callbacks = shell.events.callbacks.get("pre_run_cell", [])
    if before_cell in callbacks:
        callbacks.remove(before_cell)
