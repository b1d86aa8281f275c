"""What is no proper request is refused: methods, hosts, traversal, smuggling; the server answers on."""

from concurrent.futures import ThreadPoolExecutor

import fetch

UNSAFE = ("POST", "PUT", "DELETE", "PATCH")
ODD = ("TRACE", "CONNECT", "PROPFIND", "MKCOL", "LOCK", "FOO", "get")
TRAVERSALS = """
/../etc/passwd
/../../../../../../etc/passwd
/media/../../etc/passwd
/media/../feeds/site.toml
/media/..
/media/.
/media/
/media
/media/%2e%2e/%2e%2e/etc/passwd
/media/%2E%2E/content/x
/media/.%2e/x.png
/media/..%2f..%2fetc%2fpasswd
/media/..%5c..%5cetc%5cpasswd
/media/..\\..\\etc\\passwd
/media/%252e%252e%252fetc%252fpasswd
/media//etc/passwd
/media/%2fetc%2fpasswd
/media/%2Fetc/passwd
//etc/passwd
/media/%00
/media/ky-tu-la/anh.png%00.txt
/media/ky-tu-la/anh.png/
/media/ky-tu-la/anh.png/..
/media/ky-tu-la/./anh.png
/media/ky-tu-la//anh.png
/media/ky-tu-la/../ky-tu-la/anh.png
/media/ky-tu-la
/media/ky-tu-la/
/media/ky-tu-la/.an.png
/media/ky-tu-la/ngoai.png
/media/ky-tu-la/hostile.md
/media/tin-kiem-tra/bao.txt
/media/tin-kiem-tra/ghi-chu.docx.tmp
/media/tin-kiem-tra/nhap.md
/media/C:/Windows/win.ini
/media/c%3a%5cwindows%5cwin.ini
/media/%c0%ae%c0%ae/etc/passwd
/media/%ff%fe
/media/%
/media/%zz
/media/....//....//etc/passwd
/media/~root/.ssh/id_rsa
/media/CON
/feeds/../feeds/site.toml
/feeds/site.toml
/feeds/..%2fsite
/feeds/%2e%2e/content/x.rss
/feeds/tag/../../etc/passwd
/feeds/all.rss/
/feeds/all.rss/..
/feeds/ALL.RSS
/feeds/.rss
/feeds/all.
/feeds/all.exe
/articles/../../etc/passwd
/articles/%2e%2e%2fetc%2fpasswd
/state/journal
/.git/config
/.env
/wp-login.php
/cgi-bin/%%32%65%%32%65/etc/passwd
""".split()


def judge(bantin, claims):
    methods(bantin, claims)
    hosts(bantin, claims)
    for target in TRAVERSALS:
        answer = fetch.raw(bantin.port, f"GET {target} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n".encode())
        status = answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/1.1 ") else answer[:60]
        claims.among(status, ("400", "404"), f"GET {target}")
        claims.that(b"root:" not in answer, f"GET {target} shows a file of the machine")
    smuggling(bantin, claims)
    claims.same(bantin.get("feeds/all.rss").status, 200, "after all that, a proper request")
    claims.note(f"{len(UNSAFE) + len(ODD)} methods, {len(TRAVERSALS)} targets, {len(SMUGGLED)} smuggling attempts")


