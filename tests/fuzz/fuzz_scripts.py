"""Fuzz the whole interpreter with programs: test scripts, changed at random in tokens or in their syntax tree, run under a sanitized interpreter in a sandbox.

usage: fuzz_scripts.py INTERPRETER FOLDER SECONDS [--seed N]

Seeds are tests/lang/*.py and, where the CPython library brings them, its tests of the language and the built-in types. A find is a run that a signal, a sanitizer or a failed
assertion ended; the program goes to FOLDER/finds. Exit status 1 when there is one.
"""
import argparse
import ast
import glob
import io
import os
import random
import sys
import time
import tokenize

from sandbox import Sandbox

ap = argparse.ArgumentParser()
ap.add_argument("interpreter")
ap.add_argument("folder")
ap.add_argument("seconds", type=float)
ap.add_argument("--seed", type=int, default=None)
ap.add_argument("--timeout", type=float, default=20)
opt = ap.parse_args()
HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(opt.seed if opt.seed is not None else time.time_ns())

# What is about processes, terminals and the network tests the machine, not the interpreter.
UNFIT = {"run.py", "interrupts.py", "fault_handler.py", "prompt.py"}
LIBRARY = ("list dict set tuple bool int float complex long bytes str unicode bytearray range slice iter generators coroutines asyncgen grammar syntax class descr functions call keywordonlyarg scope "
           "exceptions exception_group except_star raise with contextlib comprehension listcomps setcomps dictcomps genexps unpack unpack_ex patma fstring format string string_literals compile code "
           "global super metaclass property decorators enum dataclasses functools itertools collections deque defaultdict ordered_dict heapq bisect array struct memoryview buffer copy pickle marshal "
           "json re weakref gc sys types typing abc operator math cmath binascii zlib hashlib random codecs io memoryio csv datetime statistics unicodedata userdict userlist userstring augassign binop "
           "compare contains crashers dynamic enumerate errno eof extcall finalization frame hash index inspect isinstance length_hint named_expressions numeric_tower opcodes peepholer pow "
           "positional_only_arg print reprlib richcmp sort strtod subclassinit traceback tstringize type_annotations type_params unary weakset yield_from zip").split()
NAMES = ["x", "self", "None", "True", "0", "1", "-1", "2**64", "10**400", "1.5", "float('nan')", "''", "'a'", "b'ab'", "[]", "{}", "()", "set()", "object()", "int", "type", "super", "print", "len",
         "lambda *a: a", "iter([1])", "(i for i in 'ab')", "slice(None)", "range(10**20)", "memoryview(b'ab')", "bytearray(b'ab')", "...", "NotImplemented", "__name__", "Exception", "ValueError()"]
STATEMENTS = ["pass", "return", "yield", "raise", "del x", "x = 1", "break", "continue", "global x", "nonlocal x", "import sys", "assert x", "x: int", "yield from x", "await x", "async def f(): yield",
              "x += x", "x, *y = x", "with x: pass", "for x in x: pass", "while x: break", "try: x\nexcept: pass", "try: x\nfinally: x", "match x:\n case _: pass", "class x(x): x", "def x(x=x): return x"]


def seeds():
    found = [p for p in glob.glob(os.path.join(HERE, "..", "lang", "*.py")) if os.path.basename(p) not in UNFIT]
    for folder in glob.glob("/usr/lib/python3.1*/test"):
        found += [os.path.join(folder, f"test_{name}.py") for name in LIBRARY if os.path.exists(os.path.join(folder, f"test_{name}.py"))]
    return sorted(found)


def read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def change_tokens(text):
    """Drop, double, swap and replace tokens."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return text
    at = [i for i, t in enumerate(tokens) if t.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)]
    lines = text.splitlines(keepends=True)
    edits = {}
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        t, other = tokens[rng.choice(at)], tokens[rng.choice(at)]
        new = rng.choice((other.string, other.string, rng.choice(NAMES), "", t.string * 2, t.string + " " + other.string))
        if t.start[0] == t.end[0]:
            edits[t.start] = (t.end, new)
    for start, (end, new) in sorted(edits.items(), reverse=True):
        line = lines[start[0] - 1]
        lines[start[0] - 1] = line[:start[1]] + new + line[end[1]:]
    return "".join(lines)


class Changer(ast.NodeTransformer):
    """Replace a few nodes of a tree by others of the same sort."""

    def __init__(self, donors, rate):
        self.expressions, self.statements, self.rate = *donors, rate

    def generic_visit(self, node):
        super().generic_visit(node)
        if rng.random() < self.rate:
            if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                return rng.choice(self.expressions) if rng.random() < 0.6 else ast.parse(rng.choice(NAMES), mode="eval").body
            if isinstance(node, ast.stmt) and not isinstance(node, (ast.Import, ast.ImportFrom)):
                chosen = rng.choice(self.statements) if rng.random() < 0.5 else ast.parse("def f():\n" + "\n".join(" " + line for line in rng.choice(STATEMENTS).split("\n"))).body[0].body[0]
                return rng.choice(([node, chosen], [chosen, node], [chosen], [node, node]))
            if isinstance(node, ast.operator):
                return rng.choice((ast.Add(), ast.Mult(), ast.Mod(), ast.BitOr(), ast.Sub(), ast.FloorDiv(), ast.LShift()))
            if isinstance(node, ast.cmpop):
                return rng.choice((ast.Eq(), ast.Lt(), ast.In(), ast.Is(), ast.NotIn(), ast.GtE()))
        return node


def change_tree(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return change_tokens(text)
    nodes = list(ast.walk(tree))
    donors = [n for n in nodes if isinstance(n, ast.expr) and isinstance(getattr(n, "ctx", ast.Load()), ast.Load)], [n for n in nodes if isinstance(n, ast.stmt)]
    if not all(donors):
        return change_tokens(text)
    try:
        return ast.unparse(ast.fix_missing_locations(Changer(donors, rng.choice((0.5, 2, 5, 20)) / len(nodes)).visit(tree)))
    except (ValueError, RecursionError, AttributeError, TypeError):
        return change_tokens(text)


def piece(text):
    """A file is long: often only some of its top-level statements, with all its imports."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return text
    if len(tree.body) > 6 and rng.random() < 0.8:
        keep = set(rng.sample(range(len(tree.body)), max(3, len(tree.body) // 4)))
        tree.body = [s for i, s in enumerate(tree.body) if i in keep or isinstance(s, (ast.Import, ast.ImportFrom)) or i > len(tree.body) - 3]
        return ast.unparse(tree)
    return text


def main():
    sandbox = Sandbox(opt.interpreter, opt.folder, memory="300M")
    paths, until, runs, finds = seeds(), time.monotonic() + opt.seconds, 0, 0
    seen = set()
    while time.monotonic() < until or not runs:
        path = rng.choice(paths)
        program = rng.choice((change_tokens, change_tree, change_tree))(piece(read(path)))
        files = {"program.py": program.encode("utf-8", "surrogatepass")}
        status, out, _ = sandbox.run(["program.py"], opt.timeout, files=files)
        runs += 1
        if status == "sanitizer" or (isinstance(status, int) and status < 0 and status not in (-2, -15)):
            what = sandbox.summary(out)
            if what in seen:
                continue
            seen.add(what)
            finds += 1
            name = f"{os.path.basename(path)[:-3]}-{runs}-{os.getpid()}.py"
            sandbox.save(name, program)
            sandbox.save(name + ".txt", f"{status}\n{out}")
            print(f"FIND {name}: {status}\n{what}", flush=True)
    print(f"fuzz scripts: {runs} programs, {finds} finds")
    return 1 if finds else 0


sys.exit(main())
