"""<bantin-feed> asks when a stream tells of a change, over one connection for all elements and two for a page, while somebody sees it; without a stream as it always does."""

import json

import browser
import host_page
from embed_element_waits import HIDEABLE
from host_page import Answer, Stream, article, document, failing

PATH = "/embed/mua-vu.json"
STREAM = "/feeds/mua-vu.events"
MARKUP = "<img src=x onerror=window.hit=1>"


def judge(bantin, claims):
    script = bantin.url("embed.js")
    # Pages are kept to go back to, as people's browsers do it.
    with browser.chromium(without=["--disable-back-forward-cache"]) as chromium:
        for ask in (
            asks_when_told, is_patient, shares, takes_two, listens_while_seen, is_gone_back_to, may_be_told_not_to,
            saves_data, needs_no_stream, asks_no_stranger, comes_back, gives_up, waits_for_what_lies_between, takes_no_word_of_it,
        ):  # fmt: skip
            with host_page.served() as office, host_page.served() as host, browser.Window(chromium) as window:
                window.page.add_init_script(HIDEABLE)
                host_page.stop_the_clock(window)
                ask(Stand(office, host, window, script), claims)


class Stand:
    def __init__(self, office, host, window, script):
        self.office, self.host, self.window, self.page, self.script = office, host, window, window.page, script
        self.stream = Stream("v1")
        office.answers[STREAM] = self.stream
        self.carries("v1", 9, 8)

    def carries(self, version, *numbers, name="mua-vu", **fields):
        """What the feed carries from now on; its stream does not say so yet."""
        said = {"title": name, "feed_url": f"{self.office.base}feeds/{name}.json", "_bantin": {}} | fields
        items = [article(number) for number in numbers]
        text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items} | said)
        self.office.answers[f"/embed/{name}.json"] = document(text, version, Access_Control_Expose_Headers="etag")

    def changes(self, version, *numbers):
        self.carries(version, *numbers)
        self.stream.tell(version)

    def element(self, attributes="", name="mua-vu"):
        return f'<bantin-feed src="{self.office.base}feeds/{name}" {attributes}>x</bantin-feed>'

    def open(self, body=None, seconds=10):
        """Opens a page, on which so much time passes."""
        body = body or self.element()
        host_page.open_page(self.page, self.host.page("page", body, None, f'<script src="{self.script}" async></script>'))
        self.page.locator("bantin-feed >> css=li").first.wait_for()
        host_page.pass_seconds(self.page, seconds)

    def listens(self, often, claims, what, stream=None):
        """Waits until so many connections are open."""
        listeners = (stream or self.stream).listeners
        return claims.same(host_page.wait_for(self.page, lambda: len(listeners), often), often, f"connections {what}")

    def shows(self, numbers, claims, what):
        return host_page.wait_for_titles(self.page, [f"Bài số {number}" for number in numbers], claims, what, "bantin-feed >> nth=0")

    def asks(self, often, claims, what):
        """Lets some seconds pass, in which it asks so often for what it was told of."""
        return claims.same(self.pass_seconds(10), often, f"asked {what}")

    def pass_seconds(self, seconds):
        """How often it asked meanwhile."""
        before = self.office.count(PATH)
        host_page.pass_seconds(self.page, seconds)
        return self.office.count(PATH) - before


def asks_when_told(stand, claims):
    stand.open()
    stand.listens(1, claims, "at first")
    claims.same(stand.office.count(PATH), 1, "asked at first")
    _, _, headers = stand.office.asked[-1]
    claims.same((headers["Referer"], headers["Cookie"]), (None, None), "told of who reads")
    stand.changes("v2", 10, 9, 8)
    stand.asks(1, claims, "when told of a version")
    stand.shows((10, 9, 8), claims, "when told")
    _, path, headers = stand.office.asked[-1]
    claims.same((path, headers["If-None-Match"]), (PATH, '"v1"'), "asked, with the condition")
    for version in ("v3", "v4", "v5", "v6"):
        stand.stream.tell(version)
    stand.changes("v7", 11, 10)
    stand.asks(1, claims, "when told of five versions at once")
    stand.shows((11, 10), claims, "after five versions")


def is_patient(stand, claims):
    stand.open()
    stand.listens(1, claims, "at first")
    claims.among(stand.pass_seconds(600), (1, 2, 3), "asked in 10 minutes when nothing is told")
    for what, said in (("a heartbeat", ": still here\n\n"), ("the same version", host_page.event("v1", "article")), ("no version", "event: x\ndata: id: v9\n\n")):
        stand.open()
        stand.stream.say(said)
        stand.asks(0, claims, f"for {what}")
    claims.same(len(stand.stream.listeners), 1, "connections")


