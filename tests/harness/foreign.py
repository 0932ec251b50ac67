"""Servers of other people (dovecot.py, cyrus.py, courier.py), to show that a script is right, or that a client is.

None is installed: their Debian packages exclude one another. `fetch` downloads them once into a cache and unpacks them.
A server runs as root in mount and PID namespaces of its own, where its packages lie over /usr and /etc, /run, /tmp and
/dev are private, and everything it wrote or started is gone when the first process ends. Only `directory` is shared
with this side, and the network, of which it uses free ports of loopback.
"""

import contextlib
import fcntl
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from server import HOST, USERS, Server

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "roost" / "servers"
NAMES = ("courier", "cyrus", "dovecot", "dovecot-hibernating")
MAIL_ID = 65534  # the uid and gid of nobody, to whom all mail belongs
PATIENCE = 60  # seconds for a start; a machine may be busy
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}

NAMESPACE = """
mount -t tmpfs -o mode=755 none /run
mkdir /run/dev /run/directory
for folder in usr etc; do
  mkdir /run/$folder /run/$folder.work
  mount -t overlay overlay -o "lowerdir=$TREE/$folder:/$folder,upperdir=/run/$folder,workdir=/run/$folder.work" /$folder
done
cp -r "$DIRECTORY/etc/." /etc
mount --bind "$DIRECTORY" /run/directory
mount -t tmpfs -o mode=1777 none /tmp
mkdir -p "$DIRECTORY"
mount --move /run/directory "$DIRECTORY"
for device in null zero full random urandom; do
  : >/run/dev/$device
  mount --bind /dev/$device /run/dev/$device
done
ln -s "$DIRECTORY/log.socket" /run/dev/log
mount --rbind /run/dev /dev
mount -t proc proc /proc
"""

# All ends with the process that started it, however that ends.
NAMESPACES = ("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child")

# The first `wait` is interrupted by the signal, the second waits for the end. What is left is told to end, as systemd does.
SUPERVISION = """
server=$!
trap 'kill $server' TERM
wait $server || wait $server || :
kill -TERM -1 2>/dev/null || :
until set -- /proc/[0-9]* && [ $# -eq 1 ]; do sleep 0.05; done
"""


class Unavailable(Exception):
    """The server cannot run here; the text says why."""


def fetch(name, packages):
    """The folder in the cache with the unpacked packages; downloads them if they are not there."""
    CACHE.mkdir(parents=True, exist_ok=True)
    tree = CACHE / name
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = tree / "packages"
        if stamp.exists() and stamp.read_text().split() == list(packages):
            return tree
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            new = pathlib.Path(scratch) / "tree"
            new.mkdir()
            download(packages, scratch)
            for package in pathlib.Path(scratch).glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, new], check=True)
            subprocess.run(["cp", "-a", f"{new}/lib/.", new / "usr/lib"], check=True)  # /lib is a link to it
            (new / "packages").write_text("\n".join(packages))
            shutil.rmtree(tree, ignore_errors=True)
            new.chmod(0o755)
            new.rename(tree)
    return tree


def download(packages, folder):
    for program in ("apt-get", "dpkg"):
        if not shutil.which(program):
            raise Unavailable(f"without {program} {packages[0]} cannot be had")
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages]
    if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0:
        return
    if os.geteuid() == 0:  # the lists of packages may be absent or old
        subprocess.run(["apt-get", "-qq", "update"], capture_output=True, check=False)
    again = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if again.returncode != 0:
        raise Unavailable(f"{packages[0]} cannot be downloaded: {again.stderr.partition(chr(10))[0]}")


HELD = []


def free_port():
    """A port of loopback that is for this process until it ends: held by the name of a socket among all that ask here, and
    below the ports that the system gives away (if there is room), so that no connection has it while the server is down."""
    given_away = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, max(given_away, 20_000))
        holder = socket.socket(socket.AF_UNIX)
        with socket.socket() as listener:
            try:
                holder.bind(f"\0roost-test-port-{port}")
                listener.bind((HOST, port))
            except OSError:
                holder.close()
                continue
        HELD.append(holder)
        return port


