#!/usr/bin/env python3
"""ImapFlow (Node.js) against the server: imapflow/scenario.mjs says what it does. Its packages are fetched once, by npm ci;
without npm or a network the test is skipped."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import PASSWORD, SKIPPED, ServerCase, main  # noqa: E402

DIRECTORY = pathlib.Path(__file__).parent / "imapflow"
COUNT = 100


class ImapFlowTest(ServerCase):
    def test_scenario(self):
        for number in range(COUNT):
            self.server.deliver("alice", f"From: ann@example.org\r\nSubject: letter {number}\r\n\r\n{number}\r\n".encode())
        environment = os.environ | {"PORT": str(self.server.ports["imaps"]), "CERTIFICATE": str(self.server.certificate),
                                    "PASSWORD": PASSWORD, "COUNT": str(COUNT)}
        said = []
        with subprocess.Popen(["node", "scenario.mjs"], cwd=DIRECTORY, env=environment, stdout=subprocess.PIPE, text=True) as node:
            for line in node.stdout:
                said.append(line)
                if line == "deliver\n":
                    self.server.deliver("alice", b"From: ann@example.org\r\nSubject: pushed\r\n\r\nnow\r\n")
        self.assertEqual(node.returncode, 0)
        self.assertEqual(said[-1:], ["done\n"])


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
