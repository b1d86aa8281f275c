"""Every Atom document is valid under RFC 4287's RELAX NG schema and its Schematron rules."""

from relaxng import ATOM, complaint, tree

import site_map

SOUND = """<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:1</id><title>t</title><updated>2024-01-01T00:00:00Z</updated>
<author><name>n</name></author><x:y xmlns:x="urn:x:y" z="1">any</x:y><entry><id>urn:x:2</id><title>t</title>
<updated>2024-01-01T07:00:00+07:00</updated><link href="http://a.example/"/></entry></feed>"""
ARCHIVE = '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>'
DELETED = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:x:9" when="2024-01-01T00:00:00+07:00"/>'
SOUND_ARCHIVE = SOUND.replace("<entry>", f"{ARCHIVE}{DELETED}<entry>")
BROKEN = [
    ("no id", SOUND.replace("<id>urn:x:2</id>", "")),
    ("a second title", SOUND.replace("<title>t</title>", "<title>t</title><title>u</title>", 1)),
    ("a date of RFC 822", SOUND.replace("2024-01-01T00:00:00Z", "Mon, 01 Jan 2024 00:00:00 GMT")),
    ("a date without a zone", SOUND.replace("00:00:00Z", "00:00:00")),
    ("an element that Atom does not have", SOUND.replace("<entry>", "<entry><pubDate>x</pubDate>")),
    ("an attribute that Atom does not have", SOUND.replace("<entry>", '<entry lang="vi">')),
    ("a link without href", SOUND.replace('href="http://a.example/"', "")),
    ("an id that is not absolute", SOUND.replace("urn:x:2", "nowhere")),
    ("an archive twice", SOUND_ARCHIVE.replace(ARCHIVE, ARCHIVE * 2)),
    ("an entry that is an archive", SOUND.replace("<entry>", f"<entry>{ARCHIVE}")),
    ("an archive with something in it", SOUND_ARCHIVE.replace('1.0"/>', '1.0">x</fh:archive>', 1)),
    ("a deleted entry without a time", SOUND_ARCHIVE.replace("when=", "then=")),
]
UNRULY = [
    ("nobody is the author", SOUND.replace("<author><name>n</name></author>", "")),
    ("neither content nor alternate link", SOUND.replace('<link href="http://a.example/"/>', "")),
    ("two alternates of one type and language", SOUND.replace("</entry>", '<link href="http://b.example/"/></entry>')),
]


def judge(bantin, claims):
    claims.same(complaint("atom.rng", SOUND.encode()), "", "self-test: a sound document")
    claims.same(complaint("atom.rng", SOUND_ARCHIVE.encode()), "", "self-test: a sound archive")
    claims.same(unruly(SOUND.encode()), [], "self-test: a sound document under the rules")
    for what, document in BROKEN:
        claims.refused(complaint("atom.rng", document.encode()), what)
    for what, document in UNRULY:
        claims.refused(unruly(document.encode()), what)
    names = site_map.all_feeds(bantin)
    archives = 0
    for name in names:
        document = bantin.get(f"feeds/{name}.atom").plain
        for address, archive in site_map.archives_of(bantin, name, "atom"):
            archives += 1
            claims.same(complaint("atom.rng", archive), "", address)
            claims.same(unruly(archive), [], address)
        claims.same(complaint("atom.rng", document), "", f"{name}.atom")
        claims.same(unruly(document), [], f"{name}.atom")
        feed = tree(document)
        links = {link.get("rel", "alternate"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        claims.same(links.get("self"), bantin.url(f"feeds/{name}.atom"), f"{name}.atom: link to itself")
        claims.same(links.get("alternate"), bantin.url(f"feeds/{name}"), f"{name}.atom: link to its page")
        claims.that(feed.get("{http://www.w3.org/XML/1998/namespace}lang"), f"{name}.atom: no xml:lang")
    claims.note(f"{len(names)} documents, {archives} archives, {len(BROKEN) + len(UNRULY)} broken ones refused")


def unruly(document):
    """The rules that appendix B gives in Schematron, and those of the text on ids and links."""
    feed = tree(document)
    wrong = []
    for entry in feed.findall(f"{ATOM}entry"):
        label = entry.findtext(f"{ATOM}id")
        source = entry.find(f"{ATOM}source")
        authors = [place for place in (feed, entry, source) if place is not None and place.find(f"{ATOM}author") is not None]
        if not authors:
            wrong.append(f"{label}: no author here nor in the feed")
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in entry.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        if len(alternates) != len(set(alternates)):
            wrong.append(f"{label}: two alternate links of one type and language")
        content = entry.find(f"{ATOM}content")
        if content is None and not alternates:
            wrong.append(f"{label}: neither content nor an alternate link")
        if content is not None and content.get("src") and entry.find(f"{ATOM}summary") is None:
            wrong.append(f"{label}: content elsewhere and no summary")
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    wrong += [f"{one}: id stands twice" for one in set(ids) if ids.count(one) > 1]
    selves = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(selves) > 1:
        wrong.append("more than one link to itself")
    return wrong
