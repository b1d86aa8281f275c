"""The whole site as files: from nothing, after one changed article, and every file held against what a server answers."""

import os
import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import corpus
import office
from results import Section

MB = 1e6
# So that what is said can be read here.
SETTINGS = 'language = "en"\n'


class Exported(NamedTuple):
    """What one export said and took."""

    files: int
    written: int
    kept: int
    removed: int
    seconds: float
    memory: int


def measure(plan):
    section = Section("export")
    count = plan.usual
    home = office.clear() / "office"
    content = office.linked_copy(office.corpus_of(count), office.SCRATCH / "content")
    settings(home)
    first = export(section, content, home)
    change(content, count)
    # What is written in this second may still be written on.
    time.sleep(2)
    second = export(section, content, home)
    rows = section.table("", "files", "written", "kept", "removed", "s", "memory at the most, MB")
    for name, one in (("from nothing", first), ("one changed article", second)):
        rows.append([name, f"{one.files:,}", f"{one.written:,}", f"{one.kept:,}", f"{one.removed:,}", f"{one.seconds:.1f}", f"{one.memory / MB:.0f}"])
    section.claim(f"{count:,} articles: files that one changed article writes ÷ all", second.written / second.files, most=0.01)
    section.claim(f"{count:,} articles: files that it removes", second.removed, most=0)
    section.claim(f"{count:,} articles: seconds after it ÷ seconds from nothing", second.seconds / first.seconds, most=0.5)
    with office.Office(content, home, receipts=False, settings=SETTINGS) as server:
        server.rest()
        asked, differing, seconds = compare(section, content, home, server.port)
    section.claim(f"{count:,} articles: answers of the server", asked, least=first.files * 0.9)
    section.claim(f"{count:,} articles: of them that differ", differing, most=0)
    section.claim("answers compared a second", asked / seconds)
    return section


def settings(home):
    """Those that the server will find, too."""
    (home / "feeds").mkdir(parents=True)
    (home / "feeds/site.toml").write_text(f"receipts = false\n{SETTINGS}")


def command(content, home, *more):
    binary, *flags = office.command(content, home)
    # A server's flags are those of every command.
    return [binary, "build", "--out", home / "public", *[flag for flag in flags if flag != "serve"], *more]


def export(section, content, home):
    words = [*map(str, command(content, home))]
    section.command(*words)
    began = time.perf_counter()
    with open(home / "said", "wb") as said:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        printed = process.stdout.read().decode()
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"nothing was exported:\n{(home / 'said').read_text()[-2000:]}")
    files, written, kept, removed = map(int, re.search(r": (\d+) files \((\d+) written, (\d+) kept, (\d+) removed\)", printed).groups())
    there = int(subprocess.run(f"find {home / 'public'} -type f | wc -l", shell=True, check=True, capture_output=True).stdout)
    if there != files + 1:
        raise RuntimeError(f"{there} files are there, and {files} were told of")
    return Exported(files, written, kept, removed, seconds, used.ru_maxrss * 1024)


def change(content, count):
    """Another text in one article; its file is another one then, since the corpus shares the one it was."""
    number = count // 2
    place = content / corpus.place(number, corpus.article(number, count))
    beginning = Path(f"{place}.tmp")
    beginning.write_text(corpus.article(number, count, version=1).written())
    beginning.replace(place)


def compare(section, content, home, port):
    words = [*map(str, command(content, home, "--check", "--against", f"http://127.0.0.1:{port}/"))]
    section.command(*words)
    began = time.perf_counter()
    checked = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    found = re.search(r"^(\d+) answers of \S+: (?:nothing differs|(\d+) differ)", checked.stderr, re.M)
    if not found:
        raise RuntimeError(f"nothing was compared:\n{checked.stderr[-2000:]}")
    if checked.stdout:
        section.notes.append("\n".join(f"- {line}" for line in checked.stdout.splitlines()[:10]))
    return int(found[1]), int(found[2] or 0), seconds
