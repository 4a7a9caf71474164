"""Magics, displayed values and memory views, as somebody in a notebook meets them."""
import json
import os
import re

import pytest

from harness import Kernel, eventually

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def shown(result):
    """Everything a cell shows as text."""
    data = result.of("display_data", "execute_result")
    return result.text() + "\n".join(d["data"].get("text/plain", "") for d in data)


def pages(result):
    return "\n".join(ANSI.sub("", p["data"]["text/plain"]) for p in result.content["payload"] if p["source"] == "page")


def usage_error(result):
    assert result.content["status"] == "error" and result.content["ename"] == "UsageError", result
    assert len(result.content["traceback"]) == 1 and "\n" not in result.content["evalue"], result
    return result.content["evalue"]


# --- all of them ----------------------------------------------------------------------------------------------------------

def test_every_listed_magic_is_there(shared):
    code = ("import _ouro, _ouro_magics, json\nrows = _ouro.parse_json(_ouro.service('magics', '{}'))\n"
            "own = {'lsmagic', 'quickref', 'mem', 'leaks', 'who', 'whos'}\n"
            "(sorted(set(rows['line']) ^ (set(_ouro_magics.LINE) | own)), sorted(set(rows['cell']) ^ set(_ouro_magics.CELL)))")
    assert shared.run(code).result == "([], [])"


def test_lists_of_magics(shared):
    text = shown(shared.run("%lsmagic"))
    assert "%mem" in text and "%%scope" in text and "%quickref" in text
    result = shared.run("%quickref")
    assert "<table>" in result.of("display_data")[0]["data"]["text/html"] and "MemoryError" in shown(result)


def test_help_of_magics(shared):
    assert "[-n N]" in pages(shared.run("%timeit?")) and "FILE" in pages(shared.run("%%writefile?"))
    assert "not found" in shared.run("%no_such?").text()


@pytest.mark.parametrize("code, words", [
    ("%timeit", "statement"), ("%timeit -n abc pass", "'abc'"), ("%timeit -z pass", "-z"), ("%timeit -r", "-r needs a value"), ("%time", "statement"),
    ("%capture", "%%capture"), ("%%capture a b\n1", "'b'"), ("%%capture --foo\n1", "--foo"), ("%%capture 1a\n1", "1a"), ("%%writefile\nx", "name of a file"),
    ("%%writefile /nonexistent/y\nx", "No such file or directory"), ("%run", "file"), ("%run no_such_file", "not found"), ("%run -m", "module"),
    ("%run -z x", "-z"), ("%%bash --foo\n1", "--foo"), ("%%bash --out\n1", "needs a name"), ("%%script\n1", "program"),
    ("%%script no_such_program\n1", "No such file"), ("%cd /nonexistent", "No such file or directory"), ("%cd -", "previous"), ("%env NO_SUCH_KEY", "NO_SUCH_KEY"),
    ("%set_env", "NAME VALUE"), ("%set_env A", "NAME VALUE"), ("%history foo", "foo"), ("%history -l x", "'x'"), ("%save x", "FILE RANGE"), ("%load", "file"),
    ("%load /nonexistent", "No such file"), ("%pycat /nonexistent", "No such file"), ("%reset -x", "-x"), ("%reset -f bogus", "bogus"),
    ("%reset_selective", "regular expression"), ("%reset_selective -f (", "regular expression"), ("%xdel", "name"), ("%xdel no_such", "no_such"),
    ("%memlimit foo", "foo"), ("%memlimit 10", "live"), ("%memlimit 5X", "5X"), ("%gc bogus", "bogus"), ("%gc threshold a", "'a'"),
    ("%gc threshold 1 2 3 4", "three"), ("%gc collect 7", "'7'"), ("%gc off now", "off now"), ("%mem foo", "foo"), ("%mem del", "which name"),
    ("%mem why", "which name"), ("%mem why no_such", "no_such"), ("%mem del no_such", "no_such"), ("%mem snapshot", "FILE"),
    ("%mem snapshot /nonexistent/x", "No such file"), ("%%scope bogus\n1", "bogus"), ("%%scope keep\n1", "keep"), ("%%scope keep=1a\n1", "1a"),
    ("%load_ext no_such_module", "no_such_module"), ("%unload_ext no_such", "no_such"), ("%precision x", "'x'"), ("%precision %d%d", "%d%d"),
    ("%config", "CLASS.SETTING"), ("%config Foo.bar = 1", "Foo"), ("%xmode Foo", "Foo"), ("%no_such", "%no_such"), ("%%no_such\n1", "%%no_such"),
    ("%%pwd\n1", "%pwd"), ("%html", "%%html"), ("%pdoc", "name"), ("%psearch", "pattern"), ("%matplotlib qt", "qt"), ("%autoawait trio", "asyncio"),
])
def test_bad_input_is_one_clear_line(shared, code, words):
    assert words in usage_error(shared.run(code, allow_stdin=False))


def test_the_readme_lists_every_magic():
    root = os.path.join(os.path.dirname(__file__), "..", "..")
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        table = file.read().partition("| magic | what it does |")[2].partition("\n\n")[0]
    with open(os.path.join(root, "kernel", "magics.def"), encoding="utf-8") as file:
        names = re.findall(r'^MAGIC\("(\w+)"', file.read(), re.M)
    assert len(names) > 60 and set(re.findall(r"%(\w+)", table)) == set(names) | {"name"}


