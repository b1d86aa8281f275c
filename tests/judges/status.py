"""The status page is sound HTML, its data is JSON, and the feed of problems is valid Atom that says when it changed."""

import json

import atom_schema
import bantin as installation
import corpus
import fetch
import pages
from relaxng import ATOM, complaint, tree

FEED = "status/problems.atom"


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office:
        sound = fetch.get(office.admin(FEED))
        valid(office, claims, sound, [])
        office.drop("hong/xau.md", corpus.markdown("Bài <b>hỏng</b>", "2024-02-31T08:00:00+07:00"))
        claims.that(fetch.wait_for(lambda: entries(office), 20), "a bad file has no entry in the feed of problems")
        bad = fetch.get(office.admin(FEED))
        [entry] = entries(office) or [None]
        claims.that(entry is not None and "hong/xau.md" in entry.findtext(f"{ATOM}title"), "the entry does not name the file")
        valid(office, claims, bad, [sound])
        page = fetch.get(office.admin("status"))
        claims.same(page.status, 200, "/status")
        pages.page(office, claims, "status", page)
        claims.that("hong/xau.md" in page.text, "/status does not name the file")
        claims.same(page["Cache-Control"], "no-store", "/status: Cache-Control")
        told = json.loads(fetch.get(office.admin("status.json")).text)
        claims.same([file["path"] for file in told["problems"]], ["hong/xau.md"], "/status.json: files with problems")
        claims.that(told["counts"]["articles"] >= len(office.articles()) > 0, "/status.json: articles")
        for path in ("status", "status.json", FEED):
            claims.same(office.get(path).status, 404, f"/{path} on the public listener")
            rebound = fetch.get(office.admin(path), Host="attacker.example")
            claims.same(rebound.status, 421, f"/{path} under a stranger's name")
            claims.that(fetch.get(office.admin(path))["Access-Control-Allow-Origin"] is None, f"/{path}: open to other pages")
        (office.content / "hong/xau.md").unlink()
        claims.that(fetch.wait_for(lambda: not entries(office), 20), "the entry stays after its file was deleted")
        valid(office, claims, fetch.get(office.admin(FEED)), [bad])


def entries(office):
    return tree(fetch.get(office.admin(FEED)).body).findall(f"{ATOM}entry")


def valid(office, claims, reply, others):
    claims.same((complaint("atom.rng", reply.body), atom_schema.unruly(reply.body)), ("", []), "the feed of problems")
    again = fetch.get(office.admin(FEED), **{"If-None-Match": reply["ETag"]})
    claims.same((again.status, again.body), (304, b""), "asked with its tag")
    again = fetch.get(office.admin(FEED), **{"If-Modified-Since": reply["Last-Modified"]})
    claims.same(again.status, 304, "asked with its date")
    for other in others:
        claims.that(other["ETag"] != reply["ETag"], "another feed has the same tag")
        again = fetch.get(office.admin(FEED), **{"If-Modified-Since": other["Last-Modified"]})
        claims.same(again.status, 200, "asked with the date of the feed before")
