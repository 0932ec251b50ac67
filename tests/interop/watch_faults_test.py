#!/usr/bin/env python3
"""`roost watch` through a network that is broken in every way (tests/harness/fault_proxy.py), while mail comes and goes, the
process that watches is killed and the server restarts: at rest each message has been reported once, and what the events say,
played to a copy, is what is in the mailboxes.

A run has ROOST_FAULTS faults (100 if not said), drawn by ROOST_SEED, which is printed, and more of them until ROOST_MINUTES
have passed. With 1,000 and more some connections that are silently dead are left for the client to find, which takes it
minutes, and octets are changed in clear text, too."""

import collections
import concurrent.futures
import contextlib
import imaplib
import os
import pathlib
import random
import re
import signal
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "harness"))
from fault_proxy import HOST, KINDS, FaultProxy  # noqa: E402
from foreign import NAMES  # noqa: E402
from server import PASSWORD, SKIPPED, ServerCase, main, message, scratch_directory  # noqa: E402
from watching import Watching, clear_url  # noqa: E402

FAULTS = int(os.environ.get("ROOST_FAULTS", "100"))
MINUTES = float(os.environ.get("ROOST_MINUTES", "0"))
SEED = os.environ.get("ROOST_SEED", "kingfisher")
PATIENT = FAULTS >= 1000
LONGEST_SILENCE = 600  # seconds until the client has asked whether a connection is still there, with all else that can happen
SERVICE = 15  # seconds between two restarts of the server, for all lanes
MUCH_MEMORY = 512 * 1024 * 1024
FLAGS = (r"\Seen", r"\Flagged", r"\Answered", "$Kestrel")


def state_of(path):
    """What the file of the watcher says that it has told: {(mailbox, uid): flags}."""
    told, mailbox = {}, None
    for line in path.read_text().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "mailbox":
            mailbox = urllib.parse.unquote(rest.split()[0])
        elif kind == "uids":
            told |= {(mailbox, uid): set() for uid in uids_of(rest)}
        elif kind == "flag":
            name, uids = rest.split()
            for uid in uids_of(uids):
                told[mailbox, uid].add(urllib.parse.unquote(name))
    return told


def uids_of(text):
    for part in filter(None, text.split(",")):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


class World:
    """The server, which is there for everybody or for nobody."""

    def __init__(self, server):
        self.server = server
        self.lock = threading.RLock()
        self.restarted = time.monotonic()
        self.over = threading.Event()

    @contextlib.contextmanager
    def mail(self, user, mailbox):
        with self.lock, self.server.mail(user, mailbox) as client:
            yield client

    def deliver(self, user, mailbox, subject):
        with self.lock:
            if mailbox == "INBOX":
                self.server.deliver(user, message(subject))
            else:
                with self.mail(user, "INBOX") as client:
                    client.append(mailbox, None, None, message(subject))

    def restart(self, kindly):
        """True if it was done: of a server that is never there for long everybody stays away for longer and longer."""
        with self.lock:
            if time.monotonic() < self.restarted + SERVICE:
                return False
            self.server.stop() if kindly else self.server.kill()
            self.server.start()
            self.restarted = time.monotonic()
            return True


class Copy:
    """What the events say, and how often each message was reported."""

    def __init__(self):
        self.played = 0
        self.messages = {}  # (mailbox, uid): flags
        self.subjects = {}  # of all that were ever reported, by the same
        self.reports = collections.Counter()
        self.undone = collections.Counter()  # reports that a process has made and not noted before it was killed

    def play(self, events):
        for event in events[self.played:]:
            key, flags = (event["mailbox"], event.get("uid")), event.get("flagNames", [])
            match event["event"]:
                case "MessageNew":
                    self.messages[key] = set(flags)
                    self.subjects[key] = event["envelope"]["subject"]
                    self.reports[key] += 1
                case "MessageExpunge":
                    del self.messages[key]
                case "FlagsClear":
                    self.messages[key] -= set(flags)
                case "MessageRead" | "MessageTrash" | "FlagsSet":
                    self.messages[key] |= set(flags)
                case _:
                    raise ValueError(f"{event}: nothing like that has happened")
        self.played = len(events)
        return self.messages

    def fall_back(self, told):
        """To what a process that was killed has noted."""
        never_reported = told.keys() - self.reports.keys()
        if never_reported:
            raise AssertionError(f"{never_reported}: noted as reported, and never were")
        self.undone.update(self.messages.keys() - told.keys())
        self.messages = told


