#!/usr/bin/env python3
"""A TCP proxy that does to a connection what networks do.

Octets go `up`, from client to server, or `down`. In each direction of each connection, which are counted from 0, all that
happens depends on the seed and the number of the octet alone, not on time or on how the octets come in: one seed does the
same again.

    kind      what happens after octet `after` of the direction
    fin       both peers see a FIN, and nothing more passes
    rst       both peers see a reset
    drop      both peers see nothing any more, ever: what they send is taken and lost, and so is their FIN or reset
    hang      nothing passes in this direction until calm(); what is sent is not taken, so the window closes
    stall     the same for `seconds`
    corrupt   the next octet is changed
    split     from now on octets go in pieces of random length
    delay     from now on octets go `seconds` later

It is used in process, as a context manager (the methods may be called from any thread), or as a program:

    fault_proxy.py --target 127.0.0.1:143 [--seed TEXT] [--port 0] [--control-port 0]

prints `listening 127.0.0.1:PORT` and `control 127.0.0.1:PORT` and ends with its standard input. The control socket takes a
line for each method, answered with `OK …` or `ERROR …`, here each with all that it can be given:

    fault kind=stall direction=up after=120 seconds=2 connection=0
    now kind=drop direction=down connection=0
    random rate=0.001 kinds=rst,split,stall seconds=0.5
    calm
    target address=127.0.0.1:143
    counts
    wait kind=rst count=2 seconds=30
"""

import argparse
import asyncio
import collections
import contextlib
import dataclasses
import itertools
import random
import socket
import struct
import sys
import threading

HOST = "127.0.0.1"
KINDS = ("fin", "rst", "drop", "hang", "stall", "corrupt", "split", "delay")
DIRECTIONS = ("up", "down")
LONGEST_PIECE = 12
BETWEEN_PIECES = 0.001  # seconds, for the receiver to read the piece by itself


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    direction: str
    after: int = 0
    seconds: float = 0.0
    connection: int | None = None  # of any

    def __post_init__(self):
        if self.kind not in KINDS or self.direction not in DIRECTIONS or self.after < 0 or self.seconds < 0:
            raise ValueError(f"no such fault: {self}")
        if self.kind == "stall" and self.seconds == 0:
            raise ValueError("a stall needs seconds")


@dataclasses.dataclass(frozen=True)
class Storm:
    """Random faults, `rate` for each octet, of up to `seconds`."""

    rate: float
    kinds: tuple
    seconds: float

    def __post_init__(self):
        if self.rate <= 0 or not self.kinds:
            raise ValueError("a rate above 0 and kinds are needed")
        for kind in self.kinds:
            Fault(kind, "up", seconds=self.seconds)


