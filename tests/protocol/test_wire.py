"""The wire: checklist points 1, 7, 8, 9, 11, 16, 17 and what belongs to them. No cell needs more than `1+1` here."""
import json
import os
import signal
import stat
import subprocess
import time

import pytest
import zmq

from harness import CHANNELS, DELIMITER, OURO, Kernel, eventually, free_ports, parse, receive

LOOP = "while True: pass"


def alive(kernel, dealer):
    """Does the kernel still answer on this raw socket?"""
    dealer.send_multipart(kernel.frames("kernel_info_request"))
    while True:
        answer = receive(dealer)
        assert answer is not None, kernel.errors()
        if answer[0]["msg_type"] == "kernel_info_reply":
            return True


# --- 1: welcome ---------------------------------------------------------------------------------------------------------

def test_01_two_clients_both_get_a_welcome(kernel):
    for _ in range(2):
        socket = kernel.socket(zmq.SUB, "iopub", subscribe=b"")
        header, parent, _, content, _ = receive(socket)
        assert header["msg_type"] == "iopub_welcome" and content == {"subscription": ""} and parent == {}


def test_01_welcome_names_the_subscription(kernel):
    socket = kernel.socket(zmq.SUB, "iopub", subscribe=b"kernel.")
    assert socket.poll(5000)
    frames = socket.recv_multipart()
    assert frames[0] == b"kernel." and parse(frames)[3] == {"subscription": "kernel."}


def test_01_subscription_that_is_no_text_gets_none(kernel):
    socket = kernel.socket(zmq.SUB, "iopub", subscribe=b"\xff\xfe")
    assert not socket.poll(300)
    with_text = kernel.socket(zmq.SUB, "iopub", subscribe=b"")
    assert receive(with_text)[0]["msg_type"] == "iopub_welcome"


def test_01_connected_before_bind_sees_welcome_before_starting():
    for _ in range(5):
        with Kernel(ports=free_ports(5), start=False) as kernel:
            socket = kernel.socket(zmq.SUB, "iopub", subscribe=b"", reconnect_ivl=1)
            time.sleep(0.05)
            kernel.start()
            assert receive(socket)[0]["msg_type"] == "iopub_welcome"


# --- 7: control while the shell is busy -----------------------------------------------------------------------------

def test_07_control_answers_within_50_ms_while_a_cell_loops(kernel):
    kernel.run("1")
    cell = kernel.kc.execute(LOOP)
    time.sleep(0.3)
    for kind, content in (("kernel_info_request", {}), ("usage_request", {}), ("debug_request", {"type": "request", "seq": 1, "command": "debugInfo"})):
        kernel.ask(kind, content, channel="control")
        begin = time.perf_counter()
        for _ in range(5):
            kernel.ask(kind, content, channel="control")
        assert (time.perf_counter() - begin) / 5 < 0.05, kind
    assert kernel.kc.is_alive() is not False
    begin = time.perf_counter()
    kernel.ask("interrupt_request", channel="control")
    assert time.perf_counter() - begin < 0.05
    assert kernel.collect(cell).content["ename"] == "KeyboardInterrupt"


def test_07_heartbeat_while_a_cell_loops(kernel):
    kernel.run("1")
    kernel.kc.execute(LOOP)
    time.sleep(0.2)
    sockets = [kernel.socket(zmq.REQ, "hb") for _ in range(3)]
    for i, socket in enumerate(sockets * 3):
        begin = time.perf_counter()
        socket.send(b"beat %d" % i)
        assert socket.poll(2000) and socket.recv() == b"beat %d" % i
        assert time.perf_counter() - begin < 0.2
    kernel.interrupt()


def test_07_usage_content(shared):
    content = shared.ask("usage_request", channel="control")["content"]
    assert content["pid"] == shared.process.pid and content["kernel_memory"] > 1 << 20 and content["cpu_count"] >= 1
    assert {"total", "available", "percent", "used", "free"} <= set(content["host_virtual_memory"])


