"""The Nu Html Checker finds no error on any page, nor in what others take into theirs."""

import json
import subprocess
import tempfile
from pathlib import Path

import fetch
import npm
import page_kinds

SOUND = "<!doctype html><html lang='vi'><head><meta charset='utf-8'><title>t</title></head><body><h1>t</h1>{}</body></html>"
BROKEN = ("<ul><p>x</p></ul>", "<img src='a.png'>", "<p id='a'></p><p id='a'></p>", "<p role='nonsense'>x</p>", "<p>x<div></p>")

# The address of a feed behind `feed:` is a sound one (URL Standard, 4.4: no special scheme, an opaque path); the checker's parser is older.
MISTAKEN = "Bad value “feed:http"


def judge(site, claims):
    with tempfile.TemporaryDirectory(prefix="bantin-html-") as name:
        folder = Path(name)
        pages = {f"broken {number}": SOUND.format(text) for number, text in enumerate(BROKEN)}
        for language in ("vi", "en"):
            with page_kinds.office(site.binary, language) as (bantin, kinds):
                for kind in kinds:
                    pages[f"{kind.name} {language}"] = fetch.get(kind.url).text
                pages[f"report {language}"] = bantin.run("report", "--period", "2024", "--format", "html", "--state", str(bantin.state)).stdout
                pages[f"fragment {language}"] = SOUND.format(bantin.get("embed/all.html?count=20&excerpt=1&images=1").text)
        for name, text in pages.items():
            (folder / f"{name}.html").write_text(text, "utf-8")
        told = complaints(folder)
    for name in pages:
        errors = [line for kind, line in told.get(name, []) if kind == "error" and not line.startswith(MISTAKEN)]
        if name.startswith("broken"):
            claims.refused(errors, pages[name])
        else:
            claims.same(errors, [], name)
    warnings = sorted({line for name, lines in told.items() for kind, line in lines if kind != "error" and not name.startswith("broken")})
    claims.note(f"{len(pages) - len(BROKEN)} pages")
    for warning in warnings:
        claims.note(warning)


def complaints(folder):
    """What the checker says of each file of a folder: whether it is an error, and what."""
    command = ["java", "-Xss1024k", "-jar", str(npm.path("vnu-jar")), "--format", "json", "--exit-zero-always", str(folder)]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)
    told = {}
    for message in json.loads(ran.stderr)["messages"]:
        name = Path(message.get("url", "?")).stem
        kind = "error" if message["type"] != "info" else message.get("subType", "info")
        told.setdefault(name.replace("%20", " "), []).append((kind, f"{message['message']} at {message.get('extract', '').strip()[:120]}"))
    return told
