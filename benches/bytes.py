"""How many bytes go over the wire: the headers of a poll that finds nothing new, and documents under each coding."""

import json
import subprocess

import office
import wire
from results import Section, figure

DOCUMENTS = ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/feeds/y-te.rss", "/feeds/all", "/", "/opml.xml", "/sitemap.xml"]
# What each coding is held against, and by how much it may be above that.
CODINGS = {"gzip": (["gzip", "-9", "--no-name"], 1.02), "br": (["brotli", "-9"], 1.06), "zstd": (["zstd", "-19"], 1.12)}


def measure(plan):
    section = Section("bytes", ["brotli", "zstd"])
    content = office.corpus_of(plan.usual)
    with office.Office(content, office.SCRATCH / "office", receipts=False) as server:
        section.command(*office.command(content, office.SCRATCH / "office"))
        server.rest()
        article = json.loads(server.get("/feeds/all.json").text)["items"][0]["url"]
        documents = {path: path for path in DOCUMENTS} | {"an article": "/" + article.removeprefix(office.BASE)}
        polls(server, section, documents)
        packed(server, section, documents)
    return section


def polls(server, section, documents):
    rows = section.table("document", "headers of 304, bytes")
    with wire.Connection(server.port) as connection:
        for said, path in documents.items():
            answer = connection.ask(wire.request(path, accept_encoding="gzip, deflate, br, zstd"))
            again = wire.request(
                path, user_agent="FreshRSS/1.24.0 (Linux; https://freshrss.org)", accept="*/*",
                accept_encoding="gzip, deflate, br, zstd", if_none_match=answer["etag"],
                if_modified_since=answer["last-modified"],
            )  # fmt: skip
            answer = connection.ask(again)
            if answer.status != 304:
                raise RuntimeError(f"{path}: {answer.status} for a poll")
            rows.append([said, len(answer.head)])
    section.claim("headers of a poll that finds nothing new", [size for _, size in rows], " bytes", of=max, most=250)


def packed(server, section, documents):
    rows = section.table("document", "plain, bytes", *(f"{coding}, ÷ {name(tool)}" for coding, (tool, _) in CODINGS.items()))
    ratios = {coding: [] for coding in CODINGS}
    file = office.SCRATCH / "document"
    for said, path in documents.items():
        file.write_bytes(server.get(path).body)
        cells = [said, f"{file.stat().st_size:,}"]
        for coding, (tool, _) in CODINGS.items():
            answer = server.get(path, accept_encoding=coding)
            if answer["content-encoding"] != coding:
                raise RuntimeError(f"{path} is not sent as {coding}")
            section.command(*tool, "--stdout", file)
            best = subprocess.run([*tool, "--stdout", file], capture_output=True, check=True).stdout
            ratios[coding].append(len(answer.body) / len(best))
            cells.append(f"{len(answer.body):,}, {figure(ratios[coding][-1])}")
        rows.append(cells)
    for coding, (tool, most) in CODINGS.items():
        section.claim(f"{coding} ÷ {name(tool)}, the worst document", ratios[coding], of=max, most=most)


def name(tool):
    return " ".join(tool[:2])