def test_07_debugger_is_said_to_be_absent(shared):
    content = shared.ask("debug_request", {"type": "request", "seq": 7, "command": "debugInfo"}, channel="control")["content"]
    assert content["success"] and content["body"]["isStarted"] is False and content["request_seq"] == 7
    content = shared.ask("debug_request", {"type": "request", "seq": 8, "command": "initialize"}, channel="control")["content"]
    assert content["success"] is False


def test_07_complete_and_inspect_while_a_cell_loops(kernel):
    kernel.run("value = 42")
    cell = kernel.kc.execute(LOOP)
    time.sleep(0.3)
    assert "value" in kernel.ask("complete_request", {"code": "valu", "cursor_pos": 4}, timeout=3)["content"]["matches"]
    assert kernel.ask("inspect_request", {"code": "value", "cursor_pos": 5, "detail_level": 0}, timeout=3)["content"]["found"]
    assert kernel.ask("is_complete_request", {"code": "for x in y:"}, timeout=3)["content"]["status"] == "incomplete"
    assert kernel.ask("history_request", {"hist_access_type": "tail", "n": 1, "output": False, "raw": True}, timeout=3)["content"]["history"]
    assert "comms" in kernel.ask("comm_info_request", {}, timeout=3)["content"]
    kernel.interrupt()
    assert kernel.collect(cell).status == "error"


# --- 8: what must be dropped -------------------------------------------------------------------------------------------

def bad_messages(kernel):
    good = kernel.frames("kernel_info_request")
    deep = b"[" * 100000 + b"]" * 100000
    nested = b'{"code": ' + b'{"a": ' * 5000 + b"1" + b"}" * 5000 + b"}"

    def with_part(index, value, sign=True):
        frames = list(kernel.frames("kernel_info_request"))
        frames[index] = value
        if sign:
            frames[1] = kernel.sign(frames[2:6])
        return frames

    yield "wrong signature", with_part(1, b"0" * 64, sign=False)
    yield "short signature", with_part(1, b"0", sign=False)
    yield "empty signature", with_part(1, b"", sign=False)
    yield "long signature", with_part(1, b"0" * 100000, sign=False)
    yield "upper case signature", [good[0], good[1].upper() if good[1].upper() != good[1] else b"F" * 64, *good[2:]]
    for n in range(6):
        yield f"{n} frames", good[:n] or [b""]
    yield "no delimiter", good[1:]
    yield "only delimiters", [DELIMITER] * 3
    yield "header no JSON", with_part(2, b"{nonsense")
    yield "header a list", with_part(2, b"[1, 2]")
    yield "header without type", with_part(2, b'{"msg_id": "1"}')
    yield "header with a number as type", with_part(2, b'{"msg_id": "1", "msg_type": 7}')
    yield "type with NUL", with_part(2, b'{"msg_id": "1", "msg_type": "kernel_info\\u0000_request"}')
    yield "header empty", with_part(2, b"")
    yield "content null", with_part(5, b"null")
    yield "content NaN", with_part(5, b'{"a": NaN}')
    yield "content cut off", with_part(5, b'{"code": "1')
    yield "content deep list", with_part(5, b'{"a": ' + deep + b"}")
    yield "content deep object", with_part(5, nested)
    yield "metadata a string", with_part(4, b'"x"')
    yield "many identities", [b"x"] * 500 + good
    yield "many frames", [b""] * 20000


def test_08_bad_messages_are_dropped_and_the_kernel_serves_on(kernel):
    sub = kernel.socket(zmq.SUB, "iopub", subscribe=b"")
    assert receive(sub)[0]["msg_type"] == "iopub_welcome"
    for channel in ("shell", "control", "stdin"):
        dealer = kernel.socket(zmq.DEALER, channel)
        shell = kernel.socket(zmq.DEALER, "shell")
        for name, frames in bad_messages(kernel):
            dealer.send_multipart(frames)
        assert alive(kernel, shell)
        assert not dealer.poll(50), "a bad message was answered"
    types = set()
    while sub.poll(100):
        header, parent, *_ = parse(sub.recv_multipart())
        types.add(parent.get("msg_type"))
    assert types <= {"kernel_info_request", None}, "a bad message made the kernel busy"
    assert kernel.process.poll() is None


