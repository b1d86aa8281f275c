"""Files that travel with articles: type, length, validators and byte ranges."""

import corpus
import fetch
import site_map


def judge(bantin, claims):
    article = bantin.article(corpus.AUDIO_TITLE)
    if not claims.that(article and article.get("attachments"), f"{corpus.AUDIO_TITLE}: no attachment"):
        return
    enclosure = article["attachments"][0]
    url, size = enclosure["url"], corpus.AUDIO_BYTES
    claims.same(enclosure["mime_type"], "audio/mpeg", "the enclosure's type")
    claims.same(enclosure.get("size_in_bytes"), size, "the enclosure's size")
    whole = fetch.get(url)
    claims.same((whole.status, whole.body == corpus.audio()), (200, True), "the whole file")
    claims.same(whole["Content-Type"], "audio/mpeg", "Content-Type")
    claims.same(whole["Content-Length"], str(size), "Content-Length")
    claims.same(whole["Accept-Ranges"], "bytes", "Accept-Ranges")
    claims.same(whole["Content-Encoding"], None, "Content-Encoding")
    claims.same(whole["X-Content-Type-Options"], "nosniff", "X-Content-Type-Options")
    claims.that((whole["ETag"] or "").startswith('"') and whole["Last-Modified"], f"validators: {whole['ETag']}, {whole['Last-Modified']}")
    head = fetch.request(url, "HEAD")
    claims.same((head.status, head["Content-Length"], head["ETag"], head.body), (200, str(size), whole["ETag"], b""), "HEAD")
    claims.same(fetch.get(url, If_None_Match=whole["ETag"]).status, 304, "If-None-Match")
    claims.same(fetch.get(url, If_None_Match='"other"').status, 200, "If-None-Match with another tag")
    claims.same(fetch.get(url, Accept_Encoding="gzip, br, zstd").plain, whole.body, "under Accept-Encoding")

    body = corpus.audio()
    for asked, (first, last) in {
        "bytes=0-0": (0, 0),
        "bytes=0-499": (0, 499),
        "bytes=500-999": (500, 999),
        "bytes=299999-": (size - 1, size - 1),
        "bytes=150000-": (150_000, size - 1),
        "bytes=-500": (size - 500, size - 1),
        "bytes=-999999": (0, size - 1),
        "bytes=100-99999999999999999999": (100, size - 1),
    }.items():
        reply = fetch.get(url, Range=asked)
        if claims.same(reply.status, 206, asked):
            claims.same(reply["Content-Range"], f"bytes {first}-{last}/{size}", f"{asked}: Content-Range")
            claims.same(reply["Content-Length"], str(last - first + 1), f"{asked}: Content-Length")
            claims.that(reply.body == body[first : last + 1], f"{asked}: other bytes")
            claims.same(reply["ETag"], whole["ETag"], f"{asked}: ETag")
    for asked in (f"bytes={size}-", "bytes=999999-1000000", "bytes=-0"):
        reply = fetch.get(url, Range=asked)
        claims.same((reply.status, reply["Content-Range"]), (416, f"bytes */{size}"), asked)
    for asked in ("bytes=5-1", "bytes=a-b", "bytes=", "lines=0-4", "bytes 0-4", "bytes=--5"):
        reply = fetch.get(url, Range=asked)
        claims.among(reply.status, (200, 416), asked)
        claims.that(reply.status == 416 or reply.body == body, f"{asked}: 200 with other bytes")
    for asked in ("bytes=0-1,5-6", "bytes=" + ",".join(f"{n}-" for n in range(1000))):
        reply = fetch.get(url, Range=asked)
        claims.among(reply.status, (200, 206, 416), asked[:40])
        claims.that(len(reply.body) <= 2 * size, f"{asked[:40]}: {len(reply.body)} bytes for a file of {size}")
        claims.that(reply.status != 200 or reply.body == body, f"{asked[:40]}: 200 with other bytes")
    first = fetch.get(url, Range="bytes=0-9", If_Range=whole["ETag"])
    claims.same((first.status, len(first.body)), (206, 10), "If-Range with the tag")
    claims.same(fetch.get(url, Range="bytes=0-9", If_Range='"other"').status, 200, "If-Range with another tag")
    claims.same(fetch.get(url, Range="bytes=0-9", If_Range=f"W/{whole['ETag']}").status, 200, "If-Range with a weak tag")
    claims.same(fetch.get(url, Range="bytes=0-9", If_Range="Thu, 01 Jan 1970 00:00:00 GMT").status, 200, "If-Range with an old date")
    claims.same(fetch.get(url, Range="bytes=0-9", If_None_Match=whole["ETag"]).status, 304, "If-None-Match before Range")
    ranged = fetch.request(url, "HEAD", {"Range": "bytes=0-9"})
    claims.same((ranged.status, ranged["Content-Length"]), (200, str(size)), "Range says nothing to HEAD")

    picture = bantin.get("media/ky-tu-la/anh.png")
    claims.same((picture.status, picture["Content-Type"], picture.body == corpus.PNG), (200, "image/png", True), "the picture")
    for document in site_map.some_documents(bantin)[:3]:
        claims.among(bantin.get(document, Range="bytes=0-9").status, (200, 206), f"Range on /{document}")
