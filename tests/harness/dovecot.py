"""Dovecot 2.3 in place of Roost, to show that an interop script is right. Needs root. Not run by ctest."""

import os
import pwd
import socket
import subprocess
import time

from server import HOST, PASSWORD, USERS, Server

CONFIGURATION = """
protocols = imap lmtp
listen = {host}
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
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
first_valid_uid = {uid}
mail_location = maildir:~/Maildir
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


def free_port():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


class Dovecot(Server):
    def __init__(self):
        super().__init__()
        os.chmod(self.directory, 0o755)
        self.certificate = self.directory / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                        "-keyout", self.directory / "key.pem", "-out", self.certificate], check=True, capture_output=True)
        uid = pwd.getpwnam("nobody").pw_uid
        users = []
        for user in USERS:
            home = self.data / user
            home.mkdir()
            os.chown(home, uid, uid)
            users.append(f"{user}::{uid}:{uid}::{home}::\n")
        (self.directory / "users").write_text("".join(users))
        self.ports = {name: free_port() for name in ("imap", "imaps", "lmtp")}
        configuration = self.directory / "dovecot.conf"
        configuration.write_text(CONFIGURATION.format(host=HOST, dir=self.directory, uid=uid, password=PASSWORD, **self.ports))
        self.process = subprocess.Popen(["dovecot", "-F", "-c", configuration])
        while any(not self.answers(port) for port in self.ports.values()):
            time.sleep(0.02)

    @staticmethod
    def answers(port):
        with socket.socket() as client:
            return client.connect_ex((HOST, port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()
