"""Errors as a notebook shows them: colours, the cell's lines with an arrow at the one that failed, the failing part underlined."""
import sys

import _ouro

RED, GREEN, CYAN, BLUE, YELLOW, BOLD, OFF = "\033[31m", "\033[32m", "\033[36m", "\033[34m", "\033[43m", "\033[1m", "\033[0m"
CONTEXT = 2                       # lines before and after
MAX_FRAMES = 30


def frames_of(error):
    """(frame, line number, position) of each traceback entry, outermost first; the shell's own are left out."""
    entries, tb = [], error.__traceback__
    while tb is not None:
        name = tb.tb_frame.f_code.co_filename
        if not name.startswith("<ouro ") and not tb.tb_frame.f_locals.get("__tracebackhide__"):
            entries.append((tb.tb_frame, tb.tb_lineno, _ouro.traceback_position(tb)))
        tb = tb.tb_next
    return entries


def lines_of(filename, sources):
    if filename in sources:
        return sources[filename].split("\n")
    linecache = sys.modules.get("linecache")
    if linecache is not None:
        return [line.rstrip("\n") for line in linecache.getlines(filename)]
    try:
        with open(filename, encoding="utf-8", errors="replace") as file:
            return file.read().split("\n")
    except OSError:
        return []


def arguments(code, frame):
    if code.co_name == "<module>":
        return ""
    names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
    return "(" + ", ".join(names) + ")"


def render_frame(frame, line, position, sources):
    code = frame.f_code
    filename = code.co_filename
    where = filename if filename.startswith("Cell In[") else f"File {filename}"
    head = f"{GREEN}{where}{OFF}, line {line}" if filename.startswith("Cell In[") else f"{where}:{GREEN}{line}{OFF}"
    if code.co_name != "<module>":
        head += f", in {CYAN}{code.co_name}{arguments(code, frame)}{OFF}"
    out = [head]
    lines = lines_of(filename, sources)
    first, last = max(1, line - CONTEXT), min(len(lines), line + CONTEXT)
    for number in range(first, last + 1):
        text = lines[number - 1]
        if number != line:
            out.append(f"{GREEN}{number:>7}{OFF} {text}")
            continue
        if position and position[0] == line and position[2] is not None and position[3] is not None:
            raw = text.encode()
            end = position[3] if position[1] == line else len(raw)
            before, part, after = (piece.decode(errors="replace") for piece in (raw[:position[2]], raw[position[2]:end], raw[end:]))
            if before.strip() or after.strip():
                text = f"{before}{YELLOW}{part}{OFF}{after}"
        out.append(f"{GREEN}{BOLD}----> {number}{OFF} {text}" if number < 100 else f"{GREEN}{BOLD}--> {number}{OFF} {text}")
    return "\n".join(out)


def syntax_lines(error):
    where = error.filename or "<unknown>"
    head = f"  {GREEN}{where}, line {error.lineno}{OFF}" if str(where).startswith("Cell In[") else f'  {GREEN}File {where}:{error.lineno}{OFF}'
    out = [head]
    if error.text:
        text = error.text.rstrip("\n")
        shown = text.lstrip()
        out.append("    " + shown)
        if error.offset:
            start = max(0, error.offset - 1 - (len(text) - len(shown)))
            width = 1
            if getattr(error, "end_offset", None) and getattr(error, "end_lineno", None) in (None, error.lineno):
                width = max(1, error.end_offset - error.offset)
            out.append("    " + " " * start + "^" * width)
    return out


def last_line(error):
    text = _ouro.format_exception(error, True).rstrip("\n")
    text = text.split("\n")[-1] if isinstance(error, SyntaxError) else text
    name, colon, rest = text.partition(":")
    return f"{RED}{name}{OFF}{colon}{rest}"


def render_one(error, sources):
    if isinstance(error, SyntaxError) and not (error.__traceback__ and any(not f.f_code.co_filename.startswith("Cell In[") for f, _, _ in frames_of(error))):
        return syntax_lines(error) + [last_line(error)]
    frames = frames_of(error)
    out = [f"{RED}{'-' * 75}{OFF}", f"{RED}{type(error).__name__}{OFF}" + "Traceback (most recent call last)".rjust(75 - len(type(error).__name__))]
    if len(frames) > MAX_FRAMES:
        hidden = len(frames) - MAX_FRAMES
        shown = frames[:MAX_FRAMES // 2] + [None] + frames[-MAX_FRAMES // 2:]
    else:
        hidden, shown = 0, frames
    for entry in shown:
        out.append(f"    [... {hidden} frames ...]" if entry is None else render_frame(*entry, sources))
    if isinstance(error, BaseExceptionGroup):
        out.append(_ouro.format_exception(error).rstrip("\n"))
        return out
    out.append("")
    out.append(last_line(error))
    return out


def render(error, sources, mode="Context"):
    """The list of lines for the error message; causes and contexts come first. Modes: Context, Plain (as python prints it), Minimal."""
    if mode == "Minimal":
        return [last_line(error)]
    if mode == "Plain":
        return _ouro.format_exception(error).rstrip("\n").split("\n")
    chain, seen, current = [], set(), error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        cause = current.__cause__
        if cause is not None:
            chain.append((current, "The above exception was the direct cause of the following exception:"))
            current = cause
        elif current.__context__ is not None and not current.__suppress_context__:
            chain.append((current, "During handling of the above exception, another exception occurred:"))
            current = current.__context__
        else:
            chain.append((current, None))
            current = None
    out = []
    for item, why in reversed(chain):
        if why and out:
            out += ["", why, ""]
        out += render_one(item, sources)
    return out
