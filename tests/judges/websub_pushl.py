"""Pushl, which pings the hubs that documents name, finds bantin's in all of them and is content with its answer."""

import subprocess
import sys
from pathlib import Path

PATHS = ("feeds/all.rss", "feeds/all.atom", "feeds/mua-vu.atom")


def judge(bantin, claims):
    for path in PATHS:
        topic, hub = bantin.url(path), bantin.url("hub")
        said = pushl("--websub-only", topic)
        claims.that(f"{topic}: WebSub notification sent to {hub}" in said, f"{path}: it said {said[-400:]!r}")
    strange = pushl("--websub-only", bantin.url("feeds/khong-co.rss"))
    claims.that("notification sent" not in strange, "self-test: it pings of what is not there")


def pushl(*words):
    command = [Path(sys.executable).with_name("pushl"), "-vv", "--max-time", "30", *words]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return ran.stdout + ran.stderr
