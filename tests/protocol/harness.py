"""A kernel under test: its process, its connection file, clients, and raw sockets for what no client would send.

The program is build/ouro of this tree, or $OURO. Every kernel gets a folder of its own for connection file, sockets and history.
"""
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.session import Session

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURO = os.environ.get("OURO", str(ROOT / "build" / "ouro"))
CHANNELS = ("shell", "control", "stdin", "iopub", "hb")
DELIMITER = b"<IDS|MSG>"


def free_ports(n):
    context = zmq.Context()
    sockets = [context.socket(zmq.REP) for _ in range(n)]
    ports = [socket.bind_to_random_port("tcp://127.0.0.1") for socket in sockets]
    for socket in sockets:
        socket.close(0)
    context.term()
    return ports


class Result:
    """What one execute_request brought."""

    def __init__(self, reply, messages):
        self.reply, self.messages = reply, messages
        self.content = reply["content"] if reply else None

    @property
    def status(self):
        return self.content["status"]

    def of(self, *types):
        return [m["content"] for m in self.messages if m["msg_type"] in types]

    @property
    def types(self):
        return [m["msg_type"] for m in self.messages]

    def text(self, name="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)

    @property
    def result(self):
        values = self.of("execute_result")
        return values[0]["data"]["text/plain"] if values else None

    def __repr__(self):
        return f"{self.content} {[(m['msg_type'], m['content']) for m in self.messages]}"


class Kernel:
    def __init__(self, transport="tcp", key="a-secret-key", scheme="hmac-sha256", ports=None, env=None, extra=None, start=True):
        self.folder = tempfile.mkdtemp(prefix="ouro-test-")
        self.path = os.path.join(self.folder, "connection.json")
        self.info = {
            "transport": transport,
            "ip": "127.0.0.1" if transport == "tcp" else os.path.join(self.folder, "socket"),
            "key": key,
            "signature_scheme": scheme,
            "kernel_name": "ouro",
            **{f"{c}_port": p for c, p in zip(CHANNELS, ports or [0] * 5)},
            **(extra or {}),
        }
        with open(self.path, "w") as file:
            json.dump(self.info, file)
        os.chmod(self.path, 0o600)
        self.env = {**os.environ, "OURO_HISTORY": os.path.join(self.folder, "history.jsonl"), **(env or {})}
        self.clients, self.process = [], None
        if start:
            self.start()

    def start(self, wait=True):
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen([OURO, "kernel", "-f", self.path], env=self.env, start_new_session=True, cwd=self.folder,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        if wait:
            self.wait_for_file()

    def wait_for_file(self):
        until = time.time() + 10
        while time.time() < until:
            with open(self.path) as file:
                self.info = json.load(file)
            if all(self.info[f"{c}_port"] for c in CHANNELS):
                return
            assert self.process.poll() is None, self.errors()
            time.sleep(0.005)
        raise AssertionError("the kernel wrote no ports")

    def errors(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as file:
            return file.read()

    def client(self, ready=True):
        client = BlockingKernelClient()
        client.load_connection_info({k: (v.encode() if k == "key" else v) for k, v in self.info.items()})
        client.session = Session(key=self.info["key"].encode(), signature_scheme=self.info["signature_scheme"])
        client.start_channels()
        self.clients.append(client)
        if ready:
            client.wait_for_ready(timeout=20)
        return client

    @property
    def kc(self):
        if not self.clients:
            self.client()
        return self.clients[0]

    def run(self, code, timeout=20, client=None, **options):
        client = client or self.kc
        return self.collect(client.execute(code, **options), timeout, client)

    def collect(self, msg_id, timeout=20, client=None):
        client = client or self.kc
        messages, until = [], time.time() + timeout
        while True:
            message = client.get_iopub_msg(timeout=max(until - time.time(), 0.01))
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        return Result(self.reply(msg_id, max(until - time.time(), 1), client), messages)

    def reply(self, msg_id, timeout=10, client=None, channel="shell"):
        client = client or self.kc
        get = getattr(client, f"get_{channel}_msg")
        until = time.time() + timeout
        while True:
            message = get(timeout=max(until - time.time(), 0.01))
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    def ask(self, msg_type, content=None, channel="shell", timeout=10, client=None, metadata=None, buffers=None):
        """Send any message; the reply."""
        client = client or self.kc
        message = client.session.msg(msg_type, content or {}, metadata=metadata)
        socket = getattr(client, f"{channel}_channel")
        client.session.send(socket.socket, message, buffers=buffers)
        return self.reply(message["header"]["msg_id"], timeout, client, channel)

    def tell(self, msg_type, content=None, buffers=None, channel="shell", client=None):
        """Send a message that has no reply; its id."""
        client = client or self.kc
        message = client.session.msg(msg_type, content or {})
        client.session.send(getattr(client, f"{channel}_channel").socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def interrupt(self):
        os.killpg(self.process.pid, signal.SIGINT)

    def rss(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def endpoint(self, channel):
        separator = ":" if self.info["transport"] == "tcp" else "-"
        return f"{self.info['transport']}://{self.info['ip']}{separator}{self.info[channel + '_port']}"

    def socket(self, kind, channel, identity=None, **options):
        socket = zmq.Context.instance().socket(kind)
        socket.linger = 0
        if identity:
            socket.identity = identity
        for name, value in options.items():
            setattr(socket, name, value)
        socket.connect(self.endpoint(channel))
        return socket

    def frames(self, msg_type, content=None, header=None, **parts):
        """The signed frames of a message, as bytes, for tampering with."""
        header = header or {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": "s", "username": "u", "version": "5.3",
                            "date": "2026-01-01T00:00:00.000000Z"}
        body = [parts.get(name, json.dumps(value).encode())
                for name, value in (("header", header), ("parent", {}), ("metadata", {}), ("content", content or {}))]
        return [DELIMITER, self.sign(body), *body]

    def sign(self, body):
        digest = getattr(hashlib, self.info["signature_scheme"].split("-")[1])
        mac = hmac.new(self.info["key"].encode(), digestmod=digest)
        for part in body:
            mac.update(part)
        return mac.hexdigest().encode()

    def stop(self):
        for client in self.clients:
            client.stop_channels()
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process:
            self.process.wait(10)
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def parse(frames):
    """header, parent_header, metadata, content, buffers of received frames."""
    at = frames.index(DELIMITER)
    return [json.loads(f) for f in frames[at + 2:at + 6]] + [frames[at + 6:]]


def receive(socket, timeout=5):
    """The next message on a raw socket, or None."""
    if not socket.poll(timeout * 1000):
        return None
    return parse(socket.recv_multipart())


def eventually(condition, timeout=5, step=0.02):
    until = time.time() + timeout
    while time.time() < until:
        value = condition()
        if value:
            return value
        time.sleep(step)
    return condition()
