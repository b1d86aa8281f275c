"""Chromium as it ships, asking as it always does, is sent hundreds of bytes for the next version of a document that it holds."""

import time
from datetime import datetime, timezone

import browser
import corpus
import fetch
import host
from bantin import Bantin

PATHS = ("feeds/all.rss", "feeds/all.atom", "feeds/all.json", "embed/all.json", "embed/all.html")
ASK = "async url => { const answer = await fetch(url); return await answer.text(); }"
# An answer's headers are about this long, and the article's own text is 4 KB.
MOST = 4096


class Wire:
    """What goes over the wire under a page, as the browser's own tools tell it."""

    def __init__(self, window):
        self.page = window.page
        self.asked, self.answered, self.lengths, self.names = {}, {}, {}, {}
        session = window.context.new_cdp_session(window.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda event: self.names.update({event["requestId"]: event["request"]["url"]}))
        session.on("Network.requestWillBeSentExtraInfo", lambda event: self.asked.update({event["requestId"]: lower(event["headers"])}))
        session.on("Network.responseReceivedExtraInfo", lambda event: self.answered.update({event["requestId"]: (event["statusCode"], lower(event["headers"]))}))
        session.on("Network.loadingFinished", lambda event: self.lengths.update({event["requestId"]: event["encodedDataLength"]}))

    def get(self, url):
        """The text that a script gets; and what was asked, the status, the headers and the bytes of the answer on the wire."""
        before = set(self.names)
        text = self.page.evaluate(ASK, url)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            found = [one for one in self.names if one not in before and self.names[one] == url and one in self.lengths and one in self.answered]
            if found:
                return text, self.asked.get(found[0], {}), *self.answered[found[0]], self.lengths[found[0]]
            self.page.wait_for_timeout(10)
        raise RuntimeError(f"{url}: nothing was told of it")


def lower(headers):
    return {name.lower(): value for name, value in headers.items()}


def judge(site, claims):
    with Bantin(site.binary) as bantin, host.running() as others, browser.chromium() as chromium:
        theirs = others.page("/", "Trang của đơn vị khác", "", f"connect-src {bantin.base}")
        # What is no page has no policy that would keep a script from asking.
        for label, page in (("the site itself", bantin.url("feeds/all.json")), ("a page of others", theirs)):
            with browser.Window(chromium) as window:
                window.page.goto(page)
                follow(bantin, claims, Wire(window), label)


def follow(bantin, claims, wire, label):
    saved = []
    for path in PATHS:
        url = bantin.url(path)
        text, _, status, headers, whole = wire.get(url)
        claims.same(status, 200, f"{label}, /{path}: the first answer")
        claims.that(headers.get("use-as-dictionary", "").startswith(f'match="/{path}", id="'), f"{label}, /{path}: {headers.get('use-as-dictionary')}")
        claims.same(text, bantin.get(path).text, f"{label}, /{path}: the first text")
        known = fetch.wait_for(lambda: "available-dictionary" in wire.get(url)[1], 20)
        claims.that(known, f"{label}, /{path}: it is no dictionary")
        _, _, status, _, poll = wire.get(url)
        claims.same(status, 304, f"{label}, /{path}: nothing new")
        title = f"Bài từ điển {label} {path}"
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        bantin.drop(f"tin-kiem-tra/tu-dien-{len(saved)}-{len(label)}.md", corpus.markdown(title, now, f"Một đoạn về {title}."))
        claims.that(fetch.wait_for(lambda: title in bantin.get("feeds/all.atom").text, 20), f"{title} does not come out")
        expected = bantin.get(path).text
        text, asked, status, headers, length = wire.get(url)
        claims.same(status, 200, f"{label}, /{path}: the next version")
        claims.among(headers.get("content-encoding"), ("dcz", "dcb"), f"{label}, /{path}: how it is packed, asked as {asked.get('accept-encoding')}")
        claims.same(text, expected, f"{label}, /{path}: the text of the next version")
        claims.that(length < MOST, f"{label}, /{path}: {length} bytes")
        text, _, status, _, poll = wire.get(url)
        claims.same((text, status), (expected, 304), f"{label}, /{path}: nothing new after it")
        packed = len(bantin.get(path, Accept_Encoding="zstd").body)
        saved.append(f"{path} {headers.get('content-length')} of {len(expected.encode())}, {packed} as zstd")
    claims.note(f"for {label}: {'; '.join(saved)}; each with {length - int(headers.get('content-length', 0))} of headers, and {poll} when nothing is new")
