"""A client of RFC 5005 finds every article once in the archives of a feed, in each format, also while articles come, change and go; and an archive never changes."""

import re
import threading
from calendar import monthrange
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

import bantin as installation
import corpus
import fetch
import relaxng
import site_map
import walker
from bantin import FORMATS

FOLDER = "kho-luu-tru"
SMALL_FOLDER, FEW = "kho-nho", 9
# Since when there are articles, for how many months, and how many there are in most of them.
FIRST_YEAR, MONTHS, USUAL = 2021, 16, 20
# In one month there were none, and in another more than one document takes.
EMPTY_MONTH, FULL_MONTH, MANY = 5, 10, 1_050
LIMIT = 50
FOREVER = "public, max-age=31536000, immutable"
# What is walked through.
WALKED = [(feed, format) for feed in (FOLDER, "all") for format in FORMATS] + [("tag/luu-tru", "atom")]
LONGEST = 480


class Written(NamedTuple):
    """What a file says."""

    number: int
    version: int
    date: str

    @property
    def title(self):
        return f"Bài lưu {self.number:04} bản {self.version}"

    def text(self, **more):
        body = f"Nội dung của bài lưu trữ số {self.number}, viết ở bản {self.version}. " + f"Lần {self.version} nói thêm điều mới. " * self.version
        return corpus.markdown(self.title, self.date, body, tags="[lưu trữ]", **more)


class Room:
    """The office's files, and what they say."""

    def __init__(self, office):
        self.office, self.files, self.gone = office, {}, {}
        for month in range(MONTHS):
            number_of_articles = {EMPTY_MONTH: 0, FULL_MONTH: MANY}.get(month, USUAL)
            for at in range(number_of_articles):
                self.add(moment(month, at, number_of_articles))

    def add(self, date):
        written = Written(len(self.files) + len(self.gone), 1, date)
        self.files[written.number] = written
        self.save(written)
        return written.number

    def save(self, written, **more):
        self.office.drop(f"{FOLDER}/{written.number % 7}/bai-{written.number:04}.md", written.text(**more))

    def edit(self, number, **more):
        self.files[number] = self.files[number]._replace(version=self.files[number].version + 1)
        self.save(self.files[number], **more)

    def withdraw(self, number):
        self.gone[number] = self.files.pop(number)
        self.save(self.gone[number], withdrawn='"Tòa soạn rút bài"')

    def put_back(self, number):
        self.files[number] = self.gone.pop(number)
        self.save(self.files[number])

    def titles(self):
        return {written.title for written in self.files.values()}


