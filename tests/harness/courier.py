"""Courier-IMAP 5.0 (see foreign.py), with IDLE by gamin, and passwords in a userdb. It comes without LMTP."""

import os
import subprocess
import time

from foreign import MAIL_ID, ForeignServer
from server import HOST, PASSWORD

SETTINGS = """
ADDRESS={host}
PORT={imap}
SSLADDRESS={host}
SSLPORT={imaps}
MAXDAEMONS=200
MAXPERIP=200
IMAP_ENHANCEDIDLE=1
IMAPDSTARTTLS=YES
TLS_CERTFILE={dir}/both.pem
TLS_CACHEFILE=
# The name of gamin's abstract socket, which mount namespaces do not part.
GAM_CLIENT_ID={dir.name}
"""

AUTHENTICATION = """
authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
"""


class Courier(ForeignServer):
    packages = ("courier-imap", "courier-base", "courier-authlib", "courier-authdaemon", "courier-authlib-userdb",
                "libcourier-unicode4", "gamin", "libgamin0", "libgdbm6", "libglib2.0-0", "libidn12", "libltdl7", "libpcre3")
    listeners = ("imap", "imaps")
    command = "sleep infinity"

    def configure(self):
        courier = self.etc / "courier"
        courier.mkdir()
        for suffix in ("", "-ssl"):
            defaults = (self.tree / f"etc/courier/imapd{suffix}").read_text()
            ours = SETTINGS.format(host=HOST, dir=self.directory, **self.ports)
            (courier / f"imapd{suffix}").write_text(defaults + ours + self.settings)
        (courier / "authdaemonrc").write_text(AUTHENTICATION)
        both = self.directory / "both.pem"
        both.write_text(self.certificate.read_text() + (self.directory / "key.pem").read_text())
        os.chown(both, MAIL_ID, MAIL_ID)
        password = subprocess.check_output(["openssl", "passwd", "-6", PASSWORD], text=True).strip()
        accounts = []
        for user, home in self.homes.items():
            for folder in ("Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"):
                (home / folder).mkdir()
                os.chown(home / folder, MAIL_ID, MAIL_ID)
            accounts.append(f"{user}\tuid={MAIL_ID}|gid={MAIL_ID}|home={home}|systempw={password}\n")
        (courier / "userdb").write_text("".join(accounts))
        (courier / "userdb").chmod(0o600)
        self.prepare = f"""
{self.users_for_system("courier")}
ulimit -n 1024  # gamin closes as many descriptors one by one before it starts
mkdir -p /run/courier/authdaemon
makeuserdb
ln -s /usr/lib/courier/makedat /usr/bin/makedat
authdaemond start
/usr/lib/courier/imapd start
/usr/lib/courier/imapd-ssl start
"""

    def deliver(self, user, message):
        """As a delivery agent does: a new file of the Maildir, in one step. Courier numbers new files by their names, of which it
        takes the first part for seconds; a client that only looks makes it number them anew each time."""
        seconds, rest = divmod(time.time_ns(), 10**9)
        name = f"{seconds}.M{rest // 1000:06}P{os.getpid()}.test"
        maildir = self.homes[user] / "Maildir"
        (maildir / "tmp" / name).write_bytes(message.replace(b"\r\n", b"\n"))
        os.chown(maildir / "tmp" / name, MAIL_ID, MAIL_ID)
        (maildir / "tmp" / name).rename(maildir / "new" / name)
