#!/usr/bin/env python3
"""Python's smtplib.LMTP against the server (RFC 2033): a reply for each recipient, refusals with the right codes, and
what was accepted is there at once."""

import pathlib
import smtplib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, ServerCase, address, main  # noqa: E402

MESSAGE = b"From: ann@example.org\r\nSubject: kestrel\r\n\r\nA line.\r\n.a dot\r\n..two dots\r\n.\r\nend\r\n"
APPEND_LIMIT = 64 * 1024 * 1024
SENDER = "sender@example.org"


class LmtpTest(ServerCase):
    def setUp(self):
        self.lmtp = smtplib.LMTP(HOST, self.server.ports["lmtp"], timeout=60)
        self.addCleanup(self.lmtp.close)

    def newest(self, user):
        with self.server.mail(user) as client:
            return client.fetch("*", "(BODY.PEEK[])")[1][0][1]

    def count(self, user):
        with self.server.mail(user) as client:
            return len(client.search(None, "ALL")[1][0].split())

    def test_greets(self):
        self.assertEqual(self.lmtp.ehlo()[0], 250)
        for extension in ("pipelining", "size", "8bitmime", "enhancedstatuscodes"):
            self.assertTrue(self.lmtp.has_extn(extension), extension)

    def test_delivers(self):
        self.assertEqual(self.lmtp.sendmail(SENDER, [address("alice")], MESSAGE), {})
        self.assertTrue(self.newest("alice").endswith(MESSAGE), "transparent dots")

    def test_many_recipients_get_a_reply_each(self):
        before = self.count("alice"), self.count("bob")
        self.lmtp.ehlo()
        self.lmtp.mail(SENDER)
        codes = [self.lmtp.rcpt(address(user))[0] for user in ("alice", "nobody", "bob")]
        self.assertEqual(codes, [250, 550, 250])
        self.assertEqual(self.lmtp.docmd("DATA")[0], 354)
        self.lmtp.send(b"Subject: twice\r\n\r\nHello\r\n.\r\n")
        self.assertEqual([self.lmtp.getreply()[0] for _ in range(2)], [250, 250])
        self.assertEqual((self.count("alice"), self.count("bob")), (before[0] + 1, before[1] + 1))

    def test_an_unknown_user_is_refused(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            self.lmtp.sendmail(SENDER, [address("nobody")], MESSAGE)
        code, text = refused.exception.recipients[address("nobody")]
        self.assertEqual(code, 550)
        self.assertTrue(text.startswith(b"5.1.1"), text)
        self.assertEqual(self.lmtp.sendmail(SENDER, [address("bob")], MESSAGE), {}, "the connection goes on")

    def test_an_announced_size_above_the_limit_is_refused(self):
        self.lmtp.ehlo()
        self.assertEqual(self.lmtp.mail(SENDER, [f"SIZE={APPEND_LIMIT + 1}"])[0], 552)
        self.assertEqual(self.lmtp.mail(SENDER, ["SIZE=1000"])[0], 250)

    def test_a_message_above_the_limit_is_refused(self):
        before = self.count("bob")
        self.lmtp.ehlo()
        self.lmtp.mail(SENDER)
        self.lmtp.rcpt(address("bob"))
        self.lmtp.docmd("DATA")
        line = b"x" * 998 + b"\r\n"
        for _ in range(66):
            self.lmtp.send(line * 1024)
        self.lmtp.send(b".\r\n")
        self.assertEqual(self.lmtp.getreply()[0], 552)
        self.assertEqual(self.count("bob"), before)
        self.assertEqual(self.lmtp.sendmail(SENDER, [address("bob")], MESSAGE), {})

    def test_commands_out_of_order_are_refused(self):
        self.lmtp.ehlo()
        self.assertEqual(self.lmtp.docmd("DATA")[0], 503)
        self.assertEqual(self.lmtp.rcpt(address("bob"))[0], 503)
        self.assertEqual(self.lmtp.docmd("HELO example.org")[0], 500)
        self.assertEqual(self.lmtp.mail(SENDER)[0], 250)
        self.assertEqual(self.lmtp.docmd("DATA")[0], 503, "without a recipient (RFC 2033 section 4.2)")
        self.assertEqual(self.lmtp.rset()[0], 250)
        self.assertEqual(self.lmtp.docmd("QUIT")[0], 221)


if __name__ == "__main__":
    main()