class Flow:
    """One direction of a connection. Lives on the proxy's loop, as all below it."""

    def __init__(self, connection, name, reader, writer):
        self.connection, self.proxy, self.name = connection, connection.proxy, name
        self.reader, self.writer = reader, writer
        self.writer.transport.set_write_buffer_limits(high=0)  # drain() means that the kernel has it
        self.random = random.Random(f"{self.proxy.seed}/{connection.number}/{name}")
        self.position = 0  # octets that went by
        self.fired = set()  # numbers in the script
        self.storm, self.next_random = None, None
        self.next_split = None
        self.corrupting = False
        self.delay = 0.0
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.resumption = None  # the timer that ends a stall

    async def run(self):
        try:
            self.fire()
            while octets := await self.reader.read(65536):
                await self.forward(octets)
            await self.flowing.wait()
            if not self.connection.dropped:
                self.writer.write_eof()
        except OSError:
            if not self.connection.dropped:
                self.connection.reset()

    async def forward(self, octets):
        while octets:
            await self.flowing.wait()
            self.fire()  # what was said since the last octet
            if not self.flowing.is_set():
                continue
            length = min([len(octets), *(stop - self.position for stop in self.stops() if stop > self.position)])
            piece, octets = octets[:length], octets[length:]
            if self.corrupting:
                piece, self.corrupting = bytes([piece[0] ^ self.random.randrange(1, 256)]) + piece[1:], False
            if self.delay:
                await asyncio.sleep(self.delay)
            if not self.connection.dropped:
                self.writer.write(piece)
                await self.writer.drain()
            self.position += length
            self.proxy.count(f"octets_{self.name}", length)
            if self.next_split == self.position:
                self.next_split += self.random.randint(1, LONGEST_PIECE)
                self.proxy.count("pieces")
                await asyncio.sleep(BETWEEN_PIECES)
            self.fire()

    def scripted(self):
        """(number, fault) of all that are still to come."""
        return [(number, fault) for number, fault in self.proxy.script.items() if number not in self.fired
                and fault.direction == self.name and fault.connection in (None, self.connection.number)]

    def stops(self):
        """Positions at which something happens."""
        yield from (fault.after for _, fault in self.scripted())
        yield from (stop for stop in (self.next_random, self.next_split) if stop is not None)

    def fire(self):
        """All that is due at this position."""
        for number, fault in sorted(self.scripted(), key=lambda numbered: numbered[1].after):
            if fault.after <= self.position:
                self.fired.add(number)
                self.apply(fault.kind, fault.seconds)
        if self.storm is not self.proxy.storm:
            self.storm = self.proxy.storm
            self.plan_random()
        if self.next_random == self.position:
            self.apply(self.random.choice(self.storm.kinds), self.random.uniform(0, self.storm.seconds))
            self.plan_random()

    def plan_random(self):
        self.next_random = self.position + 1 + int(self.random.expovariate(self.storm.rate)) if self.storm else None

    def apply(self, kind, seconds):
        if self.connection.dropped and kind != "rst":
            return
        self.proxy.note(kind, self)
        match kind:
            case "fin":
                self.connection.finish()
            case "rst":
                self.connection.reset()
            case "drop":
                self.connection.drop()
            case "hang":
                self.halt()
            case "stall":
                self.halt()
                self.resumption = self.proxy.loop.call_later(seconds, self.flowing.set)
            case "corrupt":
                self.corrupting = True
            case "split":
                self.next_split = self.position + self.random.randint(1, LONGEST_PIECE)
            case "delay":
                self.delay = seconds

    def halt(self):
        if self.resumption:
            self.resumption.cancel()
        self.flowing.clear()

    def calm(self):
        self.corrupting, self.next_split, self.delay = False, None, 0.0
        self.flowing.set()


class Connection:
    def __init__(self, proxy, number, client, server):
        self.proxy, self.number = proxy, number
        self.dropped = False
        self.writers = client[1], server[1]
        self.flows = {"up": Flow(self, "up", client[0], server[1]), "down": Flow(self, "down", server[0], client[1])}
        self.tasks = []

    async def run(self):
        self.tasks = [asyncio.ensure_future(flow.run()) for flow in self.flows.values()]
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for writer in self.writers:
            writer.close()

    def drop(self):
        self.dropped = True
        for flow in self.flows.values():
            flow.flowing.set()

    def finish(self):
        self.drop()  # a socket with unread octets would be closed with a reset
        for writer in self.writers:
            with contextlib.suppress(OSError):
                writer.write_eof()

    def reset(self):
        for writer in self.writers:
            reset(writer)
        for task in self.tasks:
            task.cancel()


