#!/usr/bin/env python3
"""Every message of tests/data/messages comes back octet for octet, however it came in. A delivery may put trace header
fields before it, and gives it the CRLF at its end that LMTP needs; beyond that it changes nothing. An appended part
that holds NUL, which BODY may not send, is encoded (docs/decisions/0011), and BINARY gives its octets back; what LMTP brings is
kept as it is, and BODY tells its NULs as the octet 0x80. No octets are no message."""

import imaplib
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from conversation import Conversation  # noqa: E402
from server import HOST, PASSWORD, ServerCase, address, main  # noqa: E402

MESSAGES = sorted((pathlib.Path(__file__).parents[1] / "data" / "messages").glob("**/*.eml"))


class RoundTripTest(ServerCase):
    def setUp(self):
        self.assertTrue(MESSAGES, "no messages to try")

    def client(self, user):
        client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=30)
        self.addCleanup(client.shutdown)
        client.login(user, PASSWORD)
        return client

    def append(self, conversation, octets):
        conversation.send(b"a APPEND INBOX {%d}\r\n" % len(octets))
        if not (answer := conversation.line()).startswith(b"+"):
            return answer
        conversation.send(octets + b"\r\n")
        return conversation.until(b"a ")[-1]

    def newest(self, client):
        client.select()
        return client.fetch("*", "(RFC822.SIZE BODY.PEEK[])")[1][0]

    def test_append(self):
        client = self.client("alice")
        with Conversation(self.server.ports["imap"]).login("alice") as conversation:
            for path in MESSAGES:
                with self.subTest(path.name):
                    octets = path.read_bytes()
                    answer = self.append(conversation, octets)
                    if not octets:
                        self.assertRegex(answer, rb"a NO \[CANNOT\]")
                        continue
                    self.assertRegex(answer, rb"a OK")
                    head, body = self.newest(client)
                    if b"\0" in octets:
                        self.assertNotIn(b"\0", body)
                        _, part = client.fetch("*", "(BINARY.PEEK[1])")[1][0]
                        self.assertEqual(part, octets.split(b"\r\n\r\n", 1)[1])
                        continue
                    self.assertEqual(body, octets)
                    self.assertIn(b"RFC822.SIZE %d" % len(octets), head)

    def test_lmtp(self):
        client = self.client("bob")
        with Conversation(self.server.ports["lmtp"]) as lmtp:
            lmtp.send(b"LHLO client.example.org\r\n")
            lmtp.until(b"250 ")
            for path in MESSAGES:
                with self.subTest(path.name):
                    octets = path.read_bytes()
                    octets += b"" if octets.endswith(b"\r\n") else b"\r\n"
                    lmtp.send(f"MAIL FROM:<a@example.org> BODY=8BITMIME\r\nRCPT TO:<{address('bob')}>\r\nDATA\r\n".encode())
                    lmtp.until(b"354")
                    lmtp.send(re.sub(rb"(\A|\r\n)\.", rb"\1..", octets) + b".\r\n")
                    self.assertRegex(lmtp.line(), rb"250")
                    _, body = self.newest(client)
                    self.assertTrue(body.endswith(octets.replace(b"\0", b"\x80")), "the message itself is unchanged")


if __name__ == "__main__":
    main()
