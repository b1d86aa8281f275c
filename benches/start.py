"""From nothing, and from a journal, to the first feed that is served, against a Hugo that builds nothing but feeds."""

import html
import re
import shutil
import subprocess
import time

import corpus
import office
from results import Section, spread

# As little as Hugo can be told to do: no pages, a feed of the site and one of each category.
HUGO = """
baseURL = "{base}"
title = "Bản tin"
contentDir = "{content}"
disableKinds = ["section", "sitemap", "robotsTXT", "404", "taxonomy"]
ignoreErrors = ["error-disable-taxonomy"]
[outputs]
home = ["RSS"]
term = ["RSS"]
page = []
[taxonomies]
category = "categories"
[services.rss]
limit = 50
[[cascade]]
[cascade._build]
render = "never"
list = "always"
[cascade._target]
kind = "page"
"""
# What is beyond has no bound, and would take Hugo many minutes.
MOST_FOR_HUGO = 100_000


def measure(plan):
    section = Section("start", ["hugo"])
    rows = section.table("articles", "reading every file once, s", "Hugo, s", "bantin from nothing, s", "bantin from its journal, s")
    for count in plan.sizes:
        taken = {"read": [], "hugo": [], "cold": [], "restart": []}
        content, scratch = office.corpus_of(count), office.clear()
        titles = newest_titles(count)
        read_all(content, section)
        for _ in range(plan.times(5 if count <= 10_000 else 3, 2)):
            taken["read"].append(read_all(content, section))
            if count <= MOST_FOR_HUGO:
                taken["hugo"].append(build(content, scratch / "hugo", titles, section))
            shutil.rmtree(scratch / "office", ignore_errors=True)
            for start in ("cold", "restart"):
                with office.Office(content, scratch / "office", receipts=False) as server:
                    taken[start].append(served(server, titles))
                    server.rest()
                    server.stop()
        section.command(*office.command(content, scratch / "office"))
        rows.append([f"{count:,}", *(spread(seconds) if seconds else "" for seconds in taken.values())])
        hold(section, count, taken)
    return section


def hold(section, count, taken):
    times_faster = lambda start: [hugo / ours for hugo, ours in zip(taken["hugo"], taken[start], strict=True)]
    bound = lambda least: least if count >= 10_000 else None
    if taken["hugo"]:
        section.claim(f"{count:,} articles: Hugo ÷ bantin from nothing", times_faster("cold"), least=bound(5))
        section.claim(f"{count:,} articles: Hugo ÷ bantin from its journal", times_faster("restart"), least=bound(15))
    if count == 100_000:
        section.claim(f"{count:,} articles: bantin from its journal", taken["restart"], unit=" s", below=1)


def newest_titles(count):
    return [corpus.article(number, count).title for number in range(count - 1, count - 51, -1)]


def titles_of(rss):
    return [html.unescape(title) for title in re.findall(r"<item>\s*<title>([^<]*)", rss)]


def read_all(content, section):
    """The floor: every file read once, by one thread."""
    line = f"find {content} -type f -print0 | xargs -0 cat >/dev/null"
    began = time.perf_counter()
    subprocess.run(line, shell=True, check=True)
    took = time.perf_counter() - began
    section.command("find", content, "-type", "f", "-print0", then=" | xargs -0 cat >/dev/null")
    return took


def build(content, site, titles, section):
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    (site / "config.toml").write_text(HUGO.format(base=office.BASE, content=content))
    command = ["hugo", "--quiet", "--source", site, "--destination", site / "public"]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    took = time.perf_counter() - began
    section.command(*command)
    written = [path for path in (site / "public").rglob("*") if path.is_file()]
    if len(written) != len(office.FEEDS) or titles_of((site / "public/index.xml").read_text()) != titles:
        raise RuntimeError(f"Hugo wrote {len(written)} files, or other articles than it should")
    return took


def served(server, titles):
    """Seconds from its start until the feed of everything is served with what belongs into it."""
    deadline = server.began + 1800
    while time.perf_counter() < deadline:
        try:
            answer = server.get("/feeds/all.rss", accept_encoding="gzip")
        except OSError:
            answer = None
        now = time.perf_counter()
        if answer and answer.status == 200 and titles_of(answer.text) == titles:
            return now - server.began
        time.sleep(0.002)
    raise RuntimeError(f"the feed is not as it should be:\n{server.log.read_text()[-2000:]}")
