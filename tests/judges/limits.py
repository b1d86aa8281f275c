"""Limits: large requests get 414 or 431, slow and silent connections are closed after 10 s, others do not notice."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import fetch

# Who has asked for something may be silent for 60 s; the rest is for a slow machine.
CLOSED_WITHIN = 25
IDLE = 200
LINE = b"GET /feeds/all.rss HTTP/1.1\r\nHost: a.example\r\n"


def judge(bantin, claims):
    large = {
        "a target of 20 kB": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", (414,)),
        "a target of 200 kB": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", (414, 431, 0)),
        "a header of 60 kB": (LINE + b"X-Large: " + b"a" * 60_000 + b"\r\n\r\n", (431,)),
        "a header of 1 MiB": (LINE + b"X-Large: " + b"a" * 1_048_576 + b"\r\n\r\n", (431, 0)),
        "500 headers": (LINE + b"".join(b"X-%d: a\r\n" % n for n in range(500)) + b"\r\n", (431,)),
        "5,000 headers": (LINE + b"".join(b"X-%d: a\r\n" % n for n in range(5000)) + b"\r\n", (431, 0)),
    }
    with ThreadPoolExecutor(len(large)) as threads:
        statuses = threads.map(lambda asked: fetch.raw_status(bantin.port, asked[0]), large.values())
        for (what, (_, allowed)), status in zip(large.items(), statuses):
            claims.among(status, allowed, what)
    ample = LINE + b"Cookie: " + b"a" * 4_000 + b"\r\nConnection: close\r\n\r\n"
    claims.same(fetch.raw_status(bantin.port, ample), 200, "a cookie of 4 kB")
    upload = b"POST /feeds/all.rss HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n" + b"a" * 20_000_000
    claims.among(fetch.raw_status(bantin.port, upload), (405, 413, 0), "an upload of 20 MB")

    lingering = {
        "silent": (b"", b""),
        "half a method": (b"GE", b""),
        "half a target": (b"GET /fee", b""),
        "half the headers": (LINE, b""),
        "a header, byte by byte": (LINE + b"X-Slow: ", b"a"),
        "new headers for ever": (LINE, b"X-Slow: a\r\n"),
        "half of HTTP/2's first line": (b"PRI * HTT", b""),
        "half of a TLS hello": (b"\x16\x03\x01\x02", b""),
    }
    with ThreadPoolExecutor(len(lingering) + 1) as threads, ExitStack() as idle:
        for _ in range(IDLE):
            idle.enter_context(socket.create_connection(("127.0.0.1", bantin.port)))
        watched = {what: threads.submit(lasts, bantin.port, *words) for what, words in lingering.items()}
        others = threads.submit(slow_answer, bantin)
        for what, lasted in watched.items():
            claims.that(lasted.result() <= CLOSED_WITHIN, f"{what}: open for more than {CLOSED_WITHIN} s")
        claims.that(others.result() < 1, f"meanwhile one of ten others waited {others.result():.2f} s")
    claims.note(f"{IDLE} idle connections beside; closed after {max(lasted.result() for lasted in watched.values()):.1f} s")


def lasts(port, first, more):
    """How long the other side keeps such a connection, in seconds."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(0.8)
        try:
            connection.sendall(first)
            while time.monotonic() - started < CLOSED_WITHIN + 1:
                try:
                    if not connection.recv(4096):
                        break
                except TimeoutError:
                    connection.sendall(more)
        except OSError:
            pass  # reset is closed too
    return time.monotonic() - started


def slow_answer(bantin):
    """What nine of ten answers take at most: any one may meet a moment in which the machine does something else."""
    took = []
    for _ in range(50):
        started = time.monotonic()
        assert bantin.get("feeds/all.rss").status == 200
        took.append(time.monotonic() - started)
        time.sleep(0.1)
    return sorted(took)[-5]
