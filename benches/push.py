"""From a dropped file to the last subscriber that has it, and what it costs to have ten thousand of them.

Callbacks and waiting clients are `push.rs`, a program that does next to nothing; its own time is told beside.
"""

import base64
import hashlib
import os
import sqlite3
import subprocess
import time
from contextlib import closing
from statistics import median
from urllib.parse import urlencode

import corpus
import office
import wire
from results import Section, figure, p99, spread

MANY = 10_000
# Callbacks lie on as many hosts, since what goes to one host at once is bounded.
HOSTS = 200
PATH, STREAM = "/feeds/all.rss", "/feeds/all.events"
# How long ten thousand who wait are watched doing nothing, in seconds.
IDLE = 10
ALLOW = ("--hub-allow", "127.0.0.0/8")
# By this a browser says that it can keep what it was sent, to unpack what comes next.
CHROMIUM = '"Chromium";v="156"'
PROGRAM = office.TARGET / "release/examples/push"
RIVAL = ("Flask-WebSub==0.4.1", "celery==5.7.0")
MB = 1e6


def measure(plan):
    section = Section("push", ["zstd"])
    desk = Desk(plan)
    section.command(*office.command(desk.content, desk.home), *ALLOW)
    section.command(PROGRAM, "callbacks", "0.0.0.0:N")
    section.command(PROGRAM, "hold", "127.0.0.1:N", MANY, "")
    deliveries(section, plan, desk)
    with desk.server() as server:
        rival(section, plan, desk, server.rest())
        held(section, plan, desk, server)
    idle(section, desk)
    # Dictionaries are for sites that are reached in a secure way.
    with desk.server(base="https://tin.example.vn/") as server:
        sizes(section, desk, server)
    section.notes.append(
        "Callbacks and those who wait are on the same machine and take their share of its processors. Ten thousand whole "
        "documents are 2.5 GB, ten thousand answers to held requests 0.7 GB."
    )
    return section


class Desk:
    """An office's folder, into which articles are dropped."""

    def __init__(self, plan):
        self.count, self.number = plan.sizes[0], 0
        # Whole documents for each second of the processor.
        self.per_second = 0
        self.home = office.SCRATCH / "office"
        self.home.mkdir()
        self.content = office.linked_copy(office.corpus_of(self.count), self.home / "content")
        self.folder = self.content / corpus.article(self.count - 1, self.count).folder

    def server(self, settings="rss_cloud = false\n", base=office.BASE):
        return office.Office(self.content, self.home, receipts=False, settings=settings, flags=ALLOW, base=base)

    @property
    def next(self):
        """The article that is dropped next."""
        return corpus.newer(self.number + 1, self.count)

    def drop(self):
        """When an article came into the folder."""
        outside = self.home / "dropped"
        outside.write_text(self.next.written())
        self.number += 1
        began = time.time_ns()
        os.rename(outside, self.folder / f"tin-{self.number}.md")
        return began


class Callbacks(office.Server):
    """Takes whatever is delivered to it."""

    def __init__(self, folder):
        port = office.free_port()
        super().__init__([PROGRAM, "callbacks", f"0.0.0.0:{port}"], port, folder / "callbacks.log")

    def address(self, number):
        return f"http://127.0.1.{number % HOSTS + 1}:{self.port}/{number}"

    def told(self):
        """Callbacks that had something, deliveries, bytes, and when the last one was taken."""
        return [int(said) for said in wire.get(self.port, "/told").text.split()]

    def wait_for(self, count, seconds):
        deadline = time.monotonic() + seconds
        while (told := self.told())[0] < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"after {seconds} s only {told[0]} of {count} callbacks had the document")
            time.sleep(0.05)
        return told


def deliveries(section, plan, desk):
    rows = section.table(
        "callbacks", "what", "drops", "bytes each", "drop to last acknowledgement, ms", "deliveries per CPU second",
        "the callbacks' own CPU ÷ bantin's", "memory, MB more", "at the most, MB",
    )  # fmt: skip
    for what, settings in ("whole", ""), ("changes", 'hub_delivers = "changes"\n'):
        for count in (1, 100, MANY):
            with Callbacks(desk.home) as callbacks:
                callbacks.wait("/told")
                rounds = plan.times(20 if count < MANY else 5, 2)
                taken = deliver(desk, callbacks, count, settings, rounds)
                tell(section, rows, count, what, taken)
                if (what, count) == ("whole", MANY):
                    desk.per_second = count / median(taken["cpu"])


