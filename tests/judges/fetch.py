"""HTTP as a plain client speaks it: nothing added, nothing decoded, nothing followed."""

import gzip
import http.client
import socket
import time
from urllib.parse import urlsplit

import brotli
import zstandard

# In seconds; and how long one may be listened to who does not leave.
TIMEOUT = 30
LISTENED = 15
# How often one comes back for what is not ready.
MOST_TRIES = 200


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __getitem__(self, name):
        """All values of a header joined by a comma; None when it is absent."""
        values = self.all(name)
        return ", ".join(values) if values else None

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def plain(self):
        """The body without its content coding."""
        coding = self["Content-Encoding"]
        if coding in (None, "identity"):
            return self.body
        if coding == "gzip":
            return gzip.decompress(self.body)
        if coding == "br":
            return brotli.decompress(self.body)
        if coding == "zstd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(self.body)
        raise ValueError(f"unknown Content-Encoding {coding}")

    @property
    def text(self):
        return self.plain.decode("utf-8")


def request(url, method="GET", headers=None, body=None):
    """One request on a connection of its own. `headers` is a dict or a list of pairs."""
    parts = urlsplit(url)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        pairs = headers.items() if isinstance(headers, dict) else headers or []
        for name, value in pairs:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Reply(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def get(url, **headers):
    """`get(url, accept_encoding="gzip")`"""
    return request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


def patiently(ask):
    """What one gets who comes back as asked to for what is not ready yet (RFC 9110, section 10.2.3)."""
    for _ in range(MOST_TRIES):
        reply = ask()
        if reply.status != 503 or reply["Retry-After"] is None:
            break
        time.sleep(int(reply["Retry-After"]))
    return reply


def raw(port, data, seconds=LISTENED):
    """Sends bytes as they are and reads until the other side closes or the time is over."""
    deadline = time.monotonic() + seconds
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(data)
        except OSError:
            pass  # closed before all was said: what it answered still counts
        while time.monotonic() < deadline:
            connection.settimeout(max(0.05, deadline - time.monotonic()))
            try:
                piece = connection.recv(65536)
            except OSError:
                break
            if not piece:
                break
            answer += piece
    return answer


def raw_status(port, data, seconds=LISTENED):
    """The status of the first answer to these bytes; 0 when the connection was closed without one."""
    answer = raw(port, data, seconds)
    if not answer.startswith(b"HTTP/1."):
        return 0
    return int(answer.split(b" ", 2)[1])


def wait_for(look, seconds, every=0.05):
    """Calls `look` until it returns something true; returns that, or None when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            return None
        time.sleep(every)
