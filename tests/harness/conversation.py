"""A raw IMAP conversation, for what no well-behaved client library would say."""

import re
import socket
import ssl

from server import HOST, PASSWORD


class Conversation:
    """Reads give up after 30 s with an error. A connection that ends reads as b""."""

    def __init__(self, port, *, tls=None, greeting=True):
        self.socket = socket.create_connection((HOST, port), timeout=30)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.reader = self.socket.makefile("rb")
        self.greeting = self.line() if greeting else b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.reader.close()
        self.socket.close()

    def start_tls(self, context):
        """What was read ahead in clear stays unread: RFC 3501 section 6.2.1 lets nobody use it."""
        self.reader.close()
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.reader = self.socket.makefile("rb")

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        try:
            return self.reader.readline()
        except (ConnectionResetError, ssl.SSLEOFError):
            return b""

    def response(self):
        """A line with the literals that belong to it."""
        octets = self.line()
        while literal := re.search(rb"\{(\d+)\}\r\n\Z", octets):
            octets += self.reader.read(int(literal[1])) + self.line()
        return octets

    def until(self, prefix):
        """All responses up to the one that starts with `prefix`, or the end of the connection."""
        responses = []
        while response := self.response():
            responses.append(response)
            if response.startswith(prefix):
                break
        return responses

    def command(self, octets, tag=b"t"):
        """Sends one command and returns its responses. The last is the tagged one."""
        self.send(tag + b" " + octets + b"\r\n")
        return self.until(tag + b" ")

    def login(self, user="alice"):
        responses = self.command(f"LOGIN {user} {PASSWORD}".encode())
        if not responses or not responses[-1].startswith(b"t OK"):
            raise AssertionError(f"LOGIN: {responses}")
        return self


def trusting(certificate):
    """A TLS context that trusts this certificate alone."""
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    return context
