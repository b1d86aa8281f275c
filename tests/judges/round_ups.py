"""Every period that is over is summed up once, of everything and of each category, with exactly its articles and the numbers of its report; and stays so."""

import html
import json
import re
import shutil
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

import bantin as installation
import corpus
import fetch
import site_map
import walker
from bantin import FORMATS

CATEGORIES = {"nong-nghiep": "Nông nghiệp", "y-te": "Y tế"}
# Where periods meet: in Hanoi and not in UTC, and on a leap day.
MOMENTS = """
2023-11-30T23:59:59+07:00 2023-12-01T00:00:00+07:00 2023-12-31T17:00:00Z 2024-02-29T23:59:59+07:00 2024-03-01T00:00:00+07:00
2024-03-31T16:59:59Z 2024-03-31T17:00:00Z 2024-06-30T23:59:59+07:00 2024-07-01T00:00:00+07:00 2024-12-31T23:59:59+07:00 2025-01-01T00:00:00+07:00
""".split()
# Of these, one of each category.
OTHERS = [f"2024-{month:02}-15T08:00:00+07:00" for month in (1, 2, 5, 9)]
PREFACE = "Quý này mùa màng thuận lợi, bà con phấn khởi."


def periods(moment):
    """What a moment is in, by the calendar of Hanoi."""
    day = datetime.fromisoformat(moment).astimezone(corpus.HANOI)
    return [f"{day:%Y-%m}", f"{day.year}-Q{(day.month + 2) // 3}", f"{day.year}-H{(day.month + 5) // 6}", f"{day.year}"]