def answers(port):
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class ForeignServer(Server):
    """A subclass names its packages (first the one that gives it its name) and listeners, writes its configuration below
    self.etc in configure(), and says how it is started: prepare, shell commands that end, and command, which stays.
    `settings` are lines for the end of its main configuration file."""

    packages = ()
    listeners = ("imap", "imaps", "lmtp")
    prepare = ""
    command = ""

    def __init__(self, *, settings=""):
        self.settings = settings
        attempt = subprocess.run([*NAMESPACES, "mount", "-t", "tmpfs", "none", "/run"],
                                 capture_output=True, text=True, check=False)
        if attempt.returncode != 0:
            raise Unavailable(f"{self.packages[0]} runs in namespaces of its own, as root: {attempt.stderr.strip()}")
        self.tree = self.fetch()
        super().__init__()
        self.directory.chmod(0o755)
        self.etc = self.directory / "etc"
        self.etc.mkdir()
        self.log_socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.log_socket.bind(str(self.directory / "log.socket"))
        (self.directory / "log.socket").chmod(0o666)
        threading.Thread(target=self.keep_log, daemon=True).start()
        try:
            self.certificate = self.directory / "cert.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.directory / "key.pem",
                            "-out", self.certificate], check=True, capture_output=True)
            os.chown(self.directory / "key.pem", MAIL_ID, MAIL_ID)
            self.ports = {name: free_port() for name in self.listeners}
            self.homes = {user: self.data / user for user in USERS}
            for folder in (self.data, *self.homes.values()):
                folder.mkdir(exist_ok=True)
                os.chown(folder, MAIL_ID, MAIL_ID)
            self.configure()
            self.start()
        except BaseException:
            self.remove()
            raise

    @classmethod
    def fetch(cls):
        return fetch(cls.__name__.lower(), cls.packages)

    def configure(self):
        raise NotImplementedError

    @staticmethod
    def users_for_system(*names):
        """Lines for /etc/passwd and /etc/group, of names that the server looks for and that all mean nobody."""
        return "".join(f"echo {name}:x:{MAIL_ID}:{MAIL_ID}::/:/bin/false >>/etc/passwd\n"
                       f"echo {name}:x:{MAIL_ID}: >>/etc/group\n" for name in names)

    def keep_log(self):
        """What comes to the private /dev/log is a line of self.log."""
        with self.log.open("ab", buffering=0) as log, contextlib.suppress(OSError):
            while octets := self.log_socket.recv(65536):
                log.write(octets.rstrip(b"\0\n") + b"\n")

    def start(self):
        """On the ports that it had, if it ran before."""
        script = f"{NAMESPACE}\n{self.prepare}\n{self.command} &\n{SUPERVISION}"
        with self.log.open("ab") as log:
            # In a session of its own: Cyrus ends by a signal to its process group, which namespaces do not part.
            self.process = subprocess.Popen([*NAMESPACES, "sh", "-euc", script], start_new_session=True,
                                            env=ENVIRONMENT | {"TREE": str(self.tree), "DIRECTORY": str(self.directory)},
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        for port in self.ports.values():
            while not answers(port):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.packages[0]} did not start:\n{self.log_text()}")
                time.sleep(0.02)

    def stop(self):
        """SIGTERM, then the end of the namespace with all that is left in it."""
        if self.process is None:
            return
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            for first in children(self.process.pid):
                os.kill(first, signal.SIGTERM)
            self.process.wait(timeout=10)
        self.kill()

    def kill(self):
        process, self.process = self.process, None
        process.kill()
        process.wait()

    def programs(self):
        """The names of the programs that run now."""
        names, waiting = [], [self.process.pid]
        while waiting:
            with contextlib.suppress(OSError):  # it has just ended
                pid = waiting.pop()
                names.append(pathlib.Path(f"/proc/{pid}/comm").read_text().strip())
                waiting += children(pid)
        return names

    def remove(self):
        self.stop()
        with contextlib.suppress(OSError):
            self.log_socket.shutdown(socket.SHUT_RDWR)
        self.log_socket.close()
        super().remove()


def kinds():
    from courier import Courier
    from cyrus import Cyrus
    from dovecot import Dovecot

    return {"courier": Courier, "cyrus": Cyrus, "dovecot": Dovecot}


def start(name, **options):
    """One of NAMES. Where it cannot run, the test that asks for it is skipped, and says so."""
    try:
        kind, hibernating = name.partition("-")[::2]
        return kinds()[kind](**options, **({"hibernate": True} if hibernating else {}))
    except Unavailable as unavailable:
        raise unittest.SkipTest(str(unavailable)) from unavailable
