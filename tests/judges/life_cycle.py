"""A file's life: dropped, renamed, edited, retitled, withdrawn and returned, it is one article with one id."""

import json
import re
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import bantin as installation
import corpus
import fetch
import relaxng
import site_map
from bantin import FORMATS

TITLE = "Nông dân Vĩnh Kiểm xuống giống vụ mới"
# In seconds, on a slow machine. A file nobody closes would take ten by itself.
WITHIN = 20
# For a file that is whole when it is first seen, in seconds; and how often that may be tried, since any moment may be one in which
# the machine does something else.
AT_ONCE = 1
TRIES = 4


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office:
        others = {path: office.get(path)["ETag"] for path in (f"feeds/{corpus.MANY_CATEGORY}.{one}" for one in FORMATS)}
        text = corpus.newspaper(TITLE, "10/07/2019 16:27", ["Ngày 09/7/2019, bà con xuống giống.", "Mực nước ổn định."], category="Mùa kiểm tra")
        dropped = time.monotonic()
        file = office.drop("tin-kiem-tra/xuong-giong.txt", text)
        if not claims.that(office.wait_for_title(TITLE, WITHIN), f"dropped: not in the feed after {WITHIN} s"):
            return
        took = time.monotonic() - dropped
        for number in range(TRIES):
            if took < AT_ONCE:
                break
            took = min(took, once_more(office, number))
        claims.that(took < AT_ONCE, f"renamed into place in a watched folder: in the feeds only after {took:.2f} s")
        article = office.article(TITLE)
        identity, permalink = article["id"], site_map.path_of(article["url"])
        for feed in ("all", "mua-kiem-tra"):
            claims.same(everywhere(office, feed, identity), list(FORMATS), f"dropped: formats of `{feed}` that carry it")
        claims.same(article["date_published"], "2019-07-10T16:27:00+07:00", "dropped: published")
        claims.same(office.get(permalink).status, 200, "dropped: its page")

        first = office.get("feeds/all.atom")
        file.write_text(text, "utf-8")
        time.sleep(1.5)
        again = office.get("feeds/all.atom")
        claims.same((again["ETag"], again["Last-Modified"]), (first["ETag"], first["Last-Modified"]), "written again unchanged: validators")

        moved = office.content / "phat-thanh" / "doi-ten.txt"
        file.rename(moved)
        claims.that(office.wait_for_receipt("phat-thanh/doi-ten.txt"), "moved: no receipt")
        claims.same(known(office, identity), TITLE, "moved: its title under the old id")
        claims.same(len([item for item in office.articles() if item["title"] == TITLE]), 1, "moved: articles of that title")
        claims.same(office.get(permalink).status, 200, "moved: its page")
        claims.same(everywhere(office, "all", identity), list(FORMATS), "moved: formats that carry it")

        updated = instant(office, identity)
        moved.write_text(text.replace("Mực nước ổn định.", "Mực nước đang lên nhanh."), "utf-8")
        claims.that(fetch.wait_for(lambda: "đang lên nhanh" in office.get(permalink).text, WITHIN), f"edited: not on its page after {WITHIN} s")
        claims.same(instant(office, identity), updated, "edited in three words: `updated`")
        rewritten = "Mực nước đang lên nhanh, mỗi ngày thêm một tấc, theo số đo ở cống đầu kênh."
        moved.write_text(text.replace("Mực nước ổn định.", rewritten), "utf-8")
        claims.that(fetch.wait_for(lambda: instant(office, identity) > updated, WITHIN), "edited in many words: `updated` did not move")
        claims.same(office.article(TITLE)["date_published"], "2019-07-10T16:27:00+07:00", "edited: published")
        claims.that("đang lên nhanh" in office.get("feeds/mua-kiem-tra.rss").text, "edited: the RSS feed has the old text")

        retitled = "Vĩnh Kiểm xuống giống sớm mười ngày"
        moved.write_text(text.replace(TITLE, retitled), "utf-8")
        claims.that(office.wait_for_title(retitled, WITHIN), f"retitled: not in the feed after {WITHIN} s")
        claims.same(known(office, identity), retitled, "retitled: the title under the old id")
        led = office.get(permalink)
        newer = site_map.path_of(office.article(retitled)["url"]) if office.article(retitled) else permalink
        if newer != permalink:
            claims.same((led.status, site_map.path_of(led["Location"] or "")), (301, newer), "retitled: the earlier address")

        before = office.get("feeds/all.rss")["Last-Modified"]
        text_now = moved.read_text("utf-8")
        moved.unlink()
        gone = fetch.wait_for(lambda: office.get(newer).status == 410, WITHIN)
        claims.that(gone, f"deleted: its page answers {office.get(newer).status}, not 410, after {WITHIN} s")
        claims.same(everywhere(office, "all", identity), ["atom", "json"], "deleted: formats that name it")
        claims.same(known(office, identity), None, "deleted: the article under its id")
        claims.same(instant(office, identity).year, 1, "deleted: its entry in Atom")
        claims.same(tombstones(office), [identity], "deleted: the entries of RFC 6721")
        claims.that(parsedate_to_datetime(office.get("feeds/all.rss")["Last-Modified"]) >= parsedate_to_datetime(before), "deleted: Last-Modified went back")
        claims.that(len(office.get(newer).body) < 16_384, "deleted: 410 is no small page")

        moved.write_text(text_now, "utf-8")
        claims.that(office.wait_for_title(retitled, WITHIN), f"returned: not in the feed after {WITHIN} s")
        claims.same(known(office, identity), retitled, "returned: the title under the old id")
        claims.same(office.get(newer).status, 200, "returned: its page")
        claims.same(tombstones(office), [], "returned: the entries of RFC 6721")

        claims.same({path: office.get(path)["ETag"] for path in others}, others, "all along: validators of another category's feeds")
        trees(office, claims)
        comes_of_age(office, claims)
        vanishes(office, claims)
        claims.note(f"first in the feeds after {took * 1000:.0f} ms")


