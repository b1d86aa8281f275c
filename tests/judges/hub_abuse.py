"""The hub as strangers use it: no way to private addresses, floods bounded, large, slow and odd requests refused, nothing reflected."""

import http.client
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import bantin as installation
import fetch
import subscribing

TOPIC = "feeds/all.rss"
FORM = "application/x-www-form-urlencoded"
# Names of this machine, and of what may lie beside it, that callbacks must not have unless the site says so.
HERE = """
127.0.0.1 127.1 127.0.0.2 2130706433 0x7f000001 017700000001 0 0.0.0.0 localhost LOCALHOST. a.localhost
[::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::]
""".split()
MARK = "kiem-tra<script>alert(1)</script>\r\nX-Injected: yes"
FLOOD, CLIENTS = 2_000, 100
MOST_GROWTH = 64e6


def judge(site, claims):
    with installation.Bantin(site.binary) as bantin:
        private_callbacks(bantin, claims)
        odd_requests(bantin, claims)
        reflections(bantin, claims)
    with installation.Bantin(site.binary, flags=subscribing.ALLOW) as bantin, ThreadPoolExecutor(1) as beside:
        slow = beside.submit(slow_body, bantin)
        flood(bantin, claims)
        with installation.Bantin(site.binary, flags=subscribing.ALLOW) as another:
            victim(another, claims)
        claims.same(slow.result()[0], 408, "a body that does not end: status")
        claims.that(slow.result()[1] < 15, f"a body that does not end: answered after {slow.result()[1]:.0f} s")


def asking(bantin, callback=None, **more):
    asked = {"mode": "subscribe", "topic": bantin.public + TOPIC, "callback": callback} | more
    return urlencode({f"hub.{name}": value for name, value in asked.items() if value is not None}).encode()


