#!/usr/bin/env python3
"""COMPRESS=DEFLATE (RFC 4978) with Python's zlib as the client, over TCP and TLS."""

import pathlib
import random
import re
import ssl
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from conversation import Conversation, trusting  # noqa: E402
from server import ServerCase, main  # noqa: E402


class Deflated:
    """What Conversation needs of a socket and of its reader, with DEFLATE in between."""

    def __init__(self, socket):
        self.socket = socket
        self.deflate = zlib.compressobj(wbits=-15)
        self.inflate = zlib.decompressobj(wbits=-15)
        self.flush = zlib.Z_SYNC_FLUSH
        self.clear = b""
        self.received = 0

    def sendall(self, octets):
        self.socket.sendall(self.deflate.compress(octets) + self.deflate.flush(self.flush))

    def receive(self):
        octets = self.socket.recv(65536)
        self.received += len(octets)
        self.clear += self.inflate.decompress(octets)
        return bool(octets)

    def readline(self):
        while b"\n" not in self.clear and self.receive():
            pass
        end = self.clear.find(b"\n") + 1
        line, self.clear = self.clear[:end], self.clear[end:]
        return line

    def read(self, size):
        while len(self.clear) < size and self.receive():
            pass
        octets, self.clear = self.clear[:size], self.clear[size:]
        return octets

    def close(self):
        self.socket.close()


def compress(client):
    """COMPRESS and what follows it."""
    answer = client.command(b"COMPRESS DEFLATE")[-1]
    if not answer.startswith(b"t OK"):
        raise AssertionError(answer)
    client.socket = client.reader = Deflated(client.socket)
    return client


def message(octets):
    """Half of it text, half of it octets that nothing compresses."""
    text = b"".join(b"line %d of a text that says much the same again and again\r\n" % i for i in range(octets // 116))
    noise = random.Random(1).randbytes(octets // 4).hex().encode()
    lines = b"\r\n".join(noise[i:i + 72] for i in range(0, len(noise), 72))
    return b"From: alice@example.org\r\nSubject: large\r\n\r\n" + text + lines + b"\r\n"


class CompressTest(ServerCase):
    def client(self, tls):
        if tls:
            return Conversation(self.server.ports["imaps"], tls=trusting(self.server.certificate)).login()
        return Conversation(self.server.ports["imap"]).login()

    def test_is_offered_until_it_is_active(self):
        with self.client(tls=False) as client:
            self.assertIn(b"COMPRESS=DEFLATE", client.command(b"CAPABILITY")[0])
            compress(client)
            self.assertNotIn(b"COMPRESS=DEFLATE", client.command(b"CAPABILITY")[0])
            self.assertTrue(client.command(b"COMPRESS DEFLATE")[-1].startswith(b"t BAD [COMPRESSIONACTIVE]"))

    def test_large_messages_both_ways(self):
        for tls in (False, True):
            with self.subTest(tls=tls), self.client(tls) as client:
                compress(client)
                client.command(b"CREATE large")
                sent = message(3_000_000)
                answer = client.command(b"APPEND large {%d+}\r\n" % len(sent) + sent)[-1]
                uid = int(re.search(rb"APPENDUID \d+ (\d+)", answer)[1])
                client.command(b"SELECT large")
                before = client.reader.received
                response = client.command(b"UID FETCH %d (BODY.PEEK[])" % uid)[0]
                self.assertIn(sent, response)
                self.assertLess(client.reader.received - before, len(sent) * 0.6)

    def test_every_kind_of_flush(self):
        for flush in (zlib.Z_PARTIAL_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH):
            with self.subTest(flush=flush), self.client(tls=False) as client:
                compress(client).socket.flush = flush
                client.command(b"SELECT INBOX")
                for _ in range(5):
                    client.send(b"i IDLE\r\n")
                    self.assertTrue(client.line().startswith(b"+"))
                    client.send(b"DONE\r\n")
                    self.assertTrue(client.until(b"i ")[-1].startswith(b"i OK"))

    def test_push(self):
        for tls in (False, True):
            with self.subTest(tls=tls), self.client(tls) as client:
                compress(client)
                client.command(b"SELECT INBOX")
                client.send(b"i IDLE\r\n")
                self.assertTrue(client.line().startswith(b"+"))
                for _ in range(3):
                    self.server.deliver("alice", "Subject: hello\r\n\r\nhello\r\n")
                    self.assertRegex(client.line(), rb"\* \d+ EXISTS")
                    self.assertRegex(client.line(), rb"\* \d+ RECENT")
                client.send(b"DONE\r\n")
                self.assertTrue(client.until(b"i ")[-1].startswith(b"i OK"))

    def test_broken_octets_close_the_connection(self):
        with self.client(tls=False) as client:
            compress(client)
            client.command(b"NOOP")
            client.socket.socket.sendall(b"\x07rubbish\r\n")
            self.assertEqual(client.line(), b"")

    def test_a_bomb_costs_no_memory(self):
        with self.client(tls=False) as client:
            compress(client)
            before = self.server.resident()
            try:
                for _ in range(200):
                    client.send(b"x" * 1_000_000)
                client.until(b"* BYE")
            except (OSError, ssl.SSLError):
                pass  # it is closed
            self.assertLess(self.server.resident() - before, 50_000_000)
        with self.client(tls=False) as client:
            self.assertTrue(client.command(b"NOOP")[-1].startswith(b"t OK"))


if __name__ == "__main__":
    main()
