"""What an answer costs the processor. The server has one core to itself and the client the other."""

import re
import subprocess
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

import corpus
import office
import rivals
import wire
from results import Section, figure, p99

ARTICLES = 1_000
# How many articles make a document of about 8 KB, and of about 150 KB.
LIMITS = {"small": 2, "large": 31}
FEED = "limit = {limit}\n[categories]\nany = {categories}\n"
CONNECTIONS = (64, 512)
# How many requests h2load makes for each second that wrk has.
REQUESTS_A_SECOND = 15_000
SERVERS = ("bantin", "nginx", "bare hyper")


class Case(NamedTuple):
    """What is asked for, and the most it may cost for each that it costs nginx."""

    said: str
    document: str
    gzip: bool
    status: int = 200
    most: float | None = None

    @property
    def path(self):
        return f"/feeds/{self.document}.rss"

    @property
    def wish(self):
        return {"accept-encoding": "gzip"} if self.gzip else {}


CASES = (
    Case("8 KB gzip", "small", True, most=0.8),
    Case("150 KB gzip", "large", True, most=1.05),
    Case("8 KB plain", "small", False),
    Case("150 KB plain", "large", False),
    Case("304", "small", True, 304, most=1.05),
)


class Stand(NamedTuple):
    """Where one server gives the answer to one case."""

    server: office.Server
    http1: int
    http2: int
    path: str
    headers: dict


class Round(NamedTuple):
    rate: float
    cpu: float
    p99: float


def measure(plan):
    section = Section("serve", ["nginx", "wrk", "h2load"])
    with ExitStack() as until:
        stands = set_up(section, until)
        for version, ask in ("HTTP/1.1", wrk), ("HTTP/2", h2load):
            kinds = ("requests/s", "CPU a request, µs", "p99, ms")
            rows = section.table(version, "connections", *(f"{kind}: {' / '.join(SERVERS)}" for kind in kinds))
            for case in CASES:
                for connections in CONNECTIONS:
                    taken = {name: [] for name in SERVERS}
                    for number in range(plan.times(6, 1)):
                        # Each comes first as often as the others.
                        for name in SERVERS[number % 3 :] + SERVERS[: number % 3]:
                            taken[name].append(ask(section, stands[case, name], connections, plan.times(3, 1)))
                    hold(section, f"{version}, {case.said}, {connections} connections", case, taken)
                    all_of = lambda kind: " / ".join(figure(median(one[kind] for one in taken[name])) for name in SERVERS)
                    rows.append([case.said, connections, *map(all_of, range(len(kinds)))])
    return section


def hold(section, what, case, taken):
    for other, most in ("nginx", case.most), ("bare hyper", 1.1):
        ratios = [ours.cpu / theirs.cpu for ours, theirs in zip(taken["bantin"], taken[other], strict=True)]
        section.claim(f"{what}: CPU a request ÷ {other}'s", ratios, most=most)


def wrk(section, stand, connections, seconds):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    told, used = load(section, command, stand, stand.http1)
    if "Non-2xx" in told or re.search("(connect|read|write) [1-9]", told):
        raise RuntimeError(told)
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    slowest = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    count = int(re.search(r"(\d+) requests in", told)[1])
    return Round(float(re.search(r"Requests/sec:\s*([\d.]+)", told)[1]), 1e6 * used / count, slowest)


def h2load(section, stand, connections, seconds):
    # Four requests at once: before each single one nginx would wait 40 ms for an acknowledgement. Not -D: with that h2load
    # does not always come to its end.
    requests = REQUESTS_A_SECOND * seconds
    log = office.SCRATCH / "h2load.log"
    log.unlink(missing_ok=True)
    command = ["h2load", "-t1", f"-c{connections}", "-m4", f"-n{requests}", f"--log-file={log}"]
    told, used = load(section, command, stand, stand.http2)
    if f"{requests} succeeded, 0 failed" not in told:
        raise RuntimeError(told)
    with open(log) as lines:
        slowest = p99([int(line.split()[2]) / 1000 for line in lines])
    return Round(float(re.search(r"([\d.]+) req/s", told)[1]), 1e6 * used / requests, slowest)


def load(section, command, stand, port):
    """What the client said, and how many seconds of processor time the server used meanwhile."""
    said = [part for name, value in stand.headers.items() for part in ("-H", f"{name}: {value}")]
    pinned = ["taskset", "--cpu-list", "1", *command, *said, f"http://127.0.0.1:{port}{stand.path}"]
    before = stand.server.cpu()
    told = subprocess.run(pinned, capture_output=True, text=True, check=True).stdout
    used = stand.server.cpu() - before
    if stand.headers == CASES[0].wish and stand.path == CASES[0].path and command[2] == f"-c{CONNECTIONS[0]}":
        section.command(*pinned)
    return told, used


def set_up(section, until):
    """By case and server: where to ask, when all give the same bytes."""
    home, content = office.SCRATCH / "office", office.corpus_of(ARTICLES)
    (home / "feeds").mkdir(parents=True)
    for name, limit in LIMITS.items():
        (home / f"feeds/{name}.toml").write_text(FEED.format(limit=limit, categories=corpus.CATEGORIES))
    bantin = until.enter_context(office.Office(content, home, core=0, receipts=False)).rest()
    stands = {(case, "bantin"): ready(case, Stand(bantin, bantin.port, bantin.port, case.path, case.wish)) for case in CASES}
    answers = {case: ask(stands[case, "bantin"]) for case in CASES}
    files = {}
    for case in CASES:
        plain, packed = (bantin.get(case.path, accept_encoding=coding).body for coding in (None, "gzip"))
        files[f"/{case.status}{case.path}"] = plain, packed, answers[case]
        file = office.SCRATCH / case.said.replace(" ", "-")
        bare = until.enter_context(rivals.bare(file, answers[case], core=0))
        if case.status == 200:
            bare.wait()
        stands[case, "bare hyper"] = stands[case, "bantin"]._replace(server=bare, http1=bare.port, http2=bare.port)
    nginx, http2 = rivals.nginx(office.SCRATCH / "nginx", files, core=0)
    until.enter_context(nginx).wait(f"/200{CASES[0].path}")
    for case in CASES:
        stand = Stand(nginx, nginx.port, http2, f"/{case.status}{case.path}", case.wish)
        stands[case, "nginx"] = ready(case, stand)
    same_bytes(stands, answers)
    section.command(*bantin.process.args)
    section.command(*nginx.process.args)
    section.command(*bare.process.args[:7], then=" HEADER…")
    return stands


def ask(stand):
    return wire.get(stand.http1, stand.path, **{name.replace("-", "_"): value for name, value in stand.headers.items()})


def ready(case, stand):
    """With the tag to ask by, where nothing new is to be found."""
    return stand if case.status == 200 else stand._replace(headers=case.wish | {"if-none-match": ask(stand)["etag"]})


def same_bytes(stands, answers):
    for (case, name), stand in stands.items():
        found, expected = ask(stand), answers[case]
        if (found.status, found.body, found["content-encoding"]) != (case.status, expected.body, expected["content-encoding"]):
            raise RuntimeError(f"{name} answers {case.said} with\n{found.head.decode()}")
