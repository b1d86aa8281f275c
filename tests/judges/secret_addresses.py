"""A secret address that is wrong, another partner's or nobody's is answered with the same bytes in the same time."""

import hashlib
import re
import signal
import socket
import statistics
import subprocess
import time

import bantin as installation
import fetch

AGREEMENT = '[partner]\norganisation = "{}"\n'
# How often each address is asked for, and by how much the medians may differ, in seconds.
ROUNDS = 20_000
DIFFERENCE = 5e-6
TRIES = 3
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office:
        tokens = {name: make(office, name) for name in ("dai", "bao")}
        own, other = tokens["dai"], tokens["bao"]
        fetch.wait_for(lambda: office.get(f"p/{own}/dai.rss").status == 200 and office.get(f"p/{other}/bao.rss").status == 200, 20)
        wrong = own[:-1] + ("0" if own[-1] != "0" else "1")
        addresses = {
            "a token that is none": f"/p/{wrong}/dai.rss",
            "nobody's token": f"/p/{nobodys()}/dai.rss",
            "another partner's token": f"/p/{other}/dai.rss",
            "an unknown name": f"/p/{own}/dao.rss",
            "a public name": f"/p/{own}/all.rss",
            "the public address": "/feeds/dai.rss",
        }
        answers = {what: answer(office, path) for what, path in addresses.items()}
        expected = answer(office, "/feeds/dao.rss")
        claims.that(expected.startswith(b"HTTP/1.1 404 "), f"an unknown feed: {expected[:60]}")
        for what, given in answers.items():
            claims.that(given == expected, f"{what} is answered otherwise than an unknown feed")
        for what in ("dai.rss", "dai.atom", "dai.json", ""):
            claims.same(office.get(f"p/{own}/{what}").status, 200, f"/p/…/{what}")
        told = "".join(office.get(path).text for path in ("", "opml.xml", "sitemap.xml", "robots.txt", "feeds/all.atom"))
        claims.that(own not in told and "feeds/dai" not in told, "a public document leads to a private feed")
        del addresses["the public address"]
        timed(office, claims, addresses)
        office.process.send_signal(signal.SIGTERM)
        office.process.wait(12)
        claims.that(own[:12] not in office.said(), "the log shows a token")


def make(office, name):
    (office.feeds / f"{name}.toml").write_text(AGREEMENT.format(name), "utf-8")
    run = subprocess.run(
        [office.binary, "token", name, "--feeds", str(office.feeds), "--base-url", office.base],
        capture_output=True, text=True, timeout=10, env=office.environment(),
    )  # fmt: skip
    return re.search(r"/p/(bt\w+)/", run.stdout).group(1)


def nobodys():
    """A token as bantin makes them, which it never made."""
    body = "bt" + "0" * 26
    return body + "".join(LETTERS[byte & 31] for byte in hashlib.sha256(body.encode()).digest()[:4])


def answer(office, path):
    said = fetch.raw(office.port, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode(), 5)
    return re.sub(rb"(?i)\r\ndate: [^\r]*", b"", said)


def timed(office, claims, addresses):
    """What makes them differ is there each time; what the machine does besides is not."""
    for attempt in range(TRIES):
        medians = ask_in_turn(office, addresses)
        apart = max(medians.values()) - min(medians.values())
        if apart < DIFFERENCE:
            break
    claims.that(apart < DIFFERENCE, f"medians differ by {apart * 1e6:.1f} µs: { {what: f'{m * 1e6:.1f}' for what, m in medians.items()} }")
    claims.note(f"{ROUNDS * len(addresses):,} requests, medians within {apart * 1e6:.1f} µs of {max(medians.values()) * 1e6:.0f}, try {attempt + 1}")


def ask_in_turn(office, addresses):
    """Asks for all in turn over one connection, so that whatever else the machine does falls on each alike."""
    requests = {what: f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for what, path in addresses.items()}
    took = {what: [] for what in addresses}
    with socket.create_connection(("127.0.0.1", office.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for turn in range(ROUNDS):
            names = list(requests)
            for what in names[turn % len(names) :] + names[: turn % len(names)]:
                began = time.perf_counter()
                connection.sendall(requests[what])
                said = connection.recv(65_536)
                took[what].append(time.perf_counter() - began)
                while not said.endswith(b"</html>"):
                    said += connection.recv(65_536)
    return {what: statistics.median(times) for what, times in took.items()}
