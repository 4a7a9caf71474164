# Modules' loaders and specs are importlib's; the tools on top of them work on what was imported before importlib and after.
import string
import sys

print('__builtins__' in vars(string), '__builtins__' in globals())
import importlib.abc
import importlib.machinery
import importlib.resources
import importlib.util
import os
import pkgutil
import runpy
import tempfile
import zipfile

from importlib.machinery import ModuleSpec, SourceFileLoader

import colorsys
import json.tool

for module in string, colorsys, json, json.tool, sys.modules["__main__"]:
    loader = module.__loader__
    print(module.__name__, type(loader) is SourceFileLoader, isinstance(loader, importlib.abc.SourceLoader), loader.name)
    if module.__spec__:
        print(type(module.__spec__) is ModuleSpec, module.__spec__.loader is loader, module.__spec__._initializing, module.__spec__.has_location,
              module.__spec__.submodule_search_locations == getattr(module, "__path__", None), module.__spec__.parent)
print(type(colorsys.__loader__), type(colorsys.__spec__))

with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder)
    package = os.path.join(folder, "pack")
    os.mkdir(package)
    for name, text in {"__init__.py": "x = 1", "data.txt": "some data", "mod.py": "print(__name__, __spec__.name); y = 2", "__main__.py": "print('main of', __package__)"}.items():
        with open(os.path.join(package, name), "w") as file:
            file.write(text)
    import pack.mod
    print(pkgutil.get_data("pack", "data.txt"), importlib.resources.files("pack").joinpath("data.txt").read_text())
    print([m.name for m in pkgutil.iter_modules(pack.__path__)])
    print(runpy.run_module("pack", run_name="__main__")["__name__"])
    print(importlib.reload(pack.mod) is pack.mod, pack.mod.__loader__.get_source("pack.mod"))

    class Doubling(SourceFileLoader):
        def source_to_code(self, data, path, *, _optimization=-1):
            return super().source_to_code(data.replace(b"2", b"4"), path)

    spec = importlib.util.spec_from_file_location("doubled", os.path.join(package, "mod.py"), loader=Doubling("doubled", os.path.join(package, "mod.py")))
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    print(module.y, type(module.__loader__).__name__)

    archive = os.path.join(folder, "archive.zip")
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("zipped/__init__.py", "z = 3")
        out.writestr("zipped/inner.py", "from . import z; w = z + 1")
        out.writestr("zipped/note.txt", "a note")
    sys.path.insert(0, archive)
    import zipped.inner
    print(zipped.inner.w, type(zipped.__loader__).__name__, pkgutil.get_data("zipped", "note.txt"), importlib.resources.files("zipped").joinpath("note.txt").read_text())

    # A changed class is asked.
    seen = []
    original = SourceFileLoader.exec_module
    SourceFileLoader.exec_module = lambda self, module: (seen.append(self.name), original(self, module))[1]
    with open(os.path.join(folder, "watched.py"), "w") as file:
        file.write("v = 5")
    importlib.invalidate_caches()
    import watched
    print(seen, watched.v)
    SourceFileLoader.exec_module = original
    with open(os.path.join(folder, "broken.py"), "w") as file:
        file.write("import broken\nbroken.nothing")
    importlib.invalidate_caches()
    try:
        import broken
    except AttributeError as error:
        print(error, "broken" in sys.modules)

# Installed packages.
import importlib.metadata

with tempfile.TemporaryDirectory() as folder:
    info = os.path.join(folder, "thing-1.5.dist-info")
    os.mkdir(info)
    with open(os.path.join(info, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\nName: thing\nVersion: 1.5\n")
    with open(os.path.join(info, "entry_points.txt"), "w") as file:
        file.write("[ours]\nfirst = json:dumps\n")
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    print(importlib.metadata.version("thing"), [p.load().__name__ for p in importlib.metadata.entry_points(group="ours")])
    print("thing" in [d.metadata["Name"] for d in importlib.metadata.distributions()])
    sys.path.remove(folder)
