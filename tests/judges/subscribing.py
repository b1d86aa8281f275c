"""What subscribers that others wrote need: a site with an encrypted address, and a place where callbacks arrive."""

import logging
import os
import subprocess
import threading
import time
from contextlib import contextmanager

import bantin as installation
import corpus
import proxies
from werkzeug.serving import make_server

# Callbacks of judges are on this machine.
ALLOW = ("--hub-allow", "127.0.0.0/8")
# How soon a subscriber has what was dropped, in seconds.
# In seconds, on a slow machine.
SOON = 5
FRONT = proxies.NGINX + """\
    access_log off;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    server {{
        listen 127.0.0.1:{public} ssl http2;
        location / {{ proxy_pass {base}; }}
    }}
    server {{
        # As a cache that drops what it does not know.
        listen 127.0.0.1:{headerless} ssl;
        location / {{ proxy_pass {base}; proxy_hide_header Link; }}
    }}
}}
"""
CERTIFICATE = """
openssl req -x509 -newkey rsa:2048 -noenc -days 2 -subj /CN=127.0.0.1
    -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem
""".split()


class Front:
    """bantin behind an nginx that speaks TLS: `site`, and the same without `Link` headers at `headerless`."""

    def __init__(self, site, headerless):
        self.site, self.headerless = site, headerless


@contextmanager
def encrypted(binary, settings=""):
    """A site as subscribers find it on the web, in the settings of `requests` until the end of the block."""
    public, headerless = installation.free_port(), installation.free_port()
    base = f"https://127.0.0.1:{public}/"
    with (
        installation.Bantin(binary, settings=settings, flags=ALLOW, base=base) as site,
        proxies.folder("front") as folder,
    ):
        subprocess.run(CERTIFICATE, cwd=folder, check=True, capture_output=True)
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = folder / "nginx.conf"
        configuration.write_text(FRONT.format(user=user, folder=folder, base=site.base, public=public, headerless=headerless))
        command = ["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", str(configuration)]
        trusted = os.environ.get("REQUESTS_CA_BUNDLE")
        os.environ["REQUESTS_CA_BUNDLE"] = str(folder / "certificate.pem")
        try:
            with proxies.running(command, site.url("feeds/all.rss"), folder / "said"):
                yield Front(site, f"https://127.0.0.1:{headerless}/")
        finally:
            del os.environ["REQUESTS_CA_BUNDLE"]
            if trusted:
                os.environ["REQUESTS_CA_BUNDLE"] = trusted


@contextmanager
def listening(host, port, app):
    """Serves a WSGI application until the end of the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(host, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


class Arrivals:
    """What came to a callback, and when."""

    def __init__(self):
        self.bodies = []
        self.news = threading.Condition()

    def take(self, body):
        with self.news:
            self.bodies.append((time.monotonic(), bytes(body)))
            self.news.notify_all()

    def wait_for(self, title, seconds=20):
        """When the first document with this title came, and its bytes; None when none did."""

        def found():
            return next(((when, body) for when, body in self.bodies if title.encode() in body), None)

        with self.news:
            return self.news.wait_for(found, seconds)


def article(title):
    return corpus.markdown(title, "2026-01-05T08:00:00+07:00")


def delivered(site, claims, arrivals, title, path):
    """Drops an article, and claims that the document it is in comes at once, whole, and comes no second time."""
    before, began = len(arrivals.bodies), time.monotonic()
    site.drop(f"tin-kiem-tra/{title.replace(' ', '-')}.md", article(title))
    came = arrivals.wait_for(title)
    if claims.that(came, f"{title}: was never delivered"):
        when, body = came
        claims.that(when - began < SOON, f"{title}: delivered after {when - began:.2f} s")
        claims.that(body == site.get(path).body, f"{title}: what was delivered is not what {path} gives")
        time.sleep(0.3)
        claims.same(len(arrivals.bodies), before + 1, f"{title}: deliveries")
        return when - began
    return None