def methods(bantin, claims):
    for path in ("feeds/all.rss", "feeds/all", "", "opml.xml", "robots.txt", "articles/none", "media/ky-tu-la/anh.png"):
        for method in UNSAFE:
            reply = fetch.request(bantin.url(path), method, {"Content-Type": "text/plain"}, b"x")
            allowed = (405, 404) if path == "articles/none" else (405,)
            if claims.among(reply.status, allowed, f"{method} /{path}") and reply.status == 405:
                offered = {word.strip() for word in (reply["Allow"] or "").split(",")}
                claims.that({"GET", "HEAD"} <= offered and method not in offered, f"{method} /{path}: Allow {reply['Allow']}")
            claims.that(len(reply.body) < 16_384, f"{method} /{path}: {len(reply.body)} bytes is no small page")
        for method in ODD:
            line = f"{method} /{path} HTTP/1.1" if method != "CONNECT" else "CONNECT a.example:80 HTTP/1.1"
            status = fetch.raw_status(bantin.port, f"{line}\r\nHost: a.example\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n".encode())
            nowhere = method == "CONNECT" or path == "articles/none"
            claims.among(status, (400, 404, 405, 501) if nowhere else (405, 501), f"{method} /{path}")
    echoed = fetch.raw(bantin.port, b"TRACE / HTTP/1.1\r\nHost: a.example\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n")
    claims.that(b"s3cret" not in echoed, "TRACE echoes headers")
    options = fetch.request(bantin.url("feeds/all.json"), "OPTIONS", {"Origin": "http://b.example"})
    claims.among(options.status, (200, 204, 405), "OPTIONS /feeds/all.json")
    claims.that("GET" in (options["Allow"] or options["Access-Control-Allow-Methods"] or ""), "OPTIONS names no method")


def hosts(bantin, claims):
    for head, allowed in (
        ("GET / HTTP/1.1\r\n", (400,)),
        ("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n", (400,)),
        ("GET / HTTP/1.1\r\nHost: a b\r\n", (400,)),
        ("GET / HTTP/1.1\r\nHost: a.example/x\r\n", (400,)),
        ("GET / HTTP/1.1\r\nHost: user@a.example\r\n", (400,)),
        ("GET / HTTP/1.1\r\nHost: a.example:port\r\n", (400,)),
        ("GET / HTTP/1.0\r\n", (200,)),
        ("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n", (200,)),
    ):
        claims.among(fetch.raw_status(bantin.port, f"{head}Connection: close\r\n\r\n".encode()), allowed, repr(head))
    with ThreadPoolExecutor(len(RUBBISH)) as threads:
        for rubbish, status in zip(RUBBISH, threads.map(lambda data: fetch.raw_status(bantin.port, data, 13), RUBBISH)):
            claims.among(status, (0, 400, 405, 501, 505), f"rubbish {rubbish[:30]!r}")


RUBBISH = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"\r\n\r\n\r\nHELLO\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x00" * 64 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
    b"GET /\xff\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
)


INNER = "GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n"
SMUGGLED = {
    "length and chunked": ("Content-Length: 4\r\nTransfer-Encoding: chunked", f"0\r\n\r\n{INNER}"),
    "two lengths": ("Content-Length: 0\r\nContent-Length: 38", INNER),
    "a length with a sign": ("Content-Length: +0", INNER),
    "a list of lengths": ("Content-Length: 0, 38", INNER),
    "a length with letters": ("Content-Length: 0x0", INNER),
    "chunked under a disguise": ("Transfer-Encoding: xchunked", f"0\r\n\r\n{INNER}"),
    "chunked not last": ("Transfer-Encoding: chunked, identity", f"0\r\n\r\n{INNER}"),
    "a folded header": ("X-Fold: a\r\n b\r\nTransfer-Encoding:\r\n chunked", f"0\r\n\r\n{INNER}"),
    "a blank before the colon": ("Transfer-Encoding : chunked", f"0\r\n\r\n{INNER}"),
    "a chunk size that overflows": ("Transfer-Encoding: chunked", f"fffffffffffffffff1\r\nx\r\n0\r\n\r\n{INNER}"),
}


def smuggling(bantin, claims):
    def answer(attempt):
        headers, body = attempt
        return fetch.raw(bantin.port, f"GET /opml.xml HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n{body}".encode(), 3)

    with ThreadPoolExecutor(len(SMUGGLED)) as threads:
        for what, answered in zip(SMUGGLED, threads.map(answer, SMUGGLED.values())):
            claims.that(b"Sitemap:" not in answered, f"smuggling with {what}: the hidden request was answered")
