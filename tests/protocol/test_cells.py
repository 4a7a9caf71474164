"""Cells through the kernel: checklist points 2, 3, 4, 5, 6, 12, 13, 14, 18 and ipykernel's own message-spec behaviour (20)."""
import json
import os
import re
import signal
import time

import pytest
import zmq

from harness import Kernel, eventually, parse, receive


# --- 2: no output is lost ------------------------------------------------------------------------------------------------

def collect_slowly(kernel, code, sleep):
    socket = kernel.socket(zmq.SUB, "iopub", subscribe=b"", rcvhwm=10)
    assert receive(socket)[0]["msg_type"] == "iopub_welcome"
    msg_id = kernel.kc.execute(code)
    time.sleep(sleep)
    text, shown = [], 0
    while True:
        message = receive(socket, 60)
        assert message is not None, "idle never came"
        header, parent, _, content, _ = message
        if parent.get("msg_id") != msg_id:
            continue
        if header["msg_type"] == "stream":
            text.append(content["text"])
        shown += header["msg_type"] == "display_data"
        if content.get("execution_state") == "idle":
            return "".join(text), shown


def test_02_tiny_prints_and_a_client_that_sleeps(fresh):
    text, _ = collect_slowly(fresh, "for i in range(100000): print(i)", 5)
    assert text == "".join(f"{i}\n" for i in range(100000)) or "left out" in text


def test_02_many_messages_and_a_client_that_sleeps(fresh):
    code = "from IPython.display import display\nfor i in range(20000): display({'text/plain': 'x' * 4000}, raw=True)"
    _, shown = collect_slowly(fresh, code, 2)
    assert shown == 20000


# --- 3: order and bytes of streams -----------------------------------------------------------------------------------

def test_03_stdout_and_stderr_alternate(shared):
    result = shared.run("import sys\nfor i in range(50):\n  print(i)\n  print(-i, file=sys.stderr)")
    texts = "".join(c["text"] for c in result.of("stream"))
    assert texts == "".join(f"{i}\n{-i}\n" for i in range(50))


def test_03_streams_come_before_what_follows_them(shared):
    result = shared.run("from IPython.display import display, HTML\nprint('a'); display(HTML('b')); print('c')\n1")
    assert [t for t in result.types if t not in ("status", "execute_input")] == ["stream", "display_data", "stream", "execute_result"]


def test_03_carriage_returns_are_kept(shared):
    assert shared.run("print('10%\\r20%\\r30%')").text() == "10%\r20%\r30%\n"


def test_03_descriptors_and_children_are_captured(shared):
    assert shared.run("import os\n_ = os.write(1, b'from fd 1\\n')").text() == "from fd 1\n"
    assert shared.run("_ = os.write(2, b'from fd 2\\n')").text("stderr") == "from fd 2\n"
    assert shared.run("_ = os.system('echo from a child')").text() == "from a child\n"
    assert shared.run("_ = os.system('echo first'); print('second')").text() == "first\nsecond\n"


def test_03_characters_in_pieces_and_bad_bytes(shared):
    code = "import os, time\nfor b in '€é\\n'.encode():\n  _ = os.write(1, bytes([b])); time.sleep(0.005)"
    assert shared.run(code).text() == "€é\n"
    assert shared.run("_ = os.write(1, b'a\\xffb\\n')").text() == "a\ufffdb\n"


def test_03_large_child_output(shared):
    result = shared.run("import os\n_ = os.system('seq 1 200000')")
    assert result.text() == "".join(f"{i}\n" for i in range(1, 200001))


def test_03_a_write_of_megabytes_is_whole(shared):
    result = shared.run("print('é' * 3000000)")
    assert result.text() == "é" * 3000000 + "\n"


# --- 4: threads and children ------------------------------------------------------------------------------------------------

def test_04_output_of_a_thread_after_idle_has_a_parent(shared):
    result = shared.run("import threading, time\ndef late():\n  time.sleep(0.3); print('late')\nthreading.Thread(target=late).start()")
    cell = result.reply["parent_header"]["msg_id"]
    while True:
        message = shared.kc.get_iopub_msg(timeout=5)
        if message["msg_type"] == "stream":
            break
    assert message["content"]["text"] == "late\n" and message["parent_header"]["msg_id"] == cell


