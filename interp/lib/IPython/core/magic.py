"""Decorators for magics written by users and extensions."""


def _mark(*kinds):
    def decorate(function, name=None):
        function._magic_kinds, function._magic_name = kinds, name or function.__name__
        return function

    def decorator(argument=None):
        if callable(argument):
            return decorate(argument)
        return lambda function: decorate(function, argument)
    return decorator


line_magic, cell_magic, line_cell_magic = _mark("line"), _mark("cell"), _mark("line", "cell")


def magics_class(cls):
    return cls


def _register(kind):
    def decorator(argument=None):
        def register(function, name=None):
            from IPython import get_ipython
            get_ipython().register_magic_function(function, kind, name or function.__name__)
            return function
        if callable(argument):
            return register(argument)
        return lambda function: register(function, argument)
    return decorator


register_line_magic, register_cell_magic, register_line_cell_magic = _register("line"), _register("cell"), _register("line_cell")


def needs_local_scope(function):
    return function


class Magics:
    """Base of classes whose methods are magics."""

    def __init__(self, shell=None, **kwargs):
        self.shell = shell
