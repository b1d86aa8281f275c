"""Deltas (RFC 3229): feedparser, which asks for them by itself, is sent the one new article; whoever asks through a cache, all of them."""

import json
import subprocess
import time

import bantin as installation
import corpus
import feedparser
import fetch
import proxies

FOLDER = "tin-kiem-tra"
VCL = """vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{port}"; }}
sub vcl_backend_response {{
    # Keeps everything for a moment, whatever it was told, and looks then whether it is current.
    set beresp.uncacheable = false;
    set beresp.ttl = 0.1s;
    set beresp.grace = 0s;
    set beresp.keep = 10m;
    return (deliver);
}}
"""


def judge(site, claims):
    with installation.Bantin(site.binary) as bantin:
        for number, suffix in enumerate(("rss", "atom")):
            reads(bantin, claims, f"feeds/all.{suffix}", f"Bài chỉ gửi riêng {number}")
        merges(bantin, claims)
        withdrawn(bantin, claims)
        through_varnish(bantin, claims)


def drop(bantin, claims, title):
    place = bantin.drop(f"{FOLDER}/{title.replace(' ', '-')}.md", corpus.markdown(title, "2026-02-03T08:00:00+07:00"))
    claims.that(bantin.wait_for_title(title), f"{title}: not in the feed")
    return place


def reads(bantin, claims, path, title):
    url = bantin.url(path)
    first = feedparser.parse(url)
    claims.same((first.status, first.bozo), (200, False), f"{path}, the first time")
    again = feedparser.parse(url, etag=first.etag, modified=first.modified)
    claims.same((again.status, len(again.entries)), (304, 0), f"{path}, when nothing is new")
    drop(bantin, claims, title)
    news = feedparser.parse(url, etag=first.etag, modified=first.modified)
    claims.same((news.status, news.bozo, news.version), (226, False, first.version), f"{path}, when one article is new")
    claims.same([entry.title for entry in news.entries], [title], f"{path}: what is new")
    claims.same(news.feed.title, first.feed.title, f"{path}: the title of the feed")
    said = {name.lower(): value for name, value in news.headers.items()}
    claims.same((said["im"], said["delta-base"], said["cache-control"]), ("feed", first.etag, "no-store, im"), f"{path}: headers")
    whole = feedparser.parse(url)
    claims.same((whole.status, whole.etag), (200, news.etag), f"{path}: the tag of the whole")
    claims.same(news.feed.updated, whole.feed.updated, f"{path}: when the feed was updated")
    claims.that(len(whole.entries) > 10 and whole.entries[0].keys() == news.entries[0].keys(), f"{path}: the whole")
    claims.same(feedparser.parse(url, etag=news.etag).status, 304, f"{path}, asked with the tag of a delta")
    other = feedparser.parse(url, etag=first.etag, agent="SimplePie/1.8")
    claims.same(other.status, 200, f"{path} for one that takes a part for the whole")


def merges(bantin, claims):
    """Two readers of JSON Feed through some changes: one takes what is new, the other everything."""
    path = "feeds/all.json"
    reply = bantin.get(path)
    tag, merged = reply["ETag"], {item["id"]: item for item in json.loads(reply.text)["items"]}
    for number in range(3):
        place = drop(bantin, claims, f"Bài gộp {number}")
        if number:
            text = corpus.markdown(f"Bài gộp {number}, sửa", "2026-02-03T08:00:00+07:00")
            place.write_text(text, "utf-8")
            claims.that(bantin.wait_for_title(f"Bài gộp {number}, sửa"), "the edit is in the feed")
        reply = bantin.get(path, if_none_match=tag, a_im="feed", accept_encoding="br")
        told = json.loads(reply.text)["items"]
        claims.same((reply.status, len(told)), (226, 1), f"the delta after change {number}")
        tag = reply["ETag"]
        merged |= {item["id"]: item for item in told}
        whole = json.loads(bantin.get(path).text)["items"]
        claims.same([merged[item["id"]] for item in whole], whole, "what was merged against the whole")


def withdrawn(bantin, claims):
    # A feed that is not full: where it is, an older article comes back into it.
    title, feed = "Bài sẽ rút", f"feeds/{FOLDER}"
    place = drop(bantin, claims, title)
    identity = bantin.article(title)["id"]
    tag = bantin.get(f"{feed}.atom")["ETag"]
    place.unlink()
    claims.that(fetch.wait_for(lambda: not bantin.article(title), 20), "the article left the feed")
    asked = {one: bantin.get(f"{feed}.{one}", if_none_match=tag, a_im="feed") for one in ("rss", "atom", "json")}
    claims.same({one: reply.status for one, reply in asked.items()}, {"rss": 200, "atom": 226, "json": 226}, "after a withdrawal")
    atom, said = asked["atom"].text, json.loads(asked["json"].text)
    claims.that(f'<at:deleted-entry ref="{identity}"' in atom and "<entry>" not in atom, "Atom names it and nothing else")
    claims.same(([gone["id"] for gone in said["_bantin"]["deleted"]], said["items"]), ([identity], []), "JSON Feed names it")


def through_varnish(bantin, claims):
    """What a cache holds is not what its client holds, whatever the request says."""
    port = installation.free_port()
    with proxies.folder("varnish") as folder:
        (folder / "site.vcl").write_text(VCL.format(port=bantin.port))
        command = ["varnishd", "-F", "-n", str(folder / "work"), "-f", str(folder / "site.vcl"), "-a", f"127.0.0.1:{port}", "-T", "none", "-j", "none", "-s", "malloc,32m"]  # fmt: skip
        url = f"http://127.0.0.1:{port}/feeds/all.atom"
        with proxies.running(command, url, folder / "said"):
            title = "Bài sau máy chủ trung gian"
            drop(bantin, claims, title)
            time.sleep(0.3)
            whole = feedparser.parse(url)
            claims.same(whole.status, 200, "through a cache that looks whether it is current")
            claims.same(len(whole.entries), len(bantin.articles()), "articles through the cache")
            claims.that(title in [entry.title for entry in whole.entries], "the new one through the cache")
            claims.that(fetch.wait_for(lambda: fetches(folder / "work") >= 2, 20), "the cache asked again")


def fetches(work):
    told = subprocess.run(
        ["varnishstat", "-n", work, "-1", "-f", "MAIN.s_fetch"],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    return int(told.stdout.split()[1])