def deliver(desk, callbacks, count, settings, rounds):
    """What some drops cost an office with so many subscribers."""
    settings = f"rss_cloud = false\n{settings}"
    with desk.server(settings) as server:
        bare = server.rest().memory()
        subscribe(server, callbacks)
        server.stop()
    multiply(desk, callbacks, count)
    taken = {"ms": [], "cpu": [], "theirs": [], "bytes": []}
    with desk.server(settings) as server:
        server.rest()
        # Whoever has nothing yet may be sent what is out.
        for number in range(rounds + 1):
            wire.get(callbacks.port, "/anew")
            used, theirs = server.cpu(), callbacks.cpu()
            began = desk.drop()
            _, deliveries, size, last = callbacks.wait_for(count, 120)
            server.rest() if count == MANY else time.sleep(0.3)
            if number == 0:
                continue
            if deliveries != count:
                raise RuntimeError(f"{deliveries} deliveries to {count} callbacks")
            taken["ms"].append((last - began) / 1e6)
            taken["cpu"].append(server.cpu() - used)
            taken["theirs"].append(callbacks.cpu() - theirs)
            taken["bytes"].append(size / count)
        taken["more"], taken["most"] = server.memory() - bare, server.memory("VmHWM")
    for file in desk.home.glob("state/subscriptions.sqlite*"):
        file.unlink()
    return taken


def subscribe(server, callbacks):
    """One subscriber, as they all are made."""
    asked = {"hub.mode": "subscribe", "hub.topic": office.BASE.rstrip("/") + PATH, "hub.callback": callbacks.address(0)}
    body = urlencode(asked | {"hub.secret": "chung ta biet"}).encode()
    head = [
        "POST /hub HTTP/1.1", "host: tin.example.vn", "content-type: application/x-www-form-urlencoded",
        f"content-length: {len(body)}", "", "",
    ]  # fmt: skip
    with wire.Connection(server.port) as connection:
        answer = connection.ask("\r\n".join(head).encode() + body)
    if answer.status != 202:
        raise RuntimeError(f"the hub answers {answer.status}: {answer.text}")
    time.sleep(2)


def multiply(desk, callbacks, count):
    """Copies the one subscription, for other callbacks: asking for ten thousand takes hours, by intention."""
    with closing(sqlite3.connect(desk.home / "state/subscriptions.sqlite")) as store, store:
        store.row_factory = sqlite3.Row
        [row] = store.execute("select * from subscription").fetchall()
        names = row.keys()
        first = dict(row)
        copies = [first | {"number": first["number"] + more, "callback": callbacks.address(more)} for more in range(1, count)]
        slots = ", ".join("?" * len(names))
        store.executemany(f"insert into subscription ({', '.join(names)}) values ({slots})", [[copy[name] for name in names] for copy in copies])


def tell(section, rows, count, what, taken):
    per_second = [count / cpu for cpu in taken["cpu"] if cpu]
    if what == "whole":
        bound = {"most": 1000} if count < MANY else {}
        last = f"the last of {count:,} callbacks" if count > 1 else "a single callback"
        section.claim(f"from a drop to {last}", taken["ms"], " ms", **bound)
    if count == MANY:
        section.claim(f"deliveries per CPU second, {what}", per_second)
        section.claim(f"{MANY:,} subscriptions, {what}: memory more", taken["more"] / MB, " MB", most=100)
    theirs = sum(taken["theirs"]) / max(sum(taken["cpu"]), 0.01)
    rows.append([
        f"{count:,}", what, len(taken["ms"]), f"{median(taken['bytes']):,.0f}", spread(taken["ms"]),
        *([spread(per_second), figure(theirs), figure(taken["more"] / MB)] if count == MANY else ["", "", ""]),
        figure(taken["most"] / MB),
    ])  # fmt: skip


def rival(section, plan, desk, server):
    """The same document by the hub that one would take from PyPI."""
    home = office.BENCH / "venv"
    if not (home / "made").exists():
        subprocess.run(["python3", "-m", "venv", home], check=True)
        subprocess.run([home / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *RIVAL], check=True)
        (home / "made").touch()
    count, taken = plan.times(1000, 100), []
    for number in range(plan.times(3, 1)):
        with Callbacks(desk.home) as callbacks:
            callbacks.wait("/told")
            command = [
                home / "bin/python", office.REPOSITORY / "benches/flask_hub.py", desk.home / f"hub-{number}.sqlite",
                f"http://127.0.0.1:{server.port}{PATH}", count, f"http://127.0.0.1:{callbacks.port}/{{}}",
            ]  # fmt: skip
            section.command(*command)
            said = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout
            if callbacks.told()[0] != count:
                raise RuntimeError(f"Flask-WebSub told {callbacks.told()[0]} of {count}")
            taken.append(float(said.split()[1]))
    theirs = [count / used for used in taken]
    section.claim("deliveries per CPU second, Flask-WebSub's hub without a broker", theirs)
    section.claim("deliveries per CPU second: bantin ÷ Flask-WebSub", desk.per_second / median(theirs), least=5)


class Holders:
    """So many clients who wait, until the end of the block."""

    def __init__(self, server, request, count, end=""):
        command = [PROGRAM, "hold", f"127.0.0.1:{server.port}", count, end]
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write(request)
        self.process.stdin.close()
        if self.process.stdout.readline() != b"held\n":
            raise RuntimeError("not all requests could be made")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def came(self):
        """When each of them had an answer."""
        times = [int(time) for time in self.process.stdout.readline().split()]
        if 0 in times:
            raise RuntimeError(f"{times.count(0)} of {len(times)} were closed without an answer")
        return times