def shares(stand, claims):
    stand.open(f"{stand.element()}{stand.element('theme=dark')}{stand.element('count=1')}")
    stand.listens(1, claims, "of three elements")
    claims.same(stand.stream.begun, 1, "streams begun for three elements")
    stand.changes("v2", 10, 9)
    stand.asks(2, claims, "for three elements of two kinds")
    host_page.wait_for_titles(stand.page, ["Bài số 10"], claims, "the third of three", "bantin-feed >> nth=2")
    stand.page.evaluate("document.querySelectorAll('bantin-feed').forEach((one, at) => at && one.remove())")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when one is left")
    stand.page.evaluate("document.querySelector('bantin-feed').remove()")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(0, claims, "when none is left")


def takes_two(stand, claims):
    streams = [Stream("v1") for _ in range(3)]
    for number, stream in enumerate(streams):
        stand.carries("v1", 9, name=f"so-{number}")
        stand.office.answers[f"/feeds/so-{number}.events"] = stream
    stand.open("".join(stand.element(name=f"so-{number}") for number in range(3)))
    listening = [len(stream.listeners) for stream in streams]
    claims.same(sorted(listening), [0, 1, 1], "connections to three feeds")
    third = listening.index(0)
    before = stand.office.count(f"/embed/so-{third}.json")
    host_page.pass_seconds(stand.page, 130)
    claims.among(stand.office.count(f"/embed/so-{third}.json") - before, (1, 2), "asked for the third in 130 s")
    gone = listening.index(1)
    stand.page.evaluate("at => document.querySelectorAll('bantin-feed')[at].remove()", gone)
    host_page.pass_seconds(stand.page, 10)
    stand.listens(0, claims, "of one that was taken away", streams[gone])
    stand.listens(1, claims, "of the third then", streams[third])


def listens_while_seen(stand, claims):
    stand.open(f"<div style='height: 5000px'>cao</div>{stand.element()}")
    stand.listens(0, claims, "while it lies below what is seen")
    stand.page.evaluate("document.querySelector('bantin-feed').scrollIntoView()")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when one scrolls there")
    stand.page.evaluate("hide(true)")
    stand.listens(0, claims, "as soon as the page is hidden")
    claims.same(stand.pass_seconds(400), 0, "asked while hidden")
    stand.changes("v2", 10, 9)
    stand.page.evaluate("hide(false)")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when the page is shown again")
    stand.shows((10, 9), claims, "when the page is shown again")
    # Hidden for so short a time that it is not due: the stream says what was missed.
    stand.page.evaluate("hide(true)")
    stand.listens(0, claims, "when hidden again")
    stand.changes("v3", 11, 10)
    stand.page.evaluate("hide(false)")
    host_page.pass_seconds(stand.page, 20)
    stand.shows((11, 10), claims, "when the page was hidden for a moment")
    stand.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    stand.listens(0, claims, "as soon as the page is left")
    stand.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when one comes back to the page")
    stand.page.evaluate("scrollTo(0, 0)")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(0, claims, "when one scrolls away")
    stand.page.context.set_offline(True)
    stand.page.evaluate("document.querySelector('bantin-feed').scrollIntoView()")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(0, claims, "while offline")
    stand.page.context.set_offline(False)
    host_page.wait_for(stand.page, lambda: stand.page.evaluate("navigator.onLine"), True)
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when online again")


def is_gone_back_to(stand, claims):
    stand.page.add_init_script("window.kept = false; addEventListener('pageshow', (event) => (kept = event.persisted))")
    stand.open()
    stand.listens(1, claims, "at first")
    stand.page.goto(stand.host.page("other", "<p>x</p>"))
    stand.listens(0, claims, "of a page that was left")
    stand.changes("v2", 10, 9)
    stand.page.evaluate("history.back()")
    stand.page.wait_for_timeout(300)
    stand.shows((9, 8), claims, "when one goes back")
    claims.that(stand.page.evaluate("kept"), "the page was not kept to go back to")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when one went back")
    host_page.pass_seconds(stand.page, 10)
    stand.shows((10, 9), claims, "when one went back")


def may_be_told_not_to(stand, claims):
    stand.open(stand.element("live=0"))
    claims.same(stand.stream.begun, 0, "streams begun with live=0")
    claims.among(stand.pass_seconds(130), (1, 2), "asked in 130 s with live=0")
    stand.page.locator("bantin-feed").evaluate("one => one.setAttribute('live', '')")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "when live says nothing")
    stand.page.locator("bantin-feed").evaluate("one => one.setAttribute('live', 'false')")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(0, claims, "with live=false")


def saves_data(stand, claims):
    stand.page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    stand.open()
    claims.among(stand.pass_seconds(130), (1, 2, 3), "asked in 130 s where data is saved")
    claims.same(stand.stream.begun, 0, "streams begun where data is saved")


