#!/usr/bin/env python3
"""`roost watch` against Roost and the servers of other people: each message is reported once, whatever happens to the
connection, to the server and to the process that watches."""

import collections
import contextlib
import http.server
import imaplib
import json
import pathlib
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from fault_proxy import FaultProxy  # noqa: E402
from foreign import NAMES  # noqa: E402
from server import HOST, PASSWORD, SKIPPED, ServerCase, main, message, scratch_directory  # noqa: E402
from watching import PATIENCE, Watching, clear_url  # noqa: E402


def once(*subjects):
    return collections.Counter(subjects)


class WatchCase(ServerCase):
    def setUp(self):
        self.server.empty("alice")
        self.directory = pathlib.Path(self.enterContext(scratch_directory()))

    def deliver(self, *subjects):
        for subject in subjects:
            self.server.deliver("alice", message(subject))

    def watching(self, *urls, options=(), **more):
        urls = urls or (clear_url(self.server.ports["imap"]),)
        return self.enterContext(Watching(main.server, *urls, options=("--no-tls", *options), **more))

    def remembering(self):
        return ("--state", str(self.directory / "state"))


class RoostTest(WatchCase):
    def named(self, name):
        return name

    def test_what_is_there_is_not_reported_and_what_comes_is(self):
        self.deliver("old")
        watching = self.watching().caught_up()
        self.deliver("a", "b", "c")
        watching.until(lambda events: len(events) >= 3)
        self.assertEqual(watching.stop(), 0)
        self.assertEqual(watching.subjects(), once("a", "b", "c"))

    def test_tls(self):
        url = f"imaps://alice@localhost:{self.server.ports['imaps']}/INBOX"
        watching = self.enterContext(Watching(main.server, url, options=("--ca", str(self.server.certificate)))).caught_up()
        self.deliver("a")
        watching.until(lambda events: events)
        self.assertEqual(watching.subjects(), once("a"))

    def test_a_restart_goes_on_where_it_was(self):
        self.deliver("read later", "gone later")
        watching = self.watching(options=self.remembering()).caught_up()
        self.deliver("a")
        watching.until(lambda events: events)
        self.assertEqual(watching.stop(), 0)
        with self.server.mail("alice") as client:
            client.store("1", "+FLAGS", r"(\Seen)")
            client.store("2", "+FLAGS", r"(\Deleted)")
            client.expunge()
        self.deliver("b")
        watching.start()
        watching.caught_up()
        self.assertEqual(watching.stop(), 0)
        self.assertEqual(watching.subjects(), once("a", "b"))
        kinds = collections.Counter(event["event"] for event in watching.events)
        self.assertEqual((kinds["MessageRead"], kinds["MessageExpunge"]), (1, 1), watching.events)

    def test_once(self):
        watching = self.watching(options=("--once", *self.remembering()))
        self.assertEqual(watching.end(), 0)
        for subjects in (("a", "b"), (), ("c",)):
            self.deliver(*subjects)
            watching.start()
            self.assertEqual(watching.end(), 0)
        self.assertEqual(watching.subjects(), once("a", "b", "c"))

    def test_a_server_that_restarts(self):
        watching = self.watching().caught_up()
        self.deliver("a")
        watching.until(lambda events: events)
        self.server.stop()
        self.server.start()
        self.deliver("b")
        watching.until(lambda events: len(events) >= 2)
        self.assertEqual(watching.subjects(), once("a", "b"))

    def test_faults(self):
        """Connections end anywhere, the process that watches ends now and then, and each message was reported once."""
        proxy = self.enterContext(FaultProxy(HOST, self.server.ports["imap"], seed=self.id()))
        watching = self.watching(clear_url(proxy.port), options=self.remembering()).caught_up()
        expected = []
        for phase in range(3):
            proxy.random(rate=0.0005, kinds=("rst", "fin", "split", "delay"), seconds=0.01)
            for number in range(8):
                expected.append(f"{phase}/{number}")
                self.deliver(expected[-1])
                if number % 4 == 3:
                    proxy.now("rst")
            proxy.calm()
            watching.until(lambda _: len(watching.subjects()) == len(expected))
            watching.caught_up()
            self.assertEqual(watching.stop(), 0)
            watching.start()
            watching.caught_up()
        self.assertEqual(watching.stop(), 0)
        self.assertEqual(watching.subjects(), once(*expected))

    def test_several_mailboxes(self):
        with self.server.mail("alice") as client:
            for name in ("one", "two"):
                client.create(self.named(name))
        urls = [clear_url(self.server.ports["imap"], self.named(name)) for name in ("one", "two")]
        watching = self.watching(clear_url(self.server.ports["imap"]), *urls).caught_up()
        with self.server.mail("alice") as client:
            for name in ("one", "two"):
                client.append(self.named(name), None, None, message(name))
        self.deliver("inbox")
        events = watching.until(lambda events: len(events) >= 3)
        self.assertEqual({event["mailbox"] for event in events}, {"INBOX", self.named("one"), self.named("two")})
        self.assertEqual(watching.subjects(), once("one", "two", "inbox"))