# --- code and time ------------------------------------------------------------------------------------------------------------

def test_time(shared):
    result = shared.run("%time sum(range(10))")
    assert result.result == "45" and "Wall time:" in result.text() and "Memory:" in result.text()
    result = shared.run("%%time\nkept_by_time = 5\nkept_by_time + 1")
    assert result.result == "6" and shared.run("kept_by_time").result == "5"
    assert shared.run("import asyncio\n%time await asyncio.sleep(0, 7)").result == "7"
    shared.run("%time sum(range(10))")
    assert re.search(r"Memory: [+-]\d,?\d* bytes", shared.run("%time sum(range(10))").text())        # compiling is not counted
    result = shared.run("%%time\nx = 1\n1/0")
    assert result.content["ename"] == "ZeroDivisionError" and "1/0" in "\n".join(result.content["traceback"]) and "Wall time" in result.text()


def test_timeit(shared):
    assert re.match(r"[\d.]+ .s ± [\d.]+ .s per loop \(mean ± std. dev. of 3 runs, 10 loops each\)\n", shared.run("%timeit -n 10 -r 3 sum(range(10))").text())
    result = shared.run("t = %timeit -qo -n2 -r2 pass\nt.loops, t.repeat, len(t.all_runs), t.best <= t.average <= t.worst")
    assert result.result == "(2, 2, 2, True)" and result.text() == ""
    assert "1 loop each" in shared.run("%%timeit -n1 -r2 a = 5\nb = a\nb").text()
    assert shared.run("%timeit 1/0").content["ename"] == "ZeroDivisionError"


def test_capture(shared):
    code = "%%capture out\nimport sys\nprint('hidden'); print('e', file=sys.stderr); display(5)\n6"
    result = shared.run(code)
    assert result.types == ["status", "execute_input", "status"]
    assert shared.run("out.stdout, out.stderr, [o.data['text/plain'] for o in out.outputs]").result == "('hidden\\n', 'e\\n', ['5', '6'])"
    again = shared.run("out.show()")
    assert again.text() == "hidden\n" and len(again.of("display_data")) == 2
    assert shared.run("%%capture --no-stderr\nprint('a'); print('b', file=sys.stderr)").text("stderr") == "b\n"
    assert shared.run("%%capture out\nprint('before'); 1/0").content["ename"] == "ZeroDivisionError"
    assert shared.run("print(out.stdout)").text() == "before\n\n"


def test_run(shared, tmp_path):
    (tmp_path / "program.py").write_text("import sys\nprint(sys.argv[1:], __name__)\nmade = 7\ndef f(): return made\nclass C: pass\n")
    assert shared.run(f"%run {tmp_path}/program.py a 'b c'").text() == "['a', 'b c'] __main__\n"
    assert shared.run("made, f(), C.__module__").result == "(7, 7, '__main__')"
    assert "program" in shared.run(f"%run -n {tmp_path}/program").text()
    (tmp_path / "bad.py").write_text("x = 1\nraise KeyError('k')\n")
    result = shared.run(f"%run {tmp_path}/bad.py")
    assert result.content["ename"] == "KeyError" and "bad.py" in "\n".join(result.content["traceback"])
    (tmp_path / "end.py").write_text("import sys\nsys.exit(0)\n")
    assert shared.run(f"%run {tmp_path}/end.py").status == "ok"
    book = {"cells": [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "source": ["from_book = 5\n", "%time 1"]}]}
    (tmp_path / "book.ipynb").write_text(json.dumps(book))
    assert shared.run(f"%run {tmp_path}/book.ipynb").status == "ok"
    assert shared.run("from_book").result == "5"
    assert "usage" in shared.run("%run -m json.tool --help").text()


def test_history_and_files(fresh, tmp_path):
    for code in ("a = 1", "a + 1", "b = 3"):
        fresh.run(code)
    assert fresh.run("%history -n 1-2").text() == "   1: a = 1\n   2: a + 1\n"
    assert fresh.run("%history 3 1").text() == "b = 3\na = 1\n"
    assert fresh.run("%history -o 2").text() == "a + 1\n2\n"
    assert "b = 3" in fresh.run("%hist -g b").text()
    fresh.run(f"%history -f {tmp_path}/h 1-3")
    assert (tmp_path / "h").read_text() == "a = 1\na + 1\nb = 3\n"
    fresh.run(f"%save {tmp_path}/saved 1 3")
    assert (tmp_path / "saved.py").read_text() == "a = 1\nb = 3\n"
    assert "there already" in usage_error(fresh.run(f"%save {tmp_path}/saved 1"))
    payload = fresh.run(f"%load {tmp_path}/saved.py").content["payload"][0]
    assert payload["source"] == "set_next_input" and payload["replace"] and payload["text"].endswith("a = 1\nb = 3\n")
    assert fresh.run("%recall 1").content["payload"][0]["text"] == "a = 1"


