"""One page of every kind that bantin has for people, on an office with something on each of them."""

import re
import shutil
import subprocess
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import bantin as installation
import corpus
import fetch

FULL_TITLE = "Lúa thu đông trúng mùa, giá giữ ở mức khá, bà con các xã ven sông phấn khởi xuống giống sớm"
WITHDRAWN_TITLE = "Bài sẽ được rút lại"
ENGLISH_TITLE = "Autumn rice is in, and the price holds"
LONG_WORD = "https://bantin.example.vn/" + "mot-dia-chi-dai-khong-ngat-" * 12
TEXT = f"""Nông dân các xã ven sông **gặt sớm** năm ngày so với mọi năm, theo [phòng nông nghiệp](https://example.vn/).

## Giá lúa trong tuần

| Giống lúa | Giá hôm qua | Giá hôm nay | Chênh lệch | Nơi thu mua | Ghi chú của thương lái trong vùng |
|---|---:|---:|---:|---|---|
| Đài Thơm 8 | 7.000 | 7.200 | +200 | Chợ Mới | Mua tại ruộng, cân tại bến |
| OM 18 | 6.800 | 6.900 | +100 | Châu Thành | Lúa khô, độ ẩm dưới mười sáu phần trăm |

![Máy gặt trên cánh đồng](canh-dong.jpg "Cánh đồng Bình Hòa")

Địa chỉ dài: {LONG_WORD} và `mot_ten_rat_dai_khong_ngat_{"a" * 90}`.

> Chưa năm nào được mùa mà giá còn cao như vậy.

1. Gặt trước rằm.
2. Phơi hai nắng.

### Thời tiết

```
mực nước 1,52 m   {"." * 120}
```

- Ngày nắng, chiều có mưa rào.

Đính chính: Bản trước viết nhầm giá lúa OM 18.
"""

PREFACE = "Quý II, bà con **được mùa**, giá lúa giữ ở mức khá.\n\nTòa soạn cảm ơn các cộng tác viên ở các xã ven sông."

# Of these, another one of the same template is looked at more closely.
ALIKE = ("feed-of-round-ups", "round-up-of-a-category", "feed-of-a-category", "feed-of-a-tag", "feed-of-an-author", "article-of-odd-characters")

PARTNER = "hoi-nong-dan"
AGREEMENT = """
title = "Tin cho Hội Nông dân"
content = "summary"
limit = 10
[partner]
organisation = "Hội Nông dân tỉnh"
contact = "tin@hoinongdan.example.vn"
delay = "1s"
source_line = "Nguồn: Bản tin Đồng Bằng"
"""


class Kind(NamedTuple):
    """One page: what it is called, where it stands, with which status."""

    name: str
    url: str
    status: int = 200


def agreement(bantin):
    """A private feed, and two whose time is not now; the address of the partner's page of the first."""
    for name, term in (("het-han", 'until = "2020-12-31"'), ("chua-den", 'from = "2099-01-01"')):
        (bantin.feeds / f"{name}.toml").write_text(f'title = "Tin theo thỏa thuận"\n[partner]\norganisation = "Hội Nông dân tỉnh"\n{term}\n', "utf-8")
    (bantin.feeds / f"{PARTNER}.toml").write_text(AGREEMENT, "utf-8")
    command = [bantin.binary, "token", PARTNER, *bantin.arguments()]
    made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, env=bantin.environment(), cwd=bantin.home)
    found = re.search(r"http\S+/p/\w+/(?=\s)", made.stdout)
    if not found:
        raise RuntimeError(f"bantin token: {made.stdout}{made.stderr}")
    return found[0]


@contextmanager
def office(binary, language="vi"):
    """A running bantin, and its pages of every kind."""
    bantin = installation.Bantin(binary)
    settings = bantin.feeds / "site.toml"
    settings.write_text(settings.read_text("utf-8").replace('\nlanguage = "vi"', f'\nlanguage = "{language}"'), "utf-8")
    folder = bantin.content / "mua-vu" / "trung-mua"
    folder.mkdir(parents=True)
    shutil.copy(bantin.content / "doi-song/canh-dong-thang-muoi/canh-dong.jpg", folder)
    fields = {"author": "Lê Minh Hạnh", "tags": "[lúa, thu đông]", "language": "vi"}
    (folder / "index.md").write_text(corpus.markdown(FULL_TITLE, "2024-05-20T08:00:00+07:00", TEXT, **fields), "utf-8")
    english = corpus.markdown(ENGLISH_TITLE, "2024-05-21T08:00:00+07:00", "Farmers harvest early.", language="en")
    (folder.parent / "english.md").write_text(english, "utf-8")
    partners_page = agreement(bantin)
    with bantin:
        bantin.drop("hong/xau.md", corpus.markdown("Bài hỏng", "2024-02-31T08:00:00+07:00"))
        passing = corpus.markdown(WITHDRAWN_TITLE, "2024-05-19T08:00:00+07:00", "Nội dung sẽ không còn.")
        bantin.drop("mua-vu/rut.md", passing)
        gone = bantin.wait_for_title(WITHDRAWN_TITLE)["url"]
        bantin.drop("mua-vu/rut.md", passing.replace("date:", "withdrawn: Nguồn tin chưa được kiểm chứng\ndate:"))
        fetch.wait_for(lambda: fetch.get(gone).status == 410, 20)
        bantin.drop("_round-ups/2024-Q2.md", f"{PREFACE}\n")
        fetch.wait_for(lambda: "được mùa" in bantin.get("round-ups/2024-Q2").text, 20)
        yield bantin, [
            Kind("home", bantin.base),
            Kind("feed-of-all", bantin.url("feeds/all")),
            Kind("feed-of-a-category", bantin.url("feeds/mua-vu")),
            Kind("feed-of-a-tag", bantin.url("feeds/tag/lua")),
            Kind("feed-of-an-author", bantin.url("feeds/author/le-minh-hanh")),
            Kind("feed-of-round-ups", bantin.url("feeds/round-ups")),
            Kind("round-up", bantin.url("round-ups/2024-Q2")),
            Kind("round-up-of-a-category", bantin.url("round-ups/phat-thanh/2024-04")),
            Kind("round-up-to-come", bantin.url(f"round-ups/{datetime.now(corpus.HANOI).year}"), 404),
            Kind("article", bantin.article(FULL_TITLE)["url"]),
            Kind("article-with-a-recording", bantin.article(corpus.AUDIO_TITLE)["url"]),
            Kind("article-of-odd-characters", bantin.article(corpus.HOSTILE_TITLE)["url"]),
            Kind("embed-of-all", bantin.url("embed/all?count=20&excerpt=1&images=1")),
            Kind("embed-of-an-article", bantin.article(FULL_TITLE)["url"].replace("/articles/", "/embed/articles/")),
            Kind("embed-for-a-partner", f"{partners_page}embed/{PARTNER}"),
            Kind("partner", partners_page),
            Kind("agreement-over", bantin.url("feeds/het-han"), 410),
            Kind("agreement-to-come", bantin.url("feeds/chua-den"), 404),
            Kind("embed-of-an-agreement-over", bantin.url("embed/het-han"), 410),
            Kind("embed-not-found", bantin.url("embed/no-such-feed"), 404),
            Kind("not-found", bantin.url("articles/no-such-article"), 404),
            Kind("withdrawn", gone, 410),
            Kind("status", bantin.admin("status")),
        ]
