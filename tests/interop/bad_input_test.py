#!/usr/bin/env python3
"""Hostile and broken input over real sockets. Whatever a client sends, the server answers it or ends that connection, in
bounded time and memory; after each test another client works as if nothing had been."""

import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from conversation import Conversation  # noqa: E402
from server import HOST, ServerCase, address, main  # noqa: E402

MEGABYTE = 1024 * 1024
MESSAGE = b"From: ann@example.org\r\nSubject: kestrel\r\n\r\nA line.\r\n"


class BadInputTest(ServerCase):
    def setUp(self):
        self.server.deliver("alice", MESSAGE)
        self.before = self.server.resident()
        self.addCleanup(self.works_as_before)

    def works_as_before(self):
        self.assertIsNone(self.server.process.poll(), "the server is still there")
        self.server.deliver("bob", MESSAGE)
        with self.client("bob") as bob:
            self.ok(bob.command(b"SELECT INBOX"))
            self.assertIn(MESSAGE, b"".join(self.ok(bob.command(b"FETCH * (BODY.PEEK[])"))))
            self.ok(bob.command(b"LOGOUT"))
        self.assertLess(self.server.resident() - self.before, 100 * MEGABYTE, "memory is given back, or never taken")

    def stranger(self):
        conversation = Conversation(self.server.ports["imap"])
        self.addCleanup(conversation.close)
        return conversation

    def client(self, user="alice"):
        return self.stranger().login(user)

    def selected(self):
        client = self.client()
        self.ok(client.command(b"SELECT INBOX"))
        return client

    def ok(self, responses):
        self.assertTrue(responses and responses[-1].startswith(b"t OK"), responses[-1:])
        return responses

    def refused(self, responses):
        """BAD, NO or the end of the connection, perhaps with BYE."""
        last = responses[-1] if responses else b""
        self.assertNotRegex(last, rb"^\S+ OK")

    def send(self, client, octets):
        """Sends; that the server may end the connection meanwhile is no error."""
        try:
            client.send(octets)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def ends(self, client):
        """Reads to the end of the connection: the server ends it, or the time-out of the socket fails the test."""
        responses = []
        while response := client.line():
            responses.append(response)
        return responses

    # Lines

    def test_a_line_without_end(self):
        for who in (self.stranger, self.client):
            client = who()
            for _ in range(64):
                self.send(client, b"x" * MEGABYTE)
            self.refused(self.ends(client))

    def test_a_tag_without_end_in_small_pieces(self):
        client = self.stranger()
        for _ in range(20000):
            self.send(client, b"y" * 100)
        self.refused(self.ends(client))

    def test_nul_and_eight_bit_octets(self):
        for octets in (b"t NO\0OP\r\n", b"t \xff\xfe\r\n", b"\xff\xfe NOOP\r\n", b"\0\0\0\0\r\n", b't SELECT "a\0b"\r\n',
                       b't SELECT "\xc3\x28"\r\n', b"t LIST \x80 *\r\n", b"t SELECT {3}\r\n", b"t SEARCH SUBJECT \0\r\n"):
            with self.subTest(octets):
                client = self.selected()
                self.send(client, octets)
                if octets.endswith(b"{3}\r\n"):
                    self.send(client, b"a\0b\r\n")
                self.send(client, b"u NOOP\r\n")
                responses = client.until(b"u ")
                self.assertFalse(any(response.startswith(b"t OK") for response in responses), responses)

    def test_empty_and_lone_lines(self):
        client = self.client()
        for octets in (b"\r\n", b" \r\n", b"t\r\n", b"t \r\n", b"\n", b"\r\r\n", b"* OK\r\n", b"+ OK\r\n", b"DONE\r\n"):
            self.send(client, octets)
        self.send(client, b"z CAPABILITY\r\n")
        responses = client.until(b"z ")
        self.assertTrue(responses[-1].startswith(b"z OK") or not any(r.startswith(b"z") for r in responses), responses)

    def test_unknown_commands_before_login_end_the_connection(self):
        client = self.stranger()
        self.send(client, b"".join(b"t%d XYZZY\r\n" % i for i in range(100)))
        answers = self.ends(client)
        self.assertLess(len(answers), 50)

    def test_http_to_the_imap_port(self):
        client = self.stranger()
        self.send(client, b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n")
        self.send(client, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30\r\n\r\n")
        self.send(client, b"a LOGIN alice x\r\n" * 30)
        self.assertFalse(any(b" OK" in answer for answer in self.ends(client)))

    def test_tls_hello_to_the_plain_port_and_text_to_the_tls_port(self):
        client = self.stranger()
        self.send(client, bytes.fromhex("1603010200010001fc0303") + bytes(500) + b"\r\n" * 20)
        client.close()
        client = Conversation(self.server.ports["imaps"], greeting=False)
        self.addCleanup(client.close)
        self.send(client, b"a CAPABILITY\r\n" * 20)
        self.assertFalse(any(b"CAPABILITY" in answer for answer in self.ends(client)))

    # Literals

    def test_a_literal_of_4_gigabytes(self):
        for announced in (b"{4294967296}", b"{4294967296+}", b"{4294967295}", b"{99999999999999999999999}", b"{-1}", b"{}", b"{1"):
            for command in (b"t APPEND INBOX ", b"t LOGIN ", b"t SELECT "):
                with self.subTest(command + announced):
                    client = self.stranger() if b"LOGIN" in command else self.client()
                    self.send(client, command + announced + b"\r\n")
                    response = client.line()
                    self.assertFalse(response.startswith(b"+"), response)
                    self.assertNotRegex(response, rb"^t OK")

    def test_octets_of_a_refused_literal_are_never_commands(self):
        client = self.client()
        evil = b"e1 CREATE evil\r\n"
        self.send(client, b"t SELECT {100000+}\r\n" + evil * (100000 // len(evil)) + b" " * (100000 % len(evil)) + b"\r\n")
        self.send(client, b"u NOOP\r\n")
        responses = client.until(b"u ")
        self.assertFalse(any(response.startswith(b"e1") for response in responses), responses)
        self.assertNotIn(b"evil", b"".join(self.client().command(b'LIST "" *')))

    def test_literals_in_wrong_places(self):
        for octets in (b"t {4}\r\nNOOP\r\n", b"{1+}\r\nt NOOP\r\n", b"t NOOP {3+}\r\nabc\r\n", b"t FETCH {1+}\r\n1 FLAGS\r\n",
                       b"t STORE 1 FLAGS {5+}\r\n\\Seen\r\n", b"t IDLE {2+}\r\nxx\r\n", b"t FETCH 1 BODY[{4+}\r\nTEXT]\r\n"):
            with self.subTest(octets):
                client = self.selected()
                self.send(client, octets + b"u LOGOUT\r\n")
                self.assertFalse(any(answer.startswith(b"t OK") for answer in self.ends(client)))

    def test_a_literal_that_stops_halfway(self):
        client = self.client()
        self.send(client, b"t APPEND INBOX {1000000+}\r\n" + b"x" * 500000)
        client.close()
        with self.client() as other:
            self.ok(other.command(b"STATUS INBOX (MESSAGES)"))

    # Arguments

    def test_100000_parentheses(self):
        for command in (b"t SEARCH ", b"t FETCH 1 ", b"t STORE 1 FLAGS ", b"t STATUS INBOX ", b"t ID ", b"t LIST "):
            with self.subTest(command):
                client = self.selected()
                self.send(client, command + b"(" * 100_000 + b"\r\nu LOGOUT\r\n")
                self.refused([r for r in self.ends(client) if r.startswith(b"t ")])
                client = self.selected()  # as many as fit into a line
                self.send(client, command + b"(" * 30_000 + b")" * 30_000 + b"\r\nu LOGOUT\r\n")
                self.refused([r for r in self.ends(client) if r.startswith(b"t ")])

    def test_not_not_not(self):
        client = self.selected()
        self.send(client, b"t SEARCH " + b"NOT " * 15_000 + b"ALL\r\nu LOGOUT\r\n")
        self.refused([r for r in self.ends(client) if r.startswith(b"u ")][1:])

    def test_sequence_sets(self):
        client = self.selected()
        many = b",".join(b"%d:%d" % (i * 3 + 1, i * 3 + 2) for i in range(4500))
        for sequence in (many, b",".join([b"1"] * 10_000), b"4294967295:*", b"*:4294967295", b"*,*:*,*"):
            with self.subTest(sequence[:20]):
                self.ok(client.command(b"UID FETCH " + sequence + b" (FLAGS)"))
        self.ok(client.command(b"FETCH *:1 (FLAGS)"))
        for sequence in (b"0", b"0:*", b"1:0", b"4294967296", b"1:4294967296", b"-1", b"1,", b",1", b"1:", b"1::2", b"", b"01x", b"$x"):
            with self.subTest(sequence):
                self.assertRegex(client.command(b"UID FETCH " + sequence + b" (FLAGS)")[-1], rb"^t BAD")
        self.assertRegex(client.command(b"FETCH 4294967295 (FLAGS)")[-1], rb"^t (BAD|NO|OK)")

    def test_ten_thousand_ranges(self):
        """More than a command line holds: refused, or served."""
        client = self.selected()
        sequence = b",".join(b"%d:%d" % (i * 30_000 + 1, i * 30_000 + 2) for i in range(10_000))
        self.send(client, b"t UID FETCH " + sequence + b" (FLAGS)\r\nu LOGOUT\r\n")
        self.assertTrue(self.ends(client))

    def test_mailbox_names(self):
        client = self.client()
        for name in (b"x" * 10_000, b'"../../etc/passwd"', b'".."', b'"a/../b"', b'"/"', b'"//"', b'"a//b"', b'""',
                     b'"&"', b'"&AAA-"', b'"&2AA-"', b'"a\\\\b\x7f"', b'"*"', b'"%"', b'"' + b"a/" * 4000 + b'"'):
            with self.subTest(name[:20]):
                for command in (b"SELECT ", b"CREATE ", b"DELETE ", b"STATUS ", b"RENAME INBOX "):
                    responses = client.command(command + name + (b" (MESSAGES)" if command == b"STATUS " else b""))
                    self.assertRegex(responses[-1], rb"^t (OK|NO|BAD)", command)
        self.assertFalse((self.server.directory / "etc").exists())
        self.ok(client.command(b'LIST "" *'))

    def test_patterns_that_explode(self):
        client = self.client()
        self.ok(client.command(b"CREATE " + b"a" * 200))
        self.assertRegex(client.command(b'LIST "" "' + b"*a" * 2000 + b'b"')[-1], rb"^t (OK|NO|BAD)")

    # Sockets

    def test_half_closed_sockets(self):
        client = self.stranger()
        client.send(b"t CAPABILITY\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(any(answer.startswith(b"t OK") for answer in self.ends(client)))
        for octets in (b"t IDLE\r\n", b"t APPEND INBOX {10}\r\n", b"t SEL", b"t FETCH 1:* (BODY[])\r\n"):
            with self.subTest(octets):
                client = self.selected()
                client.send(octets)
                client.socket.shutdown(socket.SHUT_WR)
                self.ends(client)

    def test_connections_that_are_reset(self):
        for octets in (b"", b"t LOGIN alice", b"t FETCH 1:* (BODY[])\r\n" * 100):
            for _ in range(20):
                client = self.stranger()
                self.send(client, octets)
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()

    def test_a_client_that_never_reads(self):
        with self.client() as writer:
            self.ok(writer.command(b"CREATE large"))
            body = b"Subject: large\r\n\r\n" + (b"z" * 98 + b"\r\n") * 10_000
            for _ in range(100):
                writer.send(b"t APPEND large {%d+}\r\n" % len(body) + body + b"\r\n")
                self.ok(writer.until(b"t "))
        self.before = self.server.resident()  # up to two tables of 64 MB that the store fills before it writes them out
        deaf = [self.client() for _ in range(5)]
        for client in deaf:
            self.ok(client.command(b"SELECT large"))
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.socket.setblocking(False)
            try:
                for _ in range(1000):
                    client.socket.send(b"f FETCH 1:* (BODY.PEEK[])\r\n" * 100)
            except BlockingIOError:
                pass  # the server has stopped to read, as it should
        self.works_as_before()

    # LMTP

    def lmtp(self):
        client = Conversation(self.server.ports["lmtp"])
        self.addCleanup(client.close)
        client.send(b"LHLO client.example.org\r\n")
        client.until(b"250 ")
        return client

    def messages(self):
        with self.client() as client:
            status = self.ok(client.command(b"STATUS INBOX (MESSAGES)"))[0]
        return int(status.rpartition(b"MESSAGES ")[2].partition(b")")[0])

    def test_lmtp_data_that_stops_halfway(self):
        before = self.messages()
        for text in (b"Subject: half\r\n\r\nhalf a mess", b"Subject: half\r\n\r\n.", b"Subject: half\r\n\r\nx\r\n.\r", b"x" * 10 * MEGABYTE):
            with self.subTest(text[:30]):
                client = self.lmtp()
                client.send(f"MAIL FROM:<a@example.org>\r\nRCPT TO:<{address('alice')}>\r\nDATA\r\n".encode())
                client.until(b"354")
                client.send(text)
                client.close()
        self.assertEqual(self.messages(), before)

    def test_lmtp_line_ends_that_smuggle(self):
        """Only CRLF . CRLF ends a message: what follows LF . LF is text, not a second message."""
        client = self.lmtp()
        client.send(f"MAIL FROM:<a@example.org>\r\nRCPT TO:<{address('alice')}>\r\nDATA\r\n".encode())
        client.until(b"354")
        before = self.messages()
        client.send(b"Subject: one\r\n\r\none\n.\nMAIL FROM:<evil@example.org>\n.\r\nRCPT TO:<x>\r.\r\r\n.\r\n")
        self.assertRegex(client.line(), rb"^(250|5\d\d)")
        client.send(b"QUIT\r\n")
        self.assertEqual(len(self.ends(client)), 1, "nothing between the reply to DATA and that to QUIT")
        self.assertLessEqual(self.messages(), before + 1)

    def test_lmtp_garbage(self):
        for octets in (b"x" * MEGABYTE, b"\0\xff\r\n" * 1000, b"MAIL FROM:<" + b"a" * 100_000 + b">\r\n", b"GET / HTTP/1.0\r\n\r\n" * 50,
                       b"MAIL FROM:<a@b>\r\n" + b"RCPT TO:<nobody@example.org>\r\n" * 5000):
            with self.subTest(octets[:20]):
                client = self.lmtp()
                self.send(client, octets + b"\r\nQUIT\r\n")
                client.socket.shutdown(socket.SHUT_WR)
                self.assertFalse(any(answer.startswith(b"354") for answer in self.ends(client)))


if __name__ == "__main__":
    main()
