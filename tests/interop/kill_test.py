#!/usr/bin/env python3
"""What was acknowledged survives kill -9. Some clients deliver by LMTP as fast as they can, the server is killed in the
middle, three times; after each start every message that was answered with 250 is there once, in order and under the UID
it had, and `roost check` finds nothing wrong."""

import pathlib
import re
import smtplib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from server import HOST, USERS, ServerCase, address, main  # noqa: E402

ROUNDS = 3
CLIENTS = 6
ENOUGH = 300  # acknowledged messages in a round


class KillTest(ServerCase):
    def setUp(self):
        self.acknowledged = {user: set() for user in USERS}
        self.enough = threading.Event()
        self.lock = threading.Lock()
        self.target = 0

    def deliver_until_killed(self, prefix):
        """Each message goes to one user or to both: then each reply counts for itself."""
        number = 0
        try:
            with smtplib.LMTP(HOST, self.server.ports["lmtp"], timeout=60) as lmtp:
                lmtp.ehlo()
                while True:
                    name = f"<{prefix}.{number}@example.org>"
                    recipients = USERS[:1 + number % 2]
                    lmtp.mail("sender@example.org")
                    for user in recipients:
                        lmtp.rcpt(address(user))
                    lmtp.docmd("DATA")
                    lmtp.send(f"Message-ID: {name}\r\n\r\n{'x' * (number * 37 % 5000)}\r\n.\r\n".encode())
                    for user in recipients:
                        if lmtp.getreply()[0] == 250:
                            self.acknowledge(user, name)
                    number += 1
        except (smtplib.SMTPException, OSError):
            pass  # killed

    def acknowledge(self, user, name):
        with self.lock:
            self.acknowledged[user].add(name)
            if sum(map(len, self.acknowledged.values())) >= self.target:
                self.enough.set()

    def contents(self, user):
        """UIDVALIDITY, and Message-ID by UID."""
        with self.server.mail(user) as client:
            messages = {}
            for item in client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]:
                if isinstance(item, tuple):
                    name = re.search(rb"(?mi)^Message-ID: (\S+)\r\n", item[1])
                    self.assertIsNotNone(name, "a message in pieces")
                    self.assertTrue(item[1].endswith(b"x\r\n") or item[1].endswith(b"\r\n\r\n\r\n"), item[1][-20:])
                    messages[int(re.search(rb"UID (\d+)", item[0])[1])] = name[1].decode()
            return client.response("UIDVALIDITY")[1], messages

    def test_three_kills(self):
        before = {user: self.contents(user) for user in USERS}
        for round_number in range(ROUNDS):
            self.enough.clear()
            self.target = sum(map(len, self.acknowledged.values())) + ENOUGH
            clients = [threading.Thread(target=self.deliver_until_killed, args=(f"{round_number}.{c}",)) for c in range(CLIENTS)]
            for client in clients:
                client.start()
            self.assertTrue(self.enough.wait(120), "deliveries go on")
            self.server.kill()
            for client in clients:
                client.join()
            self.server.run("check")
            self.server.start()
            for user in USERS:
                self.check_user(user, *before[user])
                before[user] = self.contents(user)

    def check_user(self, user, uid_validity, before):
        now_validity, now = self.contents(user)
        self.assertEqual(now_validity, uid_validity)
        names = list(now.values())
        self.assertEqual(self.acknowledged[user] - set(names), set(), "acknowledged and lost")
        self.assertEqual(len(names), len(set(names)), "delivered twice")
        self.assertEqual({uid: now.get(uid) for uid in before}, before, "UIDs stay")


if __name__ == "__main__":
    main()
