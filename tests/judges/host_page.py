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

    running = []

    def __init__(self):
        self.answers = {}
        self.asked = []
        # Of all streams here.
        self.listeners = []
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
        self.httpd.site = self
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
    Server.running.append(server)
    try:
        yield server
    finally:
        Server.running.remove(server)
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
        listener = Listener()
        listener.hear(event(self.version, "version"))
        everybody = request.server.site.listeners
        self.listeners.append(listener)
        everybody.append(listener)
        try:
            request.send_response(200)
            request.send_header("Content-Type", "text/event-stream")
            request.send_header("Access-Control-Allow-Origin", "*")
            request.end_headers()
            while not select.select([request.connection], [], [], 0.01)[0]:
                while not listener.queue.empty():
                    said = listener.queue.get()
                    if said is None:
                        return
                    request.wfile.write(said)
        except OSError:
            pass  # whoever listened has left
        finally:
            self.listeners.remove(listener)
            everybody.remove(listener)

    def say(self, text):
        for listener in [*self.listeners]:
            listener.hear(text if isinstance(text, bytes) else text.encode())

    def tell(self, version, kind="article"):
        self.version = version
        self.say(event(version, kind))

    def cut(self):
        for listener in [*self.listeners]:
            listener.end()


class Listener:
    """What somebody who keeps a connection open is still to be told, and how many bytes of it there were in all."""

    def __init__(self):
        self.queue = queue.Queue()
        self.said = 0

    def hear(self, text):
        self.said += len(text)
        self.queue.put(text)

    def end(self):
        self.said = None
        self.queue.put(None)


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


def wait_for(page, look, expected, seconds=30):
    """Waits until this is seen; what was seen at last."""
    deadline = time.monotonic() + seconds
    while (seen := look()) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    return seen


def wait_for_titles(page, expected, claims, what, which="bantin-feed", seconds=30):
    """Waits until the element shows these titles; claims that it does."""
    return claims.same(wait_for(page, lambda: titles(page, which), expected, seconds), expected, what)


# What a page has asked for and not been given yet, and how many bytes it has read of each stream that is open.
WATCHED = """
    window.underWay = 0;
    window.streams = new Set();
    window.nextFrame = requestAnimationFrame.bind(window);
    {
        const { fetch } = window, { text } = Response.prototype, { getReader } = ReadableStream.prototype;
        const sources = new WeakMap();
        const during = async (asked) => {
            window.underWay++;
            try {
                return await asked;
            } finally {
                window.underWay--;
            }
        };
        window.fetch = (...asked) => during(fetch(...asked)).then((answer) => (sources.set(answer.body ?? {}, answer.url), answer));
        Response.prototype.text = function () { return during(text.call(this)); };
        ReadableStream.prototype.getReader = function () {
            const reader = getReader.call(this), { read } = reader, stream = { source: sources.get(this) ?? "", bytes: 0 };
            window.streams.add(stream);
            const ends = () => window.streams.delete(stream);
            reader.read = () => read.call(reader).then(
                (piece) => (piece.done ? ends() : (stream.bytes += piece.value.length), piece),
                (error) => { ends(); throw error; },
            );
            return reader;
        };
    }
"""
UNDER_WAY = "[window.underWay, [...window.streams].map(({ source, bytes }) => [source, bytes])]"
# What is seen changes what is done as soon as it is painted.
PAINTED = "new Promise((done) => nextFrame(() => nextFrame(done)))"


def watch(window):
    """From now on it is known what the pages of this window have under way."""
    window.context.add_init_script(WATCHED)


def stop_the_clock(window):
    """From now on time passes for the pages of this window only as `pass_seconds` lets it."""
    watch(window)
    now = time.time()
    window.page.clock.install(time=now)
    window.page.clock.pause_at(now + 60)


def open_page(page, url):
    """Opens a page whose clock is ours, and waits until what it does at once is done."""
    page.goto(url)
    page.clock.run_for(1)
    settle(page)


def pass_seconds(page, seconds):
    """Lets time pass for a page whose clock is ours, ten seconds at least. None passes while an answer is on its way."""
    settle(page)
    for _ in range(0, seconds, 10):
        page.clock.run_for(10_000)
        finish(page)
    settle(page)


def pass_until(page, expected, claims, what, seconds=600):
    """Lets time pass until the element shows these titles; claims that it does."""
    for _ in range(0, seconds, 10):
        if titles(page) == expected:
            break
        pass_seconds(page, 10)
        page.wait_for_timeout(50)  # for a server that is not one of ours
    return claims.same(titles(page), expected, what)


def settle(page):
    """Lets what is under way between a page that is watched and the servers here come to its end."""
    page.evaluate(PAINTED)
    finish(page)


def finish(page, seconds=30):
    deadline = time.monotonic() + seconds
    while is_under_way(page) and time.monotonic() < deadline:
        page.wait_for_timeout(5)


def is_under_way(page):
    asked, read = page.evaluate(UNDER_WAY)
    said = [(server.base, [listener.said for listener in server.listeners]) for server in Server.running]
    return asked or any(None in there or sorted(there) != sorted(bytes for source, bytes in read if source.startswith(base)) for base, there in said)
