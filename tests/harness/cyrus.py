"""Cyrus IMAP 3.6 (see foreign.py), with idled, and passwords in a sasldb."""

from foreign import MAIL_ID, ForeignServer
from server import HOST, PASSWORD, USERS

IMAPD = """
configdirectory: {dir}/data/lib
defaultpartition: default
partition-default: {dir}/data/spool
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
lmtpsocket: /run/cyrus/lmtp
idlesocket: /run/cyrus/idle
notifysocket: /run/cyrus/notify
cyrus_user: nobody
cyrus_group: nogroup
admins: cyrus
servername: localhost
unixhierarchysep: yes
altnamespace: yes
virtdomains: off
autocreate_quota: 0
autocreate_post: yes
allowplaintext: yes
duplicatesuppression: no
delete_mode: immediate
expunge_mode: immediate
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {dir}/sasldb2
sasl_mech_list: PLAIN LOGIN SCRAM-SHA-1
tls_server_cert: {dir}/cert.pem
tls_server_key: {dir}/key.pem
syslog_prefix: cyrus
"""

MASTER = """
START {{
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"
  idled cmd="/usr/lib/cyrus/bin/idled"
}}
SERVICES {{
  imap cmd="/usr/lib/cyrus/bin/imapd -U 30" listen="{host}:{imap}" prefork=0
  imaps cmd="/usr/lib/cyrus/bin/imapd -s -U 30" listen="{host}:{imaps}" prefork=0
  lmtp cmd="/usr/lib/cyrus/bin/lmtpd -a" listen="{host}:{lmtp}" prefork=0
}}
EVENTS {{
}}
"""


class Cyrus(ForeignServer):
    packages = ("cyrus-imapd", "cyrus-common", "sasl2-bin", "libical3", "libjansson4", "libldap-2.5-0", "libpcre3", "libpq5",
                "libsasl2-2", "libsasl2-modules-db", "libsqlite3-0", "libwrap0", "libxapian30", "libxml2", "libzephyr4")
    command = "/usr/lib/cyrus/bin/master -C /etc/imapd.conf -M /etc/cyrus.conf"

    def configure(self):
        (self.etc / "imapd.conf").write_text(IMAPD.format(dir=self.directory) + self.settings)
        (self.etc / "cyrus.conf").write_text(MASTER.format(host=HOST, **self.ports))
        passwords = "".join(f"echo {PASSWORD} | saslpasswd2 -p -c -f {self.directory}/sasldb2 -u localhost {user}\n"
                            for user in USERS)
        self.prepare = f"""
mkdir -p /run/cyrus {self.directory}/data/lib/db {self.directory}/data/lib/socket {self.directory}/data/spool
{passwords}
chown -R {MAIL_ID}:{MAIL_ID} /run/cyrus {self.directory}/data {self.directory}/sasldb2
"""