def once_more(office, number):
    """How long another file takes that is renamed into place."""
    title = f"Bài thả thêm {number}"
    dropped = time.monotonic()
    office.drop(f"tha-them/bai-{number}.md", corpus.markdown(title, "2026-01-05T08:00:00+07:00"))
    office.wait_for_title(title, WITHIN)
    return time.monotonic() - dropped


def everywhere(office, feed, identity):
    """The formats of a feed that carry an id."""
    return [suffix for suffix in FORMATS if identity in office.get(f"feeds/{feed}.{suffix}").text]


def known(office, identity):
    return next((item["title"] for item in office.articles() if item["id"] == identity), None)


def instant(office, identity):
    """An article's `updated` in Atom."""
    feed = relaxng.tree(office.get("feeds/all.atom").plain)
    for entry in feed.findall(f"{relaxng.ATOM}entry"):
        if entry.findtext(f"{relaxng.ATOM}id") == identity:
            return datetime.fromisoformat(entry.findtext(f"{relaxng.ATOM}updated"))
    return datetime.min.replace(tzinfo=timezone.utc)


def tombstones(office):
    """The ids that Atom says are deleted."""
    name = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
    return [entry.get("ref") for entry in relaxng.tree(office.get("feeds/all.atom").plain).findall(name)]


def trees(office, claims):
    """A whole tree moved in, and one that arrives file by file in folders made on the way."""
    outside = office.home / "cay"
    for number in range(5):
        place = outside / f"nhanh-{number}" / "la"
        place.mkdir(parents=True)
        (place / "bai.md").write_text(corpus.markdown(f"Bài của nhánh {number}", "2026-03-01T08:00:00+07:00"), "utf-8")
    outside.rename(office.content / "cay")
    for number in range(5):
        claims.that(office.wait_for_title(f"Bài của nhánh {number}", WITHIN, "cay"), f"a tree moved in: branch {number} not seen")
    deep = office.content / "moi" / "sau" / "hon"
    deep.mkdir(parents=True)
    (deep / "bai.md").write_text(corpus.markdown("Bài trong thư mục mới", "2026-03-02T08:00:00+07:00"), "utf-8")
    claims.that(office.wait_for_title("Bài trong thư mục mới", WITHIN), "a file in folders made a moment ago: not seen")


def comes_of_age(office, claims):
    """A future date appears by itself."""
    title = "Bài hẹn giờ"
    due = datetime.now(corpus.HANOI).replace(microsecond=0) + timedelta(seconds=5)
    office.drop("hen-gio/bai.md", corpus.markdown(title, due.isoformat()))
    while datetime.now(corpus.HANOI) < due and not office.article(title):
        time.sleep(0.05)
    claims.that(datetime.now(corpus.HANOI) >= due, "scheduled: shown before its time")
    claims.that(office.wait_for_title(title, WITHIN), "scheduled: not shown at its time")


def vanishes(office, claims):
    """An unmounted share is a fault, not the withdrawal of everything."""
    before = len(office.articles())
    away = office.home / "away"
    office.content.rename(away)
    time.sleep(4)
    claims.same(len(office.articles()), before, "the folder is gone: articles in `all`")
    claims.same(fetch.get(office.admin("healthz")).status, 200, "the folder is gone: /healthz")
    away.rename(office.content)
    title = "Bài sau khi thư mục trở lại"
    office.drop("tro-lai/bai.md", corpus.markdown(title, "2026-03-03T08:00:00+07:00"))
    claims.that(office.wait_for_title(title, 30), "the folder is back: a dropped file is not seen within 30 s")
    claims.same(json.loads(office.get("feeds/tro-lai.json").text)["items"][0]["title"], title, "the folder is back: its category")
    claims.that(re.search("content", office.said()), "the folder was gone and nobody was told")
