"""A site of somebody else, under a strict policy, shows a feed in all five ways: fresh without a reload, through a stop of the server, asking nobody but bantin."""

from datetime import datetime, timedelta

import bantin as installation
import browser
import corpus
import fetch
import host
import wordpress
from old_pages import snippet

FIRST = "Cầu dây văng qua sông Hậu thông xe kỹ thuật sớm hai tháng"
DROPPED = "Tin vừa thả vào thư mục trong lúc trang đang mở"
AFTERWARDS = "Tin của sau khi máy chủ chạy lại"
FEED = "tin-kiem-tra"


def judge(site, claims):
    with installation.Bantin(site.binary) as bantin, host.running() as other, browser.chromium() as chromium:
        drop(bantin, FIRST, 50)
        ways = put_up(bantin, other)
        for name, (url, marks) in ways.items():
            shown(chromium, claims, bantin, other, name, url, marks)
        in_wordpress(chromium, claims, bantin, other)
        stays_fresh(chromium, claims, bantin, other, ways["element"][0])


def drop(bantin, title, minutes):
    """An article of some minutes ago."""
    when = datetime.now(corpus.HANOI).replace(microsecond=0) - timedelta(minutes=minutes)
    bantin.drop(f"{FEED}/{minutes}.md", corpus.markdown(title, when.isoformat(), "Nội dung của bài."))
    bantin.wait_for_title(title)


def put_up(bantin, other):
    """Pages of the other site, each with what the feed's page offers; and how to find the newest headline there."""
    origin = bantin.base.rstrip("/")
    element, pinned = snippet(bantin, "use-element"), snippet(bantin, "use-pinned")
    integrity = pinned.split('integrity="')[1].split('"')[0]
    frame, sizing = snippet(bantin, "use-frame"), snippet(bantin, "use-sizing")
    fragment = bantin.get(f"embed/{FEED}.html?count=3&excerpt=1").text
    image = snippet(bantin, "use-image")
    data = f"connect-src {origin}; img-src {origin} data:; require-trusted-types-for 'script'; trusted-types 'none'"
    quick = element.replace("<bantin-feed ", '<bantin-feed interval="15" ')
    return {
        "element": (other.page("/element", "Phần tử", quick, f"script-src {origin}; {data}"), "bantin-feed a[href*='/articles/']"),
        "pinned-element": (other.page("/pinned", "Phần tử ghim chặt", pinned, f"script-src '{integrity}'; {data}"), "bantin-feed a[href*='/articles/']"),
        "frame": (other.page("/frame", "Khung", frame, f"frame-src {origin}; img-src data:"), "iframe"),
        "frame-with-script": (other.page("/sized", "Khung vừa vặn", frame + sizing, f"frame-src {origin}; img-src data:; script-src {host.hashed(inside(sizing))}"), "iframe"),
        "fragment": (other.page("/fragment", "Đoạn HTML", fragment, f"img-src {origin} data:"), ".bantin-headline a"),
        "image": (other.page("/image", "Hình", image, f"img-src {origin} data:"), "img"),
        "svg-image": (other.page("/svg", "Hình vẽ", image.replace(".png", ".svg"), f"img-src {origin} data:"), "img"),
    }  # fmt: skip


def inside(script):
    return script.split(">", 1)[1].rsplit("</script>", 1)[0]


def shown(chromium, claims, bantin, other, name, url, marks):
    with browser.Window(chromium) as window:
        page = window.page
        page.goto(url)
        if marks == "iframe":
            headline = page.frame_locator("iframe").locator("a[href*='/articles/']").first
        else:
            headline = page.locator(marks).first
        headline.wait_for()
        if marks == "img":
            page.wait_for_function("document.querySelector('img').complete")
            width, alt = page.evaluate("[document.querySelector('img').naturalWidth, document.querySelector('img').alt]")
            claims.that(width > 0 and alt, f"{name}: {width} pixels wide, called {alt!r}")
        else:
            claims.same(headline.text_content().strip(), FIRST, f"{name}: the newest")
        if name == "frame-with-script":
            fits(claims, name, page)
        if name.endswith("element"):
            claims.same(page.evaluate(PART_STYLE), "0.5px", f"{name}: what the other site says of a part")
        for size, wide in browser.SIZES.items():
            page.set_viewport_size(wide)
            for scheme in browser.SCHEMES:
                page.emulate_media(color_scheme=scheme)
                claims.same(browser.overflow(page), None, f"{name}, {size}: scrolls sideways")
                if (size, scheme) in (("phone", "dark"), ("desktop", "light")):
                    wrong, _ = browser.axe(page)
                    claims.same(wrong, [], f"{name}, {size}, {scheme}: axe")
                window.keep(f"embeds/{name}-{size}-{scheme}")
        harmless(claims, window, bantin, other, name)


