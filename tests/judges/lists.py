"""OPML, sitemap, news sitemap and robots.txt are valid and name only addresses that answer."""

from datetime import datetime, timedelta, timezone

import corpus
import site_map
from relaxng import complaint, tree

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def judge(bantin, claims):
    opml, sitemap, news = (bantin.get(path) for path in ("opml.xml", "sitemap.xml", "news-sitemap.xml"))
    for schema, reply in (("opml.rng", opml), ("sitemap.rng", sitemap), ("sitemap.rng", news)):
        claims.same(complaint(schema, reply.plain), "", schema)
        claims.refused(complaint(schema, reply.plain.replace(b"http://", b"nowhere ")), f"{schema}: broken addresses")
        claims.refused(complaint(schema, reply.plain[:-4]), f"{schema}: cut short")
    claims.that((opml["Content-Type"] or "").startswith("text/x-opml"), f"OPML's type: {opml['Content-Type']}")
    for reply, what in ((sitemap, "sitemap"), (news, "news sitemap")):
        claims.among((reply["Content-Type"] or "").split(";")[0], ("application/xml", "text/xml"), f"{what}'s type")

    outlines = [outline for outline in tree(opml.plain).iter("outline") if outline.get("xmlUrl")]
    for outline in outlines:
        for name in ("xmlUrl", "htmlUrl"):
            claims.same(bantin.get(site_map.path_of(outline.get(name))).status, 200, f"OPML's {outline.get(name)}")
    claims.that(f"feeds/{corpus.MANY_CATEGORY}.rss" in opml.text, "OPML misses a category")

    locations = [loc.text for loc in tree(sitemap.plain).iter(f"{SITEMAP}loc")]
    claims.same(len(locations), len(set(locations)), "sitemap: different addresses")
    for location in locations:
        claims.that(location.startswith(bantin.base), f"sitemap names a foreign address: {location}")
        claims.same(bantin.get(site_map.path_of(location)).status, 200, f"sitemap's {location}")
    articles = [location for location in locations if "/articles/" in location]
    claims.that(len(articles) >= corpus.MANY, f"sitemap has {len(articles)} articles, at least {corpus.MANY} were dropped")

    fresh = tree(news.plain).findall(f"{SITEMAP}url")
    titles = [url.findtext(f"{NEWS}news/{NEWS}title") for url in fresh]
    claims.that(corpus.FRESH_TITLE in titles, f"news sitemap misses today's article: {titles}")
    claims.that(len(fresh) <= 1000, "news sitemap has more than 1,000 addresses")
    bound = datetime.now(timezone.utc) - timedelta(hours=48)
    for url in fresh:
        date = datetime.fromisoformat(url.findtext(f"{NEWS}news/{NEWS}publication_date"))
        claims.that(bound <= date <= datetime.now(timezone.utc), f"news sitemap: {url.findtext(f'{SITEMAP}loc')} is of {date}")

    robots = bantin.get("robots.txt")
    claims.that((robots["Content-Type"] or "").startswith("text/plain"), f"robots.txt's type: {robots['Content-Type']}")
    claims.that(f"Sitemap: {bantin.url('sitemap.xml')}" in robots.text, "robots.txt does not name the sitemap")
    claims.note(f"{len(outlines)} feeds, {len(locations)} addresses, {len(fresh)} of them news")