def test_08_replay_is_dropped(kernel):
    dealer = kernel.socket(zmq.DEALER, "shell")
    frames = kernel.frames("kernel_info_request")
    dealer.send_multipart(frames)
    assert receive(dealer)[0]["msg_type"] == "kernel_info_reply"
    dealer.send_multipart(frames)
    assert not dealer.poll(200)
    assert alive(kernel, dealer)
    assert "replay" in kernel.errors()


def test_08_huge_content_is_dropped():
    with Kernel() as kernel:
        dealer = kernel.socket(zmq.DEALER, "shell")
        body = kernel.frames("kernel_info_request")[2:]
        body[3] = b'{"code": "' + b"x" * (200 << 20) + b'"}'
        dealer.send_multipart([DELIMITER, kernel.sign(body), *body], copy=False)
        assert alive(kernel, dealer)
        assert kernel.errors().count("dropped") == 1
        assert eventually(lambda: kernel.rss() < 100 << 20)


def test_08_gibibyte_frame_ends_only_its_connection():
    with Kernel() as kernel:
        dealer = kernel.socket(zmq.DEALER, "shell")
        body = kernel.frames("kernel_info_request")[2:]
        huge = bytes((1 << 30) + 1)
        dealer.send_multipart([DELIMITER, b"0" * 64, *body[:3], huge], copy=False)
        other = kernel.socket(zmq.DEALER, "shell")
        assert alive(kernel, other)
        assert kernel.rss() < 200 << 20
        dealer.close(0)


def test_08_unknown_type_gets_busy_and_idle_and_no_reply(kernel):
    msg_id = kernel.tell("nobody_knows_request")
    states = [kernel.kc.get_iopub_msg(timeout=5) for _ in range(2)]
    assert [(m["content"]["execution_state"], m["parent_header"]["msg_id"]) for m in states] == [("busy", msg_id), ("idle", msg_id)]
    assert kernel.ask("kernel_info_request")["content"]["status"] == "ok"


def test_08_parent_header_is_the_request_header_byte_for_byte(kernel):
    dealer = kernel.socket(zmq.DEALER, "shell")
    header = b'{"msg_id":"a-1",  "msg_type":"kernel_info_request", "zz": [1.50, "\\u00e9"], "session":"s","version":"5.9"}'
    frames = kernel.frames("", header=json.loads(header))
    frames[2] = header
    frames[1] = kernel.sign(frames[2:6])
    dealer.send_multipart(frames)
    assert dealer.poll(5000)
    answer = dealer.recv_multipart()
    assert answer[answer.index(DELIMITER) + 3] == header


def test_08_subshell_that_is_not_there_gets_an_error(shared):
    dealer = shared.socket(zmq.DEALER, "shell")
    header = {"msg_id": "sub-1", "msg_type": "execute_request", "session": "s", "subshell_id": "nobody"}
    dealer.send_multipart(shared.frames("", {"code": "1"}, header=header))
    assert receive(dealer)[3]["status"] == "error"


# --- 9: keys and schemes ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("scheme", ["hmac-sha512", "hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha384", "hmac-blake2b", "hmac-blake2s",
                                    "hmac-sha3_256", "hmac-sha3_512"])
def test_09_schemes(scheme):
    with Kernel(scheme=scheme) as kernel:
        dealer = kernel.socket(zmq.DEALER, "shell")
        dealer.send_multipart(kernel.frames("kernel_info_request"))
        assert dealer.poll(5000)
        frames = dealer.recv_multipart()
        at = frames.index(DELIMITER)
        assert frames[at + 1] == kernel.sign(frames[at + 2:at + 6])


def test_09_empty_key_means_no_signature():
    with Kernel(key="") as kernel:
        dealer = kernel.socket(zmq.DEALER, "shell")
        frames = kernel.frames("kernel_info_request")
        for signature in (b"", b"whatever"):
            dealer.send_multipart([frames[0], signature, *frames[2:]])
            assert dealer.poll(5000)
            answer = dealer.recv_multipart()
            assert answer[answer.index(DELIMITER) + 1] == b""


