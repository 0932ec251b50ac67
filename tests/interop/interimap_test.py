#!/usr/bin/env python3
"""InterIMAP keeps the mailboxes of two servers equal, in both directions, by QRESYNC (RFC 7162): messages, flags, expunges. It
speaks to one in clear and to the other over TLS with COMPRESS, and appends several messages at once."""

import collections
import imaplib
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, ServerCase, main, start_server  # noqa: E402

COUNT = 300
CONFIGURATION = """
database = {directory}/interimap.db
list-mailbox = INBOX Letters
[local]
type = imap
STARTTLS = NO
host = {host}
port = {near}
username = alice
password = {password}
[remote]
type = imaps
host = localhost
port = {far}
username = alice
password = {password}
compress = YES
SSL_verify = NO
"""
FLAGS = (rb"\Seen", rb"\Answered", rb"\Flagged", rb"\Draft", rb"$Kestrel")


def message(number):
    return f"From: ann@example.org\r\nSubject: letter {number}\r\n\r\n".encode() + f"Line {number}, Zoë.\r\n".encode() * (number % 40)


class InterimapTest(ServerCase):
    def setUp(self):
        self.other = start_server(main.server)
        self.addCleanup(self.other.remove)
        self.near, self.far = self.log_in(self.server), self.log_in(self.other)
        directory = self.server.directory
        self.configuration = directory / "interimap.conf"
        self.configuration.write_text(CONFIGURATION.format(directory=directory, host=HOST, near=self.server.ports["imap"],
                                                           far=self.other.ports["imaps"], password=PASSWORD))
        self.configuration.chmod(0o600)

    def log_in(self, server):
        client = imaplib.IMAP4(HOST, server.ports["imap"], timeout=60)
        self.addCleanup(client.shutdown)
        client.login("alice", PASSWORD)
        return client

    def sync(self):
        run = subprocess.run(["interimap", f"--config={self.configuration}"], capture_output=True, text=True, timeout=300,
                             check=False)
        self.assertEqual(run.returncode, 0, run.stderr)

    def contents(self, client, mailbox):
        status, count = client.select(mailbox)
        self.assertEqual(status, "OK")
        found = collections.Counter()
        if count == [b"0"]:
            return found
        for item in client.fetch("1:*", "(FLAGS BODY.PEEK[])")[1]:
            if isinstance(item, tuple):
                found[item[1], tuple(sorted(set(imaplib.ParseFlags(item[0])) & set(FLAGS)))] += 1
        return found

    def assert_equal_with(self, mailbox, count):
        near, far = self.contents(self.near, mailbox), self.contents(self.far, mailbox)
        self.assertEqual(near.total(), count)
        self.assertEqual(near, far)

    def test_both_ways(self):
        for number in range(COUNT):
            flags = r"(\Seen $Kestrel)" if number % 3 == 0 else r"(\Flagged \Answered)" if number % 7 == 0 else None
            self.near.append("INBOX", flags, None, message(number))
        self.far.create("Letters")
        for number in range(50):
            self.far.append("Letters", r"(\Draft)", None, message(1000 + number))
        self.sync()
        self.assert_equal_with("INBOX", COUNT)
        self.assert_equal_with("Letters", 50)

        self.near.select("INBOX")
        self.near.store("1:20", "+FLAGS", r"(\Draft)")
        self.near.store("21:40", "+FLAGS", r"(\Deleted)")
        self.near.expunge()
        self.near.append("INBOX", None, None, message(COUNT))
        self.far.select("INBOX")
        self.far.store("101:120", "-FLAGS", r"(\Seen \Flagged)")
        self.far.store("121:140", "+FLAGS", r"(\Deleted)")
        self.far.expunge()
        self.far.append("INBOX", r"(\Seen)", None, message(COUNT + 1))
        self.far.select("Letters")
        self.far.store("1:*", "+FLAGS", r"(\Deleted)")
        self.far.expunge()
        self.sync()
        self.assert_equal_with("INBOX", COUNT - 20 - 20 + 2)
        self.assert_equal_with("Letters", 0)


if __name__ == "__main__":
    main(needs=["interimap"])
