"""What a caching proxy in front has to prove: every client its own coding, 304s behind, and never an old article."""

import base64
import hashlib
import random
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import zstandard

import corpus
import fetch
import site_map

# The site's max_age under test, in seconds: so long proxies may answer by themselves.
MAX_AGE = 2
WISHES = (None, "identity", "gzip", "br", "zstd", "gzip, deflate, br, zstd", "gzip;q=0", "br;q=0.5, gzip;q=0.9", "*;q=0.1, zstd")
# What a browser says that holds a dictionary.
HOLDING = "gzip, deflate, br, zstd, dcz"
# How the configuration of an nginx of ours begins, up to what it serves: all that it writes lies in one folder.
NGINX = """
daemon off;
{user}
worker_processes 2;
pid {folder}/pid;
error_log {folder}/errors warn;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
"""


@contextmanager
def running(command, ready, log):
    """A proxy from its command line until the end of the block."""
    with open(log, "wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        if not fetch.wait_for(lambda: process.poll() is not None or answers(ready), 20) or process.poll() is not None:
            raise RuntimeError(f"{command[0]} did not start: {Path(log).read_text('utf-8', 'replace')[-1500:]}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url):
    try:
        return fetch.get(url).status == 200
    except OSError:
        return False


@contextmanager
def folder(name):
    """A folder that the proxy's own user may write to."""
    with tempfile.TemporaryDirectory(prefix=f"bantin-{name}-") as path:
        Path(path).chmod(0o777)
        yield Path(path)


def crowd(bantin, claims, through, paths, rounds=6):
    """Many clients with different wishes and memories at once; each must get what the server itself would give it."""
    expected = {path: bantin.get(path).body for path in paths}

    def client(number):
        chance = random.Random(number)
        memory = {}
        wrong = []
        for _ in range(rounds):
            for path in chance.sample(paths, len(paths)):
                wish = chance.choice((*WISHES, HOLDING))
                headers = {} if wish is None else {"Accept-Encoding": wish}
                remembered = memory.get((path, wish))
                if wish == HOLDING and remembered:
                    headers["Available-Dictionary"] = hash_of(remembered[1])
                if remembered and chance.random() < 0.7:
                    headers["If-None-Match"] = remembered[0]
                reply = fetch.request(through + path, headers=headers)
                if reply.status == 304 and remembered:
                    plain = remembered[1]
                elif reply.status == 200:
                    if not acceptable(reply["Content-Encoding"], wish):
                        wrong.append(f"/{path}: {reply['Content-Encoding']} for {wish}")
                    plain = unpacked(reply, remembered and remembered[1])
                    memory[path, wish] = reply["ETag"], plain
                else:
                    wrong.append(f"/{path}: {reply.status} for {wish}")
                    continue
                if plain != expected[path]:
                    wrong.append(f"/{path}: other bytes for {wish} with status {reply.status}")
            time.sleep(MAX_AGE * chance.random() / 2)
        return wrong

    with ThreadPoolExecutor(8) as threads:
        for wrong in threads.map(client, range(8)):
            claims.same(wrong, [], "one of the clients behind the proxy")
    kept_apart(bantin, claims, through)
    return 8 * rounds * len(paths)


def kept_apart(bantin, claims, through):
    """What is packed for who holds a version is given to nobody else, whoever asks after it."""
    packings = []
    for suffix in ("rss", "atom", "json"):
        url, held = f"{through}feeds/all.{suffix}", bantin.get(f"feeds/all.{suffix}", Sec_CH_UA="x").body
        for name in (held, b"what nobody has", held):
            holder = fetch.request(url, headers={"Accept-Encoding": HOLDING, "Available-Dictionary": hash_of(name)})
            packings.append(holder["Content-Encoding"])
            claims.that(unpacked(holder, name) == held, f"all.{suffix}: {holder['Content-Encoding']} with other bytes for a holder")
            other = fetch.request(url, headers={"Accept-Encoding": "gzip, zstd"})
            claims.that(other["Content-Encoding"] != "dcz" and other.plain == held, f"all.{suffix}: {other['Content-Encoding']} after a holder")
    claims.note(f"{packings.count('dcz')} of {len(packings)} packed with what a client holds")


def hash_of(held):
    """A dictionary as a client names it."""
    return f":{base64.b64encode(hashlib.sha256(held).digest()).decode()}:"


def unpacked(reply, held):
    """The body as it is read by who holds that."""
    if reply["Content-Encoding"] != "dcz":
        return reply.plain
    head = bytes.fromhex("5e2a4d1820000000") + hashlib.sha256(held).digest()
    if not reply.body.startswith(head):
        return b"packed with another dictionary"
    dictionary = zstandard.ZstdCompressionDict(held, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(reply.body[len(head) :])


def acceptable(coding, wish):
    if coding is None:
        return True
    said = dict((part.strip().split(";q=") + ["1"])[:2] for part in (wish or "").split(","))
    return float(said.get(coding, said.get("*", "0"))) > 0


def judge_proxy(bantin, claims, through, revalidated):
    """The whole proof for one proxy at the address `through`; `revalidated()` counts the 304s it got."""
    paths = [f"feeds/{name}.{suffix}" for name in ("all", corpus.MANY_CATEGORY) for suffix in ("rss", "atom", "json")] + ["", "feeds/all"]
    asked = crowd(bantin, claims, through, paths)
    seen = revalidated()
    claims.that(seen > 0, "the proxy never got a 304")

    title = "Bài qua máy chủ trung gian"
    text = corpus.markdown(title, "2026-01-02T08:00:00+07:00", "Bản đầu tiên của bài.")
    file = bantin.drop("tin-kiem-tra/trung-gian.md", text)
    shows(bantin, claims, through, "dropped", lambda body: title in body)
    bantin.drop("tin-kiem-tra/trung-gian.md", text.replace("Bản đầu tiên", "Bản thứ hai"))
    shows(bantin, claims, through, "edited", lambda body: "Bản thứ hai" in body)
    permalink = site_map.path_of(bantin.article(title)["url"])
    claims.same(fetch.get(through + permalink).status, 200, "the page before its withdrawal")
    file.unlink()
    shows(bantin, claims, through, "deleted", lambda body: title not in body)
    time.sleep(MAX_AGE + 1)
    claims.same(fetch.get(through + permalink).status, 410, "the page after its withdrawal")
    asked += crowd(bantin, claims, through, paths, rounds=3)
    claims.note(f"{asked} requests, {revalidated()} answers of 304 behind the proxy")


def shows(bantin, claims, through, change, holds):
    """After a change, and the time for which answers may be kept, every coding shows it."""
    at_source = fetch.wait_for(lambda: all(holds(bantin.get(f"feeds/all.{one}").text) for one in ("rss", "atom", "json")), 20)
    if not claims.that(at_source, f"{change}: does not show in the feeds themselves"):
        return
    time.sleep(MAX_AGE + 1)
    for suffix in ("rss", "atom", "json"):
        expected = bantin.get(f"feeds/all.{suffix}").body
        for wish in WISHES:
            reply = fetch.request(f"{through}feeds/all.{suffix}", headers={} if wish is None else {"Accept-Encoding": wish})
            claims.that(acceptable(reply["Content-Encoding"], wish), f"{change}: {reply['Content-Encoding']} for {wish}")
            claims.that(reply.plain == expected, f"{change}: all.{suffix} is old under {wish}")