@pytest.mark.parametrize("scheme", ["hmac-nonsense", "sha256", ""])
def test_09_unknown_scheme_refuses_to_start(scheme):
    with Kernel(scheme=scheme, start=False) as kernel:
        kernel.start(wait=False)
        assert kernel.process.wait(5) != 0
        assert "signature scheme" in kernel.errors()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"transport": "pigeon"}', '{"shell_port": 70000}', '{"curve_publickey": "x"}'])
def test_09_bad_connection_file_refuses_to_start(text):
    with Kernel(start=False) as kernel:
        with open(kernel.path, "w") as file:
            file.write(text)
        kernel.start(wait=False)
        assert kernel.process.wait(5) == 1
        assert "connection.json" in kernel.errors()


def test_09_missing_connection_file():
    done = subprocess.run([OURO, "kernel", "-f", "/nonexistent/x.json"], capture_output=True, text=True, timeout=5)
    assert done.returncode == 1 and "No such file" in done.stderr


def test_09_ports_of_zero_are_written_back():
    with Kernel(extra={"something_of_the_launcher": [1, 2]}) as kernel:
        assert len({kernel.info[f"{c}_port"] for c in CHANNELS}) == 5
        assert kernel.info["key"] == "a-secret-key" and kernel.info["something_of_the_launcher"] == [1, 2]
        assert stat.S_IMODE(os.stat(kernel.path).st_mode) == 0o600


# --- curve, in short ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_curve_a_plain_client_hears_nothing(transport):
    public, secret = (k.decode() for k in zmq.curve_keypair())
    with Kernel(transport=transport, extra={"curve_publickey": public, "curve_secretkey": secret}) as kernel:
        keys = {"curve_serverkey": public.encode(), "curve_publickey": public.encode(), "curve_secretkey": secret.encode()}
        dealer = kernel.socket(zmq.DEALER, "shell", **keys)
        assert alive(kernel, dealer)
        some_public, some_secret = zmq.curve_keypair()
        beat = kernel.socket(zmq.REQ, "hb", curve_serverkey=public.encode(), curve_publickey=some_public, curve_secretkey=some_secret)
        beat.send(b"x")
        assert beat.poll(3000)
        plain = kernel.socket(zmq.DEALER, "shell")
        plain.send_multipart(kernel.frames("kernel_info_request"))
        assert not plain.poll(500)
        assert secret not in kernel.errors()


# --- 11: reconnecting -----------------------------------------------------------------------------------------------------

def test_11_reconnect_with_the_same_identity_mid_cell(kernel):
    kernel.run("import time")
    first = kernel.socket(zmq.DEALER, "shell", identity=b"me")
    first.send_multipart(kernel.frames("execute_request", {"code": "time.sleep(0.5)"}))
    time.sleep(0.15)
    second = kernel.socket(zmq.DEALER, "shell", identity=b"me")
    time.sleep(0.15)
    answer = receive(second)
    assert answer and answer[0]["msg_type"] == "execute_reply"
    first.close(0)


# --- 16: the end -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("channel", ["control", "shell"])
@pytest.mark.parametrize("restart", [False, True])
def test_16_shutdown(kernel, channel, restart):
    kernel.run("1")
    reply = kernel.ask("shutdown_request", {"restart": restart}, channel=channel)
    assert reply["content"] == {"status": "ok", "restart": restart}
    seen = []
    while "shutdown_reply" not in [m["msg_type"] for m in seen]:
        seen.append(kernel.kc.get_iopub_msg(timeout=3))
    assert seen[-1]["content"] == {"status": "ok", "restart": restart}
    assert kernel.kc.get_iopub_msg(timeout=3)["content"] == {"execution_state": "idle"}
    assert kernel.process.wait(3) == 0
    left = os.listdir(kernel.folder)
    assert not [name for name in left if name.startswith("socket")]
    assert ("connection.json" in left) == restart


def test_16_shutdown_while_a_cell_loops(kernel):
    kernel.run("1")
    kernel.kc.execute("while True:\n  try:\n    while True: pass\n  except KeyboardInterrupt: pass")
    time.sleep(0.3)
    begin = time.time()
    assert kernel.ask("shutdown_request", {"restart": False}, channel="control")["content"]["status"] == "ok"
    assert kernel.process.wait(4) == 0 and time.time() - begin < 2.4


