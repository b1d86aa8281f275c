"""On a page of others, <bantin-feed> and a plain EventSource see within seconds what is dropped, over one stream, also after a restart; without a stream nothing breaks."""

import re
import socket
import threading
import time
from contextlib import contextmanager

import bantin as installation
import browser
import corpus
import fetch
import host_page
from embed_element_waits import HIDEABLE

# Later than all that is there, and past.
NOW = "2026-11-20T0{}:00:00+07:00"
# How long a reader may wait for what was dropped, in seconds: a second of chance is among them, and a machine that is as busy
# as it is slow. Without a stream it would be 15 minutes.
SOON = 15
# How long until a stream is there again that was cut off: a server that is slow to start is tried less and less.
BACK = 60


def judge(shared, claims):
    with installation.Bantin(shared.binary) as bantin, host_page.served() as host, browser.chromium() as chromium:
        stand = Stand(bantin, host, chromium, claims)
        for ask in (sees_what_is_dropped, catches_up, comes_back, looks_where_no_stream_is, hears_of_an_end, is_refused, reads_the_events, does_as_the_docs_say):
            ask(stand, claims)


class Stand:
    def __init__(self, bantin, host, chromium, claims):
        self.bantin, self.host, self.chromium, self.claims = bantin, host, chromium, claims
        self.number = 0

    @contextmanager
    def window(self, body, policy=None):
        """A page of somebody else, of which the element never asks by itself while it is tested."""
        script = f'<script src="{self.bantin.url("embed.js")}" async></script>'
        url = self.host.page("page", body, policy, script)
        with browser.Window(self.chromium) as window:
            window.page.add_init_script(HIDEABLE)
            yield window, lambda: window.page.goto(url)

    def element(self, attributes="interval=900", path="feeds/all"):
        return f'<bantin-feed src="{self.bantin.url(path)}" {attributes}><i>Tin ở nơi khác</i></bantin-feed>'

    def newest(self, count=5):
        return [article["title"] for article in self.bantin.articles()[:count]]

    def shows(self, page, expected, what, which="bantin-feed >> nth=0", seconds=SOON):
        return host_page.wait_for_titles(page, expected, self.claims, what, which, seconds)

    def drop(self):
        """Drops an article; its title."""
        self.number += 1
        title = f"Tin vừa thả số {self.number}"
        self.bantin.drop(f"tin-kiem-tra/vua-tha-{self.number}.md", corpus.markdown(title, NOW.format(self.number)))
        return title

    def take_back(self):
        """Deletes the file that was dropped last."""
        (self.bantin.content / f"tin-kiem-tra/vua-tha-{self.number}.md").unlink()

    def dropped_is_shown(self, page, what):
        """How long it took from dropping a file to seeing it."""
        started = time.monotonic()
        title = self.drop()
        seen = host_page.titles
        while title not in seen(page) and time.monotonic() - started < SOON:
            page.wait_for_timeout(20)
        took = time.monotonic() - started
        self.shows(page, self.newest(), what)
        self.claims.that(title in seen(page), f"{what} is not among the newest")
        return took

    def streams(self):
        return int(re.search(r"^bantin_event_streams (\d+)", fetch.get(self.bantin.admin("metrics")).text, re.M)[1])

    def listens(self, page, often, what, seconds=20):
        return self.claims.same(host_page.wait_for(page, self.streams, often, seconds), often, f"open streams {what}")


def asked(window, end):
    return sum(url.partition("?")[0].endswith(end) for url in window.requests)


def sees_what_is_dropped(stand, claims):
    base = stand.bantin.base
    strict = f"default-src 'none'; script-src {base}; connect-src {base}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'none'"
    body = stand.element() + stand.element("interval=900 count=2") + stand.element("interval=900 theme=dark")
    with stand.window(body, strict) as (window, go):
        go()
        stand.shows(window.page, stand.newest(), "at first")
        stand.listens(window.page, 1, "of three elements")
        window.page.wait_for_timeout(3000)  # it does not ask twice within five seconds
        looked = asked(window, "/embed/all.json")
        claims.same(looked, 2, "asked for three elements of two kinds")
        took = stand.dropped_is_shown(window.page, "what was dropped")
        stand.shows(window.page, stand.newest(2), "what was dropped, in the second", "bantin-feed >> nth=1")
        stand.shows(window.page, stand.newest(), "what was dropped, in the third", "bantin-feed >> nth=2")
        window.page.wait_for_timeout(1000)
        claims.same(asked(window, "/embed/all.json") - looked, 2, "asked when one article was dropped")
        claims.note(f"seen {took:.1f} s after it was dropped")
        window.page.wait_for_timeout(5000)
        before = [title for title in stand.newest(6) if not title.endswith(f"số {stand.number}")]
        stand.take_back()
        stand.shows(window.page, before, "what was withdrawn is gone")
        claims.same(asked(window, "/feeds/all.events"), 1, "streams asked for")
        claims.same(window.complaints, [], "the browser complains")
        claims.same(window.foreign_requests(base, stand.host.base), [], "asked of strangers")
        window.page.goto("about:blank")
        stand.listens(window.page, 0, "when the page is left")


