"""Pages are valid HTML without foreign resources or scripts but the one for copying, under a strict policy, and lead readers to the feeds."""

import base64
import hashlib
import json
import re
from urllib.parse import urljoin

import html5lib

import corpus
import fetch
import site_map

LOADING = {"img": ("src", "srcset"), "audio": ("src",), "video": ("src", "poster"), "source": ("src", "srcset"),
           "script": ("src",), "iframe": ("src",), "object": ("data",), "embed": ("src",), "input": ("src",)}  # fmt: skip
LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
SOUND = '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>t</title></head><body><p>x</p></body></html>'


def judge(bantin, claims):
    claims.same(errors(SOUND), [], "self-test: a sound page")
    for what, broken in (
        ("no doctype", SOUND.replace("<!DOCTYPE html>", "")),
        ("an element never closed", SOUND.replace("<p>x</p>", "<div><p>x</p>")),
        ("an attribute twice", SOUND.replace("<p>", '<p id="a" id="b">')),
    ):
        claims.refused(errors(broken), what)

    odd = bantin.article(corpus.HOSTILE_TITLE)
    sound = bantin.article(corpus.AUDIO_TITLE)
    articles = [site_map.path_of(item["url"]) for item in (odd, sound, *bantin.articles()[:4]) if item]
    found = ["", "feeds/all", f"feeds/{corpus.MANY_CATEGORY}", *articles]
    for path in found:
        reply = bantin.get(path)
        claims.same(reply.status, 200, f"/{path}: status")
        page(bantin, claims, path, reply)
        document = parse(reply.text)
        offered = {link.get("type") for link in document.iter("link") if "alternate" in (link.get("rel") or "").split()}
        for kind in ("application/rss+xml", "application/atom+xml", "application/feed+json"):
            claims.that(kind in offered, f"/{path}: no autodiscovery of {kind}")
        claims.that(any(meta.get("name") == "viewport" for meta in document.iter("meta")), f"/{path}: no viewport, unreadable on a phone")
    for path in articles:
        article_page(bantin, claims, path)
    if claims.that(odd, "the article of odd characters is in `all`"):
        text = bantin.get(site_map.path_of(odd["url"])).text
        claims.that("<b>đậm</b>" not in text and "alert(document.domain)" not in text.replace("&", ""), "hostile text is live on its page")

    nowhere = ("nowhere/%3Cscript%3Ealert(1)%3C/script%3E", "articles/no-such-article", "feeds/no-such-feed", "feeds/no-such-feed.rss", "media/none.png")
    for path in nowhere:
        reply = fetch.get(bantin.base + path)
        claims.same(reply.status, 404, f"/{path}: status")
        claims.that(len(reply.body) < 16_384, f"/{path}: {len(reply.body)} bytes is no small page")
        claims.that("<script>alert" not in reply.text, f"/{path}: the address comes back as markup")
        page(bantin, claims, path, reply)
        head = fetch.request(bantin.base + path, "HEAD")
        claims.same((head.status, head["Content-Length"], head.body), (404, str(len(reply.body)), b""), f"HEAD /{path}")
    claims.note(f"{len(found)} pages and {len(nowhere)} not found")


def page(bantin, claims, path, reply):
    claims.same(reply["Content-Type"], "text/html; charset=utf-8", f"/{path}: Content-Type")
    claims.same(reply["X-Content-Type-Options"], "nosniff", f"/{path}: X-Content-Type-Options")
    claims.that(reply["Referrer-Policy"], f"/{path}: no Referrer-Policy")
    claims.same(errors(reply.text), [], f"/{path}: HTML errors")
    document = parse(reply.text)
    claims.that(document.get("lang"), f"/{path}: no language")
    claims.same(len([title for title in document.iter("title") if (title.text or "").strip()]), 1, f"/{path}: titles")
    identities = [element.get("id") for element in document.iter() if element.get("id")]
    claims.same(sorted({one for one in identities if identities.count(one) > 1}), [], f"/{path}: ids that stand twice")
    scripts = [script for script in document.iter("script") if script.get("type") != "application/ld+json"]
    claims.that(len(scripts) <= 1, f"/{path}: {len(scripts)} scripts")
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        handlers = [name for name in element.attrib if name.lower().startswith("on")]
        claims.that(not handlers, f"/{path}: <{element.tag}> has {handlers}")
        for target in loads(element):
            address = urljoin(bantin.url(path), target)
            claims.that(address.startswith((bantin.base, "data:")), f"/{path}: <{element.tag}> loads {address}")
        claims.that(not (element.get("href") or "").lower().strip().startswith("javascript:"), f"/{path}: a javascript: link")
    policy(claims, path, reply, document)


def policy(claims, path, reply, document):
    said = reply["Content-Security-Policy"]
    if not claims.that(said, f"/{path}: no Content-Security-Policy"):
        return
    rules = {rule.split()[0]: rule.split()[1:] for rule in said.split(";") if rule.strip()}
    claims.same(rules.get("default-src"), ["'none'"], f"/{path}: default-src")
    scripts = [hashed(script) for script in document.iter("script") if script.get("type") != "application/ld+json"]
    claims.same(rules.get("script-src", []), scripts, f"/{path}: script-src must allow the page's own script and nothing else")
    claims.same(rules.get("base-uri"), ["'none'"], f"/{path}: base-uri")
    claims.that("form-action" in rules and "frame-ancestors" in rules, f"/{path}: form-action and frame-ancestors have no default: {said}")
    styles = rules.get("style-src", [])
    for style in document.iter("style"):
        claims.that(hashed(style) in styles or "'unsafe-inline'" in styles, f"/{path}: the policy blocks the page's own style")
        claims.that("@import" not in (style.text or "") and "url(" not in (style.text or ""), f"/{path}: style loads something")
    if "'unsafe-inline'" not in styles:
        claims.that(not any(element.get("style") for element in document.iter()), f"/{path}: the policy blocks style attributes")


def hashed(element):
    """An element as a policy names what stands in it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256((element.text or '').encode()).digest()).decode()}'"


def article_page(bantin, claims, path):
    document = parse(bantin.get(path).text)
    canonical = [link.get("href") for link in document.iter("link") if link.get("rel") == "canonical"]
    claims.same(len(canonical), 1, f"/{path}: canonical addresses")
    properties = {meta.get("property"): meta.get("content") for meta in document.iter("meta") if meta.get("property")}
    for name in ("og:title", "og:type", "og:url"):
        claims.that(properties.get(name), f"/{path}: no {name}")
    data = [script.text for script in document.iter("script") if script.get("type") == "application/ld+json"]
    if claims.same(len(data), 1, f"/{path}: schema.org blocks"):
        told = json.loads(data[0])
        claims.same(told.get("@type"), "NewsArticle", f"/{path}: @type")
        claims.that(told.get("headline") and told.get("datePublished"), f"/{path}: headline and datePublished")


def loads(element):
    for name in LOADING.get(element.tag, ()):
        value = element.get(name)
        if value:
            yield from (part.split()[0] for part in value.split(",") if part.split()) if name == "srcset" else (value,)
    if element.tag == "link" and LOADING_LINKS & set((element.get("rel") or "").lower().split()):
        yield element.get("href") or ""
    if element.get("style"):
        yield from re.findall(r"url\(['\"]?([^'\")]+)", element.get("style"))


def parser():
    return html5lib.HTMLParser(namespaceHTMLElements=False)


def errors(text):
    reading = parser()
    reading.parse(text)
    return [f"{code} at line {position[0]}" for position, code, _ in reading.errors]


def parse(text):
    return parser().parse(text)