def test_16_children_are_ended(fresh):
    fresh.run("import subprocess; p = subprocess.Popen(['sleep', '1000'])")
    pid = int(fresh.run("p.pid").result)
    assert os.path.exists(f"/proc/{pid}")
    fresh.ask("shutdown_request", {"restart": False}, channel="control")
    assert fresh.process.wait(4) == 0
    assert eventually(lambda: not os.path.exists(f"/proc/{pid}"))


def test_16_ends_with_its_launcher():
    with Kernel(start=False) as kernel:
        script = (f"import subprocess, os, time; p = subprocess.Popen([{OURO!r}, 'kernel', '-f', {kernel.path!r}], start_new_session=True,"
                  f" env=dict(os.environ, JPY_PARENT_PID=str(os.getpid()))); print(p.pid, flush=True); time.sleep(1000)")
        launcher = subprocess.Popen([os.environ.get("PYTHON", "python3"), "-c", script], stdout=subprocess.PIPE, text=True)
        pid = int(launcher.stdout.readline())
        kernel.process = type("P", (), {"poll": lambda self: None, "pid": pid, "wait": lambda self, t=0: 0})()
        kernel.log = open(os.devnull)
        kernel.wait_for_file()
        kernel.run("1")
        launcher.kill()
        launcher.wait()

        def gone():
            try:
                with open(f"/proc/{pid}/stat") as file:
                    return file.read().rsplit(")", 1)[1].split()[0] == "Z"
            except OSError:
                return True
        try:
            assert eventually(gone, timeout=1.2)
        finally:
            kernel.process = None
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def test_16_term_signal_ends_cleanly(kernel):
    kernel.run("1")
    os.kill(kernel.process.pid, signal.SIGTERM)
    assert kernel.process.wait(4) == 0
    assert not os.path.exists(kernel.path)


# --- 17: cursors ------------------------------------------------------------------------------------------------------------

def complete(kernel, code, cursor):
    return kernel.ask("complete_request", {"code": code, "cursor_pos": cursor})["content"]


def test_17_cursor_counts_code_points(shared):
    code = "𨭎𨭎 = 1; sorte"
    content = complete(shared, code, len(code))
    assert "sorted" in content["matches"]
    assert (content["cursor_start"], content["cursor_end"]) == (len(code) - 5, len(code))


@pytest.mark.parametrize("cursor", [None, 10**6, 10**30, -5, "x"])
def test_17_cursor_null_or_beyond_the_end_is_the_end(shared, cursor):
    content = complete(shared, "sorte", cursor)
    assert content["status"] == "ok" and content["cursor_end"] == 5 and "sorted" in content["matches"]


def test_17_cursor_inside(shared):
    content = complete(shared, "sorte + 1", 5)
    assert "sorted" in content["matches"] and content["cursor_start"] == 0 and content["cursor_end"] == 5


def test_17_magics_complete(shared):
    content = complete(shared, "%who", 4)
    assert {"%who", "%whos"} <= set(content["matches"]) and content["cursor_start"] == 0


# --- kernel_info, connect ------------------------------------------------------------------------------------------------

def test_kernel_info(shared):
    content = shared.ask("kernel_info_request")["content"]
    assert content["status"] == "ok" and content["protocol_version"] == "5.5" and content["implementation"] == "ouro"
    language = content["language_info"]
    assert (language["name"], language["pygments_lexer"], language["file_extension"], language["nbconvert_exporter"]) == (
        "python", "ipython3", ".py", "python")
    assert "kernel subshells" not in content["supported_features"]


def test_connect(shared):
    content = shared.ask("connect_request")["content"]
    assert {c: content[f"{c}_port"] for c in CHANNELS} == {c: shared.info[f"{c}_port"] for c in CHANNELS}


def test_starting_is_said_once():
    with Kernel(ports=free_ports(5), start=False) as kernel:
        socket = kernel.socket(zmq.SUB, "iopub", subscribe=b"", reconnect_ivl=1)
        kernel.start()
        kernel.run("1")
        states = []
        while socket.poll(200):
            header, _, _, content, _ = parse(socket.recv_multipart())
            states.append(content.get("execution_state"))
        assert states.count("starting") <= 1
