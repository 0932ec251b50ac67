#!/usr/bin/env python3
"""fetchmail --idle fetches what is there, waits in IDLE, and fetches what is delivered while it waits."""

import os
import pathlib
import select
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, ServerCase, main  # noqa: E402

CONFIGURATION = """
poll {host} service {port} protocol imap auth password
  user alice password "{password}" idle no rewrite sslproto "" mda "cat > '{pipe}'"
"""


class FetchmailTest(ServerCase):
    def setUp(self):
        pipe = self.server.directory / "pipe"
        os.mkfifo(pipe)
        self.pipe = os.open(pipe, os.O_RDWR)
        self.addCleanup(os.close, self.pipe)
        configuration = self.server.directory / "fetchmailrc"
        configuration.write_text(CONFIGURATION.format(host=HOST, port=self.server.ports["imap"], password=PASSWORD, pipe=pipe))
        configuration.chmod(0o600)
        self.configuration = configuration

    def start(self):
        command = ["fetchmail", "-v", "--nodetach", "--nosyslog", "--fetchmailrc", self.configuration,
                   "--pidfile", self.server.directory / "fetchmail.pid", "--idfile", self.server.directory / "fetchids"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env=os.environ | {"FETCHMAILHOME": str(self.server.directory), "LC_ALL": "C"})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return process

    def wait_for_idle(self, process):
        said = []
        asked = False
        for line in process.stdout:
            said.append(line)
            asked = asked or line.rstrip().endswith("IDLE") and "IMAP>" in line
            if asked and "IMAP< +" in line:
                return
        self.fail("".join(said))

    def fetched(self, marker):
        """Reads what fetchmail delivers until `marker` comes."""
        octets = b""
        while marker not in octets:
            self.assertTrue(select.select([self.pipe], [], [], 30)[0], f"no {marker} in {octets}")
            octets += os.read(self.pipe, 65536)
        return octets

    def test_idle(self):
        self.server.deliver("alice", b"Subject: before\r\n\r\nfirst-letter\r\n")
        process = self.start()
        self.assertIn(b"Subject: before", self.fetched(b"first-letter"))
        for number in range(3):
            self.wait_for_idle(process)
            self.server.deliver("alice", b"Subject: pushed\r\n\r\nletter-%d\r\n" % number)
            self.assertIn(b"Subject: pushed", self.fetched(b"letter-%d" % number))


if __name__ == "__main__":
    main(needs=["fetchmail"])
