"""What every program finds in builtins: exit, quit, help, copyright, credits, license. Imported at the start; imports nothing itself."""
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
    import os
    head = path
    while head and not os.path.exists(head):
        head = os.path.dirname(head)
    if not os.path.isfile(head):
        raise ImportError("not a zip file", path=path)
    import zipimport
    return zipimport.zipimporter(path)


sys.path_hooks += [archive_finder, folder_finder]
