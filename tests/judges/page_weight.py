"""No page is heavier than 50 KB without its pictures, with fifty articles of long titles in an office of many categories, tags and authors."""

import bantin as installation
import corpus
import fetch
import page_kinds

MOST = 50_000
ARTICLES = 50
PLACES = "Chợ Mới, Châu Thành, Thoại Sơn, Tri Tôn, Tịnh Biên, Phú Tân, Tân Châu, An Phú, Long Xuyên, Châu Đốc".split(", ")
SENTENCE = "Nông dân các xã ven sông gặt sớm năm ngày, thương lái mua tại ruộng và giá được giữ ở mức khá so với cùng kỳ năm trước. "


def write(content):
    for number in range(ARTICLES):
        place = PLACES[number % len(PLACES)]
        title = f"Huyện {place} tổng kết mô hình liên kết sản xuất và tiêu thụ lúa chất lượng cao vụ đông xuân, đợt {number}"
        fields = {
            "category": f"Nông nghiệp, nông thôn mới {number % 25}",
            "tags": f"[cánh đồng lớn {number}, hợp tác xã {place.lower()} {number}, giá lúa {number % 20}]",
            "author": f"Nguyễn Thị Hạnh {number % 30}",
        }
        text = corpus.markdown(title, f"2026-0{1 + number % 9}-{1 + number % 28:02}T08:00:00+07:00", SENTENCE * 12, **fields)
        folder = content / "can-nang"
        folder.mkdir(exist_ok=True)
        (folder / f"bai-{number}.md").write_text(text, "utf-8")


def judge(site, claims):
    heavy = installation.Bantin(site.binary)
    write(heavy.content)
    with heavy:
        newest = heavy.articles()
        claims.same(len(newest), ARTICLES, "articles in `all`")
        pages = {
            "home": heavy.base,
            "feed-of-all": heavy.url("feeds/all"),
            "feed-of-a-tag": heavy.url("feeds/tag/gia-lua-1"),
            "article": newest[0]["url"],
        }
        weighed = [weigh(claims, name, url, 200) for name, url in pages.items()]
    with page_kinds.office(site.binary) as (_, kinds):
        weighed += [weigh(claims, kind.name, kind.url, kind.status) for kind in kinds]
    claims.note(", ".join(f"{name} {length / 1000:.1f} KB" for name, length in weighed))


def weigh(claims, name, url, status):
    reply = fetch.get(url)
    claims.same(reply.status, status, f"{name}: status")
    claims.that(len(reply.body) < MOST, f"{name}: {len(reply.body)} bytes")
    return name, len(reply.body)
