"""HTTP/2 on the same port gives the same answers as HTTP/1.1."""

import subprocess

import fetch
import site_map


def judge(bantin, claims):
    paths = site_map.some_documents(bantin)
    for path in paths:
        for coding in ("identity", "gzip", "zstd"):
            plain = bantin.get(path, Accept_Encoding=coding)
            status, headers, body = curl(bantin, path, f"Accept-Encoding: {coding}")
            claims.same(status, "HTTP/2 200", f"/{path} under {coding}")
            claims.that(body == plain.body, f"/{path} under {coding}: other bytes")
            expected = {name.lower(): value for name, value in plain.headers if name.lower() not in ("date", "connection")}
            seen = {name: value for name, value in headers.items() if name != "date"}
            claims.same(seen, expected, f"/{path} under {coding}: headers")
            status, headers, body = curl(bantin, path, f"Accept-Encoding: {coding}", f"If-None-Match: {plain['ETag']}")
            claims.same((status, headers.get("etag"), body), ("HTTP/2 304", plain["ETag"], b""), f"/{path} under {coding}, If-None-Match")
        status, headers, _ = curl(bantin, path, "Accept-Encoding: identity", options=["--head"])
        claims.same((status, headers.get("content-length")), ("HTTP/2 200", bantin.get(path)["Content-Length"]), f"HEAD /{path}")
    status, _, _ = curl(bantin, "no-such-page")
    claims.same(status, "HTTP/2 404", "a page that is none")
    # curl loses an answer that ends with a reset of its stream, sometimes: RFC 9113 allows one when a body is not read.
    for length, times in ((1, 20), (100_000, 10)):
        for _ in range(times):
            status, headers, _ = curl(bantin, "feeds/all.rss", options=["--data", "x" * length])
            claims.same((status, "GET" in headers.get("allow", "")), ("HTTP/2 405", True), f"POST of {length} bytes")
    many = subprocess.run(
        ["nghttp", "--null-out", "--stat", "--multiply=5", *[bantin.url(path) for path in paths]],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    claims.same((many.returncode, many.stdout.count(" 200 ")), (0, len(paths * 5)), "many streams on one connection")
    claims.same(fetch.get(bantin.url("")).status, 200, "HTTP/1.1 after that")
    claims.note(f"{len(paths)} documents, {len(paths * 5)} streams at once")


def curl(bantin, path, *headers, options=()):
    """Status line, headers by lower-case name and body of one request over HTTP/2 without TLS."""
    words = [word for header in headers for word in ("--header", header)]
    ran = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "30", "--http2-prior-knowledge", "--include", *words, *options, bantin.url(path)],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    head, _, body = ran.stdout.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return status.strip(), dict(line.split(": ", 1) for line in lines), body