def asking(server, path=PATH):
    """A request that is held as long as nothing changes."""
    tag = server.get(path, accept_encoding="gzip")["etag"]
    return wire.request(path, accept_encoding="gzip", if_none_match=tag, prefer="wait=50")


def held(section, plan, desk, server):
    rows = section.table("held requests", "drops", "p50, ms", "p99, ms", "most, ms", "CPU an answer, µs")
    for count, rounds in (1, plan.times(100, 5)), (MANY, plan.times(5, 1)):
        taken, used = [], []
        for _ in range(rounds):
            server.rest() if count == MANY else time.sleep(0.2)
            with Holders(server, asking(server), count) as holders:
                time.sleep(2 if count == MANY else 0.05)
                before = server.cpu()
                began = desk.drop()
                taken += [(came - began) / 1e6 for came in holders.came()]
                used.append((server.cpu() - before) / count * 1e6)
        bound = {"most": 1000}
        section.claim(f"from a drop to the answer, of {count:,} held: p50", taken, " ms", of=median, **bound)
        section.claim(f"from a drop to the answer, of {count:,} held: p99", taken, " ms", of=p99, **bound)
        rows.append([f"{count:,}", rounds, figure(median(taken)), figure(p99(taken)), figure(max(taken)), spread(used) if count > 1 else ""])


def idle(section, desk):
    """What ten thousand who wait cost, and how soon they hear."""
    for what in "held requests", "event streams":
        with desk.server() as server:
            server.rest()
            streams = what == "event streams"
            request = wire.request(STREAM, accept="text/event-stream") if streams else asking(server)
            before = server.rest().memory()
            with Holders(server, request, MANY, desk.next.title if streams else "") as holders:
                time.sleep(3)
                if server.metrics()["open_connections"] < MANY:
                    raise RuntimeError("the connections were not all kept")
                used = server.cpu()
                time.sleep(IDLE)
                used = server.cpu() - used
                section.claim(f"{MANY:,} idle {what}: memory more", (server.memory() - before) / MB, " MB", most=100)
                section.claim(f"{MANY:,} idle {what}: CPU in {IDLE} s", used, " s", most=0.1)
                began = desk.drop()
                taken = [(came - began) / 1e6 for came in holders.came()]
                if streams:
                    section.claim(f"from a drop to the event of {MANY:,} streams: p50", taken, " ms", of=median, most=1000)
                    section.claim(f"from a drop to the event of {MANY:,} streams: p99", taken, " ms", of=p99, most=1000)


def sizes(section, desk, server):
    """Bytes of the next version of a document, for those who have the one before."""
    ways = ("gzip", "br", "zstd", "226, plain", "226, gzip", "dcb", "dcz")
    rows = section.table("the next version of", "plain, bytes", *ways)
    for path in ("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"):
        old = server.rest().get(path, sec_ch_ua=CHROMIUM)
        desk.drop()
        deadline = time.monotonic() + 10
        while (new := server.get(path, if_none_match=old["etag"])).status != 200 and time.monotonic() < deadline:
            time.sleep(0.01)
        known = {"accept_encoding": None, "if_none_match": old["etag"], "a_im": "feed"}
        digest = base64.b64encode(hashlib.sha256(old.body).digest()).decode()
        bytes_of = {way: behind(server, path, way, accept_encoding=way) for way in ("gzip", "br", "zstd")}
        bytes_of["226, plain"] = partial(server, path, known)
        bytes_of["226, gzip"] = partial(server, path, known | {"accept_encoding": "gzip"})
        for way in ("dcb", "dcz"):
            wishes = {"accept_encoding": f"gzip, br, zstd, {way}", "available_dictionary": f":{digest}:"}
            bytes_of[way] = behind(server, path, way, sec_ch_ua=CHROMIUM, **wishes)
        if bytes_of["dcz"]:
            check(bytes_of["dcz"], old.body, new.body)
        rows.append([path, f"{len(new.body):,}", *(f"{len(bytes_of[way]):,}" if bytes_of[way] else "" for way in ways)])
        if path == PATH:
            for way in ("226, gzip", "dcz"):
                # Who is not sent it gets the whole.
                ratio = len(bytes_of[way] or bytes_of["gzip"]) / len(bytes_of["gzip"])
                section.claim(f"next version of {path}: {way} ÷ gzip", ratio, below=0.1)


def behind(server, path, way, **headers):
    """The body in this coding, which may be made a moment later."""
    deadline = time.monotonic() + 5
    while (answer := server.get(path, **headers))["content-encoding"] != way:
        if time.monotonic() > deadline:
            return b""
        time.sleep(0.05)
    return answer.body


def partial(server, path, headers):
    answer = server.get(path, **headers)
    return answer.body if answer.status == 226 else b""


def check(packed, dictionary, plain):
    """That the outside program unpacks it with the version before."""
    before, now = office.SCRATCH / "dictionary", office.SCRATCH / "packed.zst"
    before.write_bytes(dictionary)
    now.write_bytes(packed)
    unpacked = subprocess.run(["zstd", "-d", "-c", "--quiet", "-D", before, now], capture_output=True, check=True).stdout
    if unpacked != plain:
        raise RuntimeError("what was packed with a dictionary is not the document")
