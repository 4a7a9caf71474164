"""Options of users' magics by argparse: @magic_arguments() above @argument(...) lines, and parse_argstring(magic, line)."""
import argparse
import shlex

from _ouro_magic_registry import UsageError


class MagicArgumentParser(argparse.ArgumentParser):
    """Its errors are UsageErrors instead of the end of the program."""

    def error(self, message):
        raise UsageError(message)

    def parse_argstring(self, text, *, partial=False):
        return (self.parse_known_args if partial else self.parse_args)(shlex.split(text))


def name_of(function):
    name = function.__name__
    return "%" + (name[6:] if name.startswith("magic_") else name)


def magic_arguments(name=None):
    def decorate(function):
        parser = MagicArgumentParser(name or name_of(function), description=function.__doc__, add_help=False)
        for kind, args, options in reversed(getattr(function, "_magic_arguments", [])):
            if kind == "defaults":
                parser.set_defaults(**options)
            else:
                parser.add_argument(*args, **options)
        function.parser = parser
        function.__doc__ = parser.format_help()
        return function
    return decorate


def _collect(kind, args, options):
    def decorate(function):
        function.__dict__.setdefault("_magic_arguments", []).append((kind, args, options))
        return function
    return decorate


def argument(*args, **options):
    return _collect("argument", args, options)


def defaults(**options):
    return _collect("defaults", (), options)


def kwds(**options):
    return lambda function: function


def parse_argstring(magic, text, *, partial=False):
    return getattr(magic, "__func__", magic).parser.parse_argstring(text, partial=partial)
