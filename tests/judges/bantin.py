"""Starts the real server on a copy of the site and stops it again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import corpus
import fetch

REPOSITORY = Path(__file__).resolve().parents[2]
FORMATS = ("rss", "atom", "json")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bantin:
    """One installation: folders of its own, a process that can be killed and started again."""

    def __init__(self, binary, max_age=None, settings="", flags=(), base=None):
        """`settings` go to the top of `site.toml`; `base` is where public addresses begin, when there is a proxy in front."""
        self.binary = binary
        self.flags = flags
        self.home = Path(tempfile.mkdtemp(prefix="bantin-judge-"))
        self.content = self.home / "content"
        self.feeds = self.home / "feeds"
        self.state = self.home / "state"
        self.log = self.home / "log"
        for name in ("content", "feeds"):
            source = REPOSITORY / name
            if source.is_dir():
                shutil.copytree(source, self.home / name)
            (self.home / name).mkdir(exist_ok=True)
        corpus.write(self.content)
        corpus.agree(self.feeds)
        if max_age is not None:
            settings += f"max_age = {max_age}\n"
        if settings:
            file = self.feeds / "site.toml"
            said = file.read_text("utf-8") if file.exists() else ""
            file.write_text(settings + said, "utf-8")
        self.port = free_port()
        self.admin_port = free_port()
        self.base = f"http://127.0.0.1:{self.port}/"
        self.public = base or self.base
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def arguments(self):
        return [
            "--content", str(self.content),
            "--feeds", str(self.feeds),
            "--state", str(self.state),
            "--listen", f"127.0.0.1:{self.port}",
            "--admin-listen", f"127.0.0.1:{self.admin_port}",
            "--base-url", self.public,
            *self.flags,
        ]  # fmt: skip

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BANTIN_")}
        return kept | {"TZ": "UTC"}

    def start(self):
        self.spoken = open(self.log, "ab")
        self.process = subprocess.Popen(
            [self.binary, "serve", *self.arguments()],
            stdin=subprocess.DEVNULL,
            stdout=self.spoken,
            stderr=self.spoken,
            env=self.environment(),
            cwd=self.home,
        )
        if not fetch.wait_for(self.ready, 60):
            raise RuntimeError(f"not ready after 60 s; it said:\n{self.said()[-2000:]}")
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"exited with {self.process.returncode}; it said:\n{self.said()[-2000:]}")
        try:
            return fetch.get(self.admin("readyz")).status == 200
        except OSError:
            return False

    def stop(self, seconds=10):
        """Asks it to end; its exit status, or None when it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self.kill()

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.spoken.close()

    def said(self):
        return self.log.read_text("utf-8", "replace")

    def check(self):
        """`bantin check` on the same folders."""
        return self.run("check")

    def run(self, command, *options):
        """Another command on the same folders."""
        return subprocess.run(
            [self.binary, command, "--content", str(self.content), "--feeds", str(self.feeds), *options],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            env=self.environment(), cwd=self.home,
        )  # fmt: skip

    # Addresses

    def url(self, path):
        return self.base + path.lstrip("/")

    def admin(self, path):
        return f"http://127.0.0.1:{self.admin_port}/{path}"

    def get(self, path, **headers):
        return fetch.get(self.url(path), **headers)

    def articles(self, feed="all"):
        """The articles of a feed as JSON Feed tells them; none when there is no such feed."""
        reply = self.get(f"feeds/{feed}.json")
        return json.loads(reply.text)["items"] if reply.status == 200 else []

    def article(self, title, feed="all"):
        return next((item for item in self.articles(feed) if item.get("title") == title), None)

    # Files

    def drop(self, path, text):
        """Writes a file the way a share does: whole, then renamed into place."""
        place = self.content / path
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{place.name}.tmp")
        partial.write_text(text, "utf-8")
        partial.rename(place)
        return place

    def wait_for_title(self, title, seconds=20, feed="all"):
        return fetch.wait_for(lambda: self.article(title, feed), seconds)

    def wait_for_receipt(self, path, seconds=20):
        """Waits until it is said that the file at this place was read."""
        return fetch.wait_for((self.content / "_receipts" / f"{path}.txt").exists, seconds)


def settle(reply_of):
    """Waits until a document's Last-Modified lies two seconds back: nobody vouches for a younger one."""
    changed = parsedate_to_datetime(reply_of()["Last-Modified"]).timestamp()
    time.sleep(max(0, min(5, changed + 2.1 - time.time())))
