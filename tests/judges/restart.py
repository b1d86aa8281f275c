"""Kill -9 and a new start change no id, byte, ETag or Last-Modified; a lost journal keeps the ids; one server per state folder."""

import shutil
import subprocess
import time

import bantin as installation
import corpus
import fetch
import site_map

KILLS = 4


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office:
        file = office.drop("khoi-dong/bai.md", corpus.markdown("Bài có tên đầu", "2026-01-06T08:00:00+07:00"))
        claims.that(office.wait_for_title("Bài có tên đầu"), "the dropped article is in the feed")
        file.rename(file.with_name("ten-sau.md"))
        gone = office.drop("khoi-dong/rut.md", corpus.markdown("Bài sẽ rút", "2026-01-07T08:00:00+07:00"))
        article = office.wait_for_title("Bài sẽ rút")
        withdrawn = site_map.path_of(article["url"]) if claims.that(article, "the second article is in the feed") else "x"
        gone.unlink()
        claims.that(fetch.wait_for(lambda: office.get(withdrawn).status == 410, 20), "the withdrawn page answers 410")
        no_date = office.drop("khoi-dong/khong-ngay.md", "---\ntitle: Bài không ngày\n---\n\nNội dung.\n")
        claims.that(office.wait_for_title("Bài không ngày"), "an article without a date is in the feed")
        time.sleep(1)

        before = remembered(office)
        for _ in range(2):
            office.kill()
            started = time.monotonic()
            office.start()
            took = time.monotonic() - started
            compare(claims, remembered(office), before, "kill -9 and start")
            claims.same(office.get(withdrawn).status, 410, "kill -9 and start: the withdrawn page")
        second_instance(office, claims)
        claims.same(office.stop(), 0, "exit status after SIGTERM")
        no_date.touch()
        office.start()
        compare(claims, remembered(office), before, "stop, touch and start")

        killed_in_the_act(office, claims)
        ids = {item["title"]: item["id"] for item in office.articles(corpus.MANY_CATEGORY)}
        office.kill()
        shutil.rmtree(office.state)
        office.start()
        claims.same({item["title"]: item["id"] for item in office.articles(corpus.MANY_CATEGORY)}, ids, "lost state folder: ids")
        claims.note(f"{len(before)} documents, ready again after {took:.2f} s")


def remembered(office):
    kept = {}
    for path in site_map.all_documents(office):
        for coding in ("identity", "gzip", "br", "zstd"):
            reply = office.get(path, Accept_Encoding=coding)
            kept[path, coding] = reply.status, reply["ETag"], reply["Last-Modified"], reply.body
    return kept


def compare(claims, after, before, when):
    claims.same(sorted(after.keys() ^ before.keys()), [], f"{when}: documents that came or went")
    for key in sorted(after.keys() & before.keys()):
        for what, seen, expected in zip(("status", "ETag", "Last-Modified", "bytes"), after[key], before[key]):
            claims.that(seen == expected, f"{when}: {key}: {what} changed from {str(expected)[:120]} to {str(seen)[:120]}")


def killed_in_the_act(office, claims):
    """What was once served is served after any kill, under the same id."""
    for number in range(KILLS):
        for file in range(6):
            title = f"Bài {file} của lần {number}"
            office.drop(f"bao-tap/lan-{number}-bai-{file}.md", corpus.markdown(title, "2026-02-01T08:00:00+07:00"))
        time.sleep(0.05 * number)
        served = {item["id"]: item["title"] for item in office.articles("bao-tap")}
        office.kill()
        office.start()
        wanted = {f"Bài {file} của lần {number}" for file in range(6)}
        all_there = fetch.wait_for(lambda: wanted <= {item["title"] for item in office.articles("bao-tap")}, 20)
        claims.that(all_there, f"killed {50 * number} ms after a drop: not all there")
        now = {item["id"]: item["title"] for item in office.articles("bao-tap")}
        claims.that(served.items() <= now.items(), f"killed {50 * number} ms after a drop: an id that was served is gone")
        claims.same(len(now), 6 * (number + 1), f"killed {50 * number} ms after a drop: articles")


def second_instance(office, claims):
    ports = installation.free_port(), installation.free_port()
    arguments = [word.replace(str(office.port), str(ports[0])).replace(str(office.admin_port), str(ports[1])) for word in office.arguments()]
    try:
        second = subprocess.run([office.binary, "serve", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=15, cwd=office.home)
        claims.that(second.returncode not in (0, 101) and second.stderr.strip(), f"a second server on the same state: exit {second.returncode}, said {second.stderr!r}")
    except subprocess.TimeoutExpired:
        claims.that(False, "a second server on the same state folder runs")
    claims.same(office.get("feeds/all.rss").status, 200, "the first server afterwards")
