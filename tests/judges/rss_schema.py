"""Every RSS document is valid under a RELAX NG schema of RSS 2.0 and carries what readers rely on."""

import re

import corpus
import site_map
from relaxng import ATOM, CONTENT, DC, SYNDICATION, complaint, tree

SOUND = """<rss version="2.0" xmlns:x="urn:x:y"><channel><title>t</title><link>http://a.example/</link><description/>
<x:any a="1">any</x:any><item><title>t</title><guid isPermaLink="false">urn:x:1</guid>
<pubDate>Wed, 10 Jul 2019 16:27:00 +0700</pubDate><x:any/></item></channel></rss>"""
ARCHIVE = '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>'
BROKEN = [
    ("no channel link", SOUND.replace("<link>http://a.example/</link>", "")),
    ("a date of RFC 3339", SOUND.replace("Wed, 10 Jul 2019 16:27:00 +0700", "2019-07-10T16:27:00+07:00")),
    ("a two-digit year", SOUND.replace("2019", "19")),
    ("a guid that is a permalink by default and is none", SOUND.replace(' isPermaLink="false"', ">").replace(">>", ">").replace("urn:x:1", "no address")),
    ("an author without an address", SOUND.replace("<x:any/>", "<author>Ngô Trọng</author>")),
    ("an enclosure without a length", SOUND.replace("<x:any/>", '<enclosure url="http://a.example/a" type="audio/mpeg"/>')),
    ("an element that RSS does not have", SOUND.replace("<x:any/>", "<content>x</content>")),
    ("an archive twice", SOUND.replace("<item>", f"{ARCHIVE}{ARCHIVE}<item>")),
    ("an item that is an archive", SOUND.replace("<item>", f"<item>{ARCHIVE}")),
    ("another version", SOUND.replace('"2.0"', '"0.91"')),
]


def judge(bantin, claims):
    claims.same(complaint("rss.rng", SOUND.encode()), "", "self-test: a sound document")
    claims.same(complaint("rss.rng", SOUND.replace("<item>", f"{ARCHIVE}<item>").encode()), "", "self-test: a sound archive")
    for what, document in BROKEN:
        claims.refused(complaint("rss.rng", document.encode()), what)
    names = site_map.all_feeds(bantin)
    archives = 0
    for name in names:
        for address, archive in site_map.archives_of(bantin, name, "rss"):
            archives += 1
            claims.same(complaint("rss.rng", archive), "", address)
        reply = bantin.get(f"feeds/{name}.rss")
        document = reply.plain
        claims.same(complaint("rss.rng", document), "", f"{name}.rss")
        channel = tree(document).find("channel")
        selves = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
        claims.same(selves, [bantin.url(f"feeds/{name}.rss")], f"{name}.rss: link to itself")
        claims.same(channel.findtext("link"), bantin.url(f"feeds/{name}"), f"{name}.rss: link to its page")
        max_age = re.search(r"max-age=(\d+)", reply["Cache-Control"] or "")
        minutes = int(max_age[1]) // 60 if max_age else 0
        # What comes once a month says so, and need not be asked for each minute.
        ttl = None if channel.findtext(f"{SYNDICATION}updatePeriod") == "monthly" else str(max(1, minutes))
        claims.same(channel.findtext("ttl"), ttl, f"{name}.rss: ttl in minutes under {reply['Cache-Control']}")
        for item in channel.findall("item"):
            title = item.findtext("title")
            claims.that(item.find("guid").get("isPermaLink") == "false", f"{name}.rss: {title}: guid is no permalink")
            claims.that((item.findtext("guid") or "").startswith("urn:uuid:"), f"{name}.rss: {title}: guid")
            claims.that(item.findtext("pubDate"), f"{name}.rss: {title}: no date")
            claims.that(item.findtext("title") or item.findtext("description"), f"{name}.rss: neither title nor description")
            claims.that("<p" not in (item.findtext("description") or ""), f"{name}.rss: {title}: markup in the plain description")
    odd = next((item for item in tree(bantin.get("feeds/all.rss").plain).iter("item") if "Ký tự lạ" in item.findtext("title")), None)
    if claims.that(odd is not None, "the article of odd characters is in all.rss"):
        claims.same(odd.findtext("title"), corpus.HOSTILE_TITLE, "its title")
        claims.same(odd.findtext(f"{DC}creator"), corpus.HOSTILE_AUTHOR, "its author")
        content = odd.findtext(f"{CONTENT}encoded") or ""
        for bad in ("<script", "onerror", "javascript:", "\x08", "\x0b"):
            claims.that(bad not in content, f"its content holds {bad!r}")
        claims.that("]]>" in content or "]]&gt;" in content, "its content lost `]]>`")
        claims.that(f'src="{bantin.url("media/ky-tu-la/anh.png")}"' in content, f"the picture's address is not absolute: {content[:600]}")
        relative = [target for target in re.findall(r'(?:href|src)="([^"]*)"', content) if not re.match(r"https?://|mailto:|#", target)]
        claims.same(relative, [], "relative addresses left in the content")
    claims.note(f"{len(names)} documents, {archives} archives, {len(BROKEN)} broken ones refused")
