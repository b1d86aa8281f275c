"""What a page of an old CMS has to prove that takes a list of articles into itself on its server."""

import corpus
import fetch
import pages
import unicodedata

TITLE = "Ủy ban nhân dân xã Vĩnh Nguơn: “Lũ về sớm”, bà con gặt chạy lũ & dọn kho"
LATER = "Ngập ở ấp Phước Thạnh đã rút, đò ngang chạy lại từ chiều"
FEED = "tin-kiem-tra"
OPTIONS = "count=3&excerpt=1"
PAGE = """<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>Trang cũ của đối tác</title></head>
<body>
<h1>Tin từ tòa soạn bạn</h1>
{snippet}
<p>Cuối trang</p>
</body>
</html>
"""


def snippet(bantin, name, feed=FEED, options=OPTIONS):
    """What the feed's page offers to copy, under this name."""
    reply = bantin.get(f"feeds/{feed}?{options}")
    found = [element for element in pages.parse(reply.text).iter() if element.get("id") == name]
    if not found:
        raise RuntimeError(f"the page of the feed offers no {name}")
    return "".join(found[0].itertext()).strip()


def drop(bantin, title, hour):
    text = corpus.markdown(title, f"2026-01-03T{hour:02}:00:00+07:00", "Nước rút dần từ sáng, trạm bơm chạy suốt đêm.")
    bantin.drop(f"{FEED}/{hour}.md", text)
    bantin.wait_for_title(title)


def judge_page(bantin, claims, url, kept_for=0):
    """The page at `url` shows what is newest; what is dropped shows when what the server keeps is that old."""
    for hour, title in ((8, TITLE), (9, LATER)):
        drop(bantin, title, hour)
        shown = fetch.wait_for(lambda: seen(url) == ["Tin trong ngày của buổi kiểm tra", *titles(hour)], kept_for + 3)
        claims.that(shown, f"after {title!r} was dropped the page shows {seen(url)}")
    reply = fetch.get(url, accept_encoding="gzip, br", if_none_match='"x"')
    claims.same(reply.status, 200, "status")
    text = reply.text
    claims.same(pages.errors(text), [], "HTML errors")
    claims.that(unicodedata.is_normalized("NFC", text) and "\ufffd" not in text, "letters with marks do not come through whole")
    claims.that(text.rstrip().endswith("</html>") and "Cuối trang" in text, "the rest of the page is missing")
    links = [link for link in pages.parse(text).iter("a") if (link.text or "") in (TITLE, LATER)]
    claims.that(links, "no headline is a link")
    for link in links:
        claims.same(fetch.get(link.get("href")).status, 200, f"{link.get('href')}: status")


def titles(hour):
    return [LATER, TITLE] if hour == 9 else [TITLE, "Xã Vĩnh Kiểm thu hoạch lúa sớm"]


def seen(url):
    """The headlines on the page."""
    document = pages.parse(fetch.get(url).text)
    return ["".join(heading.itertext()).strip() for heading in document.iter("h3")]
