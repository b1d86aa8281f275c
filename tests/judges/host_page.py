"""Who stands around an embed: pages of a foreign site, and a feed that a test tells what to answer."""

import json
import queue
import select
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer:
    def __init__(self, body="", status=200, kind="text/html; charset=utf-8", **headers):
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.headers = {"Content-Type": kind, "Cache-Control": "no-cache"}
        self.headers |= {name.replace("_", "-"): value for name, value in headers.items()}


class Server:
    """Answers what `answers` says for a path, and remembers who asked: (seconds, path, headers)."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.partition("?")[0]
                server.asked.append((time.monotonic(), self.path, self.headers))
                answer = server.answers.get(path, Answer(status=404))
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    return  # it was given piece by piece
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                try:
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    pass  # whoever asked has left

            def do_OPTIONS(self):
                server.asked.append((time.monotonic(), f"OPTIONS {self.path}", self.headers))
                self.send_error(405)

            def log_message(self, *_):
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.httpd.server_address[1]}/"

    def count(self, path):
        """How often something at this path was asked for, whatever the query."""
        return sum(asked.partition("?")[0] == path for _, asked, _ in self.asked)

    def page(self, path, body, policy=None, head=""):
        """A page of this site, under a Content-Security-Policy; its address."""
        whole = f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Trang nhà</title><link rel="icon" href="data:,">{head}</head><body><main><h1>Trang nhà</h1>{body}</main></body></html>'
        headers = {"Content-Security-Policy": policy} if policy else {}
        self.answers[f"/{path}"] = Answer(whole, **headers)
        return self.base + path


@contextmanager
def served():
    server = Server()
    thread = threading.Thread(target=server.httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.httpd.shutdown()
        server.httpd.server_close()


def feed(items, **fields):
    """A JSON Feed that anybody may read, with a tag of its own."""
    said = {"version": "https://jsonfeed.org/version/1.1", "title": "Mùa vụ", "home_page_url": "https://tin.example.vn/feeds/mua-vu", "language": "vi"}
    return document(json.dumps(said | fields | {"items": items}))


def document(text, version=None, **headers):
    def answer(request):
        tag = f'"{version or format(hash(text) & 0xFFFFFFFF, "x")}"'
        given = {"Access-Control-Allow-Origin": "*", "ETag": tag} | headers
        if request.headers["If-None-Match"] == tag:
            return Answer(status=304, **given)
        return Answer(text, kind="application/feed+json", **given)

    return answer


class Stream:
    """Events for whoever keeps a connection open, of which the first names a version."""

    def __init__(self, version):
        self.version = version
        self.listeners = []
        self.begun = 0

    def __call__(self, request):
        request.close_connection = True
        self.begun += 1
        listener = queue.Queue()
        self.listeners.append(listener)
        try:
            request.send_response(200)
            request.send_header("Content-Type", "text/event-stream")
            request.send_header("Access-Control-Allow-Origin", "*")
            request.end_headers()
            request.wfile.write(event(self.version, "version"))
            while not select.select([request.connection], [], [], 0.01)[0]:
                while not listener.empty():
                    said = listener.get()
                    if said is None:
                        return
                    request.wfile.write(said)
        except OSError:
            pass  # whoever listened has left
        finally:
            self.listeners.remove(listener)

    def say(self, text):
        for listener in self.listeners:
            listener.put(text if isinstance(text, bytes) else text.encode())

    def tell(self, version, kind="article"):
        self.version = version
        self.say(event(version, kind))

    def cut(self):
        for listener in self.listeners:
            listener.put(None)


def event(version, kind, data="{}"):
    return f"event: {kind}\ndata: {data}\nid: {version}\n\n".encode()


def failing(status, **headers):
    return Answer("", status, Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="retry-after", **headers)


def article(number, title=None, **fields):
    return {
        "id": f"urn:x:{number}",
        "url": f"https://tin.example.vn/articles/bai-{number}",
        "title": title or f"Bài số {number}",
        "content_text": f"Tóm tắt của bài số {number}.",
        "date_published": f"2026-11-{number:02}T08:00:00+07:00",
        "_bantin": {"date": f"{number}/11/2026"},
    } | fields


def titles(page, which="bantin-feed"):
    return page.locator(f"{which} >> css=[part=title]").all_text_contents()


def wait_for_titles(page, expected, claims, what, which="bantin-feed", seconds=30):
    """Waits until the element shows these titles; claims that it does."""
    deadline = time.monotonic() + seconds
    while titles(page, which) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return claims.same(titles(page, which), expected, what)


def pass_seconds(page, seconds):
    """Lets time pass for a page whose clock is ours, ten seconds at least."""
    for _ in range(0, seconds, 10):
        page.clock.run_for(10_000)
        # What it asks takes time of ours, in which little of its own may pass.
        page.wait_for_timeout(12)
    settle(page)


def settle(page):
    """Lets what is under way come to its end."""
    page.wait_for_timeout(150)
