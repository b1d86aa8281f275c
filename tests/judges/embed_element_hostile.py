"""Whatever a feed says, <bantin-feed> makes text of it and addresses of the web, and loads pictures from the feed's own origin only."""

import json
import time

import browser
import host_page
from host_page import article, document, feed

MARKUP = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
HOSTILE = [
    article(1, MARKUP, content_text=MARKUP, content_html=MARKUP, _bantin={"date": MARKUP}),
    article(2, url="javascript:window.hit=1", image="javascript:window.hit=1"),
    article(3, url="data:text/html,<script>window.hit=1</script>", image="data:image/svg+xml,<svg onload='window.hit=1'/>"),
    article(4, url={"toString": "x"}, image=["x"], content_text="Chỉ có lời dẫn", date_published="hôm qua", _bantin=7) | {"title": None},
    article(5, "\u202e" + "dài " * 5000, image="https://evil.example/a.png", content_text="chữ" * 5000),
    article(6, url="//evil.example/x", image="//evil.example/b.png"),
    article(7, url=" \n java\tscript:window.hit=1"),
    article(7, "Bài trùng số"),
    {"id": "urn:x:8"},
    None,
    "bài",
    7,
    [],
    {"id": {}, "title": {}},
    {"title": "Không có id"},
    article(9, language='"><script>', url="/bai-chin", image="/media/chin.png", tags=MARKUP, __proto__={"x": 1}),
]


def judge(bantin, claims):
    script = bantin.url("embed.js")
    with host_page.served() as office, host_page.served() as host, browser.chromium() as chromium:
        office.answers["/embed/la.json"] = feed(HOSTILE, title=MARKUP, home_page_url="javascript:window.hit=1", language='vi" onload=')
        element = f'<bantin-feed src="{office.base}feeds/la" count="20" images excerpt>x</bantin-feed>'
        with browser.Window(chromium) as window:
            page = window.page
            host_page.watch(window)
            page.goto(host.page("la", element, None, f'<script src="{script}" async></script>'))
            page.locator("bantin-feed >> css=li").first.wait_for()
            host_page.settle(page)
            claims.same(page.evaluate("window.hit"), None, "something ran")
            names = set(page.evaluate("[...document.querySelector('bantin-feed').shadowRoot.querySelectorAll('*')].map(one => one.localName)"))
            claims.same(sorted(names), ["a", "div", "h2", "h3", "img", "li", "p", "time", "ul"], "elements")
            attributes = set(page.evaluate("[...document.querySelector('bantin-feed').shadowRoot.querySelectorAll('*')].flatMap(one => one.getAttributeNames())"))
            known = {"part", "role", "href", "src", "alt", "loading", "referrerpolicy", "lang", "dir", "datetime", "hidden", "class", "aria-label", "aria-busy"}
            claims.same(sorted(attributes - known), [], "attributes")
            shown = host_page.titles(page)
            claims.same(shown[0], MARKUP, "a title of markup")
            claims.same(len(shown), 8, f"articles shown: {[title[:20] for title in shown]}")
            claims.same(shown[3], "Chỉ có lời dẫn", "an article without a title")
            claims.that(len(shown[4]) <= 310 and shown[4].endswith("dài…"), f"a title of {len(shown[4])} letters, {shown[4][-9:]!r} at last")
            # As text is that is written without spaces.
            excerpt = page.locator("bantin-feed >> css=li >> nth=4").locator("[part=excerpt]").text_content()
            claims.that(290 <= len(excerpt) <= 310, f"an excerpt of one long word has {len(excerpt)} letters")
            links = page.evaluate("[...document.querySelector('bantin-feed').shadowRoot.querySelectorAll('li a')].map(one => one.getAttribute('href'))")
            claims.same(links, ["https://tin.example.vn/articles/bai-1", None, None, None, "https://tin.example.vn/articles/bai-5", "http://evil.example/x", None, f"{office.base}bai-chin"], "links")
            images = page.evaluate("[...document.querySelector('bantin-feed').shadowRoot.querySelectorAll('img')].filter(one => one.src).map(one => one.src)")
            claims.same(images, [f"{office.base}media/chin.png"], "pictures")
            claims.same(window.foreign_requests(office.base, host.base, bantin.base), [], "asked of strangers")
            claims.same([line for line in window.complaints if "404" not in line], [], "the browser complains")
            claims.same(browser.overflow(page), None, "a long title makes the page scroll sideways")

        for text in ("", "null", "7", "[]", '"x"', '{"items": {}}', json.dumps({"items": [[]] * 100_000}), "{" * 100_000, '{"items": []}'):
            office.answers["/embed/la.json"] = document(text)
            with browser.Window(chromium) as window:
                host_page.watch(window)
                window.page.goto(host.page("la", element, None, f'<script src="{script}" async></script>'))
                host_page.settle(window.page)
                claims.same((host_page.titles(window.page), window.complaints), ([], []), f"a feed of {text[:20]!r}")

        addresses(office, host, chromium, claims, script)


def addresses(office, host, chromium, claims, script):
    """Which address is asked for an `src`, on a page at /page."""
    table = {
        "feeds/mua-vu": "/embed/mua-vu.json",
        "feeds/mua-vu/": "/embed/mua-vu.json",
        "feeds/mua-vu.rss": "/embed/mua-vu.json",
        "feeds/mua-vu.atom?x=1#y": "/embed/mua-vu.json",
        "feeds/tag/lua": "/embed/tag/lua.json",
        "embed/mua-vu": "/embed/mua-vu.json",
        "embed/mua-vu.html": "/embed/mua-vu.json",
        "tin/feeds/mua-vu": "/tin/embed/mua-vu.json",
        "p/bt0/mua-vu": "/p/bt0/embed/mua-vu.json",
        "p/bt0/mua-vu.rss": "/p/bt0/embed/mua-vu.json",
        "p/bt0/embed/mua-vu": "/p/bt0/embed/mua-vu.json",
        "p/bt0/tag/lua": "/p/bt0/embed/tag/lua.json",
        "tin/p/bt0/mua-vu": "/tin/p/bt0/embed/mua-vu.json",
        "feeds/mua-vu.json": "/feeds/mua-vu.json",
        "la.json?x=1": "/la.json?x=1",
        "p/bt0/": None,
        "feeds/": None,
        "articles/x": None,
    }
    nowhere = ["", "javascript:window.hit=1", "data:application/json,{}", "http://", "ftp://a/feeds/b"]
    with browser.Window(chromium) as window:
        window.page.goto(host.page("page", "<bantin-feed><i>đây</i></bantin-feed>", None, f'<script src="{script}"></script>'))
        for src, expected in [*((office.base + src, path) for src, path in table.items()), *((src, None) for src in nowhere)]:
            # Who follows the same feed at another address need not ask.
            window.page.locator("bantin-feed").evaluate("one => one.removeAttribute('src')")
            office.asked.clear()
            window.page.locator("bantin-feed").evaluate("(one, src) => one.setAttribute('src', src)", src)
            if expected:
                deadline = time.monotonic() + 5
                while not office.asked and time.monotonic() < deadline:
                    window.page.wait_for_timeout(10)
            window.page.wait_for_timeout(40)
            claims.same([path for _, path, _ in office.asked], [expected] if expected else [], f"asked for {src}")
            claims.that(window.page.locator("bantin-feed i").is_visible(), f"{src}: what stands between the tags does not show")
        claims.same(window.page.evaluate("window.hit"), None, "something ran")