def test_04_output_of_a_thread_belongs_to_its_cell(fresh):
    """Also while another cell runs, and for the threads that the thread starts."""
    code = ("import threading\ngo = threading.Event()\ndef inner(): print('inner')\n"
            "def late():\n  go.wait(); print('late'); t = threading.Thread(target=inner); t.start(); t.join(); print('end')\nthreading.Thread(target=late).start()")
    first = fresh.run(code).reply["parent_header"]["msg_id"]
    second = fresh.kc.execute("import time\nprint('second')\ngo.set()\ntime.sleep(1)")
    texts = {first: "", second: ""}
    while "end" not in texts[first]:
        message = fresh.kc.get_iopub_msg(timeout=20)
        if message["msg_type"] == "stream":
            texts[message["parent_header"]["msg_id"]] += message["content"]["text"]
    assert texts == {first: "late\ninner\nend\n", second: "second\n"}


def test_04_output_of_a_forked_child_arrives_once(shared):
    code = ("import os, sys\nprint('before')\npid = os.fork()\nif pid == 0:\n  print('child'); sys.stdout.flush(); os._exit(0)\n"
            "_ = os.waitpid(pid, 0)\nprint('after')")
    text = shared.run(code).text()
    assert sorted(text.split()) == ["after", "before", "child"]


def test_04_a_forked_child_ends_with_its_cell(fresh):
    """Without os._exit the child runs to the end of the cell, and no further: one kernel is left."""
    code = "import os, sys\npid = os.fork()\nif pid: print('status', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\nelse: %s"
    assert fresh.run(code % "print('child')").text() == "child\nstatus 0\n"
    assert fresh.run(code % "sys.exit(7)").text() == "status 7\n"
    result = fresh.run(code % "1/0")
    assert result.text() == "status 1\n" and "ZeroDivisionError" in result.text("stderr")


def test_04_a_forked_child_can_be_terminated(fresh):
    """The signal may come before the child has run a line: many children, so that it does."""
    code = ("import os, signal, time\ndef end_child():\n  pid = os.fork()\n  if pid == 0:\n    time.sleep(20)\n    os._exit(0)\n"
            "  os.kill(pid, signal.SIGTERM)\n  return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\n"
            "{end_child() for _ in range(100)}")
    assert fresh.run(code, timeout=60).result == "{-15}"
    assert fresh.run("1 + 1").result == "2"


def test_04_pool(fresh):
    fresh.run("import multiprocessing as mp\ndef square(x): print('at', x, flush=True); return x * x\ndef bad(x): raise ValueError(x)")
    result = fresh.run("with mp.Pool(2) as p: print(p.map(square, range(4)))", timeout=60)
    assert sorted(result.text().splitlines()) == ["[0, 1, 4, 9]", "at 0", "at 1", "at 2", "at 3"]
    for _ in range(3):
        result = fresh.run("with mp.Pool(1) as p:\n  try: p.map(bad, [1])\n  except ValueError as e: print('caught', e)", timeout=60)
        assert result.text() == "caught 1\n"


def test_04_multiprocessing(fresh):
    code = ("import multiprocessing as mp\ndef say(n): print('worker', n, flush=True)\nps = [mp.Process(target=say, args=(i,)) for i in range(3)]\n"
            "for p in ps: p.start()\nfor p in ps: p.join()")
    result = fresh.run(code)
    assert result.status == "ok"
    assert sorted(result.text().split("\n")) == ["", "worker 0", "worker 1", "worker 2"]


# --- 5: stop on error ----------------------------------------------------------------------------------------------------------

def test_05_run_all_with_an_error(kernel):
    kernel.run("ran = []")
    ids = [kernel.kc.execute("ran.append(%d)" % i if i != 2 else "raise ValueError('three')") for i in range(20)]
    between = [kernel.kc.kernel_info(), kernel.kc.complete("ran", 3)]
    replies = {}
    while len(replies) < 22:
        message = kernel.kc.get_shell_msg(timeout=10)
        replies[message["parent_header"]["msg_id"]] = message["content"]
    statuses = [replies[i]["status"] for i in ids]
    assert statuses == ["ok", "ok", "error"] + ["aborted"] * 17
    assert [replies[i]["status"] for i in between] == ["ok", "ok"]
    assert "ran" in replies[between[1]]["matches"]
    assert kernel.run("ran").result == "[0, 1]"


def test_05_aborted_ones_get_busy_and_idle(fresh):
    fresh.run("1")
    fresh.kc.execute("1/0")
    second = fresh.kc.execute("2")
    result = fresh.collect(second)
    assert result.types == ["status", "status"] and result.content["status"] == "aborted"


def test_05_without_stop_on_error_the_rest_runs(fresh):
    fresh.run("1")
    fresh.kc.execute("1/0", stop_on_error=False)
    assert fresh.collect(fresh.kc.execute("2")).result == "2"


