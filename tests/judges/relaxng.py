"""xmllint as the outside opinion on XML."""

import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"


def complaint(schema, document):
    """What xmllint holds against a document (bytes) under a schema of this folder; empty when nothing."""
    ran = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--relaxng", HERE / schema, "-"],
        input=document, capture_output=True, timeout=60,
    )  # fmt: skip
    return "" if ran.returncode == 0 else ran.stderr.decode("utf-8", "replace").strip() or f"exit {ran.returncode}"


def tree(document):
    return ElementTree.fromstring(document)