class Lane:
    """A watcher, its proxy, and what happens to them and in the mailboxes of an account that is theirs."""

    def __init__(self, world, user, mailboxes, kinds, directory, *, tls):
        self.world, self.user, self.mailboxes, self.kinds = world, user, mailboxes, kinds
        self.random = random.Random(f"{SEED}/{user}")
        for name in mailboxes:
            with world.mail(user, "INBOX") as client:
                client.create(name)
            world.server.empty(user, name)  # in which another lane may have left something
        self.state = directory / user
        self.copy = Copy()
        self.delivered = []
        self.deeds = collections.Counter()  # beside the faults of the proxy
        self.buried = self.burials = 0  # of proxy.events; of connections
        self.proxy = FaultProxy(HOST, world.server.ports["imaps" if tls else "imap"], seed=f"{SEED}/{user}")
        urls = [f"imaps://{user}@localhost:{self.proxy.port}/{name}" if tls else clear_url(self.proxy.port, name, user)
                for name in mailboxes]
        trust = ("--ca", str(world.server.certificate)) if tls else ("--no-tls",)
        self.watching = Watching(main.server, *urls, options=("--state", str(self.state), *trust))

    def __enter__(self):
        self.watching.__enter__()
        self.watching.caught_up()
        return self

    def __exit__(self, *_):
        self.watching.__exit__()
        self.proxy.close()

    def faults(self):
        counts = self.proxy.counts()
        return sum(counts.get(kind, 0) for kind in KINDS) - self.burials

    # --- what happens ---
    def deliver(self):
        for _ in range(self.random.randint(1, 3)):
            subject = f"{self.user}/{len(self.delivered)}"
            self.world.deliver(self.user, self.random.choice(self.mailboxes), subject)
            self.delivered.append(subject)

    def some(self, client, most):
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        return b",".join(self.random.sample(uids, min(len(uids), self.random.randint(1, most)))).decode()

    def change_flags(self):
        with self.world.mail(self.user, self.random.choice(self.mailboxes)) as client:
            if uids := self.some(client, 5):
                client.uid("STORE", uids, self.random.choice(("+FLAGS", "-FLAGS")), f"({self.random.choice(FLAGS)})")

    def expunge(self):
        with self.world.mail(self.user, self.random.choice(self.mailboxes)) as client:
            if uids := self.some(client, 8):
                client.uid("STORE", uids, "+FLAGS", r"(\Deleted)")
                client.uid("EXPUNGE", uids)

    def fault(self):
        self.proxy.now(self.random.choice(self.kinds), direction=self.random.choice(("up", "down")),
                       seconds=self.random.uniform(0.001, 0.3))

    def kill_watcher(self):
        self.deeds["watcher killed"] += 1
        self.watching.kill()
        self.copy.play(self.watching.events)
        self.copy.fall_back(state_of(self.state))
        self.watching.start()

    def stop_watcher(self):
        """Of what it has told at its own end, it has noted all."""
        self.deeds["watcher stopped"] += 1
        code = self.watching.stop()
        if code not in (0, -signal.SIGTERM):  # the latter if it had hardly begun
            raise AssertionError(f"exit code {code}")
        self.must_be(state_of(self.state), self.copy.play(self.watching.events), "noted", "reported")
        self.watching.start()

    def restart_server(self):
        self.deeds["server restarted"] += self.world.restart(kindly=self.random.random() < 0.5)

    def let_flow(self):
        """Until some octets have gone by, or none wants to."""
        octets = self.proxy.counts().get("octets_down", 0) + self.random.randint(1, 4000)
        with contextlib.suppress(TimeoutError):
            self.proxy.wait("octets_down", count=octets, seconds=self.random.uniform(0, 0.2))

    # --- and what has to come of it ---
    def run(self, faults):
        try:
            until = time.monotonic() + 60 * MINUTES
            while (self.faults() < faults or time.monotonic() < until) and not self.world.over.is_set():
                self.storm()
                self.rest()
        except BaseException as error:
            self.world.over.set()
            error.add_note(self.story())
            raise

    def story(self):
        return (f"{self.user}, seed {SEED}: {len(self.delivered)} messages, {dict(self.deeds)}, {self.proxy.counts()}\n"
                f"last faults: {self.proxy.events[-20:]}\nlast events: {self.watching.events[-5:]}")

    def storm(self):
        if self.random.random() < 0.7:
            kinds = self.random.sample(self.kinds, self.random.randint(1, 3))
            self.proxy.random(rate=self.random.choice((0.0002, 0.001, 0.003)), kinds=kinds, seconds=0.2)
        deeds = {self.deliver: 30, self.change_flags: 12, self.expunge: 8, self.fault: 40, self.kill_watcher: 4,
                 self.stop_watcher: 2, self.restart_server: 2}
        for deed in self.random.choices(list(deeds), deeds.values(), k=self.random.randint(3, 8)):
            deed()
            self.let_flow()

    def rest(self):
        """The network is whole again; of connections that are dead nobody has been told, until he who holds the other end
        says so, or the client asks."""
        self.proxy.calm()
        if not PATIENT or self.random.random() > 0.02:
            for kind, connection, *_ in self.proxy.events[self.buried:]:
                if kind == "drop":
                    self.bury(connection)
        self.buried = len(self.proxy.events)
        self.agree()
        self.watching.caught_up(LONGEST_SILENCE)
        self.deliver()  # which comes by IDLE or NOTIFY, and shows that the connection is of use
        self.agree()

    def bury(self, connection):
        before = self.proxy.counts().get("rst", 0)
        self.proxy.now("rst", connection=connection)  # if it stands
        self.burials += self.proxy.counts().get("rst", 0) - before

    @staticmethod
    def must_be(these, those, *names):
        if wrong := [f"{key} {names[0]}: {these.get(key)}, {names[1]}: {those.get(key)}"
                     for key in sorted(these.keys() | those.keys()) if these.get(key) != those.get(key)]:
            raise AssertionError("\n".join(wrong))

    def agree(self):
        there, subjects = {}, {}
        for mailbox in self.mailboxes:
            with self.world.mail(self.user, mailbox) as client:
                for item in client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]:
                    if not isinstance(item, tuple):
                        continue
                    key = mailbox, int(re.search(rb"UID (\d+)", item[0])[1])
                    there[key] = {flag.decode() for flag in imaplib.ParseFlags(item[0])} - {r"\Recent"}
                    subjects[key] = item[1].split()[1].decode()
        try:
            self.watching.until(lambda events: self.copy.play(events) == there, LONGEST_SILENCE)
        except AssertionError:
            self.must_be(there, self.copy.messages, "there", "reported")
        self.must_be(subjects, {key: self.copy.subjects[key] for key in there}, "there", "reported")
        repeated = {key: count for key, count in self.copy.reports.items() if count > 1 + self.copy.undone[key]}
        if repeated:
            raise AssertionError(f"reported more than once: {repeated}")


class WatchFaultsTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in ("carol", "dave"):
            cls.server.run("user", "add", user, input=PASSWORD + "\n")
        print(f"ROOST_SEED={SEED} ROOST_FAULTS={FAULTS}", file=sys.stderr)

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(scratch_directory()))
        self.world = World(self.server)

    def test_each_message_is_reported_once(self):
        """What changes octets is for TLS, which finds out; in clear text they would be other octets, and nothing else."""
        clear_kinds = [kind for kind in KINDS if kind != "corrupt"]
        with contextlib.ExitStack() as stack:
            lanes = [stack.enter_context(Lane(self.world, user, mailboxes, KINDS if tls else clear_kinds, self.directory, tls=tls))
                     for user, mailboxes, tls in (("alice", ["INBOX"], True), ("bob", ["INBOX", "Other"], False),
                                                  ("carol", ["INBOX", "Other"], True), ("dave", ["INBOX"], False))]
            with concurrent.futures.ThreadPoolExecutor() as threads:
                try:
                    for lane in [threads.submit(lane.run, FAULTS // len(lanes)) for lane in lanes]:
                        lane.result()
                finally:
                    self.world.over.set()  # for whoever still runs
            for lane in lanes:
                self.assertEqual(lane.watching.stop(), 0)
                self.assertEqual(state_of(lane.state), lane.copy.messages)
                print(f"{lane.user}: {lane.faults()} faults, {len(lane.delivered)} messages, {dict(lane.deeds)}, "
                      f"{sum(lane.copy.undone.values())} reports undone, {lane.proxy.counts()}", file=sys.stderr)

    def test_changed_octets_in_clear_text(self):
        """Whatever a server seems to say, the process lives on within bounds, and is well when the server is."""
        with Lane(self.world, "alice", ["INBOX"], ["corrupt", "split"], self.directory, tls=False) as lane:
            while lane.faults() < FAULTS // 5:
                lane.proxy.random(rate=lane.random.choice((0.0005, 0.002)), kinds=lane.kinds)
                for deed in (lane.deliver, lane.change_flags, lane.expunge):
                    deed()
                    lane.let_flow()
                lane.proxy.calm()
                status = pathlib.Path(f"/proc/{lane.watching.process.pid}/status").read_text()
                self.assertLess(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024, MUCH_MEMORY)
                # A password that was refused is not tried again soon, but by a new process.
                lane.proxy.now("rst")
                self.assertEqual(lane.watching.stop(), 0, lane.story())
                lane.watching.start()
                lane.watching.caught_up()
            print(f"{lane.proxy.counts()}", file=sys.stderr)


if not PATIENT:  # what a changed octet is taken for, as a refusal, may be waited out for minutes
    del WatchFaultsTest.test_changed_octets_in_clear_text


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in NAMES:
        print("the program that watches is roost itself: skipped")
        sys.exit(SKIPPED)
    main()
