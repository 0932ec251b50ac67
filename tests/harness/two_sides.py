"""Two places with the same mailboxes, and a scenario for the program that keeps them equal in both directions."""

import collections
import imaplib
import mailbox
import re

from server import HOST, PASSWORD

# Flags, and the letters that a Maildir has for them. It has none for keywords.
LETTERS = {r"\Seen": "S", r"\Answered": "R", r"\Flagged": "F", r"\Draft": "D"}
KEYWORD = "$Kestrel"


def message(number):
    return (f"From: ann@example.org\r\nSubject: letter {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\n"
            + f"Line {number}, Zoë.\r\n" * (number % 40 + 1)).encode()


def number_of(octets):
    return int(re.search(rb"(?m)^Subject: letter (\d+)", octets)[1])


class ImapSide:
    flags = LETTERS.keys() | {KEYWORD}

    def __init__(self, server):
        self.client = imaplib.IMAP4(HOST, server.ports["imap"], timeout=60)
        self.client.login("alice", PASSWORD)

    def close(self):
        self.client.shutdown()

    def create(self, name):
        assert self.client.create(name)[0] == "OK"

    def append(self, name, number, flags):
        assert self.client.append(name, f"({' '.join(flags)})", None, message(number))[0] == "OK"

    def change(self, name, numbers, flags):
        """Gives those letters these flags, and no others."""
        self.store(name, numbers, "FLAGS", flags)

    def remove(self, name, numbers):
        self.store(name, numbers, "+FLAGS", [r"\Deleted"])
        self.client.expunge()

    def store(self, name, numbers, item, flags):
        wanted = [at for at, (octets, _) in enumerate(self.messages(name), 1) if number_of(octets) in numbers]
        assert len(wanted) == len(numbers)
        assert self.client.store(",".join(map(str, wanted)), item, f"({' '.join(flags)})")[0] == "OK"

    def messages(self, name):
        """Octets and flags of each."""
        status, count = self.client.select(name)
        assert status == "OK", name
        if count == [b"0"]:
            return []
        fetched = self.client.fetch("1:*", "(FLAGS BODY.PEEK[])")[1]
        return [(item[1], {flag.decode() for flag in imaplib.ParseFlags(item[0])}) for item in fetched if isinstance(item, tuple)]


class MaildirSide:
    flags = LETTERS.keys()

    def __init__(self, directory):
        self.directory = directory

    def close(self):
        pass

    def open(self, name, create=False):
        return mailbox.Maildir(self.directory / name, factory=None, create=create)

    def create(self, name):
        self.open(name, create=True)

    def append(self, name, number, flags):
        entry = mailbox.MaildirMessage(message(number).replace(b"\r\n", b"\n"))
        self.flag(entry, flags)
        self.open(name).add(entry)

    @staticmethod
    def flag(entry, flags):
        entry.set_subdir("cur")
        entry.set_flags("".join(sorted(LETTERS[flag] for flag in flags if flag in LETTERS)))

    def change(self, name, numbers, flags):
        box = self.open(name)
        for key in self.keys(box, numbers):
            entry = box[key]
            self.flag(entry, flags)
            box[key] = entry

    def remove(self, name, numbers):
        box = self.open(name)
        for key in self.keys(box, numbers):
            box.remove(key)

    @staticmethod
    def keys(box, numbers):
        wanted = [key for key in box.keys() if number_of(box.get_bytes(key)) in numbers]
        assert len(wanted) == len(numbers)
        return wanted

    def messages(self, name):
        box = self.open(name)
        of_letters = {letter: flag for flag, letter in LETTERS.items()}
        return [(box.get_bytes(key), {of_letters[letter] for letter in box[key].get_flags() if letter in of_letters})
                for key in box.keys()]


class TwoSides:
    """For a ServerCase that has two sides, self.near and self.far, and a way to make them equal, self.sync()."""

    def assert_equal_with(self, name, count):
        known = self.near.flags & self.far.flags
        near, far = (collections.Counter((octets.replace(b"\r\n", b"\n"), frozenset(flags & known))
                                         for octets, flags in side.messages(name)) for side in (self.near, self.far))
        self.assertEqual(near.total(), count, name)
        self.assertEqual(near, far, name)

    def keeps_equal(self, count, letters):
        """INBOX begins on one side, with count messages, the mailbox Letters on the other; then both sides change. count >= 100."""
        for number in range(count):
            flags = [r"\Seen", KEYWORD] if number % 3 == 0 else [r"\Flagged", r"\Answered"] if number % 7 == 0 else []
            self.near.append("INBOX", number, flags)
        self.far.create("Letters")
        for number in range(1000, 1000 + letters):
            self.far.append("Letters", number, [r"\Draft"])
        self.sync()
        self.assert_equal_with("INBOX", count)
        self.assert_equal_with("Letters", letters)

        self.near.change("INBOX", range(20), [r"\Draft", r"\Seen"])
        self.near.remove("INBOX", range(20, 40))
        self.near.append("INBOX", count, [])
        self.far.change("INBOX", range(60, 80), [])
        self.far.remove("INBOX", range(80, 100))
        self.far.append("INBOX", count + 1, [r"\Seen"])
        self.far.remove("Letters", range(1000, 1000 + letters))
        self.sync()
        self.assert_equal_with("INBOX", count - 20 - 20 + 2)
        self.assert_equal_with("Letters", 0)
