#!/usr/bin/env python3
"""OfflineIMAP, in batch mode over TLS, keeps several mailboxes and a Maildir equal, in both directions: messages and flags."""

import collections
import imaplib
import mailbox
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, ServerCase, main  # noqa: E402

COUNT = 100
CONFIGURATION = """
[general]
accounts = alice
metadata = {directory}/offlineimap
ui = quiet
[Account alice]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {directory}/near
[Repository far]
type = IMAP
remotehost = localhost
remoteport = {port}
remoteuser = alice
remotepass = {password}
ssl = yes
sslcacertfile = {certificate}
folderfilter = lambda name: name in ('INBOX', 'Letters')
"""
LETTERS = {rb"\Seen": "S", rb"\Answered": "R", rb"\Flagged": "F", rb"\Draft": "D"}


def message(number):
    return f"From: ann@example.org\r\nSubject: letter {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\nText {number}.\r\n".encode()


class OfflineimapTest(ServerCase):
    def setUp(self):
        self.client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=60)
        self.addCleanup(self.client.shutdown)
        self.client.login("alice", PASSWORD)
        self.directory = self.server.directory
        self.configuration = self.directory / "offlineimaprc"
        self.configuration.write_text(CONFIGURATION.format(directory=self.directory, port=self.server.ports["imaps"],
                                                           password=PASSWORD, certificate=self.server.certificate))

    def sync(self):
        run = subprocess.run(["offlineimap", "-c", self.configuration, "-o", "-1"], capture_output=True, text=True, timeout=300,
                             check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def far(self, name):
        self.assertEqual(self.client.select(name)[0], "OK")
        found = collections.Counter()
        for item in self.client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]:
            if isinstance(item, tuple):
                flags = imaplib.ParseFlags(item[0])
                found[item[1].decode().split()[2], "".join(sorted(LETTERS[flag] for flag in flags if flag in LETTERS))] += 1
        return found

    def near(self, name):
        found = collections.Counter()
        for entry in mailbox.Maildir(self.directory / "near" / name, factory=None, create=False):
            found[entry["Subject"].split()[1], "".join(sorted(set(entry.get_flags()) & set(LETTERS.values())))] += 1
        return found

    def assert_equal_with(self, name, count):
        far = self.far(name)
        self.assertEqual(far.total(), count)
        self.assertEqual(far, self.near(name))

    def test_both_ways(self):
        for number in range(COUNT):
            flags = r"(\Seen)" if number % 3 == 0 else r"(\Flagged \Answered)" if number % 7 == 0 else None
            self.client.append("INBOX", flags, None, message(number))
        self.client.create("Letters")
        self.client.append("Letters", r"(\Draft)", None, message(1000))
        self.sync()
        self.assert_equal_with("INBOX", COUNT)
        self.assert_equal_with("Letters", 1)

        self.client.select("INBOX")
        self.client.store("1:5", "+FLAGS", r"(\Draft)")
        self.client.store("6:10", "+FLAGS", r"(\Deleted)")
        self.client.expunge()
        near = mailbox.Maildir(self.directory / "near" / "INBOX", factory=None, create=False)
        for key, entry in near.items():
            if entry["Subject"].split()[1] in ("50", "51"):
                entry.set_flags("FS")
                near[key] = entry
        near.add(message(COUNT).replace(b"\r\n", b"\n"))
        self.sync()
        self.assert_equal_with("INBOX", COUNT - 5 + 1)


if __name__ == "__main__":
    main(needs=["offlineimap"])
