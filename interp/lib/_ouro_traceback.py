"""Errors as a notebook shows them: colours, the cell's lines with an arrow at the one that failed, the failing part underlined."""
import sys

import _ouro

RED, GREEN, CYAN, BLUE, YELLOW, BOLD, OFF = "\033[31m", "\033[32m", "\033[36m", "\033[34m", "\033[43m", "\033[1m", "\033[0m"
CONTEXT = 2                       # lines before and after
MAX_FRAMES = 30
REPEATS, LONGEST_RING = 3, 4      # frames that repeat more often are folded; functions that call each other in a ring


def frames_of(error):
    """(frame, line number, position) of each traceback entry, outermost first; the shell's own are left out."""
    entries, tb = [], error.__traceback__
    while tb is not None:
        name = tb.tb_frame.f_code.co_filename
        if not name.startswith("<ouro ") and not tb.tb_frame.f_locals.get("__tracebackhide__"):
            entries.append((tb.tb_frame, tb.tb_lineno, _ouro.traceback_position(tb)))
        tb = tb.tb_next
    if entries and is_event_loop(entries[0]):             # a cell with await: the event loop that ran it is of no interest
        cell = next((i for i, (frame, _, _) in enumerate(entries) if frame.f_code.co_filename.startswith("Cell In[")), 0)
        if all(is_event_loop(entry) for entry in entries[:cell]):
            del entries[:cell]
    return entries


def is_event_loop(entry):
    return entry[0].f_globals.get("__name__", "").startswith("asyncio.")


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


def last_line_of(code):
    """The last line of a function's code, the functions inside it included."""
    last = max((line for _, _, line in code.co_lines() if line), default=code.co_firstlineno)
    return max([last] + [last_line_of(const) for const in code.co_consts if type(const) is type(code)])


def shown_lines(code, line, lines):
    """(first, last): the lines around the one that failed, none that lies outside its function."""
    first, last = max(1, line - CONTEXT), min(len(lines), line + CONTEXT)
    if code.co_name != "<module>":
        first, last = max(first, min(code.co_firstlineno, line)), min(last, max(last_line_of(code), line))
    while last > line and not lines[last - 1].strip():
        last -= 1
    return first, last


def arguments(code, frame, values):
    """What the function was called with, in brackets: names, or with %xmode Verbose their values."""
    from _ouro_pretty import short
    count = code.co_argcount + code.co_kwonlyargcount
    names = [("", name) for name in code.co_varnames[:count]]
    if code.co_flags & 4:
        names.insert(code.co_argcount, ("*", code.co_varnames[count]))
        count += 1
    if code.co_flags & 8:
        names.append(("**", code.co_varnames[count]))
    known = frame.f_locals if values else {}
    return "(" + ", ".join(f"{stars}{name}={short(known[name], 60)}" if name in known else stars + name for stars, name in names) + ")"


def marked(text, line, position):
    """The line that failed with its failing part in colour, when that is not all of it."""
    if not position or position[0] != line or position[2] is None or position[3] is None:
        return text
    raw = text.encode()
    end = position[3] if position[1] == line else len(raw)
    before, part, after = (piece.decode(errors="replace") for piece in (raw[:position[2]], raw[position[2]:end], raw[end:]))
    return f"{before}{YELLOW}{part}{OFF}{after}" if before.strip() or after.strip() else text


def render_frame(frame, line, position, sources, verbose=False):
    code = frame.f_code
    filename = code.co_filename
    where = filename if filename.startswith("Cell In[") else f"File {filename}"
    head = f"{GREEN}{where}{OFF}, line {line}" if filename.startswith("Cell In[") else f"{where}:{GREEN}{line}{OFF}"
    if code.co_name != "<module>":
        head += f", in {CYAN}{code.co_qualname.replace('<locals>.', '')}{arguments(code, frame, verbose)}{OFF}"
    out = [head]
    lines = lines_of(filename, sources)
    first, last = shown_lines(code, line, lines)
    margin = min((len(text) - len(text.lstrip()) for text in lines[first - 1:last] if text.strip()), default=0)
    for number in range(first, last + 1):
        text = lines[number - 1]
        if number != line:
            out.append(f"{GREEN}{number:>7}{OFF} {text[margin:]}".rstrip())
            continue
        if position:
            position = (position[0], position[1], *(column and column - margin for column in position[2:]))
        arrow = "-" * (5 - len(str(number))) + "> "
        out.append(f"{GREEN}{BOLD}{arrow}{number}{OFF} {marked(text[margin:], line, position)}")
    return "\n".join(out)


def repeats_at(frames, i):
    """(period, times): the way the frames from i on repeat themselves: a function that calls itself, or a few that call each other."""
    keys = [(frame.f_code, line) for frame, line, _ in frames[i:i + LONGEST_RING]]
    for period in range(1, LONGEST_RING + 1):
        times, end = 1, i + period
        while [(frame.f_code, line) for frame, line, _ in frames[end:end + period]] == keys[:period]:
            times, end = times + 1, end + period
        if times > REPEATS:
            return period, times
    return 1, 1


def folded(frames):
    """Frames to show; in place of those left out, a line that says how many they are."""
    out, i = [], 0
    while i < len(frames):
        period, times = repeats_at(frames, i)
        end = i + period * times
        if times > 1:
            out += [*frames[i:i + period], f"    [... {period * (times - 2):,} more like these ...]", *frames[end - period:end]]
        else:
            out.append(frames[i])
        i = end
    if len(out) > MAX_FRAMES:
        hidden = len(out) - MAX_FRAMES
        out[MAX_FRAMES // 2:-MAX_FRAMES // 2] = [f"    [... {hidden:,} frames ...]"]
    return out


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
    """The exception's class (without its module, as IPython has it), message and notes."""
    text = _ouro.format_exception(error, True).rstrip("\n")
    text = text.split("\n")[-1] if isinstance(error, SyntaxError) else text
    name, colon, rest = text.partition(":")
    notes = getattr(error, "__notes__", None)
    rest += "".join(f"\n{note}" for note in notes) if isinstance(notes, (list, tuple)) else ""
    return f"{RED}{type(error).__name__ if name.endswith(type(error).__name__) else name}{OFF}{colon}{rest}"


def render_one(error, sources, verbose, whole):
    frames = frames_of(error)
    if isinstance(error, SyntaxError) and all(frame.f_code.co_filename.startswith("Cell In[") for frame, _, _ in frames):
        return syntax_lines(error) + [last_line(error)]
    if isinstance(error, SystemExit) and not whole:
        return ["An exception has occurred, use %tb to see the full traceback.", "", last_line(error)]
    if type(error).__name__ == "BdbQuit" and not whole:
        return [last_line(error) + ": the debugger was left, and the cell with it"]
    rule = f"{RED}{'-' * 75}{OFF}"
    if isinstance(error, BaseExceptionGroup):
        return [rule, _ouro.format_exception(error).rstrip("\n")]
    out = [rule, f"{RED}{type(error).__name__}{OFF}" + "Traceback (most recent call last)".rjust(75 - len(type(error).__name__))]
    for entry in folded(frames):
        out += [entry if isinstance(entry, str) else render_frame(*entry, sources, verbose), ""]
    if not frames:
        out.append("")
    out.append(last_line(error))
    return out


def render(error, sources, mode="Context", whole=False):
    """The list of lines for the error message; causes and contexts come first.
    Modes: Context; Verbose (with the arguments' values); Plain (as python prints it); Minimal.
    whole: the frames of a SystemExit too (%tb)."""
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
        out += render_one(item, sources, mode == "Verbose", whole)
    return out