def catches_up(stand, claims):
    with stand.window(stand.element()) as (window, go):
        go()
        stand.shows(window.page, stand.newest(), "at first")
        stand.listens(window.page, 1, "at first")
        window.page.evaluate("hide(true)")
        stand.listens(window.page, 0, "while the page is hidden")
        before = stand.newest()
        claims.that(stand.bantin.wait_for_title(stand.drop()), "what was dropped is not in the feed")
        window.page.wait_for_timeout(3000)
        claims.same(host_page.titles(window.page), before, "shown while hidden")
        claims.that(stand.newest() != before, "what was dropped is not among the newest")
        window.page.evaluate("hide(false)")
        stand.shows(window.page, stand.newest(), "what was dropped while it was hidden")


def comes_back(stand, claims):
    with stand.window(stand.element()) as (window, go):
        go()
        stand.shows(window.page, stand.newest(), "at first")
        stand.listens(window.page, 1, "at first")
        stand.bantin.stop()
        stand.bantin.start()
        stand.listens(window.page, 1, "after a restart", BACK)
        stand.dropped_is_shown(window.page, "what was dropped after a restart")
    with stand.window(stand.element()) as (window, go):
        go()
        stand.shows(window.page, stand.newest(), "at first")
        stand.listens(window.page, 1, "at first")
        stand.bantin.kill()
        title = stand.drop()
        stand.bantin.start()
        claims.that(stand.bantin.wait_for_title(title), "what was dropped is not in the feed")
        stand.shows(window.page, stand.newest(), "what was dropped while the server was away", seconds=BACK)


def looks_where_no_stream_is(stand, claims):
    with stand.window(stand.element("")) as (window, go):
        window.page.route("**/*.events", lambda route: route.fulfill(status=404, headers={"Access-Control-Allow-Origin": "*"}))
        host_page.stop_the_clock(window)
        go()
        host_page.pass_seconds(window.page, 1)
        stand.shows(window.page, stand.newest(), "at first")
        claims.that(stand.bantin.wait_for_title(stand.drop()), "what was dropped is not in the feed")
        host_page.pass_seconds(window.page, 70)
        stand.shows(window.page, stand.newest(), "where 404 is in place of a stream")
        claims.same(asked(window, "/feeds/all.events"), 1, "streams asked for where 404 is in their place")
        stand.listens(window.page, 0, "where 404 is in their place")


def hears_of_an_end(stand, claims):
    bantin = stand.bantin
    (bantin.feeds / "dai.toml").write_text('title = "Tin cho đài"\n\n[partner]\norganisation = "Đài Truyền thanh"\n', "utf-8")
    token = token_of(bantin)
    claims.that(fetch.wait_for(lambda: bantin.get(f"p/{token}/embed/dai.json").status == 200, 20), "the private feed does not answer")
    with stand.window(stand.element(path=f"p/{token}/dai")) as (window, go):
        go()
        stand.shows(window.page, stand.newest(), "at a secret address")
        stand.listens(window.page, 1, "at a secret address")
        claims.same(asked(window, f"/p/{token}/dai.events"), 1, "streams asked for at a secret address")
        window.page.wait_for_timeout(3000)
        stand.dropped_is_shown(window.page, "what was dropped, at a secret address")
        token_of(bantin, "--only")
        stand.shows(window.page, [], "when the token was dropped", seconds=BACK)
        claims.that(window.page.locator("bantin-feed i").is_visible(), "what stands between the tags does not show when the token was dropped")
        stand.listens(window.page, 0, "when the token was dropped")
    claims.that(token not in bantin.said(), "the log shows a token")


def token_of(bantin, *options):
    return re.search(r"/p/(bt[0-9a-z]+)/", bantin.run("token", "dai", *options).stdout)[1]


