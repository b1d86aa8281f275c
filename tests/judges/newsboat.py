"""newsboat, a real reader: finds every article once, asks conditionally, sees what is new and no rename or retitle twice."""

import os
import sqlite3
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import bantin as installation
import corpus
import fetch

# Two feeds without a common article: newsboat keeps an article once, under the feed it read last.
FOLDER = "tin-kiem-tra"
SUBSCRIPTIONS = (f"feeds/{FOLDER}.rss", f"feeds/{corpus.MANY_CATEGORY}.atom")


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office, tempfile.TemporaryDirectory(prefix="bantin-newsboat-") as home, Recorder(office.port) as recorder:
        reader = Newsboat(Path(home), recorder.base)
        reader.reload()
        for path in SUBSCRIPTIONS:
            told = office.articles(path.removeprefix("feeds/").rpartition(".")[0])
            seen = reader.articles(path)
            claims.same(sorted(seen), sorted((item["id"], item["title"]) for item in told), f"{path} in newsboat")
        claims.that(all(status == 200 for _, _, status in recorder.taken()), "the first reload got something other than 200")

        # newsboat loses the validators of a feed's first reload (newsboat#2734): the third is the first conditional one.
        reader.reload()
        recorder.taken()
        reader.reload()
        third = recorder.taken()
        claims.same(sorted({(path, status) for path, _, status in third}), [(f"/{path}", 304) for path in sorted(SUBSCRIPTIONS)], "the third reload")
        claims.that(all("if-none-match" in headers for _, headers, _ in third), "the third reload sent no tag")

        a_second_later(office)
        before = reader.unread()
        title = "Bài mới cho người đọc"
        file = office.drop(f"{FOLDER}/bai-moi.md", corpus.markdown(title, "2026-02-03T08:00:00+07:00"))
        claims.that(office.wait_for_title(title), "the dropped article is in the feed")
        reader.reload()
        claims.same(reader.unread() - before, 1, "new unread articles after one drop")

        a_second_later(office)
        before = reader.count()
        file.rename(file.with_name("ten-khac.md"))
        claims.that(office.wait_for_receipt(f"{FOLDER}/ten-khac.md"), "the renamed file has no receipt")
        retitled = "Bài mới cho người đọc, tiêu đề sửa lại"
        office.drop(f"{FOLDER}/ten-khac.md", corpus.markdown(retitled, "2026-02-03T08:00:00+07:00"))
        claims.that(office.wait_for_title(retitled), "the retitled article is in the feed")
        claims.that(fetch.wait_for(lambda: not office.article(title), 20), "the old title left the feed")
        recorder.taken()
        reader.reload()
        statuses = {path: status for path, _, status in recorder.taken()}
        claims.same(statuses, {f"/{SUBSCRIPTIONS[0]}": 226, f"/{SUBSCRIPTIONS[1]}": 304}, "what newsboat got, which asks for what is new alone")
        titles = [said for _, said in reader.articles(SUBSCRIPTIONS[0])]
        claims.same((titles.count(retitled), titles.count(title)), (1, 0), "the article after rename and retitle")
        claims.same(reader.count(), before, "articles after rename and retitle")
        twice_in_a_second(office, reader, claims)
        claims.note(f"{reader.count()} articles")


def twice_in_a_second(office, reader, claims):
    """Two articles within one second, and the reader comes in between: it must not miss the second one for ever."""
    a_second_later(office)
    time.sleep(1 - time.time() % 1)
    for number in (1, 2):
        title = f"Bài thứ {number} trong một giây"
        office.drop(f"{FOLDER}/giay-{number}.md", corpus.markdown(title, f"2026-02-0{3 + number}T08:00:00+07:00"))
        claims.that(office.wait_for_title(title), f"{title}: not in the feed")
        if number == 2:
            time.sleep(1.5)
        reader.reload()
        claims.that(title in [said for _, said in reader.articles(SUBSCRIPTIONS[0])], f"{title}: not in newsboat, for which Last-Modified did not move")


def a_second_later(office):
    """libcurl, and so newsboat, throws a 200 away whose Last-Modified is the one it sent: the next change needs a later second."""
    installation.settle(lambda: office.get(SUBSCRIPTIONS[0]))


class Newsboat:
    """newsboat without its screen, in a home of its own."""

    def __init__(self, home, base):
        self.home, self.base = home, base
        (home / "urls").write_text("".join(f"{base}{path}\n" for path in SUBSCRIPTIONS))
        (home / "config").write_text("max-items 0\nreload-threads 1\nkeep-articles-days 0\n")

    def reload(self):
        command = ["newsboat", "-C", self.home / "config", "-u", self.home / "urls", "-c", self.home / "cache.db", "-x", "reload"]
        environment = os.environ | {"HOME": str(self.home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True, env=environment, cwd=self.home)

    def ask(self, question, *values):
        connection = sqlite3.connect(f"file:{self.home / 'cache.db'}?mode=ro", uri=True)
        try:
            return connection.execute(question, values).fetchall()
        finally:
            connection.close()

    def articles(self, path):
        return self.ask("SELECT guid, title FROM rss_item WHERE feedurl = ? AND deleted = 0", self.base + path)

    def unread(self):
        return self.ask("SELECT COUNT(*) FROM rss_item WHERE unread = 1 AND deleted = 0")[0][0]

    def count(self):
        return self.ask("SELECT COUNT(*) FROM rss_item WHERE deleted = 0")[0][0]


class Recorder(ThreadingHTTPServer):
    """Passes requests on and remembers path, headers and status of each."""

    def __init__(self, port):
        self.behind = f"http://127.0.0.1:{port}"
        self.seen = []
        super().__init__(("127.0.0.1", 0), Passing)
        self.base = f"http://127.0.0.1:{self.server_port}/"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def taken(self):
        taken, self.seen = self.seen, []
        return taken


class Passing(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = {name.lower(): value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        reply = fetch.request(self.server.behind + self.path, headers=asked)
        self.server.seen.append((urlsplit(self.path).path, asked, reply.status))
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_):
        pass
