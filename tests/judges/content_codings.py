"""Content codings: the client's q-values decide, each coding has a strong tag of its own, all decode to the same bytes."""

import fetch
import site_map

# What a client says, and what it may be given.
ANY = {None, "gzip", "br", "zstd"}
WISHES = [
    (None, {None}),
    ("", {None}),
    ("identity", {None}),
    ("gzip", {"gzip"}),
    ("GZIP", {"gzip"}),
    ("br", {"br"}),
    ("zstd", {"zstd"}),
    ("gzip, br", {"gzip", "br"}),
    ("gzip;q=1.0, br;q=0.5", {"gzip"}),
    ("br;q=1.0, gzip;q=0.8, *;q=0.1", {"br"}),
    ("gzip ; q=0.2 , zstd ; q=0.9", {"zstd"}),
    ("gzip;q=0.001", {"gzip", None}),
    ("gzip;q=0", {None}),
    ("gzip;q=0.000, br;q=0", {None}),
    ("gzip;q=0, *", {"br", "zstd"}),
    ("*;q=0.5, br;q=0, zstd;q=0", {"gzip", None}),
    ("*", ANY),
    ("identity;q=1, gzip;q=0.5", {None}),
    ("identity;q=0, gzip", {"gzip"}),
    ("identity;q=0, gzip;q=0, br;q=0.1", {"br"}),
    ("*;q=0, zstd", {"zstd"}),
    ("deflate, compress", {None}),
    ("deflate, gzip;q=1.0, *;q=0.5", {"gzip"}),
    ("gzip;q=nonsense, br", ANY),
    ("gzip;q=7", ANY),
    (",,gzip,,", {"gzip"}),
    ("gzip, " * 200 + "gzip", {"gzip", None}),
]
# Nothing that bantin has is wanted: RFC 9110 12.5.3 leaves 406 or the plain bytes.
NOTHING_WANTED = ["identity;q=0", "*;q=0", "identity;q=0, *;q=0", "deflate, identity;q=0"]


def judge(bantin, claims):
    paths = site_map.all_documents(bantin)
    for path in paths:
        plain = bantin.get(path)
        tags = {plain["ETag"]}
        for coding in ("gzip", "br", "zstd"):
            reply = bantin.get(path, Accept_Encoding=coding)
            claims.same(reply["Content-Encoding"], coding, f"/{path}: coding")
            claims.same(reply.plain, plain.body, f"/{path}: {coding} decoded")
            claims.same(reply["Content-Length"], str(len(reply.body)), f"/{path}: {coding}'s length")
            claims.same(reply["Last-Modified"], plain["Last-Modified"], f"/{path}: {coding}'s Last-Modified")
            claims.that((reply["ETag"] or "").startswith('"'), f"/{path}: {coding}'s ETag {reply['ETag']} is not strong")
            tags.add(reply["ETag"])
            claims.same(bantin.get(path, Accept_Encoding=coding).body, reply.body, f"/{path}: {coding} twice")
        claims.same(len(tags), 4, f"/{path}: ETags of four codings")
    for path in site_map.some_documents(bantin):
        plain = bantin.get(path).body
        for wish, allowed in WISHES:
            reply = fetch.request(bantin.url(path), headers={} if wish is None else {"Accept-Encoding": wish})
            label = f"/{path} under Accept-Encoding {str(wish)[:60]!r}"
            claims.same(reply.status, 200, label)
            claims.among(reply["Content-Encoding"], allowed, label)
            claims.same(reply.plain, plain, f"{label}: bytes")
        for wish in NOTHING_WANTED:
            reply = bantin.get(path, Accept_Encoding=wish)
            label = f"/{path} under Accept-Encoding {wish!r}"
            if claims.among(reply.status, (200, 406), label):
                claims.that(reply.status == 406 or reply.body == plain, f"{label}: 200 with other bytes than the plain ones")
                claims.that(reply.status == 200 or len(reply.body) < 16_384, f"{label}: a large 406")
                claims.that("accept-encoding" in (reply["Vary"] or "").lower(), f"{label}: Vary {reply['Vary']}")
        # Two fields are one list.
        reply = fetch.request(bantin.url(path), headers=[("Accept-Encoding", "gzip;q=0"), ("Accept-Encoding", "br")])
        claims.same(reply["Content-Encoding"], "br", f"/{path}: Accept-Encoding in two fields")
    page = bantin.get("no-such-page", Accept_Encoding="gzip, br, zstd")
    claims.same(page.plain, bantin.get("no-such-page").body, "a 404 page decoded")
    claims.note(f"{len(paths)} documents, {len(WISHES) + len(NOTHING_WANTED)} wishes")