def moment(month, at, of):
    """When the article came out that is this one of so many of a month: the first in its first second, the last in its last."""
    year, month = FIRST_YEAR + month // 12, month % 12 + 1
    seconds = monthrange(year, month)[1] * 86_400 - 1
    return (datetime(year, month, 1, tzinfo=corpus.HANOI) + timedelta(seconds=seconds * at // max(1, of - 1))).isoformat()


def judge(bantin, claims):
    walker_sees_what_is_wrong(claims)
    office = installation.Bantin(bantin.binary)
    room = Room(office)
    for number in range(FEW):
        office.drop(f"{SMALL_FOLDER}/{number}.md", corpus.markdown(f"Bài lẻ {number}", f"2022-0{number + 1}-01T08:00:00+07:00"))
    (office.feeds / "tin-moi.toml").write_text('title = "Tin mới"\ndays = 36500\n', "utf-8")
    with office:
        everything = whole(office, room, claims, "at the start")
        small_feed_is_complete(office, claims)
        archives = {document.address: kept(document.address) for walk in everything.values() for document in walk.archives()}
        archives_are_for_ever(office, archives, claims)
        documents = Counter(document.format for walk in everything.values() for document in walk.documents)
        while_it_happens(office, room, claims)
        late = whole(office, room, claims, "after all that", everything)
        unchanged(archives, claims, "after all that")
        archives |= {document.address: kept(document.address) for walk in late.values() for document in walk.archives()}
        office.stop()
        office.start()
        unchanged(archives, claims, "after a restart")
        again = walker.walk(office.url(f"feeds/{FOLDER}.atom"), load)
        claims.same({entry.title for entry in again.entries().values()}, room.titles(), "after a restart: articles")
        office.kill()
        office.start()
        unchanged(archives, claims, "after a crash")
        claims.note(f"{len(room.files)} articles, {len(archives)} archives, documents {dict(documents)}")


def walker_sees_what_is_wrong(claims):
    """The walker, on feeds that nobody serves."""
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"><id>urn:x</id>'
    entry = "<entry><id>{}</id><title>{}</title><updated>2024-01-0{}T00:00:00Z</updated></entry>"
    current, archive = '<link rel="current" href="/a"/>', "<fh:archive/>"
    more = '<link rel="prev-archive" href="/b"/>'
    at_removed = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="{}" when="2024-01-0{}T00:00:00Z"/>'

    def walk(**bodies):
        answers = {f"http://x/{name}": head + body + "</feed>" for name, body in bodies.items()}
        return walker.walk("http://x/a", lambda at: (200, answers[at].encode()) if at in answers else (404, b""))

    sound = {"a": more + entry.format("1", "new", 2), "b": archive + current + entry.format("1", "old", 1) + entry.format("2", "two", 1)}
    claims.same(walk(**sound).faults, [], "self-test: sound archives")
    claims.same(sorted(one.title for one in walk(**sound).entries().values()), ["new", "two"], "self-test: the newer one of an entry")
    buried = walk(**sound | {"a": sound["a"] + at_removed.format("2", 3) + at_removed.format("1", 1)})
    claims.same(sorted(one.title for one in buried.entries().values()), ["new"], "self-test: what was removed later than it was updated")
    claims.refused(walk(a=sound["a"]).faults, "an archive that is not there")
    claims.refused(walk(a=sound["a"], b=sound["b"].replace(archive, "")).faults, "an archive that does not say so")
    claims.refused(walk(a=sound["a"], b=sound["b"].replace("/a", "/c")).faults, "an archive of another feed")
    claims.refused(walk(a=sound["a"], b=sound["b"] + entry.format("2", "two", 1)).faults, "an entry that stands twice")
    claims.refused(walk(a=sound["a"], b=sound["b"] + more).faults, "archives that go in a circle")
    claims.refused(walk(a=sound["a"] + "<fh:complete/>", b=sound["b"]).faults, "a complete feed that goes on")


def load(address):
    reply = fetch.patiently(lambda: fetch.get(address, accept_encoding="gzip"))
    return reply.status, reply.plain


def whole(office, room, claims, when, earlier=None):
    """Walks through the feeds in all formats and compares what is found with the files. The walks, by feed and format."""
    walks = {}
    published = {loc.text for loc in relaxng.tree(office.get("sitemap.xml").plain).iter() if loc.tag.endswith("}loc") and "/articles/" in loc.text}
    for feed, format in WALKED:
        label = f"{feed}.{format} {when}"
        walk = walks[feed, format] = walker.walk(office.url(f"feeds/{feed}.{format}"), load)
        claims.same(walk.faults, [], f"{label}: faults")
        found = walk.entries().values()
        gone = {written.title for written in room.gone.values()}
        if feed == "all":
            links = {entry.link for entry in found}
            claims.same(len(links), len(found), f"{label}: addresses of their own")
            claims.same(sorted(published - links)[:5], [], f"{label}: articles that are not found, of {len(published)}")
            surplus = links - published
        else:
            titles = Counter(entry.title for entry in found)
            claims.same([title for title, times in titles.items() if times > 1], [], f"{label}: found twice")
            claims.same(sorted(room.titles() - set(titles))[:5], [], f"{label}: articles that are not found, of {len(room.files)}")
            claims.that(set(titles) - room.titles() <= gone, f"{label}: found, but nowhere: {sorted(set(titles) - room.titles() - gone)[:5]}")
            surplus = {entry.link for entry in found if entry.title not in room.titles()}
        # Only Atom has a word for what was withdrawn after its month was over; elsewhere its address says it.
        claims.that(format != "atom" or not surplus, f"{label}: still there: {sorted(surplus)[:5]}")
        claims.same([link for link in surplus if fetch.get(link).status != 410], [], f"{label}: withdrawn, and not 410")
        numbers = [len(document.entries) for document in walk.archives()]
        claims.that(all(numbers), f"{label}: an archive with nothing in it: {numbers}")
        links_lead_both_ways(walk, claims, label)
        if earlier:
            again = walker.walk(walk.address, load, earlier[feed, format])
            claims.same({one.title for one in again.entries().values()}, {one.title for one in found}, f"{label}: a client that had been here before")
    for feed in {feed for feed, format in WALKED if format != "atom"}:
        rss, json = (sorted(walks[feed, format].entries()) for format in ("rss", "json"))
        claims.that(rss == json, f"{feed} {when}: RSS and JSON Feed have the same articles")
    return walks


def links_lead_both_ways(walk, claims, label):
    """From each archive one gets to the document from which one came; or to the feed, which knows what is newest of a month that is not over."""
    for number, (newer, document) in enumerate(zip(walk.documents, walk.archives())):
        if "next-archive" in document.links:
            at = document.links["next-archive"]
            reply = fetch.get(at)
            if reply.status == 302:
                claims.that("no-cache" in (reply["Cache-Control"] or ""), f"{label}: {at} leads on for ever: {reply['Cache-Control']}")
                at = reply["Location"]
            claims.among(at, [newer.address] if number > 1 else [newer.address, walk.address], f"{label}: what follows {document.address}")


def small_feed_is_complete(office, claims):
    for format in ("rss", "atom"):
        document = walker.read(office.url(f"feeds/{SMALL_FOLDER}.{format}"), office.get(f"feeds/{SMALL_FOLDER}.{format}").plain)
        claims.that(document.is_complete, f"{SMALL_FOLDER}.{format}: {FEW} articles, and not complete")
        claims.same(len(document.entries), FEW, f"{SMALL_FOLDER}.{format}: articles")
        for feed in (FOLDER, "tin-moi"):
            document = walker.read(office.url(f"feeds/{feed}.{format}"), office.get(f"feeds/{feed}.{format}").plain)
            claims.that(not document.is_complete, f"{feed}.{format} says that it is complete")
    claims.that("next_url" not in office.get(f"feeds/{SMALL_FOLDER}.json").text, f"{SMALL_FOLDER}.json goes on")
    for format in FORMATS:
        document = walker.read(office.url(f"feeds/tin-moi.{format}"), office.get(f"feeds/tin-moi.{format}").plain)
        claims.same(document.previous, None, f"tin-moi.{format}, a feed of days: its archive")


def kept(address):
    reply = fetch.get(address)
    return reply.status, reply["ETag"], reply["Last-Modified"], reply.plain


def unchanged(archives, claims, when):
    changed = [address for address, before in archives.items() if kept(address) != before]
    claims.same(changed[:3], [], f"{when}: archives that changed, of {len(archives)}")


def archives_are_for_ever(office, archives, claims):
    """One archive of each format, as HTTP tells of it; and the addresses of archives that there are not."""
    for format in FORMATS:
        address = next(one for one in archives if one.endswith(format))
        reply = fetch.get(address)
        claims.same(reply["Cache-Control"], FOREVER, f"{address}: Cache-Control")
        again = fetch.get(address, if_none_match=reply["ETag"])
        claims.same((again.status, again["Cache-Control"]), (304, FOREVER), f"{address}: asked again")
        claims.same(fetch.request(address, "HEAD")["ETag"], reply["ETag"], f"{address}: HEAD")
        for coding in ("gzip", "br", "zstd"):
            packed = fetch.get(address, accept_encoding=coding)
            claims.same((packed["Content-Encoding"], packed.plain == reply.plain), (coding, True), f"{address} as {coding}")
        where, name = re.fullmatch(r"(.*/)([^/]*)\.\w+", address).groups()
        for wrong in ("2021-13", "2021-1", "0000-00", "9999-12-2", f"{name}-1", f"{name}-x", "2999-01-upto-1"):
            claims.same(fetch.get(f"{where}{wrong}.{format}").status, 404, f"{where}{wrong}.{format}")
        claims.same(fetch.get(f"{office.base}archives/no-such-feed/2021-01.{format}").status, 404, "an archive of no feed")
        claims.same(fetch.get(f"{office.base}archives/tin-moi/2021-01.{format}").status, 404, "an archive of a feed of days")


def while_it_happens(office, room, claims):
    """Articles come, change, go and come back, and somebody walks through all of it again and again."""
    untouched = {written.title for number, written in room.files.items() if number % 10 > 3}
    told, over = [], threading.Event()

    def walks():
        while not over.is_set():
            for format in FORMATS:
                walk = walker.walk(office.url(f"feeds/{FOLDER}.{format}"), load)
                told.append((format, walk.faults, Counter(entry.title.partition(" bản")[0] for entry in walk.entries().values()),
                             untouched - {entry.title for entry in walk.entries().values()}))  # fmt: skip

    client = threading.Thread(target=walks)
    client.start()
    try:
        now = datetime.now(corpus.HANOI).replace(microsecond=0)
        for step in range(LIMIT + 30):
            # Some are of today, and some of months that are over.
            room.add((now - timedelta(days=step % 5 * 200, seconds=step)).isoformat())
            if step % 2 == 0:
                room.edit(step * 10, correction='"Bản trước viết nhầm."')
            if step % 3 == 0:
                room.withdraw(step * 10 + 1)
            if step % 9 == 8:
                # It has been out of the feeds by then.
                link = None
                number = (step - 5) * 10 + 1
                fetch.wait_for(lambda: f"Bài lưu {number:04} " not in office.get(f"feeds/{FOLDER}.json").text, 20)
                room.put_back(number)
            if step % 5 == 0:
                room.edit(step * 10 + 2)
        latest = max(room.files)
        claims.that(fetch.wait_for(lambda: office.article(room.files[latest].title, FOLDER), 90), "the last one dropped is out")
    finally:
        over.set()
        client.join()
    wait_until_all_is_seen(office, room, claims)
    for format, faults, titles, missing in told:
        claims.same(faults, [], f"{format}, meanwhile: faults")
        claims.same([title for title, times in titles.items() if times > 1], [], f"{format}, meanwhile: found twice")
        claims.same(sorted(missing)[:5], [], f"{format}, meanwhile: not found, though nobody touched them")
    claims.note(f"{len(told)} walks meanwhile")


def wait_until_all_is_seen(office, room, claims):
    """Until the office has nothing left to read."""
    def seen():
        walk = walker.walk(office.url(f"feeds/{FOLDER}.atom"), load)
        return {entry.title for entry in walk.entries().values()} == room.titles()

    claims.that(fetch.wait_for(seen, 90, every=0.5), "what was done shows within 90 s")
