"""<bantin-feed> asks once for all of a page, now and then, not while nobody looks, less when the server fails, and never again for what is gone."""

import browser
import host_page
from host_page import article, failing, feed

PATH = "/embed/mua-vu.json"
USUAL = [article(number) for number in (9, 8, 7)]
LINK = "Mùa vụ ở nơi khác"


def judge(bantin, claims):
    script = bantin.url("embed.js")
    with browser.chromium() as chromium:
        for ask in (shares, asks_on, rests_while_hidden, rests_while_offline, backs_off, heeds_the_server, ends, catches_up, moves):
            with host_page.served() as office, host_page.served() as host, browser.Window(chromium) as window:
                office.answers[PATH] = feed(USUAL)
                window.page.add_init_script(HIDEABLE)
                host_page.stop_the_clock(window)
                stand = Stand(office, host, window, script)
                ask(stand, claims)


# Headless Chromium shows every page.
HIDEABLE = """
    window.isHidden = false;
    Object.defineProperty(Document.prototype, "hidden", { get: () => window.isHidden });
    window.hide = (isHidden) => { window.isHidden = isHidden; document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); };
"""


AGAIN = "hide(true); hide(false)"


class Stand:
    def __init__(self, office, host, window, script):
        self.office, self.host, self.window, self.page, self.script = office, host, window, window.page, script

    def open(self, body=None):
        body = body or self.element()
        host_page.open_page(self.page, self.host.page("page", body, None, f'<script src="{self.script}" async></script>'))

    def element(self, attributes=""):
        return f'<bantin-feed src="{self.office.base}feeds/mua-vu" {attributes}><a href="/x">{LINK}</a></bantin-feed>'

    def shows(self, numbers, claims, what, which="bantin-feed >> nth=0"):
        return host_page.wait_for_titles(self.page, [f"Bài số {number}" for number in numbers], claims, what, which)

    def pass_seconds(self, seconds, after=None):
        """How often it asked meanwhile, or since this was done."""
        before = self.office.count(PATH)
        if after:
            self.page.evaluate(after)
        host_page.pass_seconds(self.page, seconds)
        return self.office.count(PATH) - before

    def shows_link(self):
        return self.page.get_by_role("link", name=LINK).is_visible()


def shares(stand, claims):
    stand.open(f"{stand.element()}{stand.element('theme=dark heading=3')}{stand.element('count=2')}")
    for which in (0, 1):
        stand.shows((9, 8, 7), claims, f"element {which} of three", f"bantin-feed >> nth={which}")
    stand.shows((9, 8), claims, "the third of three", "bantin-feed >> nth=2")
    asked = sorted(path for _, path, _ in stand.office.asked)
    claims.same(asked, [PATH, f"{PATH}?count=2"], "asked for three elements")


def asks_on(stand, claims):
    stand.open()
    stand.shows((9, 8, 7), claims, "at first")
    claims.same(stand.pass_seconds(50), 0, "asked within 50 s")
    claims.same(stand.pass_seconds(20), 1, "asked within 70 s")
    _, _, headers = stand.office.asked[-1]
    claims.that(headers["If-None-Match"], "the second question has no condition")
    claims.same((headers["Cookie"], headers["Referer"]), (None, None), "told of who reads")
    stand.page.locator("bantin-feed").evaluate("one => one.setAttribute('interval', '1')")
    stand.pass_seconds(70)
    claims.among(stand.pass_seconds(120), range(6, 10), "asked in 120 s with an interval of 1, which counts as 15")
    claims.that(not [path for _, path, _ in stand.office.asked if path.startswith("OPTIONS")], "it needs to ask whether it may ask")


def rests_while_hidden(stand, claims):
    stand.open()
    stand.shows((9, 8, 7), claims, "at first")
    claims.same(stand.pass_seconds(400, "hide(true)"), 0, "asked while hidden")
    stand.office.answers[PATH] = feed([article(10), *USUAL])
    claims.same(stand.pass_seconds(1, "hide(false)"), 1, "asked when shown again")
    stand.shows((10, 9, 8, 7), claims, "when shown again")
    claims.same(stand.pass_seconds(10, AGAIN), 0, "asked when hidden for a moment")