def is_refused(stand, claims):
    """A policy that lets a page load the articles and nothing else, and one that lets it load nothing."""
    base = stand.bantin.base
    for connect, titles in ((f"{base}embed/", stand.newest()), ("'none'", [])):
        with stand.window(stand.element(), f"connect-src {connect}") as (window, go):
            window.page.add_init_script("window.wrong = []; addEventListener('error', (event) => wrong.push(event.message)); addEventListener('unhandledrejection', (event) => wrong.push(`${event.reason}`))")
            go()
            stand.shows(window.page, titles, f"with connect-src {connect}")
            window.page.wait_for_timeout(5000)
            claims.same(host_page.titles(window.page), titles, f"with connect-src {connect}, after some seconds")
            claims.same(window.page.locator("bantin-feed i").is_visible(), not titles, f"with connect-src {connect}, what stands between the tags shows")
            claims.same(window.page.evaluate("wrong"), [], f"went wrong with connect-src {connect}")
            claims.that(len([line for line in window.complaints if ".events" in line]) <= 2, f"the browser complains more than once with connect-src {connect}")


READ = """(url) => {
    window.read = [];
    window.source = new EventSource(url);
    for (const kind of ["version", "article", "withdrawn", "left"])
        source.addEventListener(kind, ({ data, lastEventId }) => read.push([kind, JSON.parse(data), lastEventId]));
    source.onopen = () => read.push(["open"]);
}"""


def reads_the_events(stand, claims):
    """EventSource on a page of another origin, and what it says by itself when it was cut off."""
    with relay(stand.bantin.port) as wire, browser.Window(stand.chromium) as window:
        page = window.page
        page.goto(stand.host.page("reads", "", f"connect-src {wire.base}"))
        page.evaluate(READ, f"{wire.base}feeds/all.events")
        read = wait_for_events(page, "version")
        version = version_of(stand.bantin)
        claims.same([[kind, *rest[1:]] for kind, *rest in read], [["open"], ["version", version]], "read at first")
        title = stand.drop()
        kind, said, at = wait_for_events(page, "article")[-1]
        article = stand.bantin.article(title)
        claims.same((kind, said["id"], said["url"], said["title"], at), ("article", article["id"], article["url"], title, version_of(stand.bantin)), "read of what was dropped")
        heard = len(page.evaluate("read"))
        wire.cut()
        stand.take_back()
        claims.that(fetch.wait_for(lambda: not stand.bantin.article(title), 20), "the article stays after its file was deleted")
        other = stand.drop()
        claims.that(stand.bantin.wait_for_title(other), "what was dropped is not in the feed")
        wire.mend()
        read = wait_for_events(page, "article", heard)
        claims.same(
            [(kind, *(one["id"] for one in said[:1])) for kind, *said in read if kind != "left"],
            [("open",), ("withdrawn", article["id"]), ("article", stand.bantin.article(other)["id"])],
            "read after it was cut off",
        )
        claims.same(read[-1][2], version_of(stand.bantin), "the version that is named last")


def does_as_the_docs_say(stand, claims):
    """The lines for a page of one's own, as they stand in the docs."""
    docs = (installation.REPOSITORY / "docs/PUSH.md").read_text("utf-8")
    lines = re.search(r"### On a page of your own\n.*?```html\n(.*?)```", docs, re.S)[1]
    lines = lines.replace("https://tin.example.vn/", stand.bantin.base).replace("lua.events", "all.events")
    with browser.Window(stand.chromium) as window:
        window.page.goto(stand.host.page("own", lines, f"connect-src {stand.bantin.base}"))
        stand.listens(window.page, 1, "of the lines in the docs")
        title = stand.drop()
        link = window.page.get_by_role("status").get_by_role("link", name=title)
        link.wait_for()
        claims.same(link.get_attribute("href"), stand.bantin.article(title)["url"], "what the lines in the docs link to")
        window.page.goto("about:blank")
        stand.listens(window.page, 0, "when the page with the lines in the docs is left")


def version_of(bantin):
    return re.match(r'(?:W/)?"([0-9a-f]{24})', bantin.get("feeds/all.json")["ETag"])[1]


def wait_for_events(page, kind, heard=0):
    """What was read since so many, as soon as one of this kind is the last."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        read = page.evaluate("read")[heard:]
        if read and read[-1][0] == kind:
            break
        page.wait_for_timeout(50)
    return read


class Wire:
    """What lies between a browser and a server, and can be cut and mended."""

    def __init__(self, port):
        self.port = port
        self.ends = []
        self.is_cut = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self.join, daemon=True).start()

    def join(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.port))
            self.ends += (near, far)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=carry, args=(one, other), daemon=True).start()

    def cut(self):
        self.is_cut = True
        for end in self.ends:
            end_of(end)
        self.ends.clear()

    def mend(self):
        self.is_cut = False


def carry(one, other):
    try:
        while piece := one.recv(65536):
            other.sendall(piece)
    except OSError:
        pass
    end_of(other)


def end_of(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


@contextmanager
def relay(port):
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.cut()
        wire.listener.close()