def reset(writer):
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class FaultProxy:
    def __init__(self, host, port, *, seed="", listen_port=0):
        self.address = host, port
        self.seed = seed
        self.script = {}  # faults by number, none of which is used twice
        self.script_numbers = itertools.count()
        self.storm = None
        self.events = []  # (kind, connection, direction, position)
        self.connections = {}
        self.accepted = 0
        self.numbers = collections.Counter()
        self.changed = threading.Condition()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.listeners, self.tasks = [], set()
        self.port = self.listen(self.accept, listen_port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- what a test says ---
    def fault(self, kind, *, direction="down", after=0, seconds=0.0, connection=None):
        """Once in each connection, or in one, when so many octets have passed in the direction."""
        fault = Fault(kind, direction, after, seconds, connection)
        self.call(lambda: self.script.update({next(self.script_numbers): fault}))

    def now(self, kind, *, direction=None, seconds=0.0, connection=None):
        """At once in each connection that stands, or in one, in the direction or in both."""
        faults = [Fault(kind, name, seconds=seconds) for name in DIRECTIONS if direction in (None, name)]
        if kind in ("fin", "rst", "drop"):
            del faults[1:]  # they are of the connection

        def apply():
            for number, standing in list(self.connections.items()):
                if connection in (None, number):
                    for fault in faults:
                        standing.flows[fault.direction].apply(kind, seconds)

        self.call(apply)

    def random(self, *, rate, kinds, seconds=0.0):
        """Faults of these kinds (a tuple, or words with commas) in all directions from now on."""
        storm = Storm(rate, tuple(kinds.split(",") if isinstance(kinds, str) else kinds), seconds)
        self.call(lambda: setattr(self, "storm", storm))

    def calm(self):
        """No more faults, and what hangs goes on. A dropped connection stays so."""

        def apply():
            self.script.clear()
            self.storm = None
            for connection in self.connections.values():
                for flow in connection.flows.values():
                    flow.calm()

        self.call(apply)

    def target(self, *, address):
        """Where later connections lead to, host:port."""
        host, _, port = address.rpartition(":")
        self.address = host, int(port)

    def counts(self):
        """What was done: by kind of fault, connections, octets_up, octets_down, pieces, unreachable."""
        with self.changed:
            return dict(self.numbers)

    def wait(self, kind, *, count=1, seconds=30.0):
        """Until so many were counted."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.numbers[kind] >= count, seconds):
                raise TimeoutError(f"{self.numbers[kind]} of {kind} after {seconds} s")

    def close(self):
        async def end():
            for listener in self.listeners:
                listener.close()
            for connection in self.connections.values():
                connection.reset()
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    # --- how it goes ---
    def call(self, function):
        """Runs it on the loop, and waits for it."""

        async def run():
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result()

    def listen(self, serve, port=0):
        """Returns the port. `serve` gets the reader and the writer of each client."""
        start = asyncio.start_server(lambda *client: self.serve(serve(*client)), HOST, port)
        listener = asyncio.run_coroutine_threadsafe(start, self.loop).result()
        self.listeners.append(listener)
        return listener.sockets[0].getsockname()[1]

    def serve(self, coroutine):
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)  # or it might be collected
        task.add_done_callback(self.tasks.discard)

    async def accept(self, *client):
        number, self.accepted = self.accepted, self.accepted + 1
        self.count("connections")
        try:
            server = await asyncio.open_connection(*self.address)
        except OSError:
            self.count("unreachable")
            reset(client[1])
            return
        connection = self.connections[number] = Connection(self, number, client, server)
        await connection.run()
        del self.connections[number]

    def count(self, what, number=1):
        with self.changed:
            self.numbers[what] += number
            self.changed.notify_all()

    def note(self, kind, flow):
        self.events.append((kind, flow.connection.number, flow.name, flow.position))
        self.count(kind)

    # --- the control socket ---
    def listen_for_control(self, port=0):
        """Opens it; returns its port."""
        return self.listen(self.control, port)

    async def control(self, reader, writer):
        while line := await reader.readline():
            try:
                answer = f"OK {await self.loop.run_in_executor(None, self.command, line.decode().split())}".rstrip()
            except (ValueError, TypeError, TimeoutError) as error:
                answer = f"ERROR {error}"
            writer.write(answer.encode() + b"\n")
            await writer.drain()
        writer.close()

    def command(self, words):
        name, *settings = words or [""]
        if name not in ("fault", "now", "random", "calm", "target", "counts", "wait"):
            raise ValueError(f"no command {name}")
        result = getattr(self, name)(**{key: number(value) for key, _, value in (word.partition("=") for word in settings)})
        return " ".join(f"{key}={value}" for key, value in sorted((result or {}).items()))


def number(text):
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


def main():
    parser = argparse.ArgumentParser(description="A TCP proxy with faults.")
    parser.add_argument("--target", required=True, metavar="HOST:PORT")
    parser.add_argument("--seed", default="")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    options = parser.parse_args()
    host, _, port = options.target.rpartition(":")
    with FaultProxy(host, int(port), seed=options.seed, listen_port=options.port) as proxy:
        print(f"listening {HOST}:{proxy.port}")
        print(f"control {HOST}:{proxy.listen_for_control(options.control_port)}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
