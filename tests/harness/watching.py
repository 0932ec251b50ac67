"""`roost watch`, for the tests that look at what it reports."""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from server import HOST, PASSWORD

PATIENCE = 120  # seconds; a connection may have to be made again some times


class Watching:
    """A process, to be used as a context manager. `events` are those it has printed, as dictionaries."""

    def __init__(self, binary, *urls, options=(), program=()):
        self.scratch = tempfile.TemporaryDirectory(prefix="roost-test-")
        self.health = pathlib.Path(self.scratch.name) / "health"
        self.command = [str(binary), "watch", *urls, "--json", "--envelope", "--health", str(self.health),
                        "--password-command", f"printf {PASSWORD}", *options, *(("--", *program) if program else ())]
        self.events = []
        self.changed = threading.Condition()
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.scratch.cleanup()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        self.reader = threading.Thread(target=self.read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def read(self, lines):
        with lines:
            for line in lines:
                if not line.endswith("\n"):
                    return  # it was killed in the middle of it
                with self.changed:
                    self.events.append(json.loads(line))
                    self.changed.notify_all()

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.end()

    def end(self):
        """The exit code, when it ends."""
        process, self.process = self.process, None
        code = process.wait(timeout=PATIENCE)
        self.reader.join(timeout=PATIENCE)
        return code

    def kill(self):
        """SIGKILL; then `events` are all that it has printed."""
        process, self.process = self.process, None
        process.kill()
        process.wait()
        self.reader.join(timeout=PATIENCE)
        self.health.unlink(missing_ok=True)

    def caught_up(self, seconds=PATIENCE):
        """Waits until all that was there is dealt with."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                health = json.loads(self.health.read_text())
                if all(account["status"] == "ok" for account in health["accounts"]):
                    return self
            except FileNotFoundError:
                health = None
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"not caught up: {health}")
            time.sleep(0.02)

    def until(self, done, seconds=PATIENCE):
        """Waits until done(events); the events."""
        with self.changed:
            if not self.changed.wait_for(lambda: done(self.events), timeout=seconds):
                raise AssertionError(f"after {seconds} s: {self.events}")
            return list(self.events)

    def subjects(self):
        """How often each new message was reported, by its subject."""
        return collections.Counter(event["envelope"]["subject"] for event in self.events if event["event"] == "MessageNew")


def clear_url(port, mailbox="INBOX", user="alice"):
    return f"imap://{user}@{HOST}:{port}/{mailbox}"