PART_STYLE = "getComputedStyle(document.querySelector('bantin-feed').shadowRoot.querySelector('[part=title]')).letterSpacing"


def fits(claims, name, page, least=0):
    """The frame is as tall as what is in it."""
    frame = page.frames[1]
    needed = max(least, frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"))
    at_last = fetch.wait_for(lambda: abs(page.locator("iframe").bounding_box()["height"] - needed) <= 1, 20)
    claims.that(at_last, f"{name}: {page.locator('iframe').bounding_box()['height']} pixels for {needed}")


def harmless(claims, window, bantin, other, name):
    claims.same(window.complaints, [], f"{name}: the browser complains")
    claims.same(window.foreign_requests(bantin.base, other.base), [], f"{name}: asked of strangers")
    claims.same(window.context.cookies(), [], f"{name}: cookies")
    kept = window.page.evaluate("[localStorage.length, sessionStorage.length]")
    claims.same(kept, [0, 0], f"{name}: kept in the browser")


def in_wordpress(chromium, claims, bantin, other):
    """The address of an article, and that of a feed, pasted into WordPress."""
    origin = bantin.base.rstrip("/")
    script = f"<script>{wordpress.LISTENING}</script>"
    policy = f"frame-src {origin}; img-src data:; script-src {host.hashed(wordpress.LISTENING)}; style-src-attr 'unsafe-inline'"
    for name, address in (("oembed-of-an-article", bantin.article(FIRST)["url"]), ("oembed-of-a-feed", bantin.url(f"feeds/{FEED}"))):
        text, answer = wordpress.pasted(address)
        claims.same((answer["version"], answer["type"]), ("1.0", "rich"), f"{name}: version and type")
        claims.that(answer["width"] <= 600 and answer["height"] <= 1000, f"{name}: {answer['width']}x{answer['height']} for 600x1000")
        url = other.page(f"/{name}", "Trang WordPress", script + text, policy)
        with browser.Window(chromium) as window:
            page = window.page
            page.goto(url)
            page.locator("iframe").wait_for(state="visible")
            headline = page.frame_locator("iframe").locator("a").filter(has_text=FIRST).first
            claims.same(headline.text_content().strip(), FIRST, f"{name}: in the frame")
            fits(claims, name, page, wordpress.LEAST)
            claims.same(page.locator("blockquote:visible").count(), 0, f"{name}: the quotation beside its frame")
            for size, wide in browser.SIZES.items():
                page.set_viewport_size(wide)
                claims.same(browser.overflow(page), None, f"{name}, {size}: scrolls sideways")
                window.keep(f"embeds/{name}-{size}-light")
            harmless(claims, window, bantin, other, name)
    missing = fetch.get(bantin.url("oembed?url=https%3A%2F%2Fexample.com%2F"))
    claims.same(missing.status, 404, "oEmbed of a stranger's address")


def stays_fresh(chromium, claims, bantin, other, url):
    with browser.Window(chromium) as window:
        page = window.page
        page.goto(url)
        headlines = page.locator("bantin-feed a[href*='/articles/']")
        headlines.filter(has_text=FIRST).wait_for()
        page.evaluate("window.isTheSamePage = true")
        drop(bantin, DROPPED, 40)
        headlines.filter(has_text=DROPPED).wait_for(timeout=60_000)
        claims.that(page.evaluate("window.isTheSamePage"), "the page was loaded again")
        claims.that(DROPPED in page.locator("bantin-feed [part=status]").text_content(), "nobody who listens is told")
        claims.same(window.complaints, [], "while an article comes the browser complains")
        before = headlines.all_text_contents()
        window.keep("embeds/element-after-a-drop")

        bantin.kill()
        seen_again(window)
        page.wait_for_timeout(1000)
        claims.same(headlines.all_text_contents(), before, "while the server is down")
        refused = [line for line in window.complaints if "ERR_CONNECTION_REFUSED" not in line]
        claims.same(refused, [], "while the server is down the browser complains of more than that")
        window.complaints.clear()

        bantin.start()
        drop(bantin, AFTERWARDS, 30)
        seen_again(window)
        headlines.filter(has_text=AFTERWARDS).wait_for(timeout=60_000)
        harmless(claims, window, bantin, other, "after a new start")


def seen_again(window):
    """The way to the network was gone for a moment."""
    window.context.set_offline(True)
    window.context.set_offline(False)
