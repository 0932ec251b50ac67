"""Dovecot 2.3 (see foreign.py) with Maildir, on request one that hibernates: an idle connection is handed to the process
imap-hibernate after a second, and back when something happens."""

from foreign import MAIL_ID, ForeignServer
from server import HOST, PASSWORD

CONFIGURATION = """
protocols = imap lmtp
listen = {host}
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_username_format = %Ln
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = passwd-file
  args = {dir}/users
}}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 1000
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = {host}
    port = {lmtp}
  }}
}}
"""

HIBERNATION = """
imap_hibernate_timeout = 1 s
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0666
  }
}
service imap {
  unix_listener imap-master {
    user = $default_internal_user
  }
}
"""


class Dovecot(ForeignServer):
    packages = ("dovecot-imapd", "dovecot-core", "dovecot-lmtpd", "libapparmor1", "libcap2", "libexttextcat-2.0-0", "liblua5.4-0",
                "libsodium23", "libstemmer0d", "libunwind8", "libwrap0")
    command = "dovecot -F"

    def __init__(self, *, hibernate=False, settings=""):
        super().__init__(settings=(HIBERNATION if hibernate else "") + settings)

    def configure(self):
        folder = self.etc / "dovecot"
        folder.mkdir()
        configuration = CONFIGURATION.format(host=HOST, dir=self.directory, password=PASSWORD, **self.ports)
        (folder / "dovecot.conf").write_text(configuration + self.settings)
        (self.directory / "users").write_text("".join(f"{user}::{MAIL_ID}:{MAIL_ID}::{home}::\n"
                                                      for user, home in self.homes.items()))
        self.prepare = self.users_for_system("dovecot", "dovenull")
