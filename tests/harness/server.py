"""The server under test, for the interop tests.

Each script of tests/interop is a unittest program whose first argument is the server: the path of the roost program,
started here with a data directory of its own and on free ports of loopback, or one of foreign.NAMES, which shows that a
script itself is right. Accounts are alice and bob; their addresses end in @example.org.
"""

import contextlib
import imaplib
import os
import pathlib
import shutil
import smtplib
import subprocess
import sys
import tempfile
import unittest

HOST = "127.0.0.1"
PASSWORD = "open-sesame"
USERS = ("alice", "bob")
SKIPPED = 77  # what a script exits with if the client or server it needs is not there


def address(user):
    return f"{user}@example.org"


def message(subject):
    return f"From: ann@example.org\r\nSubject: {subject}\r\n\r\nA line.\r\n".encode()


class Server:
    """A server process, to be used as a context manager or removed at the end. `ports` maps imap, imaps and lmtp;
    `certificate` is the file that clients may trust."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="roost-test-"))
        self.data = self.directory / "data"
        self.data.mkdir()
        self.log = self.directory / "log"
        self.process = None
        self.ports = {}

    def deliver(self, user, message):
        """One LMTP delivery; dies if it is refused."""
        with smtplib.LMTP(HOST, self.ports["lmtp"]) as lmtp:
            lmtp.sendmail("sender@example.org", [address(user)], message)

    @contextlib.contextmanager
    def mail(self, user, mailbox="INBOX"):
        """A client that has logged in and selected the mailbox; it logs out at the end."""
        with imaplib.IMAP4(HOST, self.ports["imap"], timeout=60) as client:
            client.login(user, PASSWORD)
            client.select(mailbox)
            yield client

    def empty(self, user, mailbox="INBOX"):
        with self.mail(user) as client:
            if client.select(mailbox)[1] != [b"0"]:
                client.store("1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()

    def resident(self):
        """Octets of memory that the server holds."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def log_size(self):
        return self.log.stat().st_size if self.log.exists() else 0

    def log_text(self, since=0):
        """What the server said after its log had that size; of much, the end."""
        return self.log.read_bytes()[since:][-8000:].decode(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            print(self.log_text(), file=sys.stderr)
        self.remove()

    def remove(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class Roost(Server):
    def __init__(self, binary, options=()):
        super().__init__()
        self.binary = str(pathlib.Path(binary).resolve())
        self.options = list(options)
        self.certificate = self.data / "tls-cert.pem"
        for user in USERS:
            self.run("user", "add", user, input=PASSWORD + "\n")
        self.start()

    def run(self, *arguments, **options):
        """A roost command on this server's data, to its end."""
        return subprocess.run([self.binary, *arguments, "--data", self.data], check=True, text=True,
                              timeout=60, capture_output=True, **options)

    def start(self):
        """On the ports that it had, if it ran before."""
        listeners = [option for name in ("imap", "imaps", "lmtp")
                     for option in (f"--{name}", f"{HOST}:{self.ports.get(name, 0)}")]
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=16"
        environment = os.environ | {"ASAN_OPTIONS": sanitizer.removeprefix(":")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.binary, "serve", "--data", self.data, *listeners, *self.options],
                                            stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        self.ports = {}
        while not {"imap", "imaps", "lmtp"} <= self.ports.keys():
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"roost did not start:\n{self.log_text()}")
            word, *rest = line.split()
            if word == "listening":
                self.ports[rest[0]] = int(rest[1].rpartition(":")[2])

    def stop(self):
        """SIGTERM: it must end by itself, with 0."""
        if self.process is None:
            return
        process, self.process = self.process, None
        process.terminate()
        try:
            status = process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "no end within 30 s"
        process.stdout.close()
        if status != 0:
            raise RuntimeError(f"roost ended with {status}:\n{self.log_text()}")

    def kill(self):
        """SIGKILL: no goodbye."""
        process, self.process = self.process, None
        process.kill()
        process.wait()
        process.stdout.close()


def start_server(name, **options):
    """A path of the roost program, or one of foreign.NAMES; each has options of its own."""
    import foreign

    return (foreign.start if name in foreign.NAMES else Roost)(name, **options)


class ServerCase(unittest.TestCase):
    """A server for all tests of the class, as self.server: the one of the command line, or another."""

    server_name = None
    server_options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = start_server(cls.server_name or main.server, **cls.server_options)
        cls.addClassCleanup(cls.server.remove)

    def run(self, result):
        """Adds to a failure what the server said."""
        failures, size = len(result.failures) + len(result.errors), self.server.log_size()
        super().run(result)
        if len(result.failures) + len(result.errors) > failures:
            print(f"--- log of {type(self.server).__name__}\n{self.server.log_text(size)}---", file=sys.stderr)
        return result

    def play(self, command, answers, **options):
        """Runs a client whose last line is "done". `answers` maps what it may say before to what is then to be done."""
        said = ""
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as client:
            for line in client.stdout:
                said = line.rstrip("\n")
                if said in answers:
                    answers[said]()
        self.assertEqual((client.returncode, said), (0, "done"))


def main(*, needs=()):
    """Call instead of unittest.main(). `needs`: programs without which the script has nothing to test."""
    for program in needs:
        if not shutil.which(program):
            print(f"{program} is not installed: skipped")
            sys.exit(SKIPPED)
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} ROOST|SERVER [TEST …]")
    main.server = sys.argv.pop(1)
    result = unittest.main(module="__main__", verbosity=2, exit=False).result
    if result.wasSuccessful() and result.skipped:
        sys.exit(SKIPPED)  # in part: the words above say what
    sys.exit(not result.wasSuccessful())


@contextlib.contextmanager
def scratch_directory():
    with tempfile.TemporaryDirectory(prefix="roost-test-") as name:
        yield pathlib.Path(name)
