"""Every JSON document is valid JSON Feed 1.1 under a JSON Schema."""

import copy
import json

import jsonschema

import site_map
from relaxng import HERE

SOUND = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "t",
    "_office": {"about": "https://a.example/"},
    "items": [{"id": "urn:x:1", "content_html": "", "date_published": "2024-01-01T07:00:00+07:00", "authors": [{"name": "n"}]}],
}


def broken():
    def but(change):
        document = copy.deepcopy(SOUND)
        change(document)
        return document

    yield "version 1", but(lambda feed: feed.update(version="https://jsonfeed.org/version/1"))
    yield "no title", but(lambda feed: feed.pop("title"))
    yield "a numeric id", but(lambda feed: feed["items"][0].update(id=7))
    yield "no content", but(lambda feed: feed["items"][0].pop("content_html"))
    yield "a date of RFC 822", but(lambda feed: feed["items"][0].update(date_published="Mon, 01 Jan 2024 00:00:00 GMT"))
    yield "an unknown member", but(lambda feed: feed["items"][0].update(guid="x"))
    yield "authors as text", but(lambda feed: feed["items"][0].update(authors="n"))
    yield "null where a text belongs", but(lambda feed: feed["items"][0].update(summary=None))
    yield "an attachment without a type", but(lambda feed: feed["items"][0].update(attachments=[{"url": "https://a.example/a"}]))


def judge(bantin, claims):
    validator = jsonschema.Draft202012Validator(json.loads((HERE / "jsonfeed.schema.json").read_text("utf-8")))
    claims.that(validator.is_valid(SOUND), "self-test: a sound document is refused")
    for what, document in broken():
        claims.refused(not validator.is_valid(document), what)
    names = site_map.all_feeds(bantin)
    archives = 0
    for name in names:
        for address, archive in site_map.archives_of(bantin, name, "json"):
            archives += 1
            for error in validator.iter_errors(json.loads(archive, object_pairs_hook=refuse_twins)):
                claims.that(False, f"{address}: {error.json_path}: {error.message[:200]}")
        text = bantin.get(f"feeds/{name}.json").text
        feed = json.loads(text, object_pairs_hook=refuse_twins)
        for error in validator.iter_errors(feed):
            claims.that(False, f"{name}.json: {error.json_path}: {error.message[:200]}")
        claims.same(feed.get("feed_url"), bantin.url(f"feeds/{name}.json"), f"{name}.json: feed_url")
        claims.same(feed.get("home_page_url"), bantin.url(f"feeds/{name}"), f"{name}.json: home_page_url")
        claims.that(feed.get("language"), f"{name}.json: no language")
        claims.that(all(item["id"].startswith("urn:uuid:") for item in feed["items"]), f"{name}.json: ids")
        text.encode("utf-8")  # a lone surrogate would not encode
    claims.note(f"{len(names)} documents, {archives} archives")


def refuse_twins(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a member stands twice: {names}")
    return dict(pairs)
