"""What every program finds in builtins: exit, quit, help, copyright, credits, license. Imported at the start; imports nothing itself."""
import _ouro
import builtins
import sys


class Quitter:
    """exit and quit: call it to leave."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Use {self.name}() or Ctrl-D (i.e. EOF) to exit"

    def __call__(self, code=None):
        raise SystemExit(code)


class Helper:
    """help(): pydoc, imported when first asked."""

    def __repr__(self):
        return "Type help() for interactive help, or help(object) for help about object."

    def __call__(self, *args, **kwargs):
        import pydoc
        return pydoc.help(*args, **kwargs)


class Printer:
    """copyright, credits, license: a text that shows itself."""

    def __init__(self, name, text):
        self.name, self.text = name, text

    def __repr__(self):
        return self.text

    def __call__(self):
        print(self.text)


builtins.exit = Quitter("exit")
builtins.quit = Quitter("quit")
builtins.help = Helper()
builtins.copyright = Printer("copyright", sys.copyright)
builtins.credits = Printer("credits", "Ouro runs the standard library of CPython; thanks to everyone who wrote it.")
builtins.license = Printer("license", "Ouro is under the MIT license. The CPython library it reads is under the PSF license.")


def folder_finder(path):
    """A hook for sys.path_hooks: importlib's own finder, for those who ask for one (pkgutil)."""
    import os
    if not os.path.isdir(path or "."):
        raise ImportError("only directories are supported", path=path)
    from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
    return FileFinder(path, (SourceFileLoader, SOURCE_SUFFIXES))


def archive_finder(path):
    """A hook for sys.path_hooks: modules in zip files."""
    guard = path not in sys.path_importer_cache
    if guard:
        sys.path_importer_cache[path] = None                  # what is imported here is not looked for in `path` itself
    try:
        import os
        head = path
        while head and not os.path.exists(head):
            head = os.path.dirname(head)
        if not os.path.isfile(head):
            raise ImportError("not a zip file", path=path)
        import zipimport
        return zipimport.zipimporter(path)
    finally:
        if guard:
            del sys.path_importer_cache[path]


sys.path_hooks += [archive_finder, folder_finder]


def adopt_importlib(importlib):
    """importlib is loaded: its ModuleSpec and SourceFileLoader are those of all modules, with Ouro's cache of compiled code behind them."""
    import _imp
    external, bootstrap = importlib._bootstrap_external, importlib._bootstrap
    loader_class, spec_class = external.SourceFileLoader, bootstrap.ModuleSpec
    library_get_code = loader_class.get_code

    def get_code(self, fullname):
        if type(self) is not loader_class:      # a subclass may compile in its own way
            return library_get_code(self, fullname)
        return _imp._source_code(self.get_filename(fullname))

    get_code.__doc__ = library_get_code.__doc__
    loader_class.get_code = get_code
    external.MAGIC_NUMBER = _imp._code_stamp()[:2] + b"\r\n"
    for library in external, bootstrap:
        for thing in vars(library).values():
            if isinstance(thing, type) and thing.__module__ == library.__name__:
                thing.__module__ = "_frozen_" + library.__name__.replace("._bootstrap", "")
    for module in list(sys.modules.values()):
        loader = getattr(module, "__loader__", None)
        if type(loader).__name__ == "SourceFileLoader" and not isinstance(loader, loader_class):
            loader = module.__loader__ = loader_class(loader.name, loader.path)
        spec = getattr(module, "__spec__", None)
        if type(spec).__name__ != "ModuleSpec" or isinstance(spec, spec_class):
            continue
        new = spec_class(spec.name, loader if spec.has_location else spec.loader, origin=spec.origin, loader_state=spec.loader_state)
        new.submodule_search_locations = spec.submodule_search_locations
        new._set_fileattr = spec.has_location
        new._initializing = spec._initializing
        module.__spec__ = new
    _imp._adopt(spec_class, loader_class)


_ouro.when_loaded("importlib", adopt_importlib)
