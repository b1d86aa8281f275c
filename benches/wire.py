"""HTTP/1.1 on a kept connection, with as little of the client in the measured time as Python allows."""

import gzip
import re
import socket
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def __getitem__(self, name):
        """The value of a header; None when it is absent."""
        found = re.search(rb"\r\n%s: *([^\r]*)" % re.escape(name.encode()), self.head, re.IGNORECASE)
        return found and found[1].decode()

    @property
    def plain(self):
        return gzip.decompress(self.body) if self["content-encoding"] == "gzip" else self.body

    @property
    def text(self):
        return self.plain.decode()


def request(path, **headers):
    """`request("/feeds/all.rss", accept_encoding="gzip")`; a header that is None is left out."""
    said = [f"GET {path} HTTP/1.1", "host: tin.example.vn"]
    said += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*said, "", ""]).encode()


class Connection:
    def __init__(self, port, seconds=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, request):
        self.socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self.more()
        head, body = data[: end + 4], [data[end + 4 :]]
        status = int(head[9:12])
        if status != 304:
            left = int(re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)[1]) - len(body[0])
            while left > 0:
                body.append(self.more())
                left -= len(body[-1])
        return Answer(status, head, b"".join(body))

    def more(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("closed in the middle of an answer")
        return data


def get(port, path, **headers):
    """One request on a connection of its own."""
    with Connection(port) as connection:
        return connection.ask(request(path, **headers))