def test_magics_of_users(shared):
    code = ("from IPython.core.magic import register_line_magic, Magics, magics_class, line_cell_magic\n"
            "from IPython.core.magic_arguments import magic_arguments, argument, parse_argstring\n"
            "@register_line_magic\ndef hello(line):\n  'says hello'\n  return 'hello ' + line\n"
            "@magics_class\nclass My(Magics):\n  @magic_arguments()\n  @argument('-n', type=int, default=1)\n  @argument('word')\n  @line_cell_magic\n"
            "  def both(self, line, cell=None):\n    options = parse_argstring(self.both, line)\n    return options.word * options.n, cell\n"
            "get_ipython().register_magics(My)")
    assert shared.run(code).status == "ok"
    assert shared.run("%hello world").result == "'hello world'" and "says hello" in pages(shared.run("%hello?"))
    assert shared.run("%both -n 2 ab").result == "('abab', None)" and shared.run("%%both x\nbody").result == "('x', 'body\\n')"
    assert "'z'" in usage_error(shared.run("%both -n z x"))
    assert shared.run("done = get_ipython().run_cell('40 + 2')\ndone.success").of("execute_result")[0]["data"]["text/plain"] == "42"


def test_magics_without_their_sign(shared):
    shared.run("!mkdir -p bare_folder")
    assert "bare_folder" in shared.run("ls -d bare_folder").text() and "connection.json" in shared.run("ls ./").text()
    assert shared.run("pwd = 3\npwd").result == "3"
    assert shared.run("pwd").result == "3"
    assert "ouro-test" in shared.run("del pwd\n%pwd").result


# --- commands --------------------------------------------------------------------------------------------------------------------

def test_shell_commands(shared):
    assert shared.run("name = 'w'\n!echo {name} $name {1+1} $$((2+3))").text() == "w w 2 5\n"
    assert shared.run("lines = !printf 'a b\\nc d\\n'\nlines, lines.s, lines.fields(0), lines.grep('c')").result == "(['a b', 'c d'], 'a b c d', ['a', 'c'], ['c d'])"
    assert shared.run("!exit 3\n_exit_code").result == "3"
    assert shared.run("!!echo x").result == "['x']" and shared.run("%sx echo y").result == "['y']"
    assert shared.run("%mkdir -p some/folder\n%cat /dev/null\n!ls some").text() == "folder\n"


def test_scripts(shared):
    result = shared.run("%%bash\necho out; echo err >&2")
    assert result.text() == "out\n" and result.text("stderr") == "err\n"
    assert shared.run("%%bash --out o --err e\necho out; echo err >&2\n").text() == ""
    assert shared.run("o, e").result == "('out\\n', 'err\\n')"
    assert shared.run("%%bash\nexit 3").content["ename"] == "CalledProcessError"
    assert shared.run("%%script --no-raise-error sh\nexit 4").status == "ok"


def test_commands_run_in_the_shell_of_the_user(fresh):
    fresh.run("import os\nos.environ['SHELL'] = '/bin/bash'")
    assert fresh.run("!echo $0").text() == "/bin/bash\n"
    assert fresh.run("x = !echo $0\nx[0]").result == "'/bin/bash'"
    fresh.run("del os.environ['SHELL']")
    assert fresh.run("!echo $0").text() == "/bin/sh\n"


def test_scripts_in_the_background(fresh):
    assert fresh.run("%%bash --bg --out lines --proc shell\necho one; read x < <(sleep 60); echo two").status == "ok"
    assert fresh.run("print(lines.readline(), shell.poll())").text() == "b'one\\n' None\n"
    assert fresh.run("%killbgscripts").text() == "1 process ended\n"
    assert fresh.run("shell.wait()").result == "-15"
    cell = fresh.run("%%script --bg cat\nshown while the notebook goes on").reply["parent_header"]["msg_id"]
    while True:
        message = fresh.kc.get_iopub_msg(timeout=20)
        if message["msg_type"] == "stream":
            break
    assert message["content"]["text"] == "shown while the notebook goes on\n" and message["parent_header"]["msg_id"] == cell


def test_folders_and_environment(shared, tmp_path):
    here = shared.run("%pwd").result
    assert shared.run(f"%cd {tmp_path}").text() == f"{tmp_path}\n"
    assert shared.run("%cd -").text().strip() == here.strip("'")
    assert shared.run("%env OURO_TEST=5").text() == "env: OURO_TEST=5\n" and shared.run("%env OURO_TEST").result == "'5'"
    assert shared.run("%set_env OURO_TEST a b\n!echo $OURO_TEST").text() == "env: OURO_TEST=a b\na b\n"


