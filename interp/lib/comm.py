"""Comms: named channels between the notebook's widgets and Python. The interface of the `comm` package (create_comm, get_comm_manager)."""
import _ouro


class BaseComm:
    """One channel. data and metadata are JSON-able, buffers are bytes."""

    def __init__(self, target_name="comm", data=None, metadata=None, buffers=None, comm_id=None, primary=True, target_module=None, **kwargs):
        self.target_name, self.primary, self.target_module = target_name, primary, target_module
        self.comm_id = comm_id or new_id()
        self._closed = True
        self._msg_callback = self._close_callback = None
        if primary:
            self.open(data=data, metadata=metadata, buffers=buffers)
        else:
            self._closed = False

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        content = dict(data={} if data is None else data, comm_id=self.comm_id, **keys)
        _ouro.publish(msg_type, _ouro.json(content), _ouro.json(metadata or {}), buffers)

    def open(self, data=None, metadata=None, buffers=None):
        manager = get_comm_manager()
        manager.register_comm(self)
        self._closed = False
        try:
            self.publish_msg("comm_open", data, metadata, buffers, target_name=self.target_name, target_module=self.target_module)
        except BaseException:
            manager.unregister_comm(self)
            raise

    def close(self, data=None, metadata=None, buffers=None, deleting=False):
        if self._closed:
            return
        self._closed = True
        self.publish_msg("comm_close", data, metadata, buffers)
        if not deleting:
            get_comm_manager().unregister_comm(self)

    def send(self, data=None, metadata=None, buffers=None):
        self.publish_msg("comm_msg", data, metadata, buffers)

    def on_close(self, callback):
        self._close_callback = callback

    def on_msg(self, callback):
        self._msg_callback = callback

    def handle_close(self, msg):
        if self._close_callback:
            self._close_callback(msg)

    def handle_msg(self, msg):
        if self._msg_callback:
            self._msg_callback(msg)


class CommManager:
    """All open comms by id, and the functions that take comms the frontend opens, by target name."""

    def __init__(self):
        self.comms, self.targets = {}, {}

    def register_target(self, target_name, function):
        if isinstance(function, str):
            module, _, name = function.rpartition(".")
            function = getattr(__import__(module, fromlist=[name]), name)
        self.targets[target_name] = function

    def unregister_target(self, target_name, function=None):
        return self.targets.pop(target_name)

    def register_comm(self, comm):
        self.comms[comm.comm_id] = comm
        return comm.comm_id

    def unregister_comm(self, comm):
        self.comms.pop(comm.comm_id, None)

    def get_comm(self, comm_id):
        return self.comms.get(comm_id)

    def comm_open(self, stream, ident, msg):
        """False: nobody wants this target; the kernel closes the comm."""
        content = msg["content"]
        function = self.targets.get(content.get("target_name"))
        if function is None:
            return False
        comm = create_comm(comm_id=content["comm_id"], primary=False, target_name=content["target_name"])
        self.register_comm(comm)
        try:
            function(comm, msg)
        except Exception:
            import traceback
            traceback.print_exc()
            comm.close()
        return True

    def comm_msg(self, stream, ident, msg):
        return self.hand_on(msg, "handle_msg")

    def comm_close(self, stream, ident, msg):
        known = self.hand_on(msg, "handle_close")
        self.comms.pop(msg["content"]["comm_id"], None)
        return known

    def hand_on(self, msg, method):
        comm = self.comms.get(msg["content"]["comm_id"])
        if comm is None:
            return False
        try:
            getattr(comm, method)(msg)
        except Exception:
            import traceback
            traceback.print_exc()
        return True


def new_id():
    import os
    return os.urandom(16).hex()


_manager = CommManager()


def get_comm_manager():
    return _manager


def create_comm(*args, **kwargs):
    return BaseComm(*args, **kwargs)
