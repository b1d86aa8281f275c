"""Behind an nginx that buffers as it does unless told otherwise: the hub takes requests, held requests and event streams come at once."""

import http.client
import os
import threading
import time
import zlib
from urllib.parse import urlencode

import bantin as installation
import fetch
import proxies
import subscribing

CONFIGURATION = proxies.NGINX + """\
    access_log off;
    proxy_cache_path {folder}/cache keys_zone=feeds:1m max_size=50m;
    server {{
        # As it stands in many a manual: HTTP/1.0 to the server behind, everything buffered, and compressed.
        listen 127.0.0.1:{plain};
        gzip on;
        gzip_types *;
        gzip_proxied any;
        location / {{ proxy_pass {base}; }}
    }}
    server {{
        listen 127.0.0.1:{cached};
        location / {{
            proxy_pass {base};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_cache feeds;
            # As docs/PUSH.md has it: who waits is not answered from the cache, nor without the tag that was sent along.
            proxy_cache_bypass $http_prefer;
            proxy_no_cache $http_prefer;
            proxy_set_header If-None-Match $http_if_none_match;
        }}
    }}
}}
"""
PATH = "feeds/all.rss"
EVENTS = "feeds/all.events"
# In seconds: what is collected or kept on the way comes only after the wait, or never.
WAIT = 30
SOON = 10


def judge(site, claims):
    ports = {"plain": installation.free_port(), "cached": installation.free_port()}
    with installation.Bantin(site.binary) as bantin, proxies.folder("nginx") as folder:
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(user=user, folder=folder, base=bantin.base, **ports))
        command = ["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", str(configuration)]
        with proxies.running(command, f"http://127.0.0.1:{ports['plain']}/{PATH}", folder / "said"):
            for how, port in ports.items():
                hub(bantin, claims, how, port)
                held(bantin, claims, how, port)
                events(bantin, claims, how, port)


def hub(bantin, claims, how, port):
    asked = {"hub.mode": "publish", "hub.url": bantin.public + PATH}
    reply = fetch.request(
        f"http://127.0.0.1:{port}/hub", "POST",
        {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(asked).encode(),
    )  # fmt: skip
    claims.among(reply.status, (200, 202, 204), f"{how}: a ping")
    asked = {"hub.mode": "subscribe", "hub.topic": "https://other.example/", "hub.callback": "http://127.0.0.1:1/"}
    reply = fetch.request(
        f"http://127.0.0.1:{port}/hub", "POST",
        {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(asked).encode(),
    )  # fmt: skip
    claims.that(400 <= reply.status < 500 and reply.body, f"{how}: another's topic: {reply.status} {reply.text!r}")


def held(bantin, claims, how, port):
    """Who waits for a change is answered with it, through the proxy."""
    through = f"http://127.0.0.1:{port}/{PATH}"
    tag = fetch.get(through)["ETag"]
    quick = fetch.get(through, If_None_Match=tag, Prefer="wait=1")
    claims.same((quick.status, quick["Preference-Applied"]), (304, "wait=1"), f"{how}: a wait in which nothing comes")
    answer = {}

    def wait():
        answer["reply"] = fetch.get(through, If_None_Match=tag, Prefer=f"wait={WAIT}")
        answer["at"] = time.monotonic()

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.5)
    title = f"Bài cho người chờ sau nginx {how}"
    dropped = time.monotonic()
    bantin.drop(f"tin-kiem-tra/cho-{how}.md", subscribing.article(title))
    waiting.join()
    took = answer["at"] - dropped
    claims.same(answer["reply"].status, 200, f"{how}: the held request")
    claims.that(title in answer["reply"].text, f"{how}: the held request has not what was dropped")
    claims.that(0 < took < SOON, f"{how}: the held request was answered after {took:.2f} s")
    claims.note(f"{how}: held request after {took * 1000:.0f} ms")


def events(bantin, claims, how, port):
    """An event stream tells of a change while it is open, through the proxy."""
    title = f"Bài cho luồng sự kiện sau nginx {how}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    connection.request("GET", f"/{EVENTS}", headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip"})
    stream = connection.getresponse()
    claims.same((stream.status, stream.getheader("Content-Type")), (200, "text/event-stream"), f"{how}: how the stream begins")
    # nginx packs what it is told to pack, event by event.
    unpack = zlib.decompressobj(31).decompress if stream.getheader("Content-Encoding") == "gzip" else bytes
    dropped, said = time.monotonic(), b""
    bantin.drop(f"tin-kiem-tra/luong-{how}.md", subscribing.article(title))
    try:
        while title.encode() not in said and time.monotonic() < dropped + WAIT:
            said += unpack(stream.read1())
    except TimeoutError:
        pass  # what came until then is looked at below
    took = time.monotonic() - dropped
    connection.close()
    claims.that(title.encode() in said, f"{how}: the stream does not tell of what was dropped: {said[-300:]!r}")
    claims.that(took < SOON, f"{how}: the stream told of it after {took:.2f} s")
    claims.note(f"{how}: event after {took * 1000:.0f} ms")