# --- 6: interrupts -------------------------------------------------------------------------------------------------------------

@pytest.fixture
def worker():
    with Kernel() as kernel:
        kernel.run("kept = 'state'\nimport time")
        yield kernel


def interrupted(kernel, code, by="signal", after=0.4):
    msg_id = kernel.kc.execute(code, allow_stdin=True)
    time.sleep(after)
    if by == "signal":
        kernel.interrupt()
    else:
        assert kernel.ask("interrupt_request", channel="control")["content"]["status"] == "ok"
    result = kernel.collect(msg_id, timeout=30)      # each of these would run for minutes
    assert kernel.run("kept").result == "'state'"
    return result


SLOW = {
    "tight loop": "while True: pass",
    "loop with try": "while True:\n  try: x = 1\n  except ValueError: pass",
    "function": "def f():\n  while True: g = 1\nf()",
    "sleep": "time.sleep(100)",
    "input": "input('? ')",
    "sort with a key": "while True: sorted(range(10**6), key=lambda x: -x)",
    "sort": "import random\na = [random.random() for i in range(10**5)] * 10\nwhile True: sorted(a)",
    "slow comparison": "import functools\nsorted(range(10**9), key=functools.cmp_to_key(lambda a, b: time.sleep(1)))",
    "power": "10 ** (10 ** 9)",
    "text of a number": "import sys\nsys.set_int_max_str_digits(0)\nlen(str(3 ** (3 * 10**8)))",
    "sum": "sum(range(10**12))",
    "max": "max(range(10**12))",
    "any": "any(iter(int, 1))",
    "membership": "-1 in iter(range(10**12))",
    "join": "''.join(map(str, range(10**12)))",
    "bytes": "import itertools\nbytes(itertools.repeat(1, 10**12))",
    "deque": "import collections, itertools\ncollections.deque(itertools.cycle([1]), maxlen=0)",
    "reduce": "import functools, itertools, operator\nfunctools.reduce(operator.and_, itertools.repeat(1))",
    "filter": "next(filter(None, iter(int, 1)))",
    "lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "join a thread": "import threading\nthread = threading.Thread(target=time.sleep, args=(100,), daemon=True)\nthread.start()\nthread.join()",
    "queue": "import queue\nqueue.Queue().get()",
    "pool": "import multiprocessing\nwith multiprocessing.Pool(2) as pool: pool.map(time.sleep, [100, 100])",
    "process": "import multiprocessing\np = multiprocessing.Process(target=time.sleep, args=(100,))\np.start()\np.join()",
    "pipe": "import os\nos.read(os.pipe()[0], 1)",
    "select": "import select\nselect.select([], [], [])",
    "accept": "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\ns.accept()",
    "comprehension": "[i for i in range(10**12) if i < 0]",
    "shell": "!sleep 100",
    "lines of a shell": "x = !sleep 100",
    "child": "import subprocess; subprocess.run(['sleep', '100'])",
    "child's output": "import subprocess; subprocess.run(['sleep', '100'], stdout=subprocess.PIPE)",
    "script": "%%bash\nsleep 100",
    "timeit": "%timeit time.sleep(100)",
    "captured": "%%capture\ntime.sleep(100)",
    "scope": "%%scope\nwhile True: pass",
    "html": "class H:\n  def _repr_html_(self):\n    while True: pass\nH()",
    "async": "import asyncio\nawait asyncio.sleep(100)",
    "repr": "class R:\n  def __repr__(self):\n    while True: pass\nR()",
    "time": "%%time\ntime.sleep(100)",
    "regex": "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')",
    "recursion": "def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))\nwhile True: ack(2, 3)",
}


@pytest.mark.parametrize("by", ["signal", "message"])
@pytest.mark.parametrize("what", SLOW)
def test_06_interrupt_during(worker, what, by):
    result = interrupted(worker, SLOW[what], by)
    assert result.status == "error" and result.content["ename"] == "KeyboardInterrupt", result
    errors = result.of("error")
    assert len(errors) == 1 and errors[0]["ename"] == "KeyboardInterrupt" and errors[0]["traceback"]


def test_06_interrupt_in_a_finalizer_ends_only_that(worker):
    """What Python says of any exception in __del__: it is reported and the program goes on."""
    result = interrupted(worker, "class D:\n  def __del__(self):\n    while True: pass\nd = D()\ndel d\nprint('after')")
    assert result.status == "ok" and result.text() == "after\n"
    assert "Exception ignored in" in result.text("stderr") and "KeyboardInterrupt" in result.text("stderr")