def over(period):
    """The first instant after it."""
    year, _, part = period.partition("-")
    last = {"Q": lambda: 3 * int(part[1]), "H": lambda: 6 * int(part[1]), "": lambda: 12}.get(part[:1], lambda: int(part))()
    return datetime(int(year) + last // 12, last % 12 + 1, 1, tzinfo=corpus.HANOI)


def articles():
    """Title, category and moment of each."""
    for number, moment in enumerate(MOMENTS):
        yield f"Bài ở ranh giới {number}", list(CATEGORIES)[number % 2], moment
    for number, (moment, category) in enumerate((moment, category) for moment in OTHERS for category in CATEGORIES):
        yield f"Bài giữa kỳ {number}", category, moment


def expected(category=None):
    """The titles that each period has, of the articles of a category or of all."""
    placed = sorted((period, title) for title, its, moment in articles() if category in (None, its) for period in periods(moment))
    return {period: sorted(title for _, title in titles) for period, titles in groupby(placed, key=lambda one: one[0])}


def judge(site, claims):
    office = installation.Bantin(site.binary)
    shutil.rmtree(office.content)
    for number, (title, category, moment) in enumerate(articles()):
        text = corpus.markdown(title, moment, f"Nội dung của {title}.", category=CATEGORIES[category], author=f"Tác giả {number % 3}")
        office.drop(f"bai-{number}.md", text)
    with office:
        addresses = {item["url"]: item["title"] for item in office.articles()}
        summed = {feed: summed_up(office, claims, feed, category, addresses) for feed, category in feeds()}
        agrees_with_reports(office, claims, summed["round-ups"])
        not_over_yet(office, claims)
        stands = {url: page(url) for items in summed.values() for url in items}
        a_late_article_changes_nothing(office, claims, stands)
        a_preface_stands_before(office, claims, stands)
        stands = {url: page(url) for url in stands}
        office.kill()
        office.start()
        claims.same([url for url, before in stands.items() if page(url) != before], [], "after a crash: round-ups that changed")
        claims.note(f"{len(stands)} round-ups in {len(summed)} feeds")


def feeds():
    return [("round-ups", None), *((f"round-ups/{category}", category) for category in CATEGORIES)]


def page(url):
    reply = fetch.get(url)
    return reply.status, reply["ETag"], reply["Last-Modified"], reply.plain


def load(address):
    reply = fetch.get(address)
    return reply.status, reply.plain


def summed_up(office, claims, feed, category, addresses):
    """The entries of a feed of round-ups, by address; they are what they should be."""
    wanted = expected(category)
    folder = f"/round-ups/{category}/" if category else "/round-ups/"
    for format in FORMATS:
        walk = walker.walk(office.url(f"feeds/{feed}.{format}"), load)
        claims.same(walk.faults, [], f"{feed}.{format}: faults")
        paths = sorted(urlsplit(entry.link).path for entry in walk.entries().values())
        claims.same(paths, sorted(folder + period for period in wanted), f"{feed}.{format}: round-ups")
    items = {item["url"]: item for item in json.loads(office.get(f"feeds/{feed}.json").text)["items"]}
    for url, item in items.items():
        period = url.rpartition("/")[2]
        label = f"{feed}, {period}"
        claims.same(datetime.fromisoformat(item["date_published"]), over(period), f"{label}: its date")
        for what, text in (("entry", item["content_html"]), ("page", fetch.get(url).text)):
            named = sorted({addresses[target] for target in map(html.unescape, re.findall(r'href="([^"]+)"', text)) if target in addresses})
            claims.same(named, wanted.get(period), f"{label}: articles in its {what}")
        claims.same(fetch.get(url).status, 200, f"{label}: its page")
    rhythm = office.get(f"feeds/{feed}.rss").text
    claims.that("<sy:updatePeriod>monthly<" in rhythm, f"{feed}.rss: its rhythm")
    claims.that(category or feed in site_map.listed_feeds(office), f"{feed} is not in OPML")
    return items


def agrees_with_reports(office, claims, items):
    """Published articles: as many in the report of a period as in its round-up."""
    for url, item in items.items():
        period = url.rpartition("/")[2]
        ran = office.run("report", "--period", period, "--format", "json", "--state", str(office.state))
        if claims.same((ran.returncode, ran.stderr), (0, ""), f"report on {period}"):
            report = json.loads(ran.stdout)
            titles = sorted(article["title"] for article in report["published"])
            claims.same(titles, expected()[period], f"report on {period}: published")
            numbers = [int(number) for number in re.findall(r"\d+", item["content_html"].partition("</p>")[0].partition(":")[2])]
            claims.same(numbers[:1], [len(titles)], f"{period}: the number of articles that its round-up tells")


def not_over_yet(office, claims):
    now = datetime.now(corpus.HANOI)
    for period in (f"{now:%Y-%m}", f"{now.year}", "2999", "2022", "2024-Q5", "2024-H0", "2024-13", "2024-06-01"):
        claims.same(office.get(f"round-ups/{period}").status, 404, f"/round-ups/{period}")
    claims.same(office.get("round-ups/no-such-category/2024").status, 404, "round-up of no category")


def a_late_article_changes_nothing(office, claims, stands):
    """It belongs to the time in which it came."""
    title = "Bài đến muộn của tháng Hai"
    office.drop("muon.md", corpus.markdown(title, "2024-02-10T08:00:00+07:00", "Đến muộn.", category=CATEGORIES["y-te"]))
    claims.that(office.wait_for_title(title), "the late article is out")
    claims.same([url for url, before in stands.items() if page(url) != before], [], "after a late article: round-ups that changed")
    changed = (office.content / "bai-0.md").read_text("utf-8").replace("Nội dung", "Nội dung hoàn toàn khác, viết lại từ đầu đến cuối,")
    office.drop("bai-0.md", changed)
    claims.that(fetch.wait_for(lambda: "viết lại từ đầu" in office.get("feeds/all.json").text, 20), "the edit is out")
    claims.same([url for url, before in stands.items() if page(url) != before], [], "after an edit: round-ups that changed")


def a_preface_stands_before(office, claims, stands):
    url = office.url("round-ups/2024-Q2")
    before = next(item for item in office.articles("round-ups") if item["url"] == url)
    file = office.drop("_round-ups/2024-Q2.md", f"{PREFACE}\n")
    if claims.that(fetch.wait_for(lambda: PREFACE in fetch.get(url).text, 20), "a preface is on the page within 20 s"):
        after = next(item for item in office.articles("round-ups") if item["url"] == url)
        claims.same((after["id"], after["date_published"]), (before["id"], before["date_published"]), "with a preface: id and date")
        claims.that(after["content_html"].index(PREFACE) < after["content_html"].index("/articles/"), "the preface stands before the articles")
        claims.that("date_modified" in after, "with a preface: no time of the update")
        claims.same([one for one in stands if one != url and page(one) != stands[one]], [], "with a preface: other round-ups that changed")
        claims.same(office.article("2024-Q2"), None, "the preface as an article of its own")
    file.unlink()
    claims.that(fetch.wait_for(lambda: PREFACE not in fetch.get(url).text, 20), "a preface that was deleted is gone within 20 s")
