"""What is this object? The answer to Shift-Tab, obj? and obj??."""
import builtins

import _ouro
from _ouro_complete import is_word, lookup

RED, OFF = "\033[31m", "\033[0m"
MISSING = object()


def word_at(code, cursor):
    """The dotted name around the cursor; inside a call's brackets, the name of what is called."""
    i = min(cursor, len(code))
    start = i
    while start > 0 and (is_word(code[start - 1]) or code[start - 1] == "."):
        start -= 1
    end = i
    while end < len(code) and is_word(code[end]):
        end += 1
    word = code[start:end].strip(".")
    if word and not word[0].isdigit():
        yield word
    depth = 0
    for k in range(start - 1, -1, -1):
        if code[k] in ")]}":
            depth += 1
        elif code[k] in "([{":
            if depth == 0 and code[k] == "(":
                j = k
                while j > 0 and (is_word(code[j - 1]) or code[j - 1] == "."):
                    j -= 1
                if code[j:k]:
                    yield code[j:k]
            depth = max(0, depth - 1)


def signature_of(value):
    try:
        import inspect
        return str(inspect.signature(value))
    except Exception:
        return None


def source_of(value):
    try:
        import inspect
        return inspect.getsource(value)
    except Exception:
        return None


def fields(name, value, detail):
    """(label, text) pairs, in the order they are shown: what it is first, then what is known about it."""
    if callable(value):
        text = signature_of(value)
        if text is not None:
            yield ("Init signature" if isinstance(value, type) else "Signature"), name.rpartition(".")[2] + text
    else:
        from _ouro_pretty import short
        yield "Type", type(value).__name__
        yield "String form", short(value, 400)
        try:
            yield "Length", f"{len(value):,}"
        except Exception:
            pass
    source = source_of(value) if detail > 0 and (callable(value) or type(value).__name__ == "module") else None
    doc = getattr(value, "__doc__", None) if source is None else None
    if source is not None:
        yield "Source", source
    elif doc:
        import inspect
        yield "Docstring", inspect.cleandoc(doc) if isinstance(doc, str) else str(doc)
    module = getattr(value, "__file__", None) or getattr(getattr(value, "__code__", None), "co_filename", None)
    if module:
        yield "File", str(module)
    if callable(value):
        yield "Type", type(value).__name__
    cell = _ouro.birth_cell(value)
    yield "Memory", f"{_ouro.deep_size(value):,} bytes" + (f", made in cell {cell}" if cell else "")
    if isinstance(value, type):
        children = [c.__name__ for c in type.__subclasses__(value)][:10]
        if children:
            yield "Subclasses", ", ".join(children)


def describe(name, value, detail):
    import html
    pairs = list(fields(name, value, detail))
    plain = "\n".join(f"{RED}{label}:{OFF}{' ' * max(1, 14 - len(label))}{text}" if "\n" not in text else f"{RED}{label}:{OFF}\n{text}" for label, text in pairs)
    rows = "".join(f"<tr><th style='text-align:left;vertical-align:top'>{html.escape(label)}</th><td><pre style='margin:0'>{html.escape(text)}</pre></td></tr>"
                   for label, text in pairs)
    return {"text/plain": plain, "text/html": f"<table>{rows}</table>"}


def answer(code, cursor, detail, space):
    """The content of an inspect_reply."""
    for word in word_at(code, cursor):
        try:
            value = lookup(word, space)
        except Exception:
            continue
        return {"found": True, "data": describe(word, value, detail), "metadata": {}}
    return {"found": False, "data": {}, "metadata": {}}