def test_06_interrupt_while_idle_is_nothing(worker):
    for _ in range(3):
        worker.interrupt()
        time.sleep(0.02)
        assert worker.run("kept").result == "'state'"


def test_06_hundred_interrupts_in_a_second(worker):
    msg_id = worker.kc.execute("n = 0\nwhile True: n += 1")
    for _ in range(100):
        worker.interrupt()
        time.sleep(0.01)
    assert worker.collect(msg_id).status == "error"
    assert worker.process.poll() is None
    assert worker.run("kept").result == "'state'"


def test_06_interrupt_stops_the_queue_behind_it(worker):
    first = worker.kc.execute("while True: pass")
    second = worker.kc.execute("kept = 'changed'")
    time.sleep(0.3)
    worker.interrupt()
    assert worker.collect(first).status == "error"
    assert worker.reply(second)["content"]["status"] == "aborted"
    assert worker.run("kept").result == "'state'"


def test_06_latency(worker):
    times = []
    for _ in range(10):
        msg_id = worker.kc.execute("while True: pass")
        time.sleep(0.1)
        begin = time.perf_counter()
        os.kill(worker.process.pid, signal.SIGINT)
        while worker.kc.get_iopub_msg(timeout=5)["msg_type"] != "error":
            pass
        times.append(time.perf_counter() - begin)
        worker.reply(msg_id)
    assert min(times) < 0.2                  # the best of ten: a busy machine delays single ones


# --- 12: input -----------------------------------------------------------------------------------------------------------------

def asked(kernel, client=None):
    return (client or kernel.kc).get_stdin_msg(timeout=5)


def test_12_input(fresh):
    msg_id = fresh.kc.execute("name = input('who? ')\nprint('hello', name)", allow_stdin=True)
    question = asked(fresh)
    assert question["content"] == {"prompt": "who? ", "password": False}
    assert question["parent_header"]["msg_id"] == msg_id
    fresh.kc.input("ouro é")
    assert fresh.collect(msg_id).text() == "hello ouro é\n"


def test_12_not_allowed(fresh):
    result = fresh.run("input()", allow_stdin=False)
    assert result.content["ename"] == "StdinNotImplementedError"
    assert result.content["evalue"] == "raw_input was called, but this frontend does not support input requests."


def test_12_end_of_file(fresh):
    msg_id = fresh.kc.execute("input()", allow_stdin=True)
    asked(fresh)
    fresh.kc.input("\x04")
    assert fresh.collect(msg_id).content["ename"] == "EOFError"


def test_12_password(fresh):
    msg_id = fresh.kc.execute("from getpass import getpass\nx = getpass('secret: ')", allow_stdin=True)
    question = asked(fresh)
    assert question["content"] == {"prompt": "secret: ", "password": True}
    fresh.kc.input("hush")
    assert fresh.collect(msg_id).text() == ""
    assert fresh.run("x").result == "'hush'"


def test_12_stale_answer_is_dropped(fresh):
    fresh.run("1")
    fresh.kc.input("too early")
    time.sleep(0.1)
    msg_id = fresh.kc.execute("input()", allow_stdin=True)
    asked(fresh)
    fresh.kc.input("right")
    assert fresh.collect(msg_id).result == "'right'"


def test_12_interrupted(fresh):
    msg_id = fresh.kc.execute("input()", allow_stdin=True)
    asked(fresh)
    fresh.interrupt()
    assert fresh.collect(msg_id).content["ename"] == "KeyboardInterrupt"
    assert fresh.run("1").result == "1"


def test_12_only_the_requester_is_asked(fresh):
    fresh.run("1")
    other = fresh.client()
    msg_id = fresh.kc.execute("x = input()", allow_stdin=True)
    asked(fresh)
    assert not other.stdin_channel.msg_ready()
    other.input("from the wrong one")
    time.sleep(0.2)
    fresh.kc.input("from the right one")
    fresh.collect(msg_id)
    assert fresh.run("x").result == "'from the right one'"


def test_12_output_comes_before_the_question(fresh):
    msg_id = fresh.kc.execute("print('before')\ninput()", allow_stdin=True)
    asked(fresh)
    texts = []
    while "before\n" not in texts:
        message = fresh.kc.get_iopub_msg(timeout=0.5)
        texts.append(message["content"].get("text"))
    fresh.kc.input("")
    fresh.collect(msg_id)


# --- 13: comms ----------------------------------------------------------------------------------------------------------------

REGISTER = """
from comm import get_comm_manager
seen = []
def opened(comm, message):
    seen.append(message['content']['data'])
    def got(message):
        comm.send({'echo': message['content']['data']}, buffers=[bytes(b)[::-1] for b in message.get('buffers', [])])
    comm.on_msg(got)
get_comm_manager().register_target('echo', opened)
"""