class DovecotTest(RoostTest):
    server_name = "dovecot"


class HibernatingDovecotTest(RoostTest):
    server_name = "dovecot-hibernating"

    def test_a_hibernating_connection_is_woken(self):
        watching = self.watching().caught_up()
        deadline = time.monotonic() + 60
        while "imap" in (programs := self.server.programs()) or "imap-hibernate" not in programs:
            self.assertLess(time.monotonic(), deadline, programs)
            time.sleep(0.05)
        self.deliver("a")
        watching.until(lambda events: events)
        self.assertEqual(watching.subjects(), once("a"))


class CyrusTest(RoostTest):
    server_name = "cyrus"


class CourierTest(RoostTest):
    server_name = "courier"

    def named(self, name):
        return f"INBOX.{name}"


class LimitedCourierTest(WatchCase):
    """More mailboxes than the server lets in connections, and a client that wants to be let in, too."""

    server_name = "courier"
    server_options = {"settings": "MAXPERIP=4\n"}  # more are closed without a word
    prefix = "INBOX."

    def test_what_has_no_connection_is_asked_in_turn(self):
        names = [self.prefix + letter for letter in "abcdef"]
        with self.server.mail("alice") as client:
            for name in names:
                client.create(name)
        urls = [clear_url(self.server.ports["imap"], name) for name in ["INBOX", *names]]
        watching = self.watching(*urls, options=self.remembering()).caught_up()
        client = self.let_in()
        for name in names:
            client.append(name, None, None, message(name))
        client.logout()
        self.assertEqual(watching.stop(), 0)
        watching.start()
        watching.caught_up()
        self.assertEqual(watching.stop(), 0)  # all that it has printed is read
        self.assertEqual(watching.subjects(), once(*names))

    def let_in(self):
        """A client that has logged in. A server may count connections that have just ended: it is tried until it is."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(imaplib.IMAP4.error, OSError), contextlib.ExitStack() as refused:
                client = imaplib.IMAP4(HOST, self.server.ports["imap"], timeout=60)
                refused.callback(client.shutdown)
                client.login("alice", PASSWORD)
                refused.pop_all()
                return client
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)


class LimitedDovecotTest(LimitedCourierTest):
    server_name = "dovecot"
    server_options = {"settings": "mail_max_userip_connections = 4\nprotocol imap {\n  imap_capability = IMAP4rev1 IDLE UIDPLUS\n}\n"}
    prefix = ""


class ActionsTest(WatchCase):
    """What is done about events, and what the process says of itself."""

    def test_a_program(self):
        out = self.directory / "out"
        watching = self.watching(program=("sh", "-c", 'cat >>"$0"; echo "$ROOST_MAILBOX" >>"$0"', str(out))).caught_up()
        self.deliver("a", "b")
        watching.until(lambda events: len(events) >= 2)
        self.assertEqual(watching.stop(), 0)  # which waits for what is to be done
        lines = out.read_text().splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        self.assertEqual(once(*(event["envelope"]["subject"] for event in events)), once("a", "b"))
        self.assertIn("INBOX", lines)

    def test_a_program_that_fails_is_tried_again(self):
        out = self.directory / "out"
        program = ("sh", "-c", 'if [ -e "$0.failed" ]; then cat >>"$0"; else : >"$0.failed"; exit 1; fi', str(out))
        watching = self.watching(options=("--settle", "1ms"), program=program).caught_up()
        self.deliver("a")
        watching.until(lambda events: events)
        deadline = time.monotonic() + 60
        while not out.exists() or not out.read_text():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.assertEqual(json.loads(out.read_text())["envelope"]["subject"], "a")

    def test_a_hook(self):
        bodies, came = [], threading.Event()

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(503 if len(bodies) == 1 else 200)
                self.end_headers()
                if len(bodies) > 1:
                    came.set()

            def log_message(self, *_):
                pass

        hook = http.server.ThreadingHTTPServer((HOST, 0), Hook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        self.addCleanup(hook.server_close)
        self.addCleanup(hook.shutdown)
        watching = self.watching(options=("--hook", f"http://{HOST}:{hook.server_port}/x")).caught_up()
        self.deliver("a")
        self.assertTrue(came.wait(60))
        self.assertEqual(watching.stop(), 0)
        self.assertEqual([event["envelope"]["subject"] for event in bodies[-1]["events"]], ["a"])

    def test_mailboxes_that_appear(self):
        proxy = self.enterContext(FaultProxy(HOST, self.server.ports["imap"]))
        watching = self.watching(clear_url(proxy.port, "Lists/*")).caught_up()
        with self.server.mail("alice") as client:
            client.create("Lists/new")
            client.append("Lists/new", None, None, message("a"))
        proxy.now("rst")  # a new connection looks at once
        watching.until(lambda events: events)
        with self.server.mail("alice") as client:
            client.append("Lists/new", None, None, message("b"))
        watching.until(lambda events: len(events) >= 2)
        self.assertEqual(watching.subjects(), once("a", "b"))

    def test_what_needs_the_user_is_said(self):
        port = self.server.ports["imap"]
        absent = "no-such-mailbox: [NONEXISTENT] No such mailbox"
        self.assertEqual(self.said(clear_url(port, "no-such-mailbox")), f"roost: alice@{HOST}:{port}: {absent}\n")
        refused = "[AUTHENTICATIONFAILED] Invalid user name or password"
        self.assertEqual(self.said(clear_url(port, user="nobody")), f"roost: nobody@{HOST}:{port}: {refused}\n")

    def test_what_nobody_reads_is_told_again(self):
        url = clear_url(self.server.ports["imap"])
        watching = self.watching(url, options=("--once", *self.remembering()))
        self.assertEqual(watching.end(), 0)
        self.deliver("a")
        with open("/dev/full", "w") as full:
            self.assertEqual(self.said(url, stdout=full), "roost: nobody reads what is said any more\n")
        watching.start()
        self.assertEqual(watching.end(), 0)
        self.assertEqual(watching.subjects(), once("a"))

    def said(self, url, stdout=subprocess.DEVNULL):
        """On standard error, before it fails."""
        watching = Watching(main.server, url, options=("--no-tls", "--once", *self.remembering()))
        self.addCleanup(watching.scratch.cleanup)
        ended = subprocess.run(watching.command, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        self.assertEqual(ended.returncode, 1, ended.stderr)
        return ended.stderr


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in NAMES:
        print("the program that watches is roost itself: skipped")
        sys.exit(SKIPPED)
    main()
