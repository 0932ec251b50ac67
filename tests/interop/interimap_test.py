#!/usr/bin/env python3
"""InterIMAP keeps the mailboxes of two servers equal, in both directions, by QRESYNC (RFC 7162): messages, flags, expunges. It
speaks to one in clear and to the other over TLS with COMPRESS, and appends several messages at once."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, ServerCase, main, start_server  # noqa: E402
from two_sides import ImapSide, TwoSides  # noqa: E402

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


class InterimapTest(TwoSides, ServerCase):
    def setUp(self):
        other = start_server(main.server)
        self.addCleanup(other.remove)
        self.near, self.far = ImapSide(self.server), ImapSide(other)
        self.addCleanup(self.near.close)
        self.addCleanup(self.far.close)
        directory = self.server.directory
        self.configuration = directory / "interimap.conf"
        self.configuration.write_text(CONFIGURATION.format(directory=directory, host=HOST, near=self.server.ports["imap"],
                                                           far=other.ports["imaps"], password=PASSWORD))
        self.configuration.chmod(0o600)

    def sync(self):
        run = subprocess.run(["interimap", f"--config={self.configuration}"], capture_output=True, text=True, timeout=300,
                             check=False)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_both_ways(self):
        self.keeps_equal(count=300, letters=50)


if __name__ == "__main__":
    main(needs=["interimap"])
