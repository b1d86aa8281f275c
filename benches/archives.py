"""Ten years of articles, read by a client that knows RFC 5005 and nothing else, while articles are dropped, edited and withdrawn."""

import subprocess
import sys
import threading
import time
from collections import Counter
from typing import NamedTuple

import corpus
import office
import wire
from results import Section, figure

sys.path.append(str(office.REPOSITORY / "tests/judges"))
import walker  # noqa: E402

FORMATS = ("rss", "atom", "json")
# A second.
DROPS = 10


def measure(plan):
    section = Section("archives")
    count = plan.usual
    content = office.SCRATCH / "content"
    # Not linked: files are written in place, too.
    subprocess.run(["cp", "--archive", office.corpus_of(count), content], check=True)
    rows = section.table("walk through", "documents", "articles", "s", "MB, gzip", "MB", "slowest document, ms", "CPU of the server, s", "memory at the most, MB")
    with office.Office(content, office.SCRATCH / "office", receipts=False) as server:
        section.command(*server.process.args)
        memory_at_rest = server.rest().memory()
        room = Newsroom(content, count)
        faults, missing, twice, again = [], [], [], []
        for format in FORMATS:
            with Busy(room):
                walk = through(server, format, room)
                once_more = through(server, format, room, walk.found)
            for told, what in ((walk, f"all.{format}, {count:,} articles"), (once_more, f"all.{format} again, by who has the archives")):
                rows.append([what, *told.row, figure(server.memory("VmHWM") / 1e6)])
                faults += told.found.faults
                missing += told.missing
                twice += told.twice
            again.append(once_more.loaded)
        server.rest()
        for format in FORMATS:
            walk = through(server, format, room, everything=True)
            rows.append([f"all.{format}, when all is done", *walk.row, figure(server.memory("VmHWM") / 1e6)])
            faults, missing, twice = faults + walk.found.faults, missing + walk.missing, twice + walk.twice
        # What an archive is, it stays.
        changed = [at for at, tag in room.archives.items() if tag_of(server, at) != tag]
        grown = (server.memory("VmHWM") - memory_at_rest) / 1e6
    section.claim("articles that a walk missed", len(missing), most=0)
    section.claim("articles that a walk found twice, or though they were withdrawn", len(twice), most=0)
    section.claim("documents that are not as RFC 5005 asks", len(faults), most=0)
    section.claim("archives that changed meanwhile", len(changed), most=0)
    section.claim("archives that were compared", len(room.archives))
    section.claim("documents that a client loads who has been here before", again, most=3 + room.done // 500, of=max)
    section.claim("articles dropped, edited or withdrawn meanwhile", room.done)
    section.claim("memory at the most, more than at rest", grown, " MB", most=100)
    wrong = [*faults, *missing, *twice, *changed]
    if wrong:
        section.notes.append("\n".join(f"- {one}" for one in wrong[:10]))
    return section


class Told(NamedTuple):
    """One walk: what was found, and what it took."""

    found: walker.Walk
    loaded: int
    row: list
    missing: list
    twice: list


def through(server, format, room, earlier=None, everything=False):
    """Walks through everything in one format."""
    sizes, slowest, tags = [], [], {}
    certain = room.published() if everything else room.certain()
    with wire.Connection(server.port) as connection:

        def load(address):
            began = time.perf_counter()
            answer = connection.ask(wire.request(path_of(address), accept_encoding="gzip"))
            slowest.append(time.perf_counter() - began)
            plain = answer.plain
            sizes.append((len(answer.body), len(plain)))
            tags[address] = answer["etag"]
            return answer.status, plain

        began, used = time.perf_counter(), server.cpu()
        found = walker.walk(f"{office.BASE}feeds/all.{format}", load, earlier)
        took, used = time.perf_counter() - began, server.cpu() - used
    room.archives |= {document.address: tags[document.address] for document in found.archives() if document.address in tags}
    titles = Counter(entry.title for entry in found.entries().values())
    label = found.address.removeprefix(office.BASE)
    missing = [f"{label} misses “{title}”" for title in certain - titles.keys()]
    twice = [f"{label} has “{title}” {times} times" for title, times in titles.items() if times > 1 and title not in room.namesakes]
    packed, plain = (sum(size) / 1e6 for size in zip(*sizes, strict=True))
    row = [len(sizes), len(titles), figure(took), figure(packed), figure(plain), figure(1000 * max(slowest)), figure(used)]
    # Atom has a word for what was withdrawn after its month was over.
    if everything and format == "atom":
        twice += [f"{label} has “{title}”, which was withdrawn" for title in titles.keys() & room.withdrawn]
    return Told(found, len(sizes), row, missing, twice)


def path_of(address):
    return "/" + address.removeprefix(office.BASE)


def tag_of(server, address):
    return server.get(path_of(address), accept_encoding="gzip")["etag"]


class Newsroom:
    """The files, and what must be found because nobody has touched it, or touched it long enough ago."""

    def __init__(self, content, count):
        self.content, self.count = content, count
        self.lock, self.archives, self.done = threading.Lock(), {}, 0
        titles = Counter(corpus.article(number, count).title for number in range(count))
        self.namesakes = {title for title, times in titles.items() if times > 1}
        self.titles = set(titles) - self.namesakes
        self.standing, self.dropped, self.withdrawn = set(self.titles), [], set()

    def act(self):
        """Drops an article, and edits or withdraws another one of long ago."""
        number = self.done
        article = corpus.newer(number, "archives")
        self.write(f"moi/bai-{number:05}.md", article.written())
        old = corpus.article(number * 977 % self.count, self.count)
        with self.lock:
            self.standing.discard(old.title)
            self.dropped.append((time.monotonic(), article.title))
            self.done += 1
            if number % 3 == 0:
                self.withdrawn.add(old.title)
        changed = old._replace(text=old.text + f"\n\nĐính chính: Lần sửa {number}.") if number % 3 else old
        text = changed.written() if number % 3 else changed.written().replace("---\n", "---\nwithdrawn: \"Tòa soạn rút bài\"\n", 1)
        self.write(corpus.place(number * 977 % self.count, old), text)

    def write(self, place, text):
        file = self.content / place
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.tmp")
        partial.write_text(text)
        partial.rename(file)

    def certain(self):
        """The titles of what has been out for a while and was left alone."""
        with self.lock:
            return self.standing | {title for at, title in self.dropped if time.monotonic() - at > 10}


    def published(self):
        """The titles of everything that is out when nothing is on its way any more."""
        return self.titles - self.withdrawn | {title for _, title in self.dropped}


class Busy:
    """An office at work, until the end of the block."""

    def __init__(self, room):
        self.room, self.over = room, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def work(self):
        while not self.over.wait(1 / DROPS):
            self.room.act()
