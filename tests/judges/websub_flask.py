"""Flask-WebSub finds the hub by headers and by the document, subscribes, is sent what was dropped at once, renews and leaves."""

import threading

import bantin as installation
import fetch
import subscribing
from flask import Flask
from flask_websub.subscriber import (
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
    discover,
)

TOPICS = ("feeds/all.rss", "feeds/all.atom", "feeds/all.json")


def judge(bantin, claims):
    with subscribing.encrypted(bantin.binary) as front:
        reader = Reader(front.site.home)
        with subscribing.listening("127.0.0.1", reader.port, reader.app):
            for path in TOPICS:
                follow(front, claims, reader, path)
            fails_as_it_should(front, claims, reader)


class Reader:
    """An application as its documentation has it, with a log of what its handlers are told."""

    def __init__(self, folder):
        self.port = installation.free_port()
        self.app = Flask(__name__)
        self.subscriber = Subscriber(
            SQLite3SubscriberStorage(str(folder / "subscriptions.sqlite")),
            SQLite3TempSubscriberStorage(str(folder / "asked.sqlite")),
        )
        self.app.register_blueprint(self.subscriber.build_blueprint(url_prefix="/callbacks"))
        self.arrivals = subscribing.Arrivals()
        self.told, self.refused = [], []
        self.news = threading.Condition()
        self.subscriber.add_listener(lambda topic, callback, body: self.arrivals.take(body))
        self.subscriber.add_success_handler(lambda topic, callback, mode: self.hear(self.told, (callback, mode)))
        self.subscriber.add_error_handler(lambda topic, callback, reason: self.hear(self.refused, (callback, reason)))

    def hear(self, heard, what):
        with self.news:
            heard.append(what)
            self.news.notify_all()

    def ask(self, what, *words, **named):
        """Calls a method of the subscriber as from within a request."""
        with self.app.test_request_context(base_url=f"http://127.0.0.1:{self.port}/"):
            return getattr(self.subscriber, what)(*words, **named)

    def confirmed(self, callback, mode, times=1):
        with self.news:
            return self.news.wait_for(lambda: self.told.count((callback, mode)) >= times, 20)

    def lease(self, callback):
        with self.app.app_context():
            return self.subscriber.storage[callback]["lease_seconds"]


def follow(front, claims, reader, path):
    site = front.site
    found = discover(site.public + path)
    claims.same(found, {"hub_url": site.public + "hub", "topic_url": site.public + path}, f"{path}: what its headers say")
    if not path.endswith("json"):
        claims.same(discover(front.headerless + path), found, f"{path}: what the document says")

    callback = reader.ask("subscribe", **found)
    if not claims.that(reader.confirmed(callback, "subscribe"), f"{path}: the subscription is never verified"):
        return
    claims.same(reader.lease(callback), 864_000, f"{path}: lease when none is asked for")
    before = len(reader.arrivals.bodies)
    # It hears of nothing that is not signed as it should be.
    forged = fetch.request(f"http://127.0.0.1:{reader.port}/callbacks/{callback}", "POST", {"X-Hub-Signature": "sha256=00"}, b"forged")
    claims.same((forged.status, len(reader.arrivals.bodies)), (200, before), "self-test: a forged delivery was heard")
    took = subscribing.delivered(site, claims, reader.arrivals, f"Bài báo ngay cho {path[6:]}", path)
    if took is not None:
        claims.note(f"{path[10:]} after {took * 1000:.0f} ms")

    reader.ask("renew", callback)
    claims.that(reader.confirmed(callback, "subscribe", 2), f"{path}: the renewal is never verified")
    subscribing.delivered(site, claims, reader.arrivals, f"Bài sau khi gia hạn {path[6:]}", path)

    reader.ask("unsubscribe", callback)
    claims.that(reader.confirmed(callback, "unsubscribe"), f"{path}: leaving is never verified")
    before = len(reader.arrivals.bodies)
    title = f"Bài sau khi thôi nhận {path[6:]}"
    site.drop(f"tin-kiem-tra/{path[10:]}-sau.md", subscribing.article(title))
    claims.that(site.wait_for_title(title), f"{title}: not in the feed")
    claims.that(reader.arrivals.wait_for(title, 0.7) is None, f"{path}: was sent something after it left")
    claims.same(len(reader.arrivals.bodies), before, f"{path}: deliveries after it left")


def fails_as_it_should(front, claims, reader):
    """What the hub does not have is refused in a way that its client understands."""
    for topic in ("feeds/khong-co.rss", "articles/khong-co", "status"):
        callback = None
        try:
            callback = reader.ask("subscribe", topic_url=front.site.public + topic, hub_url=front.site.public + "hub")
        except Exception as error:
            claims.that("Hub error - 4" in str(error), f"{topic}: {error}")
        if callback:
            told = fetch.wait_for(lambda: any(of == callback for of, _ in reader.refused), 20)
            claims.that(told, f"{topic}: neither refused nor denied")