def rests_while_offline(stand, claims):
    stand.open()
    stand.shows((9, 8, 7), claims, "at first")
    stand.page.context.set_offline(True)
    tried = len(stand.window.requests)
    stand.pass_seconds(400)
    claims.same(stand.window.requests[tried:], [], "tried while offline")
    stand.shows((9, 8, 7), claims, "while offline")
    before = stand.office.count(PATH)
    stand.page.context.set_offline(False)
    host_page.wait_for(stand.page, lambda: stand.page.evaluate("navigator.onLine"), True)
    stand.pass_seconds(1)
    claims.same(stand.office.count(PATH) - before, 1, "asked when online again")


def backs_off(stand, claims):
    stand.open()
    stand.shows((9, 8, 7), claims, "at first")
    # As usual first, then after 2, 4, 8 and 15 minutes, and every 15.
    hour, minutes = (3600, (6, 7)), (300, (2, 3))
    for answer, what, (seconds, often) in (
        (failing(500), "an error", hour),
        (host_page.document("{"), "half a feed", minutes),
        (host_page.document('{"items": 7}'), "no feed", minutes),
    ):
        stand.office.answers[PATH] = answer
        claims.among(stand.pass_seconds(seconds), often, f"asked in {seconds} s of {what}")
        stand.shows((9, 8, 7), claims, f"during {what}")
        stand.office.answers[PATH] = feed(USUAL)
        claims.same(stand.pass_seconds(1, AGAIN), 1, f"asked when somebody looks again after {what}")


def heeds_the_server(stand, claims):
    stand.office.answers[PATH] = failing(503, Retry_After="1000")
    stand.open()
    stand.pass_seconds(1)
    claims.same(stand.office.count(PATH), 1, "asked at first")
    claims.that(stand.shows_link(), "the link does not show while there is nothing else")
    claims.same(stand.pass_seconds(950), 0, "asked before the server said")
    claims.same(stand.pass_seconds(1, AGAIN), 0, "asked before the server said, when somebody looks again")
    stand.office.answers[PATH] = feed(USUAL)
    claims.same(stand.pass_seconds(60), 1, "asked when the server said")
    stand.shows((9, 8, 7), claims, "then")


def ends(stand, claims):
    for status in (404, 410):
        stand.office.answers[PATH] = feed(USUAL)
        stand.open()
        stand.shows((9, 8, 7), claims, "at first")
        claims.that(not stand.shows_link(), "the link shows beside the list")
        stand.office.answers[PATH] = failing(status)
        claims.same(stand.pass_seconds(70), 1, f"asked before {status}")
        claims.that(stand.shows_link(), f"after {status} the link does not show")
        claims.same(host_page.titles(stand.page), [], f"shown after {status}")
        claims.same(stand.pass_seconds(600), 0, f"asked after {status}")
        claims.same(stand.pass_seconds(1, AGAIN), 0, f"asked after {status}, when somebody looks again")


def catches_up(stand, claims):
    stand.page.add_init_script("window.isHidden = true")
    stand.open()
    claims.same(stand.pass_seconds(100), 0, "asked before anybody saw the page")
    claims.that(stand.shows_link(), "the link does not show")
    claims.same(stand.pass_seconds(1, "hide(false)"), 1, "asked when the page is seen")
    stand.shows((9, 8, 7), claims, "when the page is seen")


def moves(stand, claims):
    stand.open(f"<div id='there'></div>{stand.element()}")
    stand.shows((9, 8, 7), claims, "at first")
    stand.page.evaluate("document.getElementById('there').append(document.querySelector('bantin-feed'))")
    stand.shows((9, 8, 7), claims, "after it was moved")
    claims.among(stand.pass_seconds(70), (1, 2), "asked after it was moved")
    claims.same(stand.pass_seconds(200, "window.kept = document.querySelector('bantin-feed'); kept.remove()"), 0, "asked after it was taken away")
    claims.same(stand.pass_seconds(1, "document.body.append(kept)"), 1, "asked after it was put back")
