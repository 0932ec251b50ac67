#!/usr/bin/env python3
"""The proxy with faults (tests/harness/fault_proxy.py), between a client and an echo, and between a client and a server."""

import pathlib
import select
import socket
import socketserver
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
import fault_proxy  # noqa: E402
from conversation import Conversation  # noqa: E402
from fault_proxy import HOST, FaultProxy  # noqa: E402
from server import ServerCase, main  # noqa: E402

OCTETS = bytes(range(256)) * 40


class Echo(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    class RequestHandlerClass(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                while octets := self.request.recv(65536):
                    self.request.sendall(octets)
            except OSError:
                self.server.resets.release()

    def __init__(self):
        super().__init__((HOST, 0), self.RequestHandlerClass)
        self.resets = threading.Semaphore(0)


class FaultProxyTest(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()
        threading.Thread(target=self.echo.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.echo.server_close)
        self.addCleanup(self.echo.shutdown)
        self.proxy = self.start()

    def start(self, seed="a"):
        proxy = FaultProxy(*self.echo.server_address, seed=seed)
        self.addCleanup(proxy.close)
        return proxy

    def connect(self, proxy=None):
        client = socket.create_connection((HOST, (proxy or self.proxy).port), timeout=30)
        self.addCleanup(client.close)
        return client

    def read(self, client, count):
        """So many octets, or fewer at the end of the connection."""
        octets = b""
        while len(octets) < count and (more := client.recv(count - len(octets))):
            octets += more
        return octets

    def assert_silent(self, client):
        self.assertEqual(select.select([client], [], [], 0.1)[0], [])

    def test_without_faults_all_passes(self):
        client = self.connect()
        client.sendall(OCTETS)
        self.assertEqual(self.read(client, len(OCTETS)), OCTETS)
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(client.recv(1), b"", "a FIN goes there and comes back")
        self.assertEqual(self.proxy.counts(), {"connections": 1, "octets_up": len(OCTETS), "octets_down": len(OCTETS)})

    def test_fin(self):
        self.proxy.fault("fin", direction="down", after=100)
        client = self.connect()
        client.sendall(OCTETS)
        self.assertEqual(self.read(client, len(OCTETS)), OCTETS[:100])
        self.assertEqual(self.proxy.events, [("fin", 0, "down", 100)])

    def test_reset(self):
        self.proxy.fault("rst", direction="down", after=100)
        client = self.connect()
        client.sendall(OCTETS[:100])
        with self.assertRaises(ConnectionResetError):
            self.assertEqual(self.read(client, 100), OCTETS[:100])
            client.recv(1)
        self.assertTrue(self.echo.resets.acquire(timeout=30), "the server sees it, too")

    def test_a_reset_before_the_first_octet(self):
        self.proxy.fault("rst", after=0)
        with self.assertRaises(ConnectionResetError):
            self.connect().recv(1)

    def test_a_peers_reset_is_passed_on(self):
        client = self.connect()
        client.sendall(b"x")
        self.read(client, 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        self.assertTrue(self.echo.resets.acquire(timeout=30))

    def test_hang_and_calm(self):
        self.proxy.fault("hang", direction="up", after=10)
        client = self.connect()
        client.sendall(OCTETS[:20])
        self.assertEqual(self.read(client, 10), OCTETS[:10])
        self.assert_silent(client)
        self.proxy.calm()
        self.assertEqual(self.read(client, 10), OCTETS[10:20])

    def test_what_hangs_is_not_taken(self):
        self.proxy.fault("hang", direction="up")
        client = self.connect()
        client.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            client.sendall(bytes(64 * 1024 * 1024))

    def test_stall_and_delay(self):
        for kind in ("stall", "delay"):
            with self.subTest(kind):
                self.proxy.calm()
                self.proxy.fault(kind, direction="up", after=10, seconds=0.2)
                client = self.connect()
                begin = time.monotonic()
                client.sendall(OCTETS[:20])
                self.assertEqual(self.read(client, 20), OCTETS[:20])
                self.assertGreaterEqual(time.monotonic() - begin, 0.2)

    def test_drop(self):
        self.proxy.fault("drop", direction="down", after=10)
        client = self.connect()
        client.sendall(OCTETS[:10])
        self.assertEqual(self.read(client, 10), OCTETS[:10])
        self.proxy.wait("drop")
        client.sendall(bytes(16 * 1024 * 1024))  # is taken
        client.shutdown(socket.SHUT_WR)
        self.assert_silent(client)

    def test_corrupt(self):
        self.proxy.fault("corrupt", direction="up", after=10)
        client = self.connect()
        client.sendall(OCTETS)
        received = self.read(client, len(OCTETS))
        self.assertEqual([n for n in range(len(OCTETS)) if received[n] != OCTETS[n]], [10])

    def test_split(self):
        self.proxy.fault("split", direction="down", after=10)
        client = self.connect()
        client.sendall(OCTETS[:100])
        self.assertEqual(self.read(client, 100), OCTETS[:100])
        self.assertGreaterEqual(self.proxy.counts()["pieces"], 90 // fault_proxy.LONGEST_PIECE)

    def test_faults_of_one_connection(self):
        self.proxy.fault("fin", after=5, connection=1)
        for expected in (10, 5, 10):
            client = self.connect()
            client.sendall(OCTETS[:10])
            self.assertEqual(self.read(client, 10), OCTETS[:expected])

    def test_a_fault_that_comes_late(self):
        client = self.connect()
        client.sendall(OCTETS[:10])
        self.read(client, 10)
        self.proxy.fault("fin", after=5)
        client.sendall(b"x")
        self.assertEqual(client.recv(1), b"")
        self.assertEqual(self.proxy.events, [("fin", 0, "down", 10)])

    def test_a_hang_outlives_a_stall(self):
        client = self.connect()
        client.sendall(b"x")
        self.read(client, 1)
        self.proxy.now("stall", direction="up", seconds=0.05)
        self.proxy.now("hang", direction="up")
        client.sendall(b"y")
        self.assert_silent(client)

    def test_faults_now(self):
        clients = [self.connect() for _ in range(2)]
        for client in clients:
            client.sendall(b"x")
            self.read(client, 1)
        self.proxy.now("hang", direction="down", connection=0)
        for client in clients:
            client.sendall(b"y")
        self.assertEqual(self.read(clients[1], 1), b"y")
        self.assert_silent(clients[0])
        self.proxy.now("fin")
        self.assertEqual(clients[1].recv(1), b"")
        self.assertEqual(self.proxy.counts()["fin"], 2)

    def storm(self, seed, pieces):
        """What comes back through random faults, sent in pieces, and the faults on the way up."""
        proxy = self.start(seed)
        proxy.random(rate=0.01, kinds=("corrupt", "split", "stall", "delay"), seconds=0.001)
        client = self.connect(proxy)
        received = b""
        for start in range(0, 4000, pieces):
            client.sendall(OCTETS[start:start + pieces])
            received += self.read(client, pieces)
        return received, [event for event in proxy.events if event[2] == "up"]

    def test_a_seed_does_the_same_again(self):
        octets, events = self.storm("a", 4000)
        self.assertGreater(len(events), 10)
        self.assertEqual(self.storm("a", 100), (octets, events), "however the octets come in")
        self.assertNotEqual(self.storm("b", 4000)[1], events)

    def test_random_cuts(self):
        self.proxy.random(rate=0.01, kinds="rst,fin")
        for _ in range(20):
            client = self.connect()
            try:
                client.sendall(OCTETS)
                self.assertLess(len(self.read(client, len(OCTETS))), len(OCTETS))
            except OSError:
                pass
        counts = self.proxy.counts()
        self.assertGreater(counts["rst"], 0)
        self.assertGreater(counts["fin"], 0)

    def test_target(self):
        with socket.socket() as nobody:
            nobody.bind((HOST, 0))
            self.proxy.target(address=f"{HOST}:{nobody.getsockname()[1]}")
            with self.assertRaises(ConnectionResetError):
                self.connect().recv(1)
        self.assertEqual(self.proxy.counts()["unreachable"], 1)
        self.proxy.target(address=f"{HOST}:{self.echo.server_address[1]}")
        client = self.connect()
        client.sendall(b"x")
        self.assertEqual(client.recv(1), b"x")

    def test_as_a_program(self):
        with subprocess.Popen([sys.executable, fault_proxy.__file__, "--target", f"{HOST}:{self.echo.server_address[1]}"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
            port, control_port = (int(program.stdout.readline().rpartition(":")[2]) for _ in range(2))
            with socket.create_connection((HOST, control_port), timeout=30) as control, control.makefile("rw") as lines:

                def say(line):
                    lines.write(line + "\n")
                    lines.flush()
                    return lines.readline().strip()

                self.assertEqual(say("fault kind=fin direction=down after=3 connection=0"), "OK")
                self.assertTrue(say("fault kind=flood").startswith("ERROR"))
                self.assertTrue(say("fault kind=stall").startswith("ERROR"))
                self.assertTrue(say("fault at=3").startswith("ERROR"))
                self.assertTrue(say("close").startswith("ERROR"))
                self.assertTrue(say("wait kind=fin seconds=0.01").startswith("ERROR"))
                with socket.create_connection((HOST, port), timeout=30) as client:
                    client.sendall(b"hello")
                    self.assertEqual(self.read(client, 5), b"hel")
                self.assertEqual(say("wait kind=fin"), "OK")
                self.assertEqual(say("random rate=0.5 kinds=rst"), "OK")
                self.assertEqual(say("now kind=drop"), "OK")
                self.assertEqual(say("calm"), "OK")
                self.assertIn("fin=1 octets_down=", say("counts"))
            program.stdin.close()
            self.assertEqual(program.wait(timeout=30), 0)


class ThroughTheProxyTest(ServerCase):
    def test_idle(self):
        with FaultProxy(HOST, self.server.ports["imap"]) as proxy:
            proxy.random(rate=0.1, kinds="split")
            client = Conversation(proxy.port).login()
            self.addCleanup(client.close)
            client.command(b"SELECT INBOX")
            client.send(b"i IDLE\r\n")
            self.assertTrue(client.line().startswith(b"+ "))
            self.server.deliver("alice", b"Subject: kestrel\r\n\r\n")
            self.assertEqual(client.line(), b"* 1 EXISTS\r\n")
            self.assertEqual(client.line(), b"* 1 RECENT\r\n")
            proxy.now("rst")
            self.assertEqual(client.line(), b"")


if __name__ == "__main__":
    main()