def post(bantin, body, content_type=FORM, client=None):
    """A reply of the hub, to a client at this address of the machine."""
    connection = http.client.HTTPConnection("127.0.0.1", bantin.port, timeout=20, source_address=client and (client, 0))
    try:
        connection.request("POST", "/hub", body, {"Content-Type": content_type} if content_type else {})
        answer = connection.getresponse()
        return fetch.Reply(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


class Ear:
    """Counts who connects to it, and leaves them without an answer; `most` is how many there were at once."""

    def __init__(self, family, address):
        self.socket = socket.socket(family)
        if family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(address)
        self.socket.listen(1000)
        self.came, self.here, self.most = 0, 0, 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                connection, _ = self.socket.accept()
                self.came += 1
                self.here += 1
                self.most = max(self.most, self.here)
                threading.Thread(target=self.wait, args=(connection,), daemon=True).start()
        except OSError:
            pass  # closed: nobody listens any more

    def wait(self, connection):
        with connection:
            try:
                while connection.recv(65536):
                    pass
            except OSError:
                pass  # reset is gone, too
        self.here -= 1


@contextmanager
def ears():
    """Someone who listens at every address of this machine, of either kind."""
    four = Ear(socket.AF_INET, ("0.0.0.0", 0))
    port = four.socket.getsockname()[1]
    both = [four]
    if socket.has_dualstack_ipv6():
        both.append(Ear(socket.AF_INET6, ("::", port)))
    try:
        yield port, both
    finally:
        for ear in both:
            ear.socket.close()


def private_callbacks(bantin, claims):
    with ears() as (port, both):
        statuses = {}
        for host in HERE:
            statuses[host] = post(bantin, asking(bantin, f"http://{host}:{port}/cb")).status
            claims.that(400 <= statuses[host] < 500 or statuses[host] == 202, f"a callback at {host}: status {statuses[host]}")
        time.sleep(2)
        claims.same(sum(ear.came for ear in both), 0, "connections to this machine")
        refused = [host for host, status in statuses.items() if status != 202]
        claims.that(len(refused) > len(HERE) / 3, f"of {HERE} only {refused} are refused at once")
        with socket.create_connection(("127.0.0.1", port)):
            claims.that(fetch.wait_for(lambda: both[0].came, 2), "self-test: a connection was not counted")


def odd_requests(bantin, claims):
    callback = "http://192.0.2.1/cb"
    sound = asking(bantin, callback)
    for what, body, content_type, expected in [
        ("17 KiB", sound + b"&x=" + b"a" * 17 * 1024, FORM, (413,)),
        ("a body of another kind", b'{"hub.mode": "subscribe"}', "application/json", (415, 400)),
        ("a body of no kind", sound, None, (415, 400)),
        ("an empty body", b"", FORM, (400,)),
        ("no mode", asking(bantin, callback, mode=None), FORM, (400,)),
        ("an unknown mode", asking(bantin, callback, mode="destroy"), FORM, (400,)),
        ("no topic", asking(bantin, callback, topic=None), FORM, (400,)),
        ("no callback", asking(bantin, None), FORM, (400,)),
        ("another's topic", asking(bantin, callback, topic="https://other.example/feed"), FORM, (400, 403, 404)),
        ("a feed that is not there", asking(bantin, callback, topic=bantin.public + "feeds/khong-co.rss"), FORM, (202, 400, 404)),
        ("a page as the topic", asking(bantin, callback, topic=bantin.public + "feeds/all"), FORM, (400, 404)),
        ("a callback without a host", asking(bantin, "http:///cb"), FORM, (400,)),
        ("a callback with a password", asking(bantin, "http://a:b@192.0.2.1/cb"), FORM, (400,)),
        ("a callback with a fragment", asking(bantin, "http://192.0.2.1/cb#a"), FORM, (400,)),
        ("a callback of another scheme", asking(bantin, "file:///etc/passwd"), FORM, (400,)),
        ("a callback of 3,000 bytes", asking(bantin, "http://192.0.2.1/" + "a" * 3000), FORM, (400,)),
        ("a secret of 200 bytes", asking(bantin, callback, secret="a" * 200), FORM, (400,)),
        ("a lease in words", asking(bantin, callback, lease_seconds="long"), FORM, (202, 400)),
        ("a negative lease", asking(bantin, callback, lease_seconds="-1"), FORM, (202, 400)),
        ("bytes that are no text", b"hub.mode=%ff%fe&hub.topic=%00", FORM, (400,)),
    ]:
        reply = post(bantin, body, content_type)
        claims.among(reply.status, expected, what)
        if reply.status in (400, 403, 404, 413, 415):
            claims.that(plain(reply) and reply.body.strip(), f"{what}: does not say in plain words what is wrong: {reply.body[:80]!r}")
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        reply = fetch.request(bantin.url("hub"), method)
        claims.same(reply.status, 405, f"{method} /hub")
        claims.that("POST" in (reply["Allow"] or ""), f"{method} /hub: Allow is {reply['Allow']}")


def plain(reply):
    return (reply["Content-Type"] or "").startswith("text/plain") and reply["X-Content-Type-Options"] == "nosniff"


def reflections(bantin, claims):
    for field in ("mode", "topic", "callback", "secret", "lease_seconds", "reason", "challenge"):
        for mark in (MARK, bantin.public + MARK):
            reply = post(bantin, asking(bantin, **{"callback": "http://192.0.2.1/cb", field: mark}))
            said = f"{reply.headers} {reply.text}"
            claims.that("kiem-tra" not in said and "X-Injected" not in said, f"hub.{field} comes back: {said[:200]}")
            claims.that(not reply.body or plain(reply), f"hub.{field}: the answer is {reply['Content-Type']}")
    claims.that("kiem-tra" not in bantin.said(), "what strangers send is in the log")


def slow_body(bantin):
    """The status, and after how many seconds, for a body that comes byte by byte and has no end."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", bantin.port), timeout=1) as connection:
        connection.sendall(f"POST /hub HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: 9000\r\n\r\nhub.mode=".encode())
        while time.monotonic() - began < 30:
            try:
                answer = connection.recv(4096)
                return int(answer.split(b" ")[1]) if answer else 0, time.monotonic() - began
            except TimeoutError:
                connection.sendall(b"a")
    return 0, time.monotonic() - began


def flood(bantin, claims):
    """Many clients subscribe many callbacks to which nobody answers."""
    port = installation.free_port()
    before = memory(bantin)

    def one(number):
        callback = f"http://127.{number % 200}.1.{number % 250 + 1}:{port}/{number}?{'a' * 1500}"
        return post(bantin, asking(bantin, callback, secret="s" * 199), client=f"127.77.{number % CLIENTS}.1").status

    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        asked = threads.map(one, range(FLOOD))
        # Any one may meet a moment in which the machine does something else.
        slow = sorted(timed(lambda: bantin.get(TOPIC)) for _ in range(20))[-3]
        statuses = list(asked)
    counts = {status: statuses.count(status) for status in sorted(set(statuses))}
    claims.that(set(counts) <= {202, 429, 503}, f"a flood of requests: statuses {counts}")
    claims.that(counts.get(202, 0) > 0, f"a flood of requests: none is taken: {counts}")
    claims.that(counts.get(429, 0) + counts.get(503, 0) > FLOOD / 4, f"a flood of requests is not bounded: {counts}")
    claims.that(slow < 1, f"meanwhile one of ten others waited {slow:.2f} s")
    grown = memory(bantin) - before
    claims.that(grown < MOST_GROWTH, f"memory grew by {grown / 1e6:.0f} MB")
    refused = post(bantin, asking(bantin, f"http://127.0.0.1:{port}/last"), client="127.77.0.1")
    if claims.among(refused.status, (429, 503), "one more of the same client"):
        claims.that((refused["Retry-After"] or "").isdigit(), f"one more of the same client: Retry-After is {refused['Retry-After']}")
    claims.note(f"{FLOOD} requests in {time.monotonic() - began:.0f} s: {counts}, {grown / 1e6:.1f} MB more")


def timed(act):
    began = time.monotonic()
    act()
    return time.monotonic() - began


def memory(bantin):
    with open(f"/proc/{bantin.process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"^VmRSS:\s*(\d+)", status.read(), re.M)[1]) * 1024


def victim(bantin, claims):
    """Whoever is named as the callback of many is asked by one at a time, and few times in all."""
    with ears() as (port, (ear, *_)):
        taken = sum(post(bantin, asking(bantin, f"http://127.0.0.1:{port}/{number}")).status == 202 for number in range(200))
        time.sleep(3)
        claims.that(ear.came > 0, "self-test: the victim is never asked")
        claims.same(ear.most, 1, f"connections at once to a victim, of {taken} subscriptions")
        claims.that(ear.came <= 10, f"a victim that does not answer was asked {ear.came} times in 3 s")
