"""A client of feeds that go on in archives (RFC 5005, section 4; JSON Feed's `next_url`). It knows the formats, and of who made them nothing."""

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urljoin

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
# No feed goes on for ever.
MOST_DOCUMENTS = 2_000
LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


class Entry(NamedTuple):
    """One article as one document has it."""

    id: str
    title: str
    link: str
    updated: datetime


class Document(NamedTuple):
    """What one document says."""

    address: str
    format: str
    entries: list
    removed: dict
    links: dict
    is_archive: bool = False
    is_complete: bool = False

    @property
    def previous(self):
        """Where older entries are."""
        return self.links.get("prev-archive")


class Walk:
    """What was found from one address on: the documents, newest first, what they have together, and what is wrong with them."""

    def __init__(self, address):
        self.address, self.documents, self.faults = address, [], []

    def entries(self):
        """Every entry once: of those with one id the one updated last, else that of the newest document. What was removed later than it was updated is gone."""
        found, removed = {}, {}
        for document in self.documents:
            for entry in document.entries:
                if entry.id not in found or found[entry.id].updated < entry.updated:
                    found[entry.id] = entry
            for identity, when in document.removed.items():
                removed[identity] = max(when, removed.get(identity, LONG_AGO))
        return {identity: entry for identity, entry in found.items() if removed.get(identity, LONG_AGO) < entry.updated}

    def archives(self):
        return self.documents[1:]


def walk(address, load, earlier=None):
    """Reads the document at an address and follows it into the past, until nothing is left or an archive that an earlier walk
    has read (4.2). `load` gives the status and the body that an address has."""
    found = Walk(address)
    read_before = {document.address: number for number, document in enumerate(earlier.documents) if number > 0} if earlier else {}
    at, came_from = address, None
    while at is not None:
        if at in read_before:
            found.documents += earlier.documents[read_before[at] :]
            break
        if len(found.documents) == MOST_DOCUMENTS or at in (document.address for document in found.documents):
            found.faults.append(f"{at} comes without end")
            break
        status, body = load(at)
        if status != 200:
            found.faults.append(f"{at}: {status}, where {came_from} leads")
            break
        document = read(at, body)
        found.faults += faults_of(document, found)
        found.documents.append(document)
        at, came_from = document.previous, at
    return found


def faults_of(document, walk):
    """What RFC 5005 asks of a document, and what only a careless publisher does."""
    faults = []
    often = Counter(entry.id for entry in document.entries)
    faults += [f"{identity} stands {number} times" for identity, number in often.items() if number > 1]
    if document.is_complete and (document.is_archive or {"prev-archive", "next-archive", "current"} & document.links.keys()):
        faults.append("it is complete, and part of something")
    if document.links.get("self", document.address) not in (document.address, walk.address if document.format == "json" else None):
        faults.append(f"it says it is {document.links['self']}")
    if document.format == "json":
        return [f"{document.address}: {fault}" for fault in faults]
    if walk.documents and not document.is_archive:
        faults.append("it is reached as an archive and is none")
    if walk.documents and document.links.get("current") != walk.address:
        faults.append(f"its current document is {document.links.get('current')}")
    if not walk.documents and document.is_archive:
        faults.append("the feed itself says that it is an archive")
    return [f"{document.address}: {fault}" for fault in faults]


def read(address, body):
    """A document of any of the three formats."""
    if body.lstrip()[:1] == b"{":
        return read_json(address, json.loads(body))
    root = ElementTree.fromstring(body)
    if root.tag == f"{ATOM}feed":
        format, channel, entries = "atom", root, [read_atom_entry(one) for one in root.findall(f"{ATOM}entry")]
    else:
        format, channel, entries = "rss", root.find("channel"), [read_rss_item(one) for one in root.iterfind("channel/item")]
    links = {link.get("rel", "alternate"): urljoin(address, link.get("href")) for link in channel.findall(f"{ATOM}link")}
    removed = {one.get("ref"): datetime.fromisoformat(one.get("when")) for one in channel.findall(f"{TOMBSTONES}deleted-entry")}
    is_archive, is_complete = (channel.find(f"{HISTORY}{name}") is not None for name in ("archive", "complete"))
    return Document(address, format, entries, removed, links, is_archive, is_complete)


def read_atom_entry(entry):
    links = {link.get("rel", "alternate"): link.get("href") for link in entry.findall(f"{ATOM}link")}
    return Entry(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}title"), links.get("alternate"), datetime.fromisoformat(entry.findtext(f"{ATOM}updated")))


def read_rss_item(item):
    updated = item.findtext(f"{ATOM}updated")
    updated = datetime.fromisoformat(updated) if updated else parsedate_to_datetime(item.findtext("pubDate"))
    return Entry(item.findtext("guid"), item.findtext("title"), item.findtext("link"), updated)


def read_json(address, feed):
    entries = [
        Entry(item["id"], item.get("title"), item.get("url"), datetime.fromisoformat(item.get("date_modified") or item["date_published"]))
        for item in feed["items"]
    ]
    links = {"self": feed.get("feed_url", address)}
    if "next_url" in feed:
        links["prev-archive"] = urljoin(address, feed["next_url"])
    return Document(address, "json", entries, {}, links)
