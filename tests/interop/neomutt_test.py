#!/usr/bin/env python3
"""NeoMutt, driven by keys, reads a mailbox over TLS, saves a copy of all in a new mailbox, flags and deletes."""

import imaplib
import os
import pathlib
import pty
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, ServerCase, main  # noqa: E402

CONFIGURATION = """
set folder = "imaps://alice@localhost:{port}/"
set spoolfile = "+INBOX"
set imap_pass = "{password}"
set certificate_file = "{certificate}"
set ssl_ca_certificates_file = "{certificate}"
set ssl_usesystemcerts = no
set header_cache = ""
set confirmappend = no
set confirmcreate = no
set delete = yes
set move = no
set wait_key = no
set sleep_time = 0
set sort = mailbox-order
push "<tag-pattern>~A<enter><tag-prefix><copy-message>=copies<enter>\
<first-entry><flag-message><last-entry><delete-message><quit>"
"""


def message(number):
    return f"From: ann@example.org\r\nSubject: letter {number}\r\n\r\nText {number}.\r\n".encode()


class NeomuttTest(ServerCase):
    def setUp(self):
        self.client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=30)
        self.addCleanup(self.client.shutdown)
        self.client.login("alice", PASSWORD)

    def drive(self):
        """Runs neomutt on a terminal of its own until the keys in its configuration have made it quit."""
        configuration = self.server.directory / "neomuttrc"
        configuration.write_text(CONFIGURATION.format(port=self.server.ports["imaps"], password=PASSWORD,
                                                      certificate=self.server.certificate))
        ours, theirs = pty.openpty()
        screen = bytearray()

        def read_screen():
            try:
                while octets := os.read(ours, 65536):
                    screen.extend(octets)
            except OSError:  # how a terminal ends
                pass

        reader = threading.Thread(target=read_screen)
        reader.start()
        environment = os.environ | {"TERM": "xterm", "HOME": str(self.server.directory), "LC_ALL": "C.UTF-8"}
        process = subprocess.Popen(["neomutt", "-n", "-F", configuration], stdin=theirs, stdout=theirs, stderr=theirs,
                                   env=environment, start_new_session=True)
        os.close(theirs)
        try:
            status = process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            status = "no end"
            process.kill()
            process.wait()
        reader.join()
        os.close(ours)
        self.assertEqual(status, 0, bytes(screen[-4000:]))

    def contents(self, name):
        self.assertEqual(self.client.select(name)[0], "OK", name)
        fetched = self.client.fetch("1:*", "(FLAGS BODY.PEEK[])")[1]
        return [(item[1], set(imaplib.ParseFlags(item[0])) | set(imaplib.ParseFlags(rest)))
                for item, rest in zip(fetched[::2], fetched[1::2])]

    def test_copy_flag_delete(self):
        for number in range(5):
            self.assertEqual(self.client.append("INBOX", None, None, message(number))[0], "OK")
        self.drive()
        copies = self.contents("copies")
        self.assertEqual([octets for octets, _ in copies], [message(number) for number in range(5)])
        inbox = self.contents("INBOX")
        self.assertEqual([octets for octets, _ in inbox], [message(number) for number in range(4)], "the last one is deleted")
        self.assertIn(rb"\Flagged", inbox[0][1])


if __name__ == "__main__":
    main(needs=["neomutt"])
