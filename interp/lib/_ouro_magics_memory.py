"""%gc and %memlimit. %mem, %leaks, %who and %whos are in C, in kernel/magic_memory.c and magic_names.c."""
import _ouro
from _ouro_display import publish_display
from _ouro_magic_registry import UsageError, line_magic, number

GC_USAGE = "%gc, %gc threshold A B C, %gc collect [GENERATION], %gc on, off, freeze or unfreeze"


@line_magic("gc")
def run_gc(line):
    import gc
    word, *rest = line.split() or [""]
    if word == "threshold":
        if len(rest) > 3:
            raise UsageError("%gc threshold takes one to three numbers")
        if rest:
            gc.set_threshold(*[number("%gc threshold", "a threshold", text) for text in rest])
        print("thresholds:", *gc.get_threshold())
    elif word == "collect":
        if len(rest) > 1 or rest and rest[0] not in ("0", "1", "2"):
            raise UsageError(f"%gc collect takes a generation, 0, 1 or 2, not '{' '.join(rest)}'")
        before = _ouro.heap_counts()["live_bytes"]
        found = gc.collect(int(rest[0])) if rest else gc.collect()
        print(f"{found:,} unreachable objects, {before - _ouro.heap_counts()['live_bytes']:,} bytes freed")
    elif word in ("on", "off", "freeze", "unfreeze") and not rest:
        {"on": gc.enable, "off": gc.disable, "freeze": gc.freeze, "unfreeze": gc.unfreeze}[word]()
        print(f"the collector is {'on' if gc.isenabled() else 'off'}, {gc.get_freeze_count():,} objects frozen")
    elif word:
        raise UsageError(f"%gc does not know '{line.strip()}': {GC_USAGE}")
    else:
        show_collector()


def show_collector():
    import gc
    facts = _ouro.collector()
    rows = [("generation", "count", "threshold", "objects", "collections", "collected", "uncollectable")]
    for g, (count, threshold, stats) in enumerate(zip(gc.get_count(), gc.get_threshold(), gc.get_stats())):
        rows.append((g, count, threshold, facts["objects"][g], stats["collections"], stats["collected"], stats["uncollectable"]))
    note = (f"The collector is {'on' if gc.isenabled() else 'off'}. A full collection waits until the objects that are new in the old generation "
            f"({facts['long_lived_pending']:,}) are a quarter of those already there ({facts['long_lived_total']:,}).\n"
            f"Pauses: {facts['pause_total_ns'] / 1e6:.2f} ms in all, longest in this cell {facts['pause_longest_ns'] / 1e6:.2f} ms, last {facts['pause_last_ns'] / 1e6:.2f} ms.")
    show_table(rows, note)


def show_table(rows, note=""):
    """Rows (the first is the head) as text with an HTML twin."""
    import html as _html
    texts = [[f"{c:,}" if isinstance(c, int) else str(c) for c in row] for row in rows]
    widths = [max(len(row[i]) for row in texts) for i in range(len(rows[0]))]
    plain_text = "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths)) for row in texts)
    head, *body = [[_html.escape(c) for c in row] for row in texts]
    table = "<table><tr>" + "".join(f"<th>{c}</th>" for c in head) + "</tr>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in body) + "</table>"
    publish_display({"text/plain": plain_text + ("\n" + note if note else ""), "text/html": table + f"<div>{_html.escape(note)}</div>"})


SIZES = {"": 1, "b": 1, "k": 1000, "kb": 1000, "m": 10 ** 6, "mb": 10 ** 6, "g": 10 ** 9, "gb": 10 ** 9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
LEAST_ROOM = 1 << 20


@line_magic("memlimit")
def run_memlimit(line):
    text = line.strip().lower().replace(" ", "")
    if text in ("off", "none", "0"):
        _ouro.set_limit(0)
    elif text:
        digits = text.rstrip("kmgib")
        try:
            size = int(float(digits) * SIZES[text[len(digits):]])
        except (ValueError, KeyError, OverflowError):
            raise UsageError(f"%memlimit SIZE, as in 500M or 2G, or %memlimit off, not '{line.strip()}'") from None
        live = _ouro.heap_counts()["live_bytes"]
        if size < live + LEAST_ROOM:
            raise UsageError(f"%memlimit: {live / 1e6:,.1f} MB are live already; the least limit now is {(live + LEAST_ROOM) / 1e6:,.1f} MB")
        _ouro.set_limit(size)
    counts = _ouro.heap_counts()
    limit = counts["limit_bytes"]
    print(f"limit: {limit:,} bytes; {counts['live_bytes']:,} live" if limit else f"no limit; {counts['live_bytes']:,} bytes live")
