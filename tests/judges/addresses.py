"""Addresses: guessed ones lead to the feeds, unknown parameters change nothing, headers name the relatives, nothing echoes the Host."""

import re
from urllib.parse import urljoin

import corpus
import fetch
import site_map
from bantin import FORMATS

GUESSED = {
    "feed": "all.rss", "feed/": "all.rss", "rss": "all.rss", "rss.xml": "all.rss", "feed.xml": "all.rss",
    "index.xml": "all.rss", "atom.xml": "all.atom", "feed.json": "all.json",
    f"{corpus.MANY_CATEGORY}/feed/": f"{corpus.MANY_CATEGORY}.rss",
}  # fmt: skip
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
QUERIES = ("_=1700000000", "null", "utm_source=x&utm_medium=y", "a=%00%ff", "?", "x=" + "y" * 2000, "format=rss")


def judge(bantin, claims):
    for guess, feed in GUESSED.items():
        for method in ("GET", "HEAD"):
            reply = fetch.request(bantin.url(guess), method)
            claims.same(reply.status, 301, f"{method} /{guess}")
            claims.same(urljoin(bantin.url(guess), reply["Location"] or ""), bantin.url(f"feeds/{feed}"), f"/{guess} leads to")
    claims.same(bantin.get("no-such-category/feed/").status, 404, "the guessed feed of a category that is none")

    for path in site_map.some_documents(bantin):
        plain = bantin.get(path)
        for query in QUERIES:
            reply = fetch.get(f"{bantin.url(path)}?{query}")
            seen = (reply.status, reply["ETag"], reply["Content-Type"], reply.body)
            claims.same(seen, (200, plain["ETag"], plain["Content-Type"], plain.body), f"/{path}?{query[:40]}")
        claims.same(plain["X-Content-Type-Options"], "nosniff", f"/{path}: X-Content-Type-Options")
        claims.that(plain["Referrer-Policy"], f"/{path}: no Referrer-Policy")
        hosts(bantin, claims, path, plain)

    for name in site_map.listed_feeds(bantin):
        for suffix in FORMATS:
            reply = bantin.get(f"feeds/{name}.{suffix}")
            claims.same(reply["Content-Type"], f"{TYPES[suffix]}; charset=utf-8", f"{name}.{suffix}: Content-Type")
            related(bantin, claims, name, suffix, reply)
            claims.same(reply["Access-Control-Allow-Origin"], "*", f"{name}.{suffix}: Access-Control-Allow-Origin")
            claims.same(reply["Access-Control-Allow-Credentials"], None, f"{name}.{suffix}: Access-Control-Allow-Credentials")
            exposed = {header.strip().lower() for header in (reply["Access-Control-Expose-Headers"] or "").split(",")}
            claims.that({"etag", "last-modified", "link"} <= exposed, f"{name}.{suffix}: exposed headers {sorted(exposed)}")
        # A suffix has exactly one representation.
        for accept in ("text/html", "application/atom+xml", "application/json", "*/*;q=0.1"):
            reply = bantin.get(f"feeds/{name}.rss", Accept=accept)
            claims.same((reply.status, reply["Content-Type"]), (200, "application/rss+xml; charset=utf-8"), f"{name}.rss under Accept {accept}")
    claims.note(f"{len(GUESSED)} guessed addresses, {len(QUERIES)} odd queries")


def related(bantin, claims, name, suffix, reply):
    links = [(target, dict(re.findall(r'(\w+)="?([^";,]*)"?', rest))) for target, rest in re.findall(r"<([^>]*)>([^<]*)", reply["Link"] or "")]
    selves = [target for target, words in links if words.get("rel") == "self"]
    claims.same(selves, [bantin.url(f"feeds/{name}.{suffix}")], f"{name}.{suffix}: Link self")
    alternates = {target: words.get("type") for target, words in links if words.get("rel") == "alternate"}
    for other in FORMATS:
        if other != suffix:
            claims.same(alternates.get(bantin.url(f"feeds/{name}.{other}")), TYPES[other], f"{name}.{suffix}: Link alternate {other}")


def hosts(bantin, claims, path, plain):
    for headers in (
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4", "Forwarded": "host=evil.example;proto=https"},
        {"X-Original-URL": "/evil", "X-Rewrite-URL": "/evil"},
    ):
        reply = fetch.request(bantin.url(path), headers=headers)
        claims.same((reply.status, reply["ETag"], reply.body), (200, plain["ETag"], plain.body), f"/{path} under {headers}")
        claims.that("evil" not in str(reply.headers), f"/{path} under {headers}: a header echoes it")
    answer = fetch.raw(bantin.port, f"GET /{path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
    claims.that(b"evil.example" not in answer, f"/{path}: the answer echoes the Host")