def needs_no_stream(stand, claims):
    named = {"Access_Control_Allow_Origin": "*"}
    for answer, what in (
        (failing(404), "404"),
        (failing(410), "410"),
        (failing(503), "503 at first"),
        (Answer("", 204, **named), "204"),
        (Answer("<p>x", 200, **named), "a page"),
        (Answer("", 301, Location="/x", **named), "a detour to nowhere"),
        (Answer("data: 1\n\n", 200, kind="text/event-stream"), "a stream for nobody else"),
    ):
        stand.office.answers[STREAM] = answer
        stand.office.asked.clear()
        stand.open()
        claims.among(stand.pass_seconds(130), (1, 2, 3), f"asked in 130 s where {what} is in place of a stream")
        claims.same(stand.office.count(STREAM), 1, f"asked for a stream where {what} is in its place")
        stand.shows((9, 8), claims, f"with {what}")
    claims.same([line for line in stand.window.complaints if "Failed to load" not in line and "CORS" not in line], [], "the browser complains")


def asks_no_stranger(stand, claims):
    for what, fields in (
        ("of no bantin", {"_bantin": None}),
        ("at another place", {"feed_url": f"{stand.host.base}feeds/mua-vu.json"}),
        ("nowhere", {"feed_url": "javascript:window.hit=1"}),
        ("that is no text", {"feed_url": {"json": 7}}),
    ):
        stand.carries("v1", 9, 8, **fields)
        stand.office.asked.clear()
        stand.host.asked.clear()
        stand.open()
        asked = [path for server in (stand.office, stand.host) for _, path, _ in server.asked]
        claims.same(asked, [PATH, "/page"], f"asked where the feed is one {what}")


def comes_back(stand, claims):
    stand.open(seconds=70)
    stand.listens(1, claims, "at first")
    asked = stand.office.count(PATH)
    stand.stream.cut()
    stand.listens(0, claims, "when the server ended it")
    host_page.pass_seconds(stand.page, 10)
    stand.listens(1, claims, "soon after the server ended it")
    claims.same(stand.office.count(PATH) - asked, 0, "asked because a connection ended")
    stand.stream.cut()
    stand.listens(0, claims, "when the server ended it again")
    stand.changes("v2", 10, 9)
    host_page.pass_seconds(stand.page, 20)
    stand.listens(1, claims, "after the server ended it again")
    stand.shows((10, 9), claims, "what was missed meanwhile")


def gives_up(stand, claims):
    stand.open(seconds=70)
    stand.listens(1, claims, "at first")
    stand.office.answers[STREAM] = failing(502)
    stand.stream.cut()
    stand.listens(0, claims, "when the server went away")
    before = stand.office.count(STREAM)
    claims.among(stand.pass_seconds(150), (2, 3), "asked in 150 s while there is no stream")
    claims.among(stand.office.count(STREAM) - before, (3, 4, 5), "asked for the stream in 150 s")
    stand.office.answers[STREAM] = stand.stream
    host_page.pass_seconds(stand.page, 420)
    stand.listens(1, claims, "when the stream is back")
    host_page.pass_seconds(stand.page, 70)
    stand.office.answers[STREAM] = failing(404)
    stand.stream.cut()
    stand.listens(0, claims, "when the server ended it for good")
    before = stand.office.count(STREAM)
    host_page.pass_seconds(stand.page, 200)
    claims.same(stand.office.count(STREAM) - before, 1, "asked for a stream that is gone")
    # One that always ends at once is asked for less and less.
    hasty = Stream("v1")
    stand.office.answers[STREAM] = hasty
    stand.open(seconds=10)
    for _ in range(30):
        hasty.cut()
        host_page.pass_seconds(stand.page, 10)
    claims.among(hasty.begun, (3, 4, 5, 6), "begun in 5 minutes although each ends at once")


def waits_for_what_lies_between(stand, claims):
    stand.open()
    stand.listens(1, claims, "at first")
    stand.stream.tell("v2")  # while a cache still has what was before
    stand.asks(1, claims, "when told")
    claims.same(stand.pass_seconds(30), 0, "asked again soon")
    stand.carries("v2", 10, 9)
    claims.same(stand.pass_seconds(40), 1, "asked when it is due, since what came was not what was told of")
    stand.shows((10, 9), claims, "then")
    claims.same(stand.pass_seconds(120), 0, "asked when what came was what was told of")


def takes_no_word_of_it(stand, claims):
    stand.open()
    stand.listens(1, claims, "at first")
    for said in (f"id: {MARKUP}\ndata: {MARKUP}\n\n", "id:\n\n", "id: v1\x00\n\n", f"data: {'x' * 3_000_000}", "\n\n", b"\xff\xfe\xf0\n" * 1000, "retry: 1\n\n", "id\n\n" * 10_000):
        stand.stream.say(said)
        stand.pass_seconds(10)
    claims.same(stand.page.evaluate("window.hit"), None, "something ran")
    claims.that("img" not in stand.page.evaluate("document.querySelector('bantin-feed').shadowRoot.textContent"), "the stream's words are shown")
    stand.listens(1, claims, "after nonsense")
    stand.changes("v2", 10, 9)
    host_page.pass_seconds(stand.page, 10)
    stand.shows((10, 9), claims, "after nonsense")
    claims.same(stand.window.complaints, [], "the browser complains")
