#!/usr/bin/env python3
"""Python's imaplib against the server: every command of RFC 3501 section 6, and IDLE (RFC 2177) by hand."""

import imaplib
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from conversation import trusting  # noqa: E402
from server import HOST, PASSWORD, ServerCase, main  # noqa: E402

PLAIN = (b"From: Ann <ann@example.org>\r\nTo: Bea <bea@example.net>\r\nSubject: herons\r\n"
         b"Date: Tue, 3 Nov 2026 10:11:12 +0100\r\nMessage-ID: <plain@example.org>\r\n\r\nThe herons are back.\r\n")
MULTIPART = (b"From: Cy <cy@example.org>\r\nSubject: two parts\r\nDate: Wed, 4 Nov 2026 01:02:03 +0000\r\nMIME-Version: 1.0\r\n"
             b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
             b"--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n")


class ImaplibTest(ServerCase):
    def setUp(self):
        self.client = self.connect()
        self.client.login("alice", PASSWORD)

    def connect(self):
        client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=30)
        self.addCleanup(lambda: client.sock.close())
        return client

    def ok(self, answer):
        kind, values = answer
        self.assertEqual(kind, "OK", values)
        return values

    def fill(self, mailbox, *messages):
        """A new mailbox with these messages, selected."""
        self.ok(self.client.create(mailbox))
        for message in messages:
            self.ok(self.client.append(mailbox, None, None, message))
        self.assertEqual(self.ok(self.client.select(mailbox)), [str(len(messages)).encode()])

    def fetch(self, messages, items):
        return self.ok(self.client.fetch(messages, items))

    def flags(self, message):
        return set(imaplib.ParseFlags(self.fetch(message, "(FLAGS)")[0])) - {rb"\Recent"}

    def test_any_state(self):
        self.assertIn("IMAP4REV1", self.client.capabilities)
        self.assertIn("IDLE", self.client.capabilities)
        self.assertTrue(self.ok(self.client.capability())[0].startswith(b"IMAP4rev1 IMAP4rev2 "))
        self.ok(self.client.noop())
        self.assertEqual(self.client.logout()[0], "BYE")

    def test_login_is_refused_with_a_wrong_password(self):
        other = self.connect()
        with self.assertRaises(imaplib.IMAP4.error):
            other.login("alice", "no-sesame")
        other.login("bob", PASSWORD)

    def test_authenticate_plain_over_tls(self):
        other = imaplib.IMAP4_SSL(HOST, self.server.ports["imaps"], ssl_context=trusting(self.server.certificate), timeout=30)
        self.addCleanup(other.sock.close)
        other.authenticate("PLAIN", lambda _: b"\0alice\0" + PASSWORD.encode())
        self.assertEqual(other.state, "AUTH")

    def test_starttls(self):
        other = self.connect()
        other.starttls(trusting(self.server.certificate))
        other.login("alice", PASSWORD)

    def test_select_examine_close(self):
        self.fill("select", PLAIN)
        for name in ("FLAGS", "UIDVALIDITY", "UIDNEXT", "PERMANENTFLAGS"):
            self.assertIsNotNone(self.client.response(name)[1][0], name)
        self.ok(self.client.store("1", "+FLAGS", r"(\Deleted)"))
        self.ok(self.client.select("select", readonly=True))
        self.client.store("1", "-FLAGS", r"(\Deleted)")  # NO or, with Dovecot, OK without effect
        self.ok(self.client.close())
        self.assertEqual(self.ok(self.client.select("select")), [b"1"], "CLOSE of a read-only mailbox expunges nothing")
        self.ok(self.client.check())
        self.ok(self.client.close())
        self.assertEqual(self.ok(self.client.select("select")), [b"0"], "CLOSE expunges")
        self.assertEqual(self.client.select("nowhere")[0], "NO")

    def test_create_rename_delete(self):
        self.ok(self.client.create("one"))
        self.assertEqual(self.client.create("one")[0], "NO")
        self.ok(self.client.rename("one", "two"))
        self.assertEqual(self.client.select("one")[0], "NO")
        self.ok(self.client.select("two"))
        self.ok(self.client.close())
        self.ok(self.client.delete("two"))
        self.assertEqual(self.client.delete("two")[0], "NO")
        self.assertEqual(self.client.delete("INBOX")[0], "NO")

    def test_names(self):
        for name in ('"with space"', '"with \\"quotes\\""', '"with \\\\ backslash"', "Entw&APw-rfe", '"&Jjo-!"'):
            self.ok(self.client.create(name))
            self.ok(self.client.append(name, None, None, PLAIN))
            self.assertEqual(self.ok(self.client.select(name)), [b"1"], name)
            self.assertIsNotNone(self.ok(self.client.list('""', name))[0], name)

    def test_list_lsub(self):
        self.ok(self.client.create("birds"))
        self.ok(self.client.subscribe("birds"))
        self.assertIn(b"birds", self.ok(self.client.list('""', "bir%"))[0])
        self.assertTrue(any(b"INBOX" in line for line in self.ok(self.client.list())))
        self.assertTrue(any(b"birds" in line for line in self.ok(self.client.lsub('""', "*"))))
        self.ok(self.client.unsubscribe("birds"))
        self.assertFalse(any(b"birds" in (line or b"") for line in self.ok(self.client.lsub('""', "*"))))
        self.assertIn(b"Noselect", self.ok(self.client.list('""', '""'))[0], "the hierarchy delimiter")

    def test_status(self):
        self.ok(self.client.create("status"))
        self.ok(self.client.append("status", r"(\Seen)", None, PLAIN))
        self.ok(self.client.append("status", None, None, PLAIN))
        status = self.ok(self.client.status("status", "(MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)"))[0]
        self.assertIn(b"MESSAGES 2", status)
        self.assertIn(b"UNSEEN 1", status)
        self.assertIn(b"UIDNEXT 3", status)

    def test_append(self):
        self.ok(self.client.create("append"))
        self.ok(self.client.append("append", r"(\Flagged $Kestrel)", '"03-Nov-2026 10:11:12 +0100"', PLAIN))
        self.ok(self.client.select("append"))
        self.assertEqual(self.flags("1"), {rb"\Flagged", b"$Kestrel"})
        self.assertRegex(self.fetch("1", "(INTERNALDATE)")[0], rb'" ?3-Nov-2026 10:11:12 \+0100"|"03-Nov-2026 10:11:12 \+0100"'
                         rb'|"03-Nov-2026 09:11:12 \+0000"')
        kind, values = self.client.append("nowhere", None, None, PLAIN)
        self.assertEqual(kind, "NO")
        self.assertIn(b"TRYCREATE", values[0])

    def test_fetch(self):
        self.fill("fetch", PLAIN, MULTIPART)
        self.assertEqual(self.fetch("1", "(BODY.PEEK[])")[0][1], PLAIN)
        self.assertEqual(self.flags("1"), set(), "PEEK sets nothing")
        self.assertEqual(self.fetch("1", "(RFC822)")[0][1], PLAIN)
        self.assertEqual(self.flags("1"), {rb"\Seen"})
        self.assertIn(f"RFC822.SIZE {len(PLAIN)}".encode(), self.fetch("1", "(RFC822.SIZE)")[0])
        self.assertEqual(self.fetch("1", "(RFC822.TEXT)")[0][1], b"The herons are back.\r\n")
        self.assertTrue(self.fetch("1", "(RFC822.HEADER)")[0][1].endswith(b"<plain@example.org>\r\n\r\n"))
        self.assertEqual(self.fetch("1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[0][1], b"Subject: herons\r\n\r\n")
        self.assertNotIn(b"Subject", self.fetch("1", "(BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT)])")[0][1])
        self.assertEqual(self.fetch("1", "(BODY.PEEK[TEXT]<4.6>)")[0][1], b"herons")
        self.assertEqual(self.fetch("2", "(BODY.PEEK[1])")[0][1], b"first")
        self.assertEqual(self.fetch("2", "(BODY.PEEK[2.MIME])")[0][1].splitlines()[0], b"Content-Type: image/png; name=x.png")
        for macro in ("ALL", "FAST", "FULL"):
            self.assertEqual(len(self.fetch("1:*", macro)), 2, macro)
        envelope = self.fetch("1", "(ENVELOPE)")[0]
        self.assertIn(b'"herons" (("Ann" NIL "ann" "example.org"))', envelope)
        self.assertIn(b'"mixed"', self.fetch("2", "(BODYSTRUCTURE)")[0].lower())
        self.assertIn(b"UID 2", self.ok(self.client.uid("FETCH", "2", "(BODY)"))[0])
        self.assertEqual(self.ok(self.client.uid("FETCH", "9", "(FLAGS)")), [None])

    def test_search(self):
        self.fill("search", PLAIN, MULTIPART)
        self.ok(self.client.store("2", "+FLAGS", r"(\Flagged \Answered)"))
        for criteria, expected in {
            "ALL": b"1 2", "SUBJECT HERONS": b"1", "FROM cy@": b"2", "TO bea": b"1", "TEXT first": b"2", "BODY back": b"1",
            "FLAGGED": b"2", "UNFLAGGED": b"1", "ANSWERED": b"2", "NOT ANSWERED": b"1", "OR SUBJECT herons FLAGGED": b"1 2",
            "LARGER 100000": b"", "SMALLER 100000": b"1 2", "SENTON 3-Nov-2026": b"1", "SENTBEFORE 1-Jan-2000": b"",
            "SENTSINCE 4-Nov-2026": b"2", "SINCE 1-Jan-2020": b"1 2", "BEFORE 1-Jan-2020": b"", "HEADER Message-ID plain": b"1",
            "UID 2:*": b"2", "1": b"1", "(SEEN FLAGGED)": b"", "UNSEEN UNDELETED UNDRAFT": b"1 2", "KEYWORD $Kestrel": b"",
        }.items():
            with self.subTest(criteria):
                self.assertEqual(self.ok(self.client.search(None, criteria))[0] or b"", expected)
        self.assertEqual(self.ok(self.client.search("UTF-8", "SUBJECT", "herons")), [b"1"])
        self.client.literal = "Zoë".encode()
        self.assertEqual(self.ok(self.client.search("UTF-8", "SUBJECT"))[0] or b"", b"")
        self.assertEqual(self.ok(self.client.uid("SEARCH", "FLAGGED")), [b"2"])
        self.assertEqual(self.client.search("X-UNKNOWN", "ALL")[0], "NO")

    def test_store_and_expunge(self):
        self.fill("store", PLAIN, PLAIN, PLAIN)
        self.assertIn(rb"\Seen", self.ok(self.client.store("1", "FLAGS", r"(\Seen \Draft)"))[0])
        self.assertEqual(self.flags("1"), {rb"\Seen", rb"\Draft"})
        self.ok(self.client.store("1", "-FLAGS", r"(\Draft)"))
        self.assertEqual(self.flags("1"), {rb"\Seen"})
        self.assertEqual(self.ok(self.client.store("1", "+FLAGS.SILENT", "($Kestrel)")), [None])
        self.assertEqual(self.flags("1"), {rb"\Seen", b"$Kestrel"})
        self.ok(self.client.uid("STORE", "2,3", "+FLAGS", r"(\Deleted)"))
        self.assertIn(self.ok(self.client.expunge()), ([b"2", b"2"], [b"3", b"2"]))
        self.assertEqual(self.ok(self.client.select("store")), [b"1"])

    def test_copy_and_move(self):
        self.fill("copy", PLAIN, MULTIPART)
        self.ok(self.client.create("copied"))
        self.ok(self.client.store("2", "+FLAGS", r"(\Flagged)"))
        self.ok(self.client.copy("1:2", "copied"))
        kind, values = self.client.copy("1", "nowhere")
        self.assertEqual(kind, "NO")
        self.assertIn(b"TRYCREATE", values[0])
        self.ok(self.client.uid("MOVE", "1", "copied"))
        self.assertEqual(self.ok(self.client.search(None, "ALL")), [b"1"])
        self.assertEqual(self.ok(self.client.select("copied")), [b"3"])
        self.assertEqual(self.flags("2"), {rb"\Flagged"})
        self.assertEqual(self.fetch("3", "(BODY.PEEK[])")[0][1], PLAIN)

    def test_idle(self):
        self.fill("idle")
        self.client.send(b"i1 IDLE\r\n")
        self.assertRegex(self.client.readline(), rb"^\+ ")
        other = self.connect()
        other.login("alice", PASSWORD)
        other.append("idle", None, None, PLAIN)
        self.told(rb"^\* 1 EXISTS\r\n")
        other.select("idle")
        other.store("1", "+FLAGS", r"(\Deleted)")
        self.told(rb"^\* 1 FETCH .*\\Deleted")
        other.expunge()
        self.told(rb"^\* 1 EXPUNGE\r\n")
        self.client.send(b"DONE\r\n")
        self.told(rb"^i1 OK")

    def told(self, pattern):
        while not re.search(pattern, line := self.client.readline()):
            self.assertNotEqual(line, b"", f"the connection ended before {pattern}")


if __name__ == "__main__":
    main()
