#!/usr/bin/env python3
"""OpenSSL's s_client over implicit TLS and STARTTLS, and what must not pass from before TLS to after it."""

import pathlib
import ssl
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from conversation import Conversation, trusting  # noqa: E402
from server import HOST, PASSWORD, ServerCase, main  # noqa: E402


class TlsTest(ServerCase):
    def s_client(self, port, *options):
        """Logs in and out through openssl s_client, which verifies the certificate. Returns all that was read."""
        commands = f"a LOGIN alice {PASSWORD}\nb SELECT INBOX\nc LOGOUT\n"
        client = subprocess.run(["openssl", "s_client", "-connect", f"{HOST}:{port}", "-CAfile", self.server.certificate,
                                 "-verify_return_error", "-quiet", "-crlf", "-ign_eof", *options],
                                input=commands, capture_output=True, text=True, timeout=60, check=False)
        self.assertNotIn("verify error", client.stderr)
        return client.stdout

    def assert_served(self, output):
        for expected in ("a OK", "* 0 EXISTS", "b OK", "* BYE", "c OK"):
            self.assertIn(expected, output)

    def test_implicit_tls(self):
        for version in ("-tls1_2", "-tls1_3"):
            with self.subTest(version):
                self.assert_served(self.s_client(self.server.ports["imaps"], version))

    def test_starttls(self):
        self.assert_served(self.s_client(self.server.ports["imap"], "-starttls", "imap"))

    def test_old_versions_are_refused(self):
        context = trusting(self.server.certificate)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises(OSError):
            Conversation(self.server.ports["imaps"], tls=context)

    def test_starttls_is_offered_once(self):
        with Conversation(self.server.ports["imap"]) as client:
            self.assertIn(b"STARTTLS", client.command(b"CAPABILITY")[0])
            self.assertTrue(client.command(b"STARTTLS")[-1].startswith(b"t OK"))
            client.start_tls(trusting(self.server.certificate))
            self.assertNotIn(b"STARTTLS", client.command(b"CAPABILITY")[0])
            self.assertTrue(client.command(b"STARTTLS")[-1].startswith(b"t BAD"))

    def test_commands_injected_before_tls_are_never_executed(self):
        """CVE-2011-0411 and its kin: an attacker adds commands to the packet with STARTTLS."""
        with Conversation(self.server.ports["imap"]) as client:
            client.send(b"s STARTTLS\r\ni1 NOOP\r\ni2 LOGIN alice " + PASSWORD.encode() + b"\r\n")
            self.assertTrue(client.line().startswith(b"s OK"))
            try:
                client.start_tls(trusting(self.server.certificate))
                answers = client.command(b"SELECT INBOX")
            except OSError:
                answers = []  # to close the connection is just as good
            self.assertFalse(any(answer.startswith(b"i") for answer in answers), answers)
            self.assertFalse(any(answer.startswith(b"t OK") for answer in answers), answers)


if __name__ == "__main__":
    main(needs=["openssl"])
