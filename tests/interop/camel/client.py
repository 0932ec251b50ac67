#!/usr/bin/python3
"""Evolution's mail engine without its windows: an IMAP account of Camel, from Debian's Python, for which its bindings are.

    client.py DIRECTORY PORT first|second

DIRECTORY keeps what Camel knows from one start to the next. "deliver" on standard output asks camel_test.py for a message, and the
last line is "done". What goes over the wire comes on standard error.
"""

import contextlib
import os
import sys
import threading

import gi

gi.require_version("Camel", "1.2")
from gi.repository import Camel, Gio, GLib  # noqa: E402

PASSWORD = os.environ["PASSWORD"]
WAIT = 30  # seconds
WORDS = os.fdopen(os.dup(1), "w")  # what Camel says of the wire goes where errors do
os.dup2(2, 1)


class Session(Camel.Session):
    __gtype_name__ = "InteropSession"

    def do_authenticate_sync(self, service, mechanism, cancellable):
        service.set_password(PASSWORD)
        return service.authenticate_sync(mechanism, cancellable) == Camel.AuthenticationResult.ACCEPTED

    def do_trust_prompt(self, _service, _certificate, _errors):
        return Camel.CertTrust.FULLY

    def do_get_filter_driver(self, _kind, _for_folder):
        return None


@contextlib.contextmanager
def account(directory, port):
    """The account, connected."""
    Camel.init(directory, True)
    Camel.Provider.init()
    loop = GLib.MainLoop()
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    session = Session(user_data_dir=f"{directory}/data", user_cache_dir=f"{directory}/cache")
    session.set_online(True)
    store = session.add_service("alice", "imapx", Camel.ProviderType.STORE)
    settings = store.ref_settings()
    for name, value in {"host": "localhost", "port": port, "user": "alice", "auth-mechanism": "PLAIN",
                        "security-method": Camel.NetworkSecurityMethod.SSL_ON_ALTERNATE_PORT,
                        "use-qresync": True, "use-idle": True}.items():
        settings.set_property(name, value)
    assert store.set_online_sync(True, None)
    assert store.connect_sync(None)
    yield store
    assert store.disconnect_sync(True, None)
    loop.quit()
    thread.join()


class Mailbox:
    def __init__(self, store, name):
        self.folder = store.get_folder_sync(name, 0, None)
        self.changed = threading.Condition()
        self.folder.connect("changed", self.on_changed)
        assert self.folder.refresh_info_sync(None)

    def on_changed(self, _folder, _changes):
        with self.changed:
            self.changed.notify_all()

    def uids(self):
        return sorted(self.folder.get_uids(), key=int)

    def subject(self, uid):
        return self.folder.get_message_info(uid).get_subject()

    def subjects(self):
        return [self.subject(uid) for uid in self.uids()]

    def flag(self, uid, flag):
        self.folder.get_message_info(uid).set_flags(flag, flag)

    def flags(self, uid):
        return self.folder.get_message_info(uid).get_flags()

    def wait_for(self, condition, what):
        with self.changed:
            assert self.changed.wait_for(condition, WAIT), what

    def synchronise(self, expunge=False):
        assert self.folder.synchronize_sync(expunge, None)


def first(store):
    inbox = Mailbox(store, "INBOX")
    assert inbox.subjects() == [f"letter {number}" for number in range(5)], inbox.subjects()
    uids = inbox.uids()
    text = inbox.folder.get_message_sync(uids[3], None)
    assert text.get_subject() == "letter 3"
    assert text.get_content().get_byte_array() == b"Text 3, Zo\xc3\xab.\r\n", text.get_content().get_byte_array()

    print("deliver", file=WORDS, flush=True)
    inbox.wait_for(lambda: "pushed" in inbox.subjects(), "a delivery while it idles")

    inbox.flag(uids[0], Camel.MessageFlags.FLAGGED)
    inbox.folder.get_message_info(uids[0]).set_user_flag("$Kestrel", True)
    inbox.synchronise()
    store.create_folder_sync(None, "Attic", None)
    attic = Mailbox(store, "Attic")
    assert inbox.folder.transfer_messages_to_sync([uids[1]], attic.folder, False, None)[0]
    assert inbox.folder.transfer_messages_to_sync([uids[2]], attic.folder, True, None)[0]
    written = Camel.MimeMessage()
    octets = Gio.MemoryInputStream.new_from_data(b"From: ann@example.org\r\nSubject: written\r\n\r\nhere\r\n")
    assert written.construct_from_input_stream_sync(octets, None)
    information = Camel.MessageInfoBase()
    information.set_flags(Camel.MessageFlags.SEEN, Camel.MessageFlags.SEEN)
    assert attic.folder.append_message_sync(written, information, None)[0]
    assert attic.folder.refresh_info_sync(None)
    assert attic.subjects() == ["letter 1", "letter 2", "written"], attic.subjects()

    inbox.flag(uids[4], Camel.MessageFlags.DELETED)
    inbox.synchronise(expunge=True)
    assert inbox.folder.search_by_expression('(match-all (body-contains "Text 1"))', None) == [uids[1]]


def second(store):
    inbox = Mailbox(store, "INBOX")
    assert inbox.subjects() == ["letter 0", "letter 1", "pushed", "between"], inbox.subjects()
    seen = {inbox.subject(uid): bool(inbox.flags(uid) & Camel.MessageFlags.SEEN) for uid in inbox.uids()}
    assert seen == {"letter 0": False, "letter 1": True, "pushed": False, "between": False}, seen
    first_uid = inbox.uids()[0]
    assert inbox.flags(first_uid) & Camel.MessageFlags.FLAGGED
    assert inbox.folder.get_message_info(first_uid).get_user_flag("$Kestrel")
    attic = Mailbox(store, "Attic")
    assert attic.subjects() == ["letter 1", "written"], attic.subjects()
    assert attic.flags(attic.uids()[0]) & Camel.MessageFlags.ANSWERED


if __name__ == "__main__":
    with account(sys.argv[1], int(sys.argv[2])) as connected:
        {"first": first, "second": second}[sys.argv[3]](connected)
    print("done", file=WORDS, flush=True)
