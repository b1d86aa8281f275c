"""Conditional requests: 304 exactly when RFC 9110 section 13 says so, and whole."""

import re
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime

import fetch
import site_map
from bantin import settle

REPEATED = ("ETag", "Cache-Control", "Vary", "Last-Modified")
CODINGS = (None, "gzip", "br", "zstd")


def judge(bantin, claims):
    paths = site_map.all_documents(bantin)
    for path in paths:
        whole(bantin, claims, path)
    chosen = site_map.some_documents(bantin)
    for path in chosen:
        settle(lambda: bantin.get(path))
        for coding in CODINGS:
            conditions(bantin, claims, path, coding)
        dates(bantin, claims, path)
    claims.note(f"{len(paths)} documents, {len(chosen)} of them under every condition")


def whole(bantin, claims, path):
    reply = bantin.get(path)
    claims.same(reply.status, 200, f"/{path}: status")
    tag = reply["ETag"] or ""
    claims.that(tag.startswith('"') and tag.endswith('"') and len(tag) > 4, f"/{path}: ETag {tag} is not strong")
    claims.that(reply["Last-Modified"], f"/{path}: no Last-Modified")
    claims.that(parsedate_to_datetime(reply["Last-Modified"]) <= datetime.now(timezone.utc), f"/{path}: modified in the future")
    claims.that(re.search(r"max-age=\d|no-cache", reply["Cache-Control"] or ""), f"/{path}: Cache-Control {reply['Cache-Control']}")
    claims.same((reply["Vary"] or "").lower(), "accept-encoding", f"/{path}: Vary")
    claims.same(reply["Content-Length"], str(len(reply.body)), f"/{path}: Content-Length")
    claims.that("charset=utf-8" in (reply["Content-Type"] or "").lower(), f"/{path}: Content-Type {reply['Content-Type']}")
    claims.that(reply["Date"], f"/{path}: no Date")
    for coding in CODINGS:
        headers = {"Accept-Encoding": coding} if coding else {}
        head = fetch.request(bantin.url(path), "HEAD", headers)
        full = fetch.request(bantin.url(path), "GET", headers)
        claims.same(head.body, b"", f"HEAD /{path}: body")
        claims.same((head.status, dateless(head)), (full.status, dateless(full)), f"HEAD /{path} under {coding}: headers")


def dateless(reply):
    return sorted((name.lower(), value) for name, value in reply.headers if name.lower() != "date")


def conditions(bantin, claims, path, coding):
    def ask(condition):
        headers = {"If-None-Match": condition}
        if coding:
            headers["Accept-Encoding"] = coding
        return fetch.request(bantin.url(path), "GET", headers)

    full = bantin.get(path, **({"Accept-Encoding": coding} if coding else {}))
    tag = full["ETag"]
    bare = tag.strip('"')
    same = {
        "itself": tag,
        "weak": f"W/{tag}",
        "a list": f'"other", {tag}',
        "a list without blanks": f'"other",W/{tag},"third"',
        "a list with empty members": f', ,{tag},',
        "any": "*",
        "without quotes": bare,
    }
    for what, condition in same.items():
        reply = ask(condition)
        label = f"/{path} under {coding}, If-None-Match {what}"
        if claims.same(reply.status, 304, label):
            claims.same(reply.body, b"", f"{label}: body")
            for name in REPEATED:
                claims.same(reply[name], full[name], f"{label}: {name}")
            claims.that(reply["Date"], f"{label}: no Date")
            claims.that(reply["Content-Length"] in (None, str(len(full.body))), f"{label}: Content-Length {reply['Content-Length']}")
    for what, condition in {
        "another": '"other"',
        "a longer one": f'"{bare}x"',
        "a shorter one": f'"{bare[:-1]}"',
        "another's -gzip": '"other-gzip"',
        "another in another case": f'"{bare.swapcase()}"' if bare.swapcase() != bare else '"x"',
        "nothing": '""',
    }.items():
        reply = ask(condition)
        claims.same(reply.status, 200, f"/{path} under {coding}, If-None-Match {what}")
        claims.same(reply.body, full.body, f"/{path} under {coding}, If-None-Match {what}: body")
    several(bantin, claims, path, coding, tag, ask)
    if coding is None:
        tails(claims, path, bare, ask)


def tails(claims, path, bare, ask):
    """A proxy that compresses by itself marks the tag and does not take the mark away again."""
    for marked in (f'"{bare}-gzip"', f'"{bare};gzip"', f'"{bare}-br"', f'W/"{bare}-gzip"'):
        reply = ask(marked)
        label = f"/{path}, If-None-Match {marked}, a proxy's mark on our tag"
        if claims.same(reply.status, 304, label):
            claims.that((reply["ETag"] or "").startswith(f'"{bare}'), f"{label}: ETag {reply['ETag']}")


def several(bantin, claims, path, coding, tag, ask):
    """A cache that holds several codings asks with their tags, and sends on the one that a 304 names: it must be
    one that it holds and that the client takes."""
    tags = {one: bantin.get(path, **({"Accept-Encoding": one} if one else {}))["ETag"] for one in CODINGS}
    taken = {tags[None], tag} if coding else set(tags.values())
    reply = ask(", ".join(tags.values()))
    claims.that(reply.status == 304 and reply["ETag"] in taken, f"/{path} under {coding}, all codings' tags: {reply.status}, {reply['ETag']}")
    for other in tags.values():
        reply = ask(other)
        right = (reply.status, reply["ETag"]) == (304, other) if reply.status == 304 else (reply.status, reply["ETag"]) == (200, tag)
        claims.that(right and (reply.status == 200 or other in taken), f"/{path} under {coding}: asked with {other}, answered {reply.status} for {reply['ETag']}")


def dates(bantin, claims, path):
    full = bantin.get(path)
    modified = parsedate_to_datetime(full["Last-Modified"])

    def ask(date, **more):
        return bantin.get(path, If_Modified_Since=date, **more).status

    def http(seconds):
        return format_datetime(datetime.fromtimestamp(modified.timestamp() + seconds, timezone.utc), usegmt=True)

    claims.same(ask(http(0)), 304, f"/{path}: If-Modified-Since the same second")
    claims.same(ask(http(1)), 304, f"/{path}: If-Modified-Since a second later")
    claims.same(ask(http(-1)), 200, f"/{path}: If-Modified-Since a second earlier")
    claims.same(ask(http(-86400)), 200, f"/{path}: If-Modified-Since a day earlier")
    claims.same(ask(modified.strftime("%A, %d-%b-%y %H:%M:%S GMT")), 304, f"/{path}: If-Modified-Since in RFC 850's form")
    claims.same(ask(modified.strftime("%a %b %e %H:%M:%S %Y")), 304, f"/{path}: If-Modified-Since in asctime's form")
    for rubbish in ("yesterday", "0", "2026-01-01T00:00:00Z", ""):
        claims.same(ask(rubbish), 200, f"/{path}: If-Modified-Since {rubbish!r}")
    claims.same(ask(http(0), If_None_Match='"other"'), 200, f"/{path}: If-None-Match decides alone against the date")
    claims.same(ask(http(-86400), If_None_Match=full["ETag"]), 304, f"/{path}: If-None-Match decides alone for the tag")
