#!/usr/bin/env python3
"""mbsync (isync) keeps a mailbox of 1,000 messages and a Maildir equal, in both directions: contents and flags. A run
without changes changes nothing."""

import collections
import hashlib
import imaplib
import mailbox
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, ServerCase, main  # noqa: E402

COUNT = 1000
CONFIGURATION = """
IMAPAccount server
Host {host}
Port {port}
User alice
Pass {password}
SSLType IMAPS
CertificateFile {certificate}

IMAPStore far
Account server

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:INBOX
Near :near:INBOX
Create Both
Expunge Both
Sync All
SyncState *
"""
# The flags that both sides know. Python's mailbox calls \\Answered R and \\Deleted T.
LETTERS = {rb"\Seen": "S", rb"\Answered": "R", rb"\Flagged": "F", rb"\Draft": "D"}


def message(number):
    return (f"From: ann@example.org\r\nSubject: message {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\n"
            + f"Line {number}, Zoë.\r\n" * (number % 50 + 1)).encode()


def digest(octets):
    """Of a message whatever its line ends; mbsync marks some of its own with X-TUID on the way."""
    octets = re.sub(rb"(?m)^X-TUID: .*\n", b"", octets.replace(b"\r\n", b"\n"))
    return hashlib.sha256(octets).hexdigest()


class MbsyncTest(ServerCase):
    def setUp(self):
        self.client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=60)
        self.addCleanup(self.client.shutdown)
        self.client.login("alice", PASSWORD)
        self.client.select()
        maildir = self.server.directory / "maildir"
        maildir.mkdir()
        self.configuration = self.server.directory / "mbsyncrc"
        self.configuration.write_text(CONFIGURATION.format(host="localhost", port=self.server.ports["imaps"], password=PASSWORD,
                                                           certificate=self.server.certificate, maildir=maildir))
        self.near_path = maildir / "INBOX"

    def sync(self):
        run = subprocess.run(["mbsync", "-c", self.configuration, "-a"], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)

    def far(self):
        """Digest and flags of all messages on the server."""
        self.client.noop()
        contents = collections.Counter()
        for item in self.client.fetch("1:*", "(FLAGS BODY.PEEK[])")[1]:
            if isinstance(item, tuple):
                flags = imaplib.ParseFlags(item[0])
                contents[digest(item[1]), "".join(sorted(LETTERS[f] for f in flags if f in LETTERS))] += 1
        return contents

    def near(self):
        contents = collections.Counter()
        for entry in mailbox.Maildir(self.near_path, factory=None, create=False):
            flags = "".join(sorted(set(entry.get_flags()) & set(LETTERS.values())))
            contents[digest(entry.as_bytes()), flags] += 1
        return contents

    def snapshot(self):
        """All that a change would touch."""
        files = sorted((str(path), path.stat().st_mtime_ns) for path in self.near_path.glob("???/*"))
        status = self.client.status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)")[1][0]
        return files, status, self.client.fetch("1:*", "(UID FLAGS)")[1]

    def assert_equal_with(self, count):
        far, near = self.far(), self.near()
        self.assertEqual(far.total(), count)
        self.assertEqual(far, near)

    def test_both_ways(self):
        for number in range(COUNT):
            flags = r"(\Seen)" if number % 3 == 0 else r"(\Flagged \Answered)" if number % 7 == 0 else None
            self.assertEqual(self.client.append("INBOX", flags, None, message(number))[0], "OK")
        self.sync()
        self.assert_equal_with(COUNT)

        before = self.snapshot()
        self.sync()
        self.assertEqual(self.snapshot(), before, "nothing to do, nothing done")

        self.client.store("1:10", "+FLAGS", r"(\Draft)")
        self.client.store("11:20", "-FLAGS", r"(\Seen \Flagged)")
        self.client.store("21:30", "+FLAGS", r"(\Deleted)")
        self.client.expunge()
        self.client.append("INBOX", None, None, message(COUNT))

        near = mailbox.Maildir(self.near_path, factory=None, create=False)
        entries = sorted(near.iteritems(), key=lambda item: int(item[1]["Message-ID"].strip("<").partition("@")[0]))
        for key, entry in entries[500:510]:
            entry.set_flags("FS")
            near[key] = entry
        for key, entry in entries[510:520]:
            entry.add_flag("T")
            near[key] = entry
        near.add(message(COUNT + 1).replace(b"\r\n", b"\n"))
        self.sync()
        self.assert_equal_with(COUNT - 10 - 10 + 2)
        subjects = b"".join(item[1] for item in self.client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] if len(item) == 2)
        self.assertIn(b"message %d\r\n" % COUNT, subjects)
        self.assertIn(b"message %d\r\n" % (COUNT + 1), subjects)
        self.assertNotIn(b"message 515\r\n", subjects)

        before = self.snapshot()
        self.sync()
        self.assertEqual(self.snapshot(), before)


if __name__ == "__main__":
    main(needs=["mbsync"])
