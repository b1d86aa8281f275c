"""From a dropped file to the feed that shows it, as a reader sees it who asks again and again on a kept connection."""

import gc
import os
import random
import time
from contextlib import ExitStack
from statistics import median

import corpus
import office
import wire
from results import Section, figure, p99

WAYS = ("renamed into place", "written and closed")
CATEGORY, FEED = "Nông nghiệp", "nong-nghiep"
# Between two questions; who asks without a pause takes the processor away from what is measured. It counts as waiting.
PAUSE = 0.0002
DOCUMENTS = ("/feeds/all.rss", f"/feeds/{FEED}.atom")


def measure(plan):
    section = Section("drop")
    chance = random.Random(0)
    with ExitStack() as open_until_then:
        desks = [Desk(count, open_until_then) for count in plan.sizes]
        for desk in desks:
            desk.office.rest()
        for desk in desks:
            desk.reader = open_until_then.enter_context(wire.Connection(desk.office.port))
        section.command(*office.command(desks[0].content, desks[0].office.home))
        gc.disable()
        for number in range(plan.times(200, 20)):
            cases = [(way, document, desk) for way in WAYS for document in DOCUMENTS for desk in desks]
            chance.shuffle(cases)
            for order, (way, document, desk) in enumerate(cases):
                desk.drop(way, document, number * len(cases) + order)
                time.sleep(chance.uniform(0.01, 0.04))
        gc.enable()
    tell(section, desks)
    return section


class Desk:
    """An office of some size, its reader, and how long this one had to wait."""

    def __init__(self, count, until):
        self.count = count
        home = office.SCRATCH / str(count)
        home.mkdir()
        self.content = office.linked_copy(office.corpus_of(count), home / "content")
        self.office = until.enter_context(office.Office(self.content, home))
        self.folder = self.content / corpus.article(count - 1, count).folder
        self.taken = {(way, document): [] for way in WAYS for document in DOCUMENTS}

    def drop(self, way, document, number):
        article = corpus.newer(number, self.count)._replace(categories=[CATEGORY])
        text, place = article.written(), self.folder / f"tin-{number}.md"
        outside = self.content.parent / "dropped"
        tag = self.reader.ask(wire.request(document, accept_encoding="gzip"))["etag"]
        if way == WAYS[0]:
            outside.write_text(text)
            os.rename(outside, place)
        else:
            with open(place, "w") as file:
                file.write(text)
        self.taken[way, document].append(self.shows(document, article.title, tag, time.perf_counter()))

    def shows(self, document, title, tag, began):
        """Seconds until the document has the title in it."""
        poll = wire.request(document, accept_encoding="gzip", if_none_match=tag)
        while True:
            time.sleep(PAUSE)
            answer = self.reader.ask(poll)
            took = time.perf_counter() - began
            if answer.status == 200:
                if title in answer.text:
                    return took
                poll = wire.request(document, accept_encoding="gzip", if_none_match=answer["etag"])
            if took > 15:
                raise RuntimeError(f"{title} does not show:\n{self.office.log.read_text()[-2000:]}")


def tell(section, desks):
    rows = section.table("articles", "way", "document", "drops", "median, ms", "p99, ms", "most, ms")
    for desk in desks:
        for way in WAYS:
            taken = [seconds * 1000 for document in DOCUMENTS for seconds in desk.taken[way, document]]
            section.claim(f"{desk.count:,} articles, {way}", taken, " ms", most=5)
            section.claim(f"{desk.count:,} articles, {way}: p99", taken, " ms", of=p99, most=20)
        for (way, document), seconds in desk.taken.items():
            figures = [figure(of(seconds) * 1000) for of in (median, p99, max)]
            rows.append([f"{desk.count:,}", way, document, len(seconds), *figures])
    least, usual = desks[0], [desk for desk in desks if desk.count <= 100_000][-1]
    if usual.count > least.count:
        ratios = [median(usual.taken[case]) / median(least.taken[case]) for case in least.taken]
        section.claim(f"median at {usual.count:,} articles ÷ at {least.count:,}", ratios, most=1.5)
