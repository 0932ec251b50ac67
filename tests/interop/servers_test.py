#!/usr/bin/env python3
"""The servers of the interop tests themselves (tests/harness): each starts, logs in, tells an idling client of a delivery,
and starts again where it was. Whether it pushes a change of flags is printed, since servers may differ in that."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from conversation import Conversation, trusting  # noqa: E402
from server import ServerCase, main, start_server  # noqa: E402

MESSAGE = b"From: ann@example.org\r\nSubject: kestrel\r\n\r\nA line.\r\n"


class RoostTest(ServerCase):
    def connect(self, tls=False):
        context = trusting(self.server.certificate) if tls else None
        client = Conversation(self.server.ports["imaps" if tls else "imap"], tls=context)
        self.addCleanup(client.close)
        return client

    def ok(self, client, command):
        responses = client.command(command)
        self.assertTrue(responses and responses[-1].startswith(b"t OK"), responses)
        return responses

    def idling(self, **options):
        client = self.connect(**options).login()
        self.ok(client, b"SELECT INBOX")
        client.send(b"i IDLE\r\n")
        self.assertTrue(client.line().startswith(b"+ "))
        return client

    def up_to_exists(self, client):
        responses = []
        while not responses or not responses[-1].endswith(b" EXISTS\r\n"):
            responses.append(client.line())
            self.assertNotEqual(responses[-1], b"", responses)
        return responses

    def test_login_and_logout(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                client = self.connect(tls)
                self.assertTrue(client.greeting.startswith(b"* OK"))
                client.login()
                responses = self.ok(client, b"LOGOUT")
                self.assertTrue(responses[0].startswith(b"* BYE"), responses)
                self.assertEqual(client.line(), b"")

    def test_another_that_stops_takes_none_with_it(self):
        client = self.connect().login()
        with start_server(self.server_name or main.server):
            pass
        self.ok(client, b"NOOP")

    def test_a_delivery_wakes_an_idling_client(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                client = self.idling(tls=tls)
                self.server.deliver("alice", MESSAGE)
                self.up_to_exists(client)
                client.send(b"DONE\r\n")
                self.assertTrue(client.until(b"i ")[-1].startswith(b"i OK"))
                self.ok(client, b"LOGOUT")

    def test_flags_from_another_connection(self):
        self.server.deliver("alice", MESSAGE)
        client, other = self.idling(), self.connect().login()
        self.ok(other, b"SELECT INBOX")
        self.ok(other, b"STORE 1 +FLAGS (\\Flagged)")
        self.server.deliver("alice", MESSAGE)  # so that there is an end to wait for
        responses = self.up_to_exists(client)
        client.send(b"DONE\r\n")
        responses += client.until(b"i ")
        pushed = [line for line in responses if b" FETCH " in line]
        print(f"{self.id()}: {pushed or 'not pushed'}", file=sys.stderr)

    def test_restart(self):
        self.server.deliver("alice", MESSAGE)
        before = self.selected()
        self.server.stop()
        self.server.start()
        self.assertEqual(self.selected(), before)

    def selected(self):
        """How many messages there are, and the UIDVALIDITY."""
        responses = self.ok(self.connect().login(), b"SELECT INBOX")
        return sorted(line for line in responses if b"EXISTS" in line or b"UIDVALIDITY" in line)


class DovecotTest(RoostTest):
    server_name = "dovecot"


class HibernatingDovecotTest(RoostTest):
    server_name = "dovecot-hibernating"

    def test_a_hibernating_client_is_woken(self):
        client = self.idling()
        deadline = time.monotonic() + 60
        while "imap" in (programs := self.server.programs()) or "imap-hibernate" not in programs:
            self.assertLess(time.monotonic(), deadline, programs)
            time.sleep(0.05)
        self.server.deliver("alice", MESSAGE)
        self.up_to_exists(client)


class CyrusTest(RoostTest):
    server_name = "cyrus"


class CourierTest(RoostTest):
    server_name = "courier"


class PollingCourierTest(RoostTest):
    """As it is without gamin."""

    server_name = "courier"
    server_options = {"settings": "IMAP_ENHANCEDIDLE=0\nIMAP_IDLE_TIMEOUT=1\n"}


if __name__ == "__main__":
    main()
