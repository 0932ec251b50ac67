#!/usr/bin/env python3
"""ImapFlow (Node.js) against the server: imapflow/scenario.mjs and imapflow/extensions.mjs say what it does. Its packages are
fetched once, by npm ci; without npm or a network the test is skipped."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import PASSWORD, SKIPPED, ServerCase, main  # noqa: E402

DIRECTORY = pathlib.Path(__file__).parent / "imapflow"
COUNT = 100


class ImapFlowTest(ServerCase):
    def deliver(self, user, subject, header=""):
        self.server.deliver(user, f"From: ann@example.org\r\nSubject: {subject}\r\n{header}\r\n{subject}\r\n".encode())

    def run_node(self, scenario, user):
        environment = os.environ | {"PORT": str(self.server.ports["imaps"]), "CERTIFICATE": str(self.server.certificate),
                                    "ACCOUNT": user, "PASSWORD": PASSWORD, "COUNT": str(COUNT)}
        self.play(["node", scenario], {"deliver": lambda: self.deliver(user, "pushed")}, cwd=DIRECTORY, env=environment)

    def test_scenario(self):
        for number in range(COUNT):
            self.deliver("alice", f"letter {number}")
        self.run_node("scenario.mjs", "alice")

    def test_extensions(self):
        self.deliver("bob", "letter", "Message-ID: <letter@example.org>\r\n")
        self.deliver("bob", "Re: letter", "Message-ID: <answer@example.org>\r\nIn-Reply-To: <letter@example.org>\r\n")
        self.deliver("bob", "another", "Message-ID: <another@example.org>\r\n")
        self.run_node("extensions.mjs", "bob")


def install():
    if not (DIRECTORY / "node_modules" / "imapflow").exists():
        try:
            subprocess.run(["npm", "ci", "--omit=dev"], cwd=DIRECTORY, check=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"npm ci does not work here ({error}): skipped")
            sys.exit(SKIPPED)


if __name__ == "__main__":
    install()
    main(needs=["node"])
