"""A bad file is told once with path, line and hint, hides no other, and leaves its last good version served."""

import time

import bantin as installation
import corpus

GOOD = "Bài đúng trước khi hỏng"
IMPOSSIBLE = corpus.markdown("Bài có ngày không thể có", "2024-02-31T08:00:00+07:00")


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office:
        count = len(office.articles(corpus.MANY_CATEGORY))
        clean = office.check()
        claims.same(clean.returncode, 0, f"`check` of sound content; it said {clean.stdout[-500:]}{clean.stderr[-500:]}")
        file = office.drop("hong/bai.md", corpus.markdown(GOOD, "2026-01-05T08:00:00+07:00", "Bản tốt."))
        claims.that(office.wait_for_title(GOOD), "the good version is in the feed")
        identity = (office.article(GOOD) or {}).get("id")
        office.drop("hong/xau.txt", corpus.newspaper("Bài hỏng từ đầu", "31/02/2024 10:00", ["Một đoạn."]))
        office.drop("hong/bai.md", IMPOSSIBLE)
        time.sleep(2)
        served = office.article(GOOD)
        claims.that(served and served["id"] == identity and "Bản tốt" in served["content_html"], "the last good version is not served")
        claims.that(not office.article("Bài có ngày không thể có"), "an article with an impossible date is served")
        claims.same(len(office.articles(corpus.MANY_CATEGORY)), count, "articles of another category")

        for name, line in (("hong/bai.md", 3), ("hong/xau.txt", 5)):
            told = [said for said in office.said().splitlines() if f"{name}:" in said]
            if claims.same(len(told), 1, f"problems told of {name}: {told}"):
                claims.that(f"{name}:{line}:" in told[0], f"{name}: line {line} is not told: {told[0]}")
        claims.that("hint" in office.said() or "gợi ý" in office.said().lower(), "no hint on standard error")
        checked = office.check()
        claims.same(checked.returncode, 1, "`check` of bad content")
        for name in ("hong/bai.md", "hong/xau.txt"):
            claims.that(name in checked.stdout + checked.stderr, f"`check` does not name {name}")

        title = "Bài đã sửa lại cho đúng"
        office.drop("hong/bai.md", corpus.markdown(title, "2026-01-05T08:00:00+07:00"))
        claims.that(office.wait_for_title(title), "repaired: not in the feed")
        claims.same((office.article(title) or {}).get("id"), identity, "repaired: its id")
        claims.that(file.exists(), "what people dropped is still there")
