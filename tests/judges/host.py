"""A site of somebody else: plain pages with policies of their own, on another origin than bantin."""

import base64
import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import bantin as installation

FRAME = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/site.css">
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText; font: 1rem/1.5 sans-serif }
main { max-width: 40rem; margin: 0 auto; padding: 1rem }
img { max-width: 100%; height: auto }
iframe { border: 0; max-width: 100% }
bantin-feed::part(title) { letter-spacing: .5px }
"""


class Host:
    def __init__(self):
        self.pages = {"/site.css": ("text/css", {}, STYLE.encode())}
        self.asked = []

    def page(self, path, title, body, policy):
        """Puts a page there, with such a policy besides what each page of this site may do."""
        said = f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; {policy}"
        text = FRAME.format(title=title, body=body).encode()
        self.pages[path] = ("text/html; charset=utf-8", {"Content-Security-Policy": said}, text)
        return self.base + path.lstrip("/")


@contextmanager
def running():
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            host.asked.append(self.path)
            kind, headers, body = host.pages.get(self.path, ("text/plain", {}, None))
            self.send_response(200 if body is not None else 404)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body or b"")), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", installation.free_port()), Handler)
    host.base = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


def hashed(script):
    """A script as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
