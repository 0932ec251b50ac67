#!/usr/bin/env python3
"""OfflineIMAP, in batch mode over TLS, keeps several mailboxes and a Maildir equal, in both directions: messages and flags."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import PASSWORD, ServerCase, main  # noqa: E402
from two_sides import ImapSide, MaildirSide, TwoSides  # noqa: E402

CONFIGURATION = """
[general]
accounts = alice
metadata = {directory}/offlineimap
ui = quiet
[Account alice]
localrepository = maildir
remoterepository = server
[Repository maildir]
type = Maildir
localfolders = {directory}/maildir
[Repository server]
type = IMAP
remotehost = localhost
remoteport = {port}
remoteuser = alice
remotepass = {password}
ssl = yes
sslcacertfile = {certificate}
folderfilter = lambda name: name in ('INBOX', 'Letters')
"""


class OfflineimapTest(TwoSides, ServerCase):
    def setUp(self):
        directory = self.server.directory
        (directory / "maildir").mkdir()
        self.near, self.far = ImapSide(self.server), MaildirSide(directory / "maildir")
        self.addCleanup(self.near.close)
        self.configuration = directory / "offlineimaprc"
        self.configuration.write_text(CONFIGURATION.format(directory=directory, port=self.server.ports["imaps"],
                                                           password=PASSWORD, certificate=self.server.certificate))

    def sync(self):
        run = subprocess.run(["offlineimap", "-c", self.configuration, "-o", "-1"], capture_output=True, text=True, timeout=300,
                             check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_both_ways(self):
        self.keeps_equal(count=100, letters=5)


if __name__ == "__main__":
    main(needs=["offlineimap"])