def test_autoreload(shared, tmp_path):
    module = tmp_path / "reloaded_module.py"
    module.write_text("def f(): return 1\nclass C:\n  def m(self): return 'old'\n")
    shared.run(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n%load_ext autoreload\n%autoreload 2")
    assert shared.run("from reloaded_module import f, C\nc = C()\nf(), c.m()").result == "(1, 'old')"
    shared.run("1")
    module.write_text("def f(): return 22222\nclass C:\n  def m(self): return 'new'\n")
    assert shared.run("f(), c.m()").result == "(22222, 'new')"
    shared.run("%autoreload 0")


def test_which_expressions_are_shown(shared):
    shared.run("get_ipython().ast_node_interactivity = 'all'")
    result = shared.run("1\nx = 2\n3; x")
    assert [d["data"]["text/plain"] for d in result.of("execute_result")] == ["1", "3", "2"]
    shared.run("get_ipython().ast_node_interactivity = 'last_expr_or_assign'")
    assert shared.run("1\ny = 5").result == "5"
    shared.run("get_ipython().ast_node_interactivity = 'last_expr'")
    assert shared.run("1\ny = 5").result is None


def test_tracebacks(shared):
    shared.run("1/0")
    assert "ZeroDivisionError" in shared.run("%tb").text()
    shared.run("%xmode Minimal")
    assert len(shared.run("1/0").content["traceback"]) == 1
    shared.run("%xmode Verbose")
    assert "in shown_arguments(a=[1, 2], *b=(3,), **c={'d': 4})" in plain_traceback(shared.run("def shown_arguments(a, *b, **c): 1/0\nshown_arguments([1, 2], 3, d=4)"))
    shared.run("%xmode Context")
    assert len(shared.run("1/0").content["traceback"]) > 1


def plain_traceback(result):
    return ANSI.sub("", "\n".join(result.content["traceback"]))


def test_how_tracebacks_look(shared):
    text = plain_traceback(shared.run("class Traced:\n    def method(self, *rest):\n        before = 1\n        return 1 / 0\n    after = 2\nTraced().method()"))
    assert "in Traced.method(self, *rest)\n      2 def method(self, *rest):\n      3     before = 1\n----> 4     return 1 / 0\n\n" in text    # the function alone
    text = plain_traceback(shared.run("def again(n): return again(n + 1)\nagain(0)"))
    assert "more like these" in text and text.count("in again(n)") == 2
    text = plain_traceback(shared.run("def ping(n): return pong(n)\ndef pong(n): return ping(n)\nping(0)"))
    assert "more like these" in text and text.count("in ping(n)") < 5
    text = plain_traceback(shared.run("error = ValueError('text'); error.add_note('first note'); error.add_note('second')\nraise error"))
    assert text.endswith("ValueError: text\nfirst note\nsecond")
    assert plain_traceback(shared.run("import json; json.loads('{')")).splitlines()[-1].startswith("JSONDecodeError: ")
    assert plain_traceback(shared.run("import sys; sys.exit(3)")) == "An exception has occurred, use %tb to see the full traceback.\n\nSystemExit: 3"
    assert "----> 1 import sys" in ANSI.sub("", shared.run("%tb").text())
    text = plain_traceback(shared.run("import asyncio\nawait asyncio.wait_for(asyncio.sleep(9), 0.01)"))
    assert text.rindex("Cell In[") < text.rindex("wait_for") and "base_events" not in text
    result = shared.run("class Broken:\n    def _repr_html_(self): raise RuntimeError('html')\n    def __repr__(self): return 'shown'\nBroken()")
    assert result.result == "shown" and "in Broken._repr_html_(self)" in ANSI.sub("", result.text("stderr")) and "_ouro_display" not in result.text("stderr")


def debug(fresh, code, *answers):
    """Run code that asks a debugger's questions; what is printed."""
    cell = fresh.kc.execute(code, allow_stdin=True)
    for answer in answers:
        fresh.kc.get_stdin_msg(timeout=20)
        fresh.kc.input(answer)
    return fresh.collect(cell).text()


def test_breakpoint(fresh):
    text = debug(fresh, "def looked_at(n):\n  breakpoint()\n  double = n * 2\n  return double\nprint(looked_at(21))", "n", "p double", "c")
    assert "-> double = n * 2" in text and "-> return double" in text and "42\n" in text and "Cell In[" in text and text.endswith("42\n"), text
    text = debug(fresh, "import pdb; pdb.set_trace()", "n")             # at the end of the cell: not into the shell, nor into the next cell
    assert "<ouro" not in text
    assert fresh.run("1 + 1").result == "2"


def test_debug(fresh):
    fresh.run("def f(n):\n  local = n + 1\n  return 1 / 0\nf(41)")
    cell = fresh.kc.execute("%debug", allow_stdin=True)
    answers = iter(["p local", "q"])
    for answer in answers:
        fresh.kc.get_stdin_msg(timeout=20)
        fresh.kc.input(answer)
    assert "42" in fresh.collect(cell).text()


def nested(random, depth):
    """A value of containers in containers."""
    kind, n = random.random(), random.randrange(9)
    if depth == 0 or kind < 0.3:
        return random.choice([random.randrange(10 ** random.randrange(1, 8)), "x" * random.randrange(12), 1.5, None])
    if kind < 0.55:
        return [nested(random, depth - 1) for _ in range(n)]
    if kind < 0.7:
        return tuple(nested(random, depth - 1) for _ in range(n))
    return {"k" * random.randrange(1, 8) + str(i): nested(random, depth - 1) for i in range(n)} if kind < 0.95 else set(random.choices(range(1000), k=n))


def test_containers_look_as_in_ipython(shared):
    from IPython.lib.pretty import pretty
    from random import Random
    random = Random(7)
    values = [nested(random, random.randrange(1, 5)) for _ in range(100)]
    shared.run("from _ouro_pretty import pretty")
    shown_texts = json.loads(shared.run(f"import json\nprint(json.dumps([pretty(v) for v in {values!r}]))").text())
    wanted = [pretty(value) for value in values]
    assert sum("\n" in text for text in wanted) > 20
    for got, text in zip(shown_texts, wanted):
        assert got == text


# --- objects ------------------------------------------------------------------------------------------------------------------------

def test_questions_about_objects(shared):
    shared.run("def g(a, *, b: int = 2) -> str:\n    'doc of g'\n    return a\nvalues = [1, 2, 3]")
    assert "g(a, *, b: int = 2) -> str" in pages(shared.run("g?")) and "doc of g" in pages(shared.run("?g"))
    assert "return a" in pages(shared.run("g??")) and "return a" in pages(shared.run("??g"))
    text = pages(shared.run("values?"))
    assert "list" in text and "[1, 2, 3]" in text and "Length" in text
    assert "print" in pages(shared.run("*rint*?"))
    assert "not found" in shared.run("no_such_thing?").text() and "not found" in shared.run("g.no_such?").text()
    assert "g(a, *, b: int = 2) -> str" in shared.run("%pdef g").text() and "return a" in shared.run("%psource g").text()


def test_text_of_results(shared):
    assert shared.run("{3, 1, 2}, int, print.__class__").result == "({1, 2, 3}, int, builtin_function_or_method)"
    assert shared.run("def f(a, b=1): pass\nclass A: pass\nf, A").result == "(<function __main__.f(a, b=1)>, __main__.A)"
    assert re.fullmatch(r"<__main__\.A at 0x[0-9a-f]+>", shared.run("A()").result)
    assert shared.run("x = [1]; x.append(x); x").result == "[1, [...]]"
    assert shared.run("[{'a' * 40: 'b' * 40, 'k': (1,)}]").result == "[{'" + "a" * 40 + "': '" + "b" * 40 + "',\n  'k': (1,)}]"
    text = shared.run("list(range(10**6))").result
    assert text.endswith(" 999,\n ...]") and text.count("\n") == 1000
    assert shared.run("%precision 2\n[1/3, 2.5], 1/3").result == "([0.33, 2.50], 0.33)"
    shared.run("%precision")


def test_pretty_printer_protocol(shared):
    code = ("class P:\n  def _repr_pretty_(self, p, cycle):\n    with p.group(2, 'P(', ')'):\n      p.pretty([1, 'x']); p.text(','); p.breakable(); p.text('end')\n"
            "[P(), P()]")
    assert shared.run(code).result == "[P([1, 'x'], end), P([1, 'x'], end)]"


@pytest.mark.parametrize("code, mime, part", [
    ("HTML('<b>x</b>')", "text/html", "<b>x</b>"), ("Markdown('**x**')", "text/markdown", "**x**"), ("Latex('$x$')", "text/latex", "$x$"),
    ("Math('x^2')", "text/latex", "x^2"), ("SVG('<svg></svg>')", "image/svg+xml", "<svg"), ("JSON({'a': 1})", "application/json", {"a": 1}),
    ("Javascript('1')", "application/javascript", "1"), ("Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 30)", "image/png", "iVBOR"),
    ("Image(url='http://x/y.png', width=5)", "text/html", "y.png"), ("IFrame('http://x', 100, 50)", "text/html", "iframe"),
    ("YouTubeVideo('abc')", "text/html", "abc"), ("Audio([0.0, 0.5], rate=8000)", "text/html", "audio"), ("Video('x.mp4')", "text/html", "video"),
    ("Code('x = 1')", "text/html", "x"), ("FileLink('connection.json')", "text/html", "connection.json"), ("FileLinks('.')", "text/html", "connection.json"),
    ("ProgressBar(10)", "text/html", "progress"), ("VimeoVideo('1')", "text/html", "vimeo"), ("Audio('http://x/y.mp3')", "text/html", "audio/mpeg"),
    ("GeoJSON({'type': 'Point'})", "application/geo+json", {"type": "Point"}), ("display_png(b'\\x89PNG', raw=True)", "image/png", "iVBOR"), ("Pretty('as it is')", "text/plain", "as it is"),
])
def test_display_classes(shared, code, mime, part):
    result = shared.run("from IPython.display import *\n" + code)
    data = result.of("execute_result", "display_data")[0]["data"]
    assert data[mime] == part if isinstance(part, dict) else part in data[mime]
    assert "text/plain" in data or "raw=True" in code


def test_reprs_that_fail(shared):
    result = shared.run("class R:\n  def _repr_html_(self): raise ValueError('in html')\n  def __repr__(self): return 'plain'\nR()")
    assert result.result == "plain" and "in html" in result.text("stderr")
    result = shared.run("class R:\n  def __repr__(self): raise ValueError('in repr')\nR()")
    assert result.content["ename"] == "ValueError"
    assert shared.run("class R:\n  def __repr__(self): return repr(self)\nR()").content["ename"] == "RecursionError"
    assert shared.run("class R:\n  def _repr_html_(self): return None\n  def __repr__(self): return 'p'\nR()").of("execute_result")[0]["data"] == {"text/plain": "p"}
    shared.run("r = R()")
    shared.run("class B:\n  def __repr__(self): raise KeyError\nbroken = B()")
    assert "repr failed: KeyError" in shown(shared.run("%whos B"))
    shared.run("del broken")


# --- memory ------------------------------------------------------------------------------------------------------------------------------

def test_mem(fresh):
    fresh.run("data = [[i] for i in range(10000)]")
    result = fresh.run("%mem")
    text = shown(result)
    for word in ("allocated", "kept", "peak", "longest pause", "live in", "By type", "By birth cell", "In[1]", "By generation", "list"):
        assert word in text
    assert "<table>" in result.of("display_data")[0]["data"]["text/html"]
    assert "In[1]" in shown(fresh.run("%mem cells")) and "data" in shown(fresh.run("%mem holders"))


def test_mem_del_and_why(fresh):
    fresh.run("data = [bytearray(1000) for i in range(1000)]\nview = data[:10]\nn = 5")
    text = shown(fresh.run("%mem del data"))
    assert re.search(r"would free 1\.\d\d MB in 9\d\d objects at once", text) and "would stay" in text and "view" in text
    assert "at once" in shown(fresh.run("%mem del data view"))
    fresh.run("class N: pass\nring = N(); ring.me = ring; ring.load = bytearray(50000)")
    assert "after a collection" in shown(fresh.run("%mem del ring"))
    fresh.run("box = {'key': [data]}")
    text = shown(fresh.run("%mem why data"))
    assert "references" in text and "box" in text and "'key'" in text
    assert "holds no memory" in shown(fresh.run("%mem why n"))
    fresh.run("class Box: pass\nb = Box(); b.items = [({'a key': data},)]; Box.kept = data")
    text = shown(fresh.run("%mem why data"))                           # paths are Python that can be run
    assert "  b.items[0][0]['a key']\n" in text and "  Box.kept\n" in text and "  box['key'][0]\n" in text, text


def test_mem_snapshot(fresh, tmp_path):
    fresh.run("class Marked: pass\nkeep = Marked()")
    assert "snapshot" in shown(fresh.run(f"%mem snapshot {tmp_path}/heap"))
    snapshot = json.loads((tmp_path / "heap.heapsnapshot").read_text())
    meta = snapshot["snapshot"]["meta"]
    assert len(snapshot["nodes"]) == snapshot["snapshot"]["node_count"] * len(meta["node_fields"])
    assert len(snapshot["edges"]) == snapshot["snapshot"]["edge_count"] * len(meta["edge_fields"])
    assert any("Marked" in text for text in snapshot["strings"])


def test_whos(fresh):
    fresh.run("a = list(range(10**6)); s = 'x' * 10**7; n = 10**5000; q = 5")
    fresh.run("a")
    result = fresh.run("%whos")
    text = shown(result)
    for word in ("retained", "shared", "refs", "born in", "last used", "In[1]", "In[2]", "8.00 MB", "10.0 MB"):
        assert word in text
    assert all(len(line) < 200 for line in text.split("\n")) and "<int of 16,610 bits>" in text
    assert "list" in shown(fresh.run("%whos list")) and "10.0 MB" not in shown(fresh.run("%whos list"))
    assert fresh.run("%who int").text().split() == ["n", "q"] and fresh.run("%who_ls int").result == "['n', 'q']"


def test_leaks_globals_that_nobody_read(fresh):
    fresh.run("import math\nraw = ['r%d' % i for i in range(50000)]\nused = [1.5] * 1000\ndef f(): pass")
    fresh.run("len(used)")
    text = shown(fresh.run("%leaks"))
    assert "del raw" in text and "del used" not in text and "del f" not in text and "del math" not in text
    fresh.run("del raw")
    assert "None: every global is read" in shown(fresh.run("%leaks"))


def test_leaks_displayed_values(fresh):
    fresh.run("[0.5] * 200000")
    text = shown(fresh.run("%leaks"))
    assert re.search(r"Out\[1\] and _ +list +1\.60 MB +%reset -f out", text)
    assert int(re.search(r"Freed ([\d,]+) bytes", fresh.run("%reset -f out").text())[1].replace(",", "")) >= 1500000
    assert "keep nothing of size" in shown(fresh.run("%leaks"))


def test_leaks_the_last_error(fresh):
    fresh.run("def bad():\n  held = bytearray(5 * 10**6)\n  raise ValueError('x')\nbad()")
    text = shown(fresh.run("%leaks"))
    assert re.search(r"last error +ValueError +5\.\d\d MB +%reset -f out", text)
    assert "Freed 5,00" in fresh.run("%reset -f out").text()
    fresh.run("def bad():\n  held = bytearray(5 * 10**6)\n  raise ValueError('x')\nbad()")
    fresh.run("1/0")
    assert "last error" not in shown(fresh.run("%leaks"))


def test_leaks_cyclic_garbage(fresh):
    fresh.run("%leaks\n%gc off")
    fresh.run("class Node:\n  def __init__(self): self.me = self; self.load = bytearray(1000)\nfor i in range(100): Node()")
    text = shown(fresh.run("%leaks"))
    assert re.search(r"Node +100 ", text) and "%gc collect" in text and "bytearray" in text
    fresh.run("%gc collect")
    text = shown(fresh.run("%leaks"))
    assert "None waits for the collector" in text and "Node -> Node, 100 rings" in text


def test_what_names_hold_together(fresh):
    fresh.run("rows = [[i, str(i)] for i in range(20000)]\ngroups = {}\nfor row in rows: groups.setdefault(row[0] % 7, []).append(row)")
    text = shown(fresh.run("%leaks"))
    assert re.search(r"Deleting all of them frees 2\.\d\d MB: 2\.\d\d MB are held by more than one of them", text), text
    text = shown(fresh.run("%mem del rows"))
    assert re.search(r"by groups: groups\[\d\]\[\d\] and others\n%mem why", text) and text.count("by groups") == 1, text
    assert shown(fresh.run("%mem del groups groups")).startswith("del groups")
    assert "nothing at once" in shown(fresh.run("twin = rows\n%mem del twin"))
    assert "part of the runtime" in shown(fresh.run("letter = 'x'\n%mem why letter"))
    fresh.run("globals().update({f'n{i}': [i] for i in range(2000)})")
    assert "more names" in shown(fresh.run("%leaks")) and "more names retain less" in shown(fresh.run("%whos"))
    assert re.search(r"the runtime +[\d,]+ ", shown(fresh.run("%mem cells")))


def test_sizes_stop_at_namespaces(fresh):
    fresh.run("big = list(range(10**6))\ndef lonely(a): return undefined_yet(a)")
    text = shown(fresh.run("%mem del lonely"))
    assert "MB" not in text and "held" not in text, text
    assert int(fresh.run("import _ouro\n_ouro.deep_size(lonely)").result) < 2000


def test_gc(fresh):
    result = fresh.run("%gc")
    assert "threshold" in shown(result) and "Pauses" in shown(result) and "<table>" in result.of("display_data")[0]["data"]["text/html"]
    assert fresh.run("%gc threshold 500 5 5").text() == "thresholds: 500 5 5\n"
    assert fresh.run("import gc\ngc.get_threshold()").result == "(500, 5, 5)"
    assert "off" in fresh.run("%gc off").text() and fresh.run("gc.isenabled()").result == "False"
    assert "on" in fresh.run("%gc on").text() and "frozen" in fresh.run("%gc freeze").text()
    assert "unreachable" in fresh.run("%gc collect 0").text()


def test_memlimit(fresh):
    fresh.run("%memlimit 40M\nkept = ['x' * 1000 for i in range(10000)]")
    result = fresh.run("more = bytearray(10**9)")
    text = ANSI.sub("", "\n".join(result.content["traceback"]))
    assert result.content["ename"] == "MemoryError" and "40.0 MB" in text and "kept" in text
    result = fresh.run("grown = []\nwhile True: grown.append([1])")
    text = ANSI.sub("", "\n".join(result.content["traceback"]))
    assert result.content["ename"] == "MemoryError" and "line 2" in text and "grown" in text
    for _ in range(5):                                                # at the limit cells work as long as they want little
        assert fresh.run("x = len(kept)\nprint(x)").text() == "10000\n"
    assert "grown" in shown(fresh.run("%whos"))
    assert fresh.run("del grown\nsum(map(len, kept))").result == "10000000"
    assert fresh.run("again = ['y'] * 10**6\nlen(again)").result == "1000000"
    assert "no limit" in fresh.run("%memlimit off").text()
    assert fresh.run("len(bytearray(10**8))").result == "100000000"


def test_scope(shared):
    result = shared.run("%%scope keep = result, other\nscoped = list(range(1000))\nresult = sum(scoped)\nresult + 1")
    assert result.result == "499501"
    assert shared.run("result, 'scoped' in globals(), 'other' in globals()").result == "(499500, False, False)"
    shared.run("%%scope\nresult = 'changed'\nfresh_name = 1")
    assert shared.run("result, 'fresh_name' in globals()").result == "(499500, False)"
    assert shared.run("%%scope\nhalf = 1\n1/0").content["ename"] == "ZeroDivisionError"
    assert shared.run("'half' in globals()").result == "False"
    result = shared.run("%%scope\na = 1\nb = 2\nundefined_name")
    assert "line 4" in ANSI.sub("", "\n".join(result.content["traceback"]))


def test_reset(fresh):
    fresh.run("a = 1; b = [1] * 1000; abc = 2")
    fresh.run("b")
    assert "abc" in fresh.run("%reset_selective -f ^ab").text()
    assert fresh.run("'abc' in globals(), 'a' in globals()").result == "(False, True)"
    assert "No name matches" in fresh.run("%reset_selective -f ^zzz").text()
    fresh.run("c = b\n%xdel b")
    assert fresh.run("'b' in globals(), 'c' in globals()").result == "(False, False)"
    assert fresh.run("%reset", allow_stdin=False).text() == "Nothing done.\n"
    assert "Freed" in fresh.run("%reset -f").text()
    assert "empty" in fresh.run("%who").text() and fresh.run("len(Out), 1 + 1").status == "ok"


def test_reset_asks(fresh):
    fresh.run("a = 1")
    cell = fresh.kc.execute("%reset", allow_stdin=True)
    assert "Proceed" in fresh.kc.get_stdin_msg(timeout=20)["content"]["prompt"]
    fresh.kc.input("y")
    assert "Freed" in fresh.collect(cell).text()
    assert fresh.run("a").content["ename"] == "NameError"


def test_record_of_every_cell(fresh):
    record = fresh.run("data = [1.5] * 100000").reply["metadata"]["memory"]
    assert record["cell"] == 1 and record["kept_bytes"] >= 800000 and record["peak_bytes"] >= record["kept_bytes"]
    record = fresh.run("del data").reply["metadata"]["memory"]
    assert record["freed_bytes"] >= 800000 and record["change_bytes"] <= -700000
    record = fresh.run("1/0").reply["metadata"]["memory"]
    assert record["allocated_bytes"] > 0
    assert fresh.run("  \n").reply["metadata"]["memory"]["live_bytes"] > 0 and fresh.run("", silent=True).reply["metadata"]["memory"]["live_bytes"] > 0
    assert fresh.run("import gc\n_ = gc.collect()").reply["metadata"]["memory"]["collections"] >= 1


def test_displayed_values_go_with_their_names(fresh):
    fresh.run("import weakref\nclass W: pass\nw = W(); r = weakref.ref(w)\nw")
    assert fresh.run("r() is w, Out[1] is w").result == "(True, True)"
    fresh.run("del w")
    assert fresh.run("r()").result is None
    fresh.run("text = 'kept'\ntext")
    fresh.run("del text")
    assert "kept" in fresh.run("Out").result
    fresh.run("class Big(bytearray): pass\nbig = Big(5 * 10**6); b = weakref.ref(big)")
    fresh.run("big")
    fresh.run("big = None")
    assert fresh.run("b()").result is None
    fresh.run("small = [W()]; s = weakref.ref(small[0])")
    fresh.run("small")
    fresh.run("small = None")
    assert fresh.run("s() is not None").result == "True"                   # as in IPython: Out still shows it
    fresh.run("del small")
    assert fresh.run("s()").result is None


# --- cells that misbehave --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("code", [
    "class D:\n  def __del__(self): raise ValueError\nd = D(); del d", "import sys\nsys.stdout.close()\nprint('x')", "import sys\nsys.stdout = None\nprint('x')",
    "import os\nos.close(1)", "import os\nos.close(2)", "import os\nos.closerange(0, 3)\nprint('x')", "del __builtins__", "del print", "__builtins__ = {}\nprint(1)",
    "import builtins\ndel builtins.print", "import builtins\nbuiltins.len = None", "import builtins\ndel builtins.__import__", "import sys\nsys.modules.clear()",
    "del In, Out, _", "Out = 5\n6", "In = None", "get_ipython = None", "import sys\nsys.displayhook = None\n5", "import sys\ndel sys.displayhook\n5",
    "import sys\nsys.excepthook = None\n1/0", "import gc\ngc.disable(); gc.set_threshold(0)", "import sys\nsys.setrecursionlimit(50)\ndef f(): f()\nf()",
    "import threading\nthreading.Thread(target=lambda: 1/0).start()", "import sys\nsys.settrace(lambda *a: 1/0)\nx = 1\nsys.settrace(None)",
    "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)", "import json\njson.dumps = None", "import linecache\nlinecache.cache = None\n1/0",
    "import os\nos.getcwd = None", "import _ouro_shell\n_ouro_shell.State.sources = None\n1/0", "class E(Exception):\n  _render_traceback_ = 5\nraise E",
    "class E(Exception):\n  def _render_traceback_(self): raise E\nraise E", "raise BaseExceptionGroup('g', [KeyboardInterrupt(), ValueError()])",
    "import sys\nsys.path = None", "import sys\nsys.stderr = 5\nclass D:\n  def __del__(self): 1/0\nD()", "print('x', flush=True, file=open('/dev/full', 'w'))",
    "import os\nos.chdir('/'); os.rmdir('/no_such')", "\0", "x = 1\n\tif", "import atexit\natexit.register(lambda: 1/0)", "_ = __ = ___ = None\n7",
])
def test_cells_that_break_their_surroundings(code):
    """The kernel answers, and goes on answering."""
    with Kernel() as kernel:
        kernel.run("kept = 'here'")
        kernel.run(code)
        result = kernel.run("kept + '!'")
        assert result.reply is not None and result.content["status"] in ("ok", "error"), kernel.errors()
        assert kernel.process.poll() is None
        kernel.ask("shutdown_request", {"restart": False}, channel="control")
        assert kernel.process.wait(20) == 0, kernel.errors()


def test_running_threads_do_not_hold_up_the_end(fresh):
    fresh.run("import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
              "def spin():\n  while True: pass\nthreading.Thread(target=spin, daemon=True).start()")
    fresh.ask("shutdown_request", {"restart": False}, channel="control")
    assert fresh.process.wait(20) == 0


def test_a_hundred_megabytes_of_output(fresh):
    result = fresh.run("print('x' * 10**8)", timeout=120)
    assert len(result.text()) == 10**8 + 1
    result = fresh.run("from IPython.display import HTML\nHTML('y' * 10**7)", timeout=60)
    assert len(result.of("execute_result")[0]["data"]["text/html"]) == 10**7
    assert eventually(lambda: fresh.rss() < 150 * 2**20, 30)
