"""Ten thousand articles at once, while a reader goes on asking."""

import os
import time
from multiprocessing import Event, Pipe, Process
from typing import NamedTuple

import corpus
import office
import wire
from results import Section, figure, p99

FILES = 10_000
WAYS = ("one by one", "as one folder")
# All of these carry some of the new articles.
DOCUMENTS = ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", *(f"/feeds/{name}.rss" for name in office.CATEGORY_FEEDS)]
# How many requests a second the reader makes, and how long it is watched before.
PACE, BEFORE = 500, 5


def measure(plan):
    section = Section("burst")
    content = office.linked_copy(office.corpus_of(plan.usual), office.SCRATCH / "content")
    rows = section.table("way", "visible after, s", "p99 before, ms", "p99 meanwhile, ms", "editions", "versions asked for", "prints")
    rounds = {way: [] for way in WAYS}
    with office.Office(content, office.SCRATCH / "office") as server:
        section.command(*office.command(content, office.SCRATCH / "office"))
        for number in range(plan.times(3, 1)):
            for way in WAYS:
                rounds[way].append(burst(server, way, 2 * number + WAYS.index(way), plan.times(BEFORE, 2)))
    for way in WAYS:
        what = f"{FILES:,} articles {way} into {plan.usual:,}"
        section.claim(f"{what}: all visible after", [one.took for one in rounds[way]], " s", most=5)
        slower = [p99(one.meanwhile) / p99(one.before) for one in rounds[way]]
        section.claim(f"{what}: p99 of requests meanwhile ÷ before", slower, most=2)
        printed = [one.prints / one.documents for one in rounds[way]]
        section.claim(f"{what}: prints of a document", printed)
        section.claim(f"{what}: prints of a document's version", [one.prints / one.versions for one in rounds[way]], most=1)
        for one in rounds[way]:
            latencies = [figure(1000 * p99(taken)) for taken in (one.before, one.meanwhile)]
            rows.append([way, figure(one.took), *latencies, one.editions, one.versions, one.prints])
    return section


class Burst(NamedTuple):
    took: float
    before: list
    meanwhile: list
    editions: int
    documents: int
    versions: int
    prints: int


def burst(server, way, number, before):
    incoming = server.home / "incoming"
    incoming.mkdir()
    articles = [corpus.newer(number * FILES + one) for one in range(FILES)]
    for one, article in enumerate(articles):
        (incoming / f"tin-{number}-{one:05}.md").write_text(article.written())
    titles = [article.title for article in articles[:-51:-1]]
    into = server.content / articles[0].folder
    into.mkdir(parents=True, exist_ok=True)
    server.rest()
    with Reader(server.port) as reader:
        time.sleep(before + 1)
        counted = server.metrics()
        began = time.perf_counter()
        if way == WAYS[0]:
            for file in os.listdir(incoming):
                os.rename(incoming / file, into / file)
            incoming.rmdir()
        else:
            os.rename(incoming, into / f"loat-{number}")
        visible(server, counted["articles"] + FILES)
        ended = time.perf_counter()
        # So that the reader has the last versions, too.
        time.sleep(1)
    asked = [one for one in reader.asked if began <= one.began]
    versions = {(one.document, one.tag) for one in asked if one.status == 200}
    now = server.metrics()
    feed = server.get("/feeds/all.json").text
    if any(f'"{title}"' not in feed for title in titles):
        raise RuntimeError("all articles are counted, but the newest do not show")
    return Burst(
        took=ended - began,
        before=[one.took for one in reader.asked if began - before <= one.began < began],
        meanwhile=[one.took for one in asked if one.began <= ended],
        editions=int(now["editions_total"] - counted["editions_total"]),
        documents=len({document for document, _ in versions}),
        versions=len(versions),
        prints=int(now["prints_total"] - counted["prints_total"]),
    )


def visible(server, count):
    deadline = time.perf_counter() + 300
    with wire.Connection(server.admin) as admin:
        while f"\nbantin_articles {count:.0f}\n".encode() not in admin.ask(wire.request("/metrics")).body:
            time.sleep(0.005)
            if time.perf_counter() > deadline:
                raise RuntimeError(f"not all articles show:\n{server.log.read_text()[-2000:]}")


class Asked(NamedTuple):
    began: float
    took: float
    document: str
    status: int
    tag: str


class Reader:
    """Another process that asks for one document after the other, each time with the tag it has; afterwards it tells."""

    def __init__(self, port):
        self.enough = Event()
        self.told, tells = Pipe(duplex=False)
        self.process = Process(target=read, args=(port, self.enough, tells), daemon=True)
        self.process.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.asked = self.told.recv()
        self.process.join()


def read(port, enough, tells):
    asked, tags = [], {}
    with wire.Connection(port) as connection:
        while not enough.is_set():
            document = DOCUMENTS[len(asked) % len(DOCUMENTS)]
            request = wire.request(document, accept_encoding="gzip", if_none_match=tags.get(document))
            began = time.perf_counter()
            answer = connection.ask(request)
            took = time.perf_counter() - began
            tags[document] = answer["etag"]
            asked.append(Asked(began, took, document, answer.status, tags[document]))
            time.sleep(max(0, 1 / PACE - took))
    tells.send(asked)
