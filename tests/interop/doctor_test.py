#!/usr/bin/env python3
"""`roost doctor` against Roost, which must pass, and against the servers of other people, of which it must find what is
known of them (docs/doctor.md)."""

import json
import pathlib
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from foreign import NAMES  # noqa: E402
from server import HOST, PASSWORD, SKIPPED, ServerCase, main  # noqa: E402

SHORT = ("--wait", "5", "--rest", "2", "--trials", "10")


class DoctorCase(ServerCase):
    """The report of one examination of all, for all tests of the class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.doctor("--json", "--write", *SHORT)
        cls.report = json.loads(cls.process.stdout)
        cls.findings = {one["name"]: one for one in cls.report["examinations"]}

    @classmethod
    def command(cls, *options, password=PASSWORD):
        return [main.server, "doctor", f"imaps://alice@{HOST}:{cls.server.ports['imaps']}", "--ca", cls.server.certificate,
                "--password-command", f"printf %s {password}", *options]

    @classmethod
    def doctor(cls, *options, **more):
        return subprocess.run(cls.command(*options, **more), text=True, capture_output=True, timeout=500, check=False)

    def expect(self, verdict, *names):
        for name in names:
            with self.subTest(name):
                self.assertEqual(self.findings[name]["verdict"], verdict, self.findings[name]["finding"])

    def mailboxes(self):
        with self.server.mail("alice") as client:
            return [line for line in client.list()[1] if line is not None]

    def test_it_cleans_up(self):
        self.assertFalse([name for name in self.mailboxes() if b"doctor" in name])

    def test_what_every_server_does(self):
        self.expect("pass", "greeting", "tls", "idle-before-login", "idle-unselected", "idle-entry", "done-spelling",
                    "done-with-next", "arrival", "read-only", "gap", "connections", "responses")
        self.expect("skipped", "keep-alive")


class RoostTest(DoctorCase):
    def test_all_pass(self):
        not_offered = {"notify", "notify-none", "notify-unknown"}
        self.expect("pass", *(self.findings.keys() - not_offered - {"keep-alive"}))
        self.expect("skipped", *not_offered)
        self.assertEqual((self.process.returncode, self.report["fail"], self.report["warn"]), (0, 0, 0))

    def test_without_write_nothing_is_changed(self):
        before = self.mailboxes()
        report = json.loads(self.doctor("--json", "--rest", "1").stdout)
        self.assertEqual({one["verdict"] for one in report["examinations"]}, {"pass", "skipped"})
        self.assertEqual(self.mailboxes(), before)

    def test_people_get_a_table(self):
        process = self.doctor("--only", "greeting,garbage")
        self.assertEqual(process.returncode, 0, process.stderr)
        lines = process.stdout.splitlines()
        self.assertEqual([line.split()[:2] for line in lines[1:-1]], [["pass", "greeting"], ["pass", "garbage"]])
        self.assertEqual(lines[-1], "2 pass, 0 warn, 0 fail, 0 skipped")

    def test_keep_alive(self):
        process = self.doctor("--json", "--long", "--keep-alive", "1", "--only", "keep-alive")
        self.assertRegex(process.stdout, r"nothing for 1\d{3} ms")

    def test_who_is_not_let_in(self):
        process = self.doctor(password="wrong")
        self.assertEqual((process.returncode, process.stdout), (3, ""))
        self.assertIn("AUTHENTICATIONFAILED", process.stderr)

    def test_nobody_there(self):
        command = self.command()
        command[2] = f"imaps://alice@{HOST}:1"
        self.assertEqual(subprocess.run(command, check=False, capture_output=True).returncode, 3)

    def test_interrupted_before_the_greeting(self):
        with socket.create_server((HOST, 0)) as mute:
            command = self.command("--no-tls")
            command[2] = f"imap://alice@{HOST}:{mute.getsockname()[1]}"
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                connection, _ = mute.accept()
                with connection:
                    process.send_signal(signal.SIGINT)
                    out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out, err), (1, "", "roost: interrupted\n"))

    def test_an_interrupted_run_cleans_up(self):
        with subprocess.Popen(self.command("--write", "--wait", "60", "--rest", "60", "--only", "greeting,arrival"),
                              stdout=subprocess.PIPE, text=True) as process:
            self.assertIn("pass", process.stdout.readline() + process.stdout.readline())
            while not any(b"doctor" in name for name in self.mailboxes()):
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            self.assertIn("interrupted", process.stdout.read())
        self.assertEqual(process.returncode, 1)
        self.test_it_cleans_up()


class DovecotTest(DoctorCase):
    server_name = "dovecot"

    def test_awake_it_is_well(self):
        self.expect("pass", "done-in-pieces", "expunge", "modseq", "vanished")

    def test_what_is_known_of_it(self):
        self.expect("warn", "idle-arguments", "flags")
        self.expect("fail", "notify-unknown")


class HibernatingDovecotTest(DoctorCase):
    server_name = "dovecot-hibernating"

    def test_asleep_it_forgets(self):
        self.expect("fail", "done-in-pieces", "modseq", "vanished")
        self.assertEqual(self.process.returncode, 1)


class CyrusTest(DoctorCase):
    server_name = "cyrus"

    def test_no_space_behind_a_command(self):
        self.expect("warn", "trailing-space")
        self.assertIn("BAD", self.findings["trailing-space"]["finding"])

    def test_done_behind_idle_is_lost(self):
        self.expect("warn", "done-at-once")


class CourierTest(DoctorCase):
    server_name = "courier"

    def test_deaf_once_renamed(self):
        self.expect("fail", "renamed")

    def test_done_outside_idle_is_passed_over(self):
        self.expect("warn", "done-outside")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in NAMES:
        print("the doctor is roost's: skipped")
        sys.exit(SKIPPED)
    main()
