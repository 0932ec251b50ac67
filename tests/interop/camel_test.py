#!/usr/bin/env python3
"""Camel, the engine of Evolution, over TLS: camel/client.py says what it does. It is started twice on one cache, and what another
client has changed between comes by QRESYNC; a delivery comes by IDLE."""

import imaplib
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, PASSWORD, SKIPPED, ServerCase, main  # noqa: E402

CLIENT = pathlib.Path(__file__).parent / "camel" / "client.py"
PYTHON = "/usr/bin/python3"  # Debian's, whatever else is in the path: the bindings are its own


class CamelTest(ServerCase):
    def deliver(self, subject, text):
        self.server.deliver("alice", f"From: ann@example.org\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode())

    def run_camel(self, scenario):
        """What went over the wire."""
        environment = os.environ | {"PASSWORD": PASSWORD, "CAMEL_DEBUG": "imapx:io", "GIO_USE_NETWORK_MONITOR": "base",
                                    "HOME": str(self.server.directory)}
        wire = self.server.directory / f"wire-{scenario}"
        command = [PYTHON, CLIENT, self.server.directory / "camel", str(self.server.ports["imaps"]), scenario]
        with wire.open("wb") as errors:
            try:
                self.play(command, {"deliver": lambda: self.deliver("pushed", "now")}, env=environment, stderr=errors)
            except AssertionError:
                print(wire.read_text(errors="replace"))
                raise
        return wire.read_text(errors="replace")

    def test_two_starts(self):
        for number in range(5):
            self.deliver(f"letter {number}", f"Text {number}, Zoë.")
        self.assertRegex(self.run_camel("first"), r"I/O: '\+ idling")
        client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=30)
        self.addCleanup(client.shutdown)
        client.login("alice", PASSWORD)
        client.select("INBOX")
        client.store("2", "+FLAGS", r"(\Seen)")
        client.store("3", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.select("Attic")
        client.store("1", "+FLAGS", r"(\Answered)")
        client.store("2", "+FLAGS", r"(\Deleted)")
        client.expunge()
        self.deliver("between", "two starts")
        wire = self.run_camel("second")
        self.assertRegex(wire, r"SELECT Attic \(QRESYNC \(\d+ \d+ ")
        self.assertIn("* VANISHED (EARLIER) 2", wire)


def has_camel():
    try:
        probe = "import gi; gi.require_version('Camel', '1.2'); from gi.repository import Camel; Camel.Provider.init(); " \
                "Camel.Provider.get('imapx')"
        return subprocess.run([PYTHON, "-c", probe], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    if not has_camel():
        print("Camel is not installed: skipped")
        sys.exit(SKIPPED)
    main()
