#!/usr/bin/env python3
"""NeoMutt, driven by keys, reads a mailbox over TLS, saves a copy of all in a new mailbox, flags and deletes. With a header cache
it is started again, and hears of what has changed by CONDSTORE and QRESYNC (RFC 7162)."""

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
set spoolfile = "+{mailbox}"
set imap_pass = "{password}"
set certificate_file = "{certificate}"
set ssl_ca_certificates_file = "{certificate}"
set ssl_usesystemcerts = no
set header_cache = "{cache}"
set imap_condstore = {condstore}
set imap_qresync = {qresync}
set confirmappend = no
set confirmcreate = no
set delete = yes
set move = no
set wait_key = no
set sleep_time = 0
set sort = mailbox-order
push "{keys}"
"""


def copy(pattern, name):
    """The keys that copy those messages to a mailbox, which is made."""
    return f"<tag-pattern>{pattern}<enter><tag-prefix><copy-message>={name}<enter><untag-pattern>~A<enter>"


def message(number):
    return f"From: ann@example.org\r\nSubject: letter {number}\r\n\r\nText {number}.\r\n".encode()


class NeomuttTest(ServerCase):
    def setUp(self):
        self.client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=30)
        self.addCleanup(self.client.shutdown)
        self.client.login("alice", PASSWORD)

    def drive(self, keys, **options):
        """Runs neomutt on a terminal of its own until the keys have made it quit. What it said to the server, and heard."""
        configuration = self.server.directory / "neomuttrc"
        log = self.server.directory / "neomutt.log"
        options = {"mailbox": "INBOX", "cache": "", "condstore": "no", "qresync": "no"} | options
        configuration.write_text(CONFIGURATION.format(port=self.server.ports["imaps"], password=PASSWORD, keys=keys,
                                                      certificate=self.server.certificate, **options))
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
        process = subprocess.Popen(["neomutt", "-n", "-F", configuration, "-d", "3", "-l", log], stdin=theirs, stdout=theirs, stderr=theirs,
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
        return log.with_name(f"{log.name}0").read_text(errors="replace")  # it keeps those of earlier starts, too

    def contents(self, name):
        self.assertEqual(self.client.select(name)[0], "OK", name)
        fetched = self.client.fetch("1:*", "(FLAGS BODY.PEEK[])")[1]
        return [(item[1], set(imaplib.ParseFlags(item[0])) | set(imaplib.ParseFlags(rest)))
                for item, rest in zip(fetched[::2], fetched[1::2])]

    def test_copy_flag_delete(self):
        for number in range(5):
            self.assertEqual(self.client.append("INBOX", None, None, message(number))[0], "OK")
        self.drive(copy("~A", "copies") + "<first-entry><flag-message><last-entry><delete-message><quit>")
        copies = self.contents("copies")
        self.assertEqual([octets for octets, _ in copies], [message(number) for number in range(5)])
        inbox = self.contents("INBOX")
        self.assertEqual([octets for octets, _ in inbox], [message(number) for number in range(4)], "the last one is deleted")
        self.assertIn(rb"\Flagged", inbox[0][1])

    def start_twice(self, mailbox, expunged=(), **options):
        """What the second start with a header cache says and hears, after another client has changed the mailbox."""
        cache = self.server.directory / "cache" / mailbox
        cache.mkdir(parents=True)
        self.client.create(mailbox)
        for number in range(10):
            self.client.append(mailbox, None, None, message(number))
        self.drive("<quit>", mailbox=mailbox, cache=cache, **options)
        self.client.select(mailbox)
        self.client.store("2,4", "+FLAGS", r"(\Flagged)")
        if expunged:
            self.client.store(",".join(str(number + 1) for number in expunged), "+FLAGS", r"(\Deleted)")
            self.client.expunge()
        self.client.append(mailbox, None, None, message(10))
        keys = copy("~F", f"{mailbox}-flagged") + copy("~A", f"{mailbox}-all") + "<quit>"
        said = self.drive(keys, mailbox=mailbox, cache=cache, **options)
        self.assertEqual(self.letters(f"{mailbox}-flagged"), [message(1), message(3)])
        self.assertEqual(self.letters(f"{mailbox}-all"), [message(number) for number in range(11) if number not in expunged])
        return said

    def letters(self, name):
        return [octets for octets, _ in self.contents(name)]

    def test_qresync(self):
        said = self.start_twice("quick", condstore="yes", qresync="yes")
        self.assertRegex(said, r"ENABLE QRESYNC(?s:.*)UID FETCH 1:10 \(FLAGS\) \(CHANGEDSINCE \d+ VANISHED\)")
        self.assertNotIn("QRESYNC failed", said)

    # NeoMutt 20220429 is confused by VANISHED (EARLIER), whichever server says it, knows that, and reads the mailbox anew.
    def test_qresync_with_an_expunge(self):
        said = self.start_twice("jumbled", expunged=range(5, 8), condstore="yes", qresync="yes")
        self.assertIn("Handling VANISHED", said)

    def test_condstore(self):
        said = self.start_twice("conditional", expunged=range(5, 8), condstore="yes")
        self.assertRegex(said, r"UID FETCH 1:10 \(FLAGS\) \(CHANGEDSINCE \d+\)")


if __name__ == "__main__":
    main(needs=["neomutt"])
