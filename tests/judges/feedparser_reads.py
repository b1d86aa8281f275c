"""feedparser reads RSS and Atom of every feed without a complaint and finds the same articles as in JSON Feed."""

import calendar
from datetime import datetime

import feedparser

import corpus
import site_map


def judge(bantin, claims):
    claims.refused(feedparser.parse(b"<rss><channel><title>x</rss>").bozo, "RSS that is not well-formed")
    names = site_map.all_feeds(bantin)
    articles = 0
    for name in names:
        rss = read(bantin, claims, f"feeds/{name}.rss", "rss20")
        atom = read(bantin, claims, f"feeds/{name}.atom", "atom10")
        told = [said_in_json(item) for item in site_map.json_feed(bantin, name)["items"]]
        claims.same([said_in_xml(entry) for entry in rss.entries], told, f"{name}.rss against {name}.json")
        claims.same([said_in_xml(entry) for entry in atom.entries], told, f"{name}.atom against {name}.json")
        claims.that(len({identity for identity, *_ in told}) == len(told), f"{name}: an id stands twice")
        times = [published for _, _, _, published in told]
        claims.that(times == sorted(times, reverse=True), f"{name}: not newest first")
        claims.that(len(told) <= 50, f"{name}: {len(told)} articles, 50 at most")
        articles += len(told)
    many = {title for _, title, *_ in [said_in_json(item) for item in bantin.articles(corpus.MANY_CATEGORY)]}
    claims.same(len(many), 50, f"articles in a category of {corpus.MANY}")
    titles = {item["title"] for item in bantin.articles()}
    claims.that(corpus.FRESH_TITLE in titles, "today's article is in `all`")
    claims.that(not {corpus.FUTURE_TITLE, corpus.DRAFT_TITLE} & titles, "drafts and future articles are not served")
    newspaper = bantin.articles("tin-kiem-tra")
    plain = next((item for item in newspaper if item["title"] == "Xã Vĩnh Kiểm thu hoạch lúa sớm"), None)
    if claims.that(plain, "the newspaper text is in its category's feed"):
        claims.same(plain["date_published"], "2023-07-10T16:27:00+07:00", "the newspaper text's date")
        claims.same([author["name"] for author in plain["authors"]], ["Lê Thị Kiểm"], "the newspaper text's author")
        claims.that("Năng suất đạt 6 tấn" in plain["content_html"], "the newspaper text's last paragraph")
    claims.note(f"{len(names)} feeds, {articles} articles")


def read(bantin, claims, path, version):
    parsed = feedparser.parse(bantin.get(path).plain, response_headers={"content-type": bantin.get(path)["Content-Type"]})
    claims.that(not parsed.bozo, f"{path}: {parsed.get('bozo_exception')}")
    claims.same(parsed.version, version, f"{path}: version")
    claims.that(parsed.feed.get("title"), f"{path}: no title")
    return parsed


def said_in_xml(entry):
    return entry.id, entry.title, entry.link, calendar.timegm(entry.published_parsed)


def said_in_json(item):
    # feedparser reads titles as HTML, which JSON Feed's plain text is not.
    title = item["title"]
    return item["id"], title, item["url"], int(datetime.fromisoformat(item["date_published"]).timestamp())
