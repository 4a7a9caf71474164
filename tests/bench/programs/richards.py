"""An operating system's scheduler: method calls, attributes, polymorphism (after Martin Richards)."""

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE_PACKET, WORK_PACKET = 1000, 1001


class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.data = [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, system, ident, priority, queue, waiting, held=False):
        self.system = system
        self.link = system.tasks
        self.ident = ident
        self.priority = priority
        self.queue = queue
        self.packet_pending = queue is not None
        self.waiting = waiting
        self.held = held
        system.tasks = self
        system.table[ident] = self

    def add_packet(self, packet, old):
        if self.queue is None:
            self.queue = packet
            self.packet_pending = True
            if self.priority > old.priority:
                return self
        else:
            packet.append_to(self.queue)
        return old

    def is_held_or_waiting(self):
        return self.held or (not self.packet_pending and self.waiting)

    def run(self):
        if self.waiting and self.packet_pending:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
            self.packet_pending = self.queue is not None
        else:
            packet = None
        return self.step(packet)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.system.hold_count += 1
        self.held = True
        return self.link

    def release(self, ident):
        task = self.system.table[ident]
        task.held = False
        return task if task.priority > self.priority else self

    def send(self, packet):
        task = self.system.table[packet.ident]
        self.system.queue_count += 1
        packet.link = None
        packet.ident = self.ident
        return task.add_packet(packet, self)


class DeviceTask(Task):
    pending = None

    def step(self, packet):
        if packet is None:
            packet = self.pending
            if packet is None:
                return self.wait()
            self.pending = None
            return self.send(packet)
        self.pending = packet
        return self.hold()


class IdleTask(Task):
    control, count = 1, 10000

    def step(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.hold()
        if self.control & 1 == 0:
            self.control //= 2
            return self.release(DEVICE_A)
        self.control = self.control // 2 ^ 0xd008
        return self.release(DEVICE_B)


class HandlerTask(Task):
    work = device = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == WORK_PACKET:
                self.work = packet.append_to(self.work)
            else:
                self.device = packet.append_to(self.device)
        work = self.work
        if work is None:
            return self.wait()
        count = work.datum
        if count >= 4:
            self.work = work.link
            return self.send(work)
        device = self.device
        if device is None:
            return self.wait()
        self.device = device.link
        device.datum = work.data[count]
        work.datum = count + 1
        return self.send(device)


class WorkTask(Task):
    destination, count = HANDLER_A, 0

    def step(self, packet):
        if packet is None:
            return self.wait()
        self.destination = HANDLER_B if self.destination == HANDLER_A else HANDLER_A
        packet.ident = self.destination
        packet.datum = 0
        for i in range(4):
            self.count += 1
            if self.count > 26:
                self.count = 1
            packet.data[i] = 64 + self.count
        return self.send(packet)


class System:
    def __init__(self):
        self.tasks = None
        self.table = [None] * 6
        self.hold_count = self.queue_count = 0

    def schedule(self):
        task = self.tasks
        while task is not None:
            task = task.link if task.is_held_or_waiting() else task.run()


def main():
    system = System()
    IdleTask(system, IDLE, 0, None, False)
    queue = Packet(None, 0, WORK_PACKET)
    WorkTask(system, WORKER, 1000, Packet(queue, 0, WORK_PACKET), True)
    for handler, priority, device in ((HANDLER_A, 2000, DEVICE_A), (HANDLER_B, 3000, DEVICE_B)):
        queue = Packet(None, device, DEVICE_PACKET)
        queue = Packet(queue, device, DEVICE_PACKET)
        HandlerTask(system, handler, priority, Packet(queue, device, DEVICE_PACKET), True)
    DeviceTask(system, DEVICE_A, 4000, None, True)
    DeviceTask(system, DEVICE_B, 5000, None, True)
    system.schedule()
    return system.queue_count, system.hold_count


for _ in range(8):
    result = main()
print(result)
