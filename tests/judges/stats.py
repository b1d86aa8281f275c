"""What readers say of themselves at /stats is what they said, nobody's address is there, who hammers is asked to wait, and the page can be read on any screen."""

import json

import accessible
import bantin as installation
import browser
import fetch
import pages

# As hosted readers have been seen to write it: what they say, and for how many they read.
HOSTED = {
    "Feedbin feed-id:1697787 - 102 subscribers": 102,
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 462 subscribers; )": 462,
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1 subscribers; like FeedFetcher-Google)": 1,
    "Feedly/1.0 (poller; 131 subscribers;)": 131,
    "NewsBlur Feed Fetcher - 27 subscribers - https://www.newsblur.com/site/7704055/tin (Mozilla/5.0 AppleWebKit/605)": 27,
    "Mozilla/5.0 (compatible; inoreader.com; 114 subscribers)": 114,
    "Mozilla/5.0 (compatible; theoldreader.com; 1 subscribers; feed-id=cead6c3a837650eeefd8fe4a)": 1,
    "Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 1 subscribers)": 1,
    "Dreamwidth Studios (webmaster@dreamwidth.org; for https://www.dreamwidth.org/users/tin_feed/; 2 readers)": 2,
    "PlainFeeder v0.0.1 (+http://plainfeeder.com/about ; Subscriber Count: 12)": 12,
    "Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 16 subscribers; feed-id=12310981209483785)": 16,
    "Bloglines/3.0-rho (http://www.bloglines.com; 7 subscribers)": 7,
}
UNKNOWN = {
    "kinjabot (http://www.kinja.com; 1 Readers)": 1,
    "YahooFeedSeeker/2.0 (compatible; Mozilla 4.0; MSIE 5.5; http://publisher.yahoo.com/rssguide; users 1; views 1)": 1,
    "Scraper-In-Disguise (90000 subscribers)": 100,
}
OWN = [
    "FreshRSS/1.24.3 (Linux; https://freshrss.org)",
    "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Mozilla/5.0 (compatible; Miniflux/2.2.3; +https://miniflux.app)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0",
]
NOBODY = [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "",
]
HAMMER = "HammerReader/1.0 (knows no ETag)"
REFETCHES = 5


def judge(site, claims):
    with installation.Bantin(site.binary, settings=f"refetches = {REFETCHES}\n") as bantin:
        everybody_comes(bantin, claims)
        hammered(bantin, claims)
        told = json.loads(fetch.get(bantin.admin("stats.json")).text)
        counted(claims, told)
        reply = fetch.get(bantin.admin("stats"))
        pages.page(bantin, claims, "stats", reply)
        claims.that("192.0.2." not in json.dumps(told) + reply.text, "an address of a reader is told")
        for path in ("stats", "stats.json"):
            claims.same(bantin.get(path).status, 404, f"/{path} on the public listener")
        with browser.chromium() as chromium, browser.Window(chromium) as window:
            window.page.goto(bantin.admin("stats"))
            undecided = accessible.looks(window, claims, "stats", "stats/stats", True)
            claims.same(window.complaints, [], "the browser complains")
            claims.same(window.foreign_requests(bantin.base, bantin.admin("")), [], "asked of strangers")
        for line in sorted(undecided):
            claims.note(f"axe leaves to people: {line}")
        claims.note(f"pictures in {browser.ARTEFACTS / 'stats'}")
        claims.same(bantin.stop(), 0, "it stops in order")
        kept = (bantin.state / "habits.json").read_text("utf-8")
        claims.that("192.0.2." not in kept and "192.0.2." not in bantin.said(), "an address of a reader is kept")


def ask(bantin, agent, number, path="feeds/all.rss", **headers):
    return bantin.get(path, **{"User-Agent": agent, "X-Forwarded-For": f"192.0.2.{number}"}, **headers)


def everybody_comes(bantin, claims):
    for number, agent in enumerate([*HOSTED, *UNKNOWN, *OWN, *NOBODY], 1):
        reply = ask(bantin, agent, number)
        claims.same(reply.status, 200, agent)
        claims.same(ask(bantin, agent, number, **{"If-None-Match": reply["ETag"]}).status, 304, agent)


def hammered(bantin, claims):
    statuses = [ask(bantin, HAMMER, 200).status for _ in range(REFETCHES + 3)]
    claims.same(statuses, [200] * REFETCHES + [429] * 3, "one who says nothing of what he has")
    refused = ask(bantin, HAMMER, 200)
    claims.same(refused["Content-Type"], "text/plain; charset=utf-8", "429: Content-Type")
    claims.that(0 < int(refused["Retry-After"]) <= 3600, f"429: Retry-After {refused['Retry-After']}")
    claims.that("If-None-Match" in refused.text and "<" not in refused.text, "429 does not say what to do, or is a page")
    tag = bantin.get("feeds/all.rss")["ETag"]
    claims.same(ask(bantin, HAMMER, 200, **{"If-None-Match": tag}).status, 304, "the same, saying what he has")
    direct = [bantin.get("feeds/all.rss", **{"User-Agent": HAMMER}).status for _ in range(3 * REFETCHES)]
    claims.same(set(direct), {200}, "from the machine itself")
    patient = [ask(bantin, "Feedbin feed-id:1697787 - 102 subscribers", 1).status for _ in range(3 * REFETCHES)]
    claims.same(set(patient), {200}, "one who reads for many")


def counted(claims, told):
    followed = next((feed for feed in told["feeds"] if feed["feed"] == "all"), {})
    claims.same(followed.get("reported"), sum(HOSTED.values()), "reported")
    claims.same(followed.get("claimed"), sum(UNKNOWN.values()), "claimed by strangers")
    # He who hammers is one, too, wherever he is asked from.
    claims.same(followed.get("observed"), len(OWN) + 2, "observed")
    claims.same(followed.get("service_count"), len(HOSTED) + len(UNKNOWN), "services")
    shown = {service["agent"]: service["subscribers"] for service in followed.get("services", [])}
    claims.same(shown.get("Feedbin feed-id:1697787 - # subscribers"), 102, "what Feedbin said")
    names = [client["agent"] for client in told["badly_behaved"] if client["refused"]]
    claims.same(names, [HAMMER], "who was refused")
    claims.that(told["week"]["bytes_saved"] > 0 and told["week"]["conditional"] >= len(HOSTED), "nothing was saved")
