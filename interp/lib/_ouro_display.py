"""How values are shown: MIME bundles, display(), display handles. IPython.display has the classes."""
import sys

import _ouro
from _ouro_pretty import pretty as plain_text

# In the order in which they are asked.
METHODS = (("text/html", "_repr_html_"), ("text/markdown", "_repr_markdown_"), ("image/svg+xml", "_repr_svg_"), ("image/png", "_repr_png_"),
           ("application/pdf", "_repr_pdf_"), ("image/jpeg", "_repr_jpeg_"), ("text/latex", "_repr_latex_"), ("application/json", "_repr_json_"),
           ("application/javascript", "_repr_javascript_"))
PLAIN = (int, float, complex, str, bytes, bool, list, tuple, dict, set, frozenset, type(None))
formatters = {}                   # MIME type -> {class or "module.name": function}, registered by users (for_type)


def encoded(mime, value):
    """bytes as base64 where the protocol wants text."""
    if isinstance(value, bytes) and mime != "text/plain":
        import binascii
        return binascii.b2a_base64(value).decode("ascii")
    return value


def user_format(mime, value):
    table = formatters.get(mime)
    if table:
        for base in type(value).__mro__:
            found = table.get(base) or table.get(f"{base.__module__}.{base.__qualname__}")
            if found is not None:
                return found(value)
    return None


def format_object(value, include=None, exclude=None):
    """(data, metadata): the MIME bundle of a value. data None: it showed itself (_ipython_display_)."""
    if type(value) in PLAIN and not formatters:
        return {"text/plain": plain_text(value)}, {}
    kind = type(value)
    if getattr(kind, "_ipython_display_", None) is not None and not isinstance(value, type):
        value._ipython_display_()
        return None, {}
    data, metadata = {}, {}
    if not isinstance(value, type):
        bundle = getattr(kind, "_repr_mimebundle_", None)
        if bundle is not None:
            got = value._repr_mimebundle_(include=include, exclude=exclude)
            if isinstance(got, tuple):
                got, metadata = got[0], dict(got[1])
            data.update({mime: encoded(mime, v) for mime, v in (got or {}).items()})
        for mime, name in METHODS:
            if mime in data or (include and mime not in include) or (exclude and mime in exclude):
                continue
            got = user_format(mime, value)
            if got is None and getattr(kind, name, None) is not None:
                got = call_repr(value, name)
            if got is None:
                continue
            if isinstance(got, tuple) and len(got) == 2 and isinstance(got[1], dict):
                got, metadata[mime] = got
            data[mime] = encoded(mime, got)
    if "text/plain" not in data:
        text = user_format("text/plain", value)
        data["text/plain"] = plain_text(value) if text is None else text
    return data, metadata


def call_repr(value, name):
    """A broken _repr_*_ method shows its traceback and counts as absent."""
    try:
        return getattr(value, name)()
    except NotImplementedError:
        return None
    except Exception as error:
        from _ouro_shell import error_lines
        print("\n".join(error_lines(error)), file=sys.stderr)
        return None


def publish_display(data, metadata=None, *, transient=None, update=False, source=None):
    content = {"data": {m: encoded(m, v) for m, v in data.items()}, "metadata": metadata or {}, "transient": transient or {}}
    if not _ouro.publish("update_display_data" if update else "display_data", _ouro.json(content)):
        print(data.get("text/plain", ""))


class DisplayHandle:
    """A place in the notebook whose content can change: handle.update(value)."""

    def __init__(self, display_id=None):
        self.display_id = new_id() if display_id is None else display_id

    def __repr__(self):
        return f"<DisplayHandle display_id={self.display_id}>"

    def display(self, value, **kwargs):
        display(value, display_id=self.display_id, **kwargs)

    def update(self, value, **kwargs):
        display(value, display_id=self.display_id, update=True, **kwargs)


def new_id():
    import os
    return os.urandom(16).hex()


def display(*values, include=None, exclude=None, metadata=None, transient=None, display_id=None, raw=False, clear=False, update=False, **kwargs):
    """Show values in the notebook. display_id=True makes a handle whose update() changes what is shown."""
    if clear:
        clear_output(wait=True)
    transient = dict(transient or {})
    if display_id is True:
        display_id = new_id()
    if display_id is not None:
        transient["display_id"] = display_id
    elif update:
        raise TypeError("display_id required for update_display")
    for value in values:
        if raw:
            data, found = value, {}
        else:
            data, found = format_object(value, include, exclude)
        if data is None:
            continue
        publish_display(data, {**found, **(metadata or {})}, transient=transient, update=update)
    return DisplayHandle(display_id) if display_id is not None and not update else None


def update_display(value, *, display_id, **kwargs):
    """Change what was shown under display_id."""
    display(value, display_id=display_id, update=True, **kwargs)


def clear_output(wait=False):
    """Take the cell's output away, at once or (wait) when the next output comes."""
    sys.stdout.flush()
    if not _ouro.publish("clear_output", _ouro.json({"wait": bool(wait)})):
        print("\033[2K\r", end="")
