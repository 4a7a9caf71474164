"""What notebooks and libraries expect of IPython, served by Ouro's own shell."""
__version__ = "8.12.3"
version_info = (8, 12, 3)


def get_ipython():
    """The shell, or None outside a notebook."""
    import builtins
    get = getattr(builtins, "get_ipython", None)
    return get() if get is not None else None


def __getattr__(name):
    if name == "display":
        import IPython.display
        return IPython.display
    raise AttributeError(f"module 'IPython' has no attribute '{name}'")