def iopub_until(kernel, *types):
    while True:
        message = kernel.kc.get_iopub_msg(timeout=5)
        if message["msg_type"] in types:
            return message


def test_13_unknown_target_is_closed_on_iopub(fresh):
    fresh.run("1")
    msg_id = fresh.tell("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    message = iopub_until(fresh, "comm_close")
    assert message["content"]["comm_id"] == "c1" and message["parent_header"]["msg_id"] == msg_id


def test_13_message_to_an_unknown_comm_is_ignored(fresh):
    fresh.run("1")
    fresh.tell("comm_msg", {"comm_id": "nobody", "data": {}})
    assert fresh.run("2").result == "2"


def test_13_the_kernel_tells_which_message_it_serves(fresh):
    """ipywidgets' Output asks, and has the page show there what is printed meanwhile."""
    result = fresh.run("get_ipython().kernel.get_parent()['header']['msg_id']")
    assert result.result == repr(result.reply["parent_header"]["msg_id"])
    fresh.run("seen = []\ndef opened(comm, message):\n    seen.append((message['header']['msg_type'], message['header']['msg_id'], get_ipython().kernel.get_parent()['header']['msg_id']))\n"
              "get_ipython().kernel.comm_manager.register_target('echo', opened)")
    msg_id = fresh.tell("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}})
    assert fresh.run("print(seen)").text() == repr([("comm_open", msg_id, msg_id)]) + "\n"


def test_13_echo_with_buffers(fresh):
    assert fresh.run(REGISTER).status == "ok"
    fresh.tell("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {"a": 1}})
    assert fresh.run("seen").result == "[{'a': 1}]"
    msg_id = fresh.tell("comm_msg", {"comm_id": "c1", "data": {"x": "é"}}, buffers=[b"abc\x00", b"\xff" * 1000])
    message = iopub_until(fresh, "comm_msg")
    assert message["content"]["data"] == {"echo": {"x": "é"}} and message["parent_header"]["msg_id"] == msg_id
    assert [bytes(b) for b in message["buffers"]] == [b"\x00cba", b"\xff" * 1000]
    assert fresh.ask("comm_info_request", {})["content"]["comms"] == {"c1": {"target_name": "echo"}}
    assert fresh.ask("comm_info_request", {"target_name": "echo"})["content"]["comms"] == {"c1": {"target_name": "echo"}}
    assert fresh.ask("comm_info_request", {"target_name": "other"})["content"]["comms"] == {}
    fresh.tell("comm_close", {"comm_id": "c1", "data": {}})
    assert fresh.ask("comm_info_request", {})["content"]["comms"] == {}


def test_13_messages_keep_their_order(fresh):
    fresh.run("import time\nfrom comm import get_comm_manager\norder = []\ndef handle(message):\n    n = message['content']['data']['n']\n"
              "    time.sleep(0.4 if n == 0 else 0)\n    order.append(n)\n"
              "get_comm_manager().register_target('ordered', lambda comm, message: comm.on_msg(handle))")
    fresh.tell("comm_open", {"comm_id": "o", "target_name": "ordered", "data": {}})
    for n in range(6):
        fresh.tell("comm_msg", {"comm_id": "o", "data": {"n": n}})
    assert fresh.run("order").result == "[0, 1, 2, 3, 4, 5]"


def test_tasks_of_cells(shared):
    shared.run("import asyncio\nasync def later(n):\n    await asyncio.sleep(0.01)\n    return n\ntask = asyncio.create_task(later(5))")
    assert shared.run("await asyncio.sleep(0.05)\ntask.result()").result == "5"
    assert shared.run("asyncio.run(later(6))").result == "6"
    assert shared.run("await asyncio.ensure_future(later(7))").result == "7"
    assert shared.run("asyncio.get_event_loop().run_until_complete(later(8))").result == "8"


def test_packages_of_the_virtual_environment(tmp_path):
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (site / "only_in_the_environment.py").write_text("value = 42")
    with Kernel(env={"VIRTUAL_ENV": str(tmp_path)}) as kernel:
        assert kernel.run("import only_in_the_environment\nonly_in_the_environment.value").result == "42"
        assert "has no pip" in kernel.run("%pip --version").content.get("evalue", "")


@pytest.mark.parametrize("code", ["import asyncio\nawait asyncio.sleep(100)", "while True: pass"])
def test_13_served_while_a_cell_runs(fresh, code):
    fresh.run(REGISTER)
    fresh.tell("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}})
    fresh.run("1")
    cell = fresh.kc.execute(code)
    time.sleep(0.3)
    fresh.tell("comm_msg", {"comm_id": "c1", "data": 7})
    assert iopub_until(fresh, "comm_msg")["content"]["data"] == {"echo": 7}
    fresh.interrupt()
    assert fresh.collect(cell).content["ename"] == "KeyboardInterrupt"


# --- 14: memory that is given back -----------------------------------------------------------------------------------------

MB = 1 << 20


def test_14_evaluating_a_large_value_again_and_again(fresh):
    fresh.run("def big(): return 'x' * 200000000")
    fresh.run("v = big()")
    base = fresh.rss()
    for _ in range(10):
        fresh.run("v = big(); len(v)")
        assert fresh.rss() < base + 300 * MB                       # the new one beside the old one
    assert eventually(lambda: fresh.rss() < base + 100 * MB, 20)       # the idle kernel gives it back


def test_14_displayed_values_do_not_pile_up(fresh):
    fresh.run("class Big:\n  def __init__(self): self.data = bytearray(100 * 2**20)\n  def __repr__(self): return 'big'")
    fresh.run("Big()")
    for _ in range(20):
        fresh.run("Big()")
    assert fresh.rss() < 700 * MB


def test_14_failed_cell_frees_its_locals(fresh):
    fresh.run("1")
    base = fresh.rss()
    fresh.run("def f():\n  data = bytearray(300 * 2**20)\n  raise ValueError\nf()")
    fresh.run("1")
    fresh.run("1/0")
    fresh.run("1")
    assert fresh.rss() < base + 100 * MB


def test_14_an_idle_kernel_is_small(fresh):
    fresh.run("pass")
    time.sleep(1)
    fresh.run("pass")
    assert fresh.rss() < 10 << 20


def test_14_source_of_a_function_of_the_same_cell(fresh):
    """The library that finds it is loaded only now."""
    result = fresh.run("import sys\nbefore = 'linecache' in sys.modules\ndef f():\n    return 41\nimport inspect\nprint(before, inspect.getsource(f))")
    assert "False def f():\n    return 41\n" in result.text()


def test_14_deleting_gives_back(fresh):
    fresh.run("1")
    base = fresh.rss()
    fresh.run("data = [i * 1.5 for i in range(10**7)]", timeout=60)
    assert fresh.rss() > base + 70 * MB
    fresh.run("del data")
    assert eventually(lambda: fresh.rss() < base + 40 * MB, 20)


# --- 18: what JSON cannot hold ----------------------------------------------------------------------------------------------

def test_18_not_a_number_in_a_bundle(shared):
    code = "from IPython.display import display\ndisplay({'application/json': {'a': float('nan'), 'b': [float('inf')]}, 'text/plain': 'x'}, raw=True)"
    data = shared.run(code).of("display_data")[0]["data"]["application/json"]
    assert data in ({"a": None, "b": [None]}, {"a": "nan", "b": ["inf"]})


def test_18_lone_surrogates_survive(shared):
    result = shared.run("print('a\\ud800b')")
    assert result.text() == "a\ud800b\n"
    assert shared.run("'\\udc80'").result == "'\\udc80'"


def test_18_lone_surrogates_arrive(shared):
    dealer = shared.socket(zmq.DEALER, "shell")
    for raw, expected in ((b'"\\ud83d"', 0xD83D), (b'"\xed\xa0\x80"', 0xD800), (b'"\xff"', 0xDCFF)):
        content = b'{"code": "n = ord(' + raw.replace(b'"', b"'") + b')"}'
        frames = shared.frames("execute_request")
        frames[5] = content
        frames[1] = shared.sign(frames[2:6])
        dealer.send_multipart(frames)
        answer = receive(dealer)
        assert answer[3]["status"] == "ok", answer[3]
        assert shared.run("n").result == str(expected)


def test_18_bytes_and_odd_keys_in_a_bundle(shared):
    code = "from IPython.display import display\ndisplay({'text/plain': 'x', 'image/png': b'\\x89PNG', b'text/html': 'y', 3: 'z'}, raw=True)"
    result = shared.run(code)
    assert result.reply is not None
    for content in result.of("display_data"):
        assert all(isinstance(key, str) for key in content["data"])
        assert content["data"]["text/plain"] == "x"


def test_18_control_characters_and_nul(shared):
    assert shared.run("print('a\\x00b\\x1b[0m\\x7f\\u2028')").text() == "a\0b\x1b[0m\x7f\u2028\n"


# --- 20: the message specification, as ipykernel's own tests read it -------------------------------------------------------

def test_20_execute(shared):
    result = shared.run("x = 1")
    assert result.types[:2] == ["status", "execute_input"] and result.types[-1] == "status"
    assert result.of("execute_input") == [{"code": "x = 1", "execution_count": result.content["execution_count"]}]
    assert result.content["payload"] == [] and result.content["user_expressions"] == {}


def test_20_reply_metadata(shared):
    metadata = shared.run("x = [0] * 1000")
    metadata = metadata.reply["metadata"]
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)$", metadata["started"])
    assert metadata["status"] == "ok"
    memory = metadata["memory"]
    assert memory["allocated_bytes"] >= 8000 and memory["live_bytes"] > 0
    assert {"freed_bytes", "kept_bytes", "peak_bytes", "collections", "pause_ns"} <= set(memory)


def test_20_silent(shared):
    before = shared.run("", silent=True).content["execution_count"]
    result = shared.run("x = 7; x", silent=True)
    assert result.types == ["status", "status"] and result.content["execution_count"] == before
    assert shared.run("1/0", silent=True).status == "error"
    assert shared.run("x").result == "7"
    assert shared.run("", silent=True).content["execution_count"] == before + 1


def test_20_count(shared):
    count = shared.run("1").content["execution_count"]
    assert shared.run("2").content["execution_count"] == count + 1
    assert shared.run("   \n ").content["execution_count"] == count + 1
    assert shared.run("3", store_history=False).content["execution_count"] == count + 1
    assert shared.run("1/0").content["execution_count"] == count + 2
    assert shared.run("4").of("execute_result")[0]["execution_count"] == count + 3


def test_20_error(shared):
    result = shared.run("1/0")
    error = result.of("error")[0]
    assert error["ename"] == "ZeroDivisionError" and error["evalue"] == "division by zero"
    assert {k: result.content[k] for k in error} == error
    assert any("1/0" in line for line in error["traceback"])
    assert result.types == ["status", "execute_input", "error", "status"]


def test_20_user_expressions(shared):
    result = shared.run("a = 1", user_expressions={"ok": "a + 1", "bad": "fail()"})
    expressions = result.content["user_expressions"]
    assert expressions["ok"]["status"] == "ok" and expressions["ok"]["data"] == {"text/plain": "2"}
    assert expressions["bad"]["status"] == "error" and expressions["bad"]["ename"] == "NameError"
    assert shared.run("1/0", user_expressions={"x": "1"}).content["user_expressions"] == {}


def test_20_inspect(shared):
    shared.run("a = 1")
    content = shared.ask("inspect_request", {"code": "a", "cursor_pos": 1, "detail_level": 0})["content"]
    assert content["status"] == "ok" and content["found"] and "int" in content["data"]["text/plain"]
    content = shared.ask("inspect_request", {"code": "no_such_name", "cursor_pos": 5, "detail_level": 0})["content"]
    assert content["status"] == "ok" and content["found"] is False and content["data"] == {}


def test_20_single_payload(shared):
    assert len(shared.run("for i in range(3):\n  x = range\n  get_ipython().run_line_magic('pinfo', 'x')").content["payload"]) >= 1
    assert len(shared.run("len?").content["payload"]) == 1


def test_20_is_complete(shared):
    ask = lambda code: shared.ask("is_complete_request", {"code": code})["content"]
    assert ask("a = 1") == {"status": "complete"}
    assert ask("for i in x:") == {"status": "incomplete", "indent": "    "}
    assert ask("import = 1") == {"status": "invalid"}
    assert ask("%%time\nx")["status"] == "incomplete" and ask("%%time\nx\n\n")["status"] == "complete"
    assert ask("!ls")["status"] == "complete"


def test_20_history(fresh):
    for code in ("x1 = 1", "x1", "x2 = 5"):
        fresh.run(code)
    fresh.run("hidden = 1", store_history=False)
    ask = lambda **content: fresh.ask("history_request", {"raw": True, "output": False, **content})["content"]["history"]
    assert [row[1:] for row in ask(hist_access_type="tail", n=3)] == [[1, "x1 = 1"], [2, "x1"], [3, "x2 = 5"]]
    assert [row[2] for row in ask(hist_access_type="search", pattern="x?*=*", n=10)] == ["x1 = 1", "x2 = 5"]
    assert [row[2] for row in ask(hist_access_type="range", session=0, start=2, stop=4)] == ["x1", "x2 = 5"]
    assert ask(hist_access_type="tail", n=2, output=True)[0][2] == ["x1", "1"]
    fresh.run("x1")
    assert len(ask(hist_access_type="search", pattern="x1", unique=True)) == 1
    assert len(ask(hist_access_type="search", pattern="x1", n=1)) == 1


def test_20_update_display(shared):
    result = shared.run("from IPython.display import display\nh = display('a', display_id=True)\nh.update('b')")
    shown, updated = result.of("display_data")[0], result.of("update_display_data")[0]
    assert shown["transient"]["display_id"] == updated["transient"]["display_id"] and "'b'" in updated["data"]["text/plain"]


def test_20_modules_beside_the_notebook_are_found(fresh, tmp_path):
    fresh.run(f"%cd {tmp_path}")
    fresh.run("open('beside.py', 'w').write('answer = 42')")
    assert fresh.run("import beside\nprint(beside.answer, beside.__file__)").text() == f"42 {tmp_path}/beside.py\n"
    fresh.run("open('calendar.py', 'w').write('1/0')")
    assert fresh.run("import calendar\ncalendar.isleap(2024)").result == "True"       # behind the standard library, as in IPython
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "inner.py").write_text("")
    fresh.run("%cd deeper")
    assert fresh.run("import inner\nprint(inner.__file__)").text() == f"{tmp_path}/deeper/inner.py\n"


def test_20_the_inputs_before(fresh):
    for code in ("'one'", "'two'", "'three'"):
        fresh.run(code)
    assert fresh.run("print(_i, _ii, _iii, _i1, In[-1][:5])").text() == "'three' 'two' 'one' 'one' print\n"


def test_20_future_imports_may_come_late_in_a_cell_and_hold_for_later_ones(fresh):
    assert fresh.run("def f(a: nowhere): pass").status == "error"
    assert fresh.run("x = 1\nfrom __future__ import annotations\ndef f(a: nowhere): pass\nf.__annotations__").result == "{'a': 'nowhere'}"
    assert fresh.run("def f(a: elsewhere): pass\nf.__annotations__").result == "{'a': 'elsewhere'}"
    assert fresh.run("def g():\n    from __future__ import annotations").reply["content"]["ename"] == "SyntaxError"


def test_20_formatters_for_classes_of_modules_not_imported(fresh):
    fresh.run("html = get_ipython().display_formatter.formatters['text/html']\nhtml.for_type_by_name('fractions', 'Fraction', lambda f: f'<b>{f.numerator}</b>')")
    assert fresh.run("import fractions\nfractions.Fraction(3, 4)").of("execute_result")[0]["data"]["text/html"] == "<b>3</b>"
    assert fresh.run("'text/latex' in get_ipython().display_formatter.formatters").result == "True"


def test_20_links_to_files(fresh, tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.txt"):
        (tmp_path / name).write_text("")
    fresh.run(f"%cd {tmp_path}\nfrom IPython.display import FileLink, FileLinks")
    assert fresh.run("FileLink('a.txt')").result == f"{tmp_path}/a.txt"
    assert fresh.run("FileLinks('.')").result == "./\n  a.txt\n  b.txt\n./sub/\n  c.txt"
    assert "<a href='./sub/c.txt' target='_blank'>c.txt</a>" in fresh.run("FileLinks('.')").of("execute_result")[0]["data"]["text/html"]


def test_20_a_missing_part_of_the_library_says_so(shared):
    result = shared.run("import sqlite3")
    assert result.reply["content"]["ename"] == "ModuleNotFoundError" and "Ouro does not have this part" in result.reply["content"]["evalue"]
    assert shared.run("import _nothing_of_that_name").reply["content"]["evalue"] == "No module named '_nothing_of_that_name'"


def test_20_exit_ends_the_kernel(fresh):
    result = fresh.run("exit()")
    assert result.status == "ok"
    assert [p["source"] for p in result.content["payload"]] == ["ask_exit"]
    assert fresh.process.wait(5) == 0


@pytest.mark.parametrize("code, ename", [
    ("def f(): f()\nf()", "RecursionError"), ("import sys; sys.exit(3)", "SystemExit"), ("x = 'a' + 1", "TypeError"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt"), ("class E(Exception):\n  def __str__(self): raise ValueError\nraise E", "E"),
    ("for", "SyntaxError"), ("raise GeneratorExit", "GeneratorExit"), ("assert False", "AssertionError"),
    ("[" * 300, "SyntaxError"), ("10**10000000 % 7; 'a' * 10**18", "MemoryError"),
])
def test_20_nothing_kills_the_kernel(shared, code, ename):
    shared.run("still = 'here'")
    assert shared.run(code).content["ename"] == ename
    assert shared.run("still").result == "'here'"
