"""What a running server offers, found the way a stranger finds it."""

import json
import re
from urllib.parse import urljoin, urlsplit

import fetch
import relaxng
import walker
from bantin import FORMATS


def listed_feeds(bantin):
    """Names of the feeds in /opml.xml."""
    outlines = relaxng.tree(bantin.get("opml.xml").plain).iter("outline")
    names = [feed_name(outline.get("xmlUrl")) for outline in outlines if outline.get("xmlUrl")]
    if "all" not in names:
        raise AssertionError(f"/opml.xml does not list the feed `all`: {names}")
    return names


def feed_name(url):
    return re.sub(r"\.(rss|atom|json)$", "", urlsplit(url).path.removeprefix("/feeds/"))


def linked_feeds(bantin):
    """Names of the feeds that pages link to: tags and authors are found there."""
    names = set()
    pages = ["", "feeds/all"] + [path_of(item["url"]) for item in bantin.articles()[:8]]
    for page in pages:
        for target in re.findall(r'href="([^"#?]+)"', bantin.get(page).text):
            path = urlsplit(urljoin(bantin.url(page), target)).path
            if path.startswith("/feeds/") and urljoin(bantin.url(page), target).startswith(bantin.base):
                names.add(feed_name(path))
    return sorted(names)


def all_feeds(bantin):
    return sorted({*listed_feeds(bantin), *linked_feeds(bantin)})


def path_of(url):
    return urlsplit(url).path.lstrip("/")


def some_documents(bantin):
    """Paths of one document of every kind."""
    article = path_of(bantin.articles()[0]["url"])
    feeds = [f"feeds/{name}.{suffix}" for name in listed_feeds(bantin)[:3] for suffix in FORMATS]
    return [*feeds, "", "feeds/all", article, "opml.xml", "sitemap.xml", "news-sitemap.xml", "robots.txt"]


def all_documents(bantin):
    """Paths of every document that can be found."""
    feeds = [f"feeds/{name}{suffix}" for name in all_feeds(bantin) for suffix in ("", ".rss", ".atom", ".json")]
    sitemap = relaxng.tree(bantin.get("sitemap.xml").plain)
    pages = [path_of(loc.text) for loc in sitemap.iter() if loc.tag.endswith("}loc")]
    return sorted({*feeds, *pages, *some_documents(bantin)})


def json_feed(bantin, name):
    return json.loads(bantin.get(f"feeds/{name}.json").text)


def archives_of(bantin, name, format):
    """Addresses and bytes of what the documents of a feed in one format lead to."""
    bodies = {}

    def load(address):
        reply = fetch.patiently(lambda: bantin.get(path_of(address)))
        bodies[address] = reply.plain
        return reply.status, reply.plain

    walk = walker.walk(bantin.url(f"feeds/{name}.{format}"), load)
    return [(document.address, bodies[document.address]) for document in walk.archives()]
