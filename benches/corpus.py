#!/usr/bin/env python3
"""Makes a folder of Vietnamese-looking articles, the same for the same number and seed on any machine.

    corpus.py FOLDER COUNT [SEED]

Markdown with YAML front matter, 300 to 900 words each, in 12 categories, with tags and authors, over ten years, in
folders by year and month. Hugo and bantin both read it as it is.
"""

import datetime
import os
import random
import sys
from pathlib import Path
from typing import NamedTuple

# 2015-01-01T00:00:00Z, and ten years after it.
FIRST, LAST = 1_420_070_400, 1_735_689_600
CATEGORIES = [
    "Nông nghiệp", "Thời tiết", "Y tế", "Giáo dục", "Thể thao", "Giao thông", "Văn hóa", "Du lịch", "Môi trường",
    "Kinh tế", "Khuyến nông", "Đời sống",
]
TAGS = """lúa, mùa vụ, thủy lợi, phù sa, nước nổi, cá tra, xoài, sầu riêng, chợ nổi, giá gạo, phân bón, hạn mặn, mưa lũ,
nắng nóng, gió mùa, tiêm chủng, sốt xuất huyết, khám bệnh, dinh dưỡng, trạm y tế, khai giảng, học bổng, thư viện, thi cử,
giáo viên, bóng đá, đua ghe, điền kinh, cờ tướng, bơi lội, cầu đường, bến phà, an toàn, xe buýt, lễ hội, đờn ca, bảo tàng,
làng nghề, ẩm thực, núi Sam, rừng tràm, rác thải, trồng cây, nước sạch, sạt lở, hợp tác xã, khởi nghiệp, xuất khẩu, chuyển
đổi số, điện mặt trời, giống mới, máy gặt, nhà kính, tưới tiết kiệm, chăn nuôi, ong mật, hoa kiểng, gia đình, người cao tuổi,
thiếu nhi""".replace("\n", " ").split(", ")
SURNAMES = "Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
GIVEN = "Trọng Hân, Thanh Hùng, Mỹ Linh, Hữu Phước, Ngọc Lan, Văn Sáu, Thị Thu, Minh Khôi, Bảo Châu".split(", ")
SYLLABLES = """mùa lúa đông xuân năm nay bà con nông dân trong tỉnh xuống giống sớm hơn mọi năm nhờ nước về đều ruộng đồng phù sa
bồi đắp cây trồng phát triển tốt cán bộ kỹ thuật hướng dẫn chăm sóc theo quy trình mới giảm chi phí tăng năng suất chất lượng
hạt gạo thơm ngon được thương lái thu mua tại chỗ giá ổn định chợ phiên cuối tuần đông vui người mua kẻ bán tấp nập hàng hóa
phong phú trường học tổ chức ngày hội đọc sách cho học sinh các lớp thầy cô kể chuyện thi vẽ tranh trò chơi dân gian trạm y tế
xã khám sức khỏe tư vấn dinh dưỡng tiêm phòng miễn phí trời nắng nhẹ chiều tối có mưa rào rải rác gió cấp hai nhiệt độ cao nhất
thấp nhất độ ẩm mực nước sông lên chậm đội bóng huyện thắng trận chung kết khán giả cổ vũ nhiệt tình giải thưởng trao tận tay
tuyến đường mới thông xe rút ngắn thời gian đi lại cầu bắc qua kênh làng nghề dệt vải làm bánh phục vụ du khách gần xa cảnh đẹp
núi rừng tràm chim bay về tổ vườn cây trái chín vàng thơm phức""".split()


def words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(SYLLABLES, k=count))


def sentence(chance: random.Random, count: int) -> str:
    text = words(chance, count)
    return text[0].upper() + text[1:]


def body(chance: random.Random) -> str:
    """300 to 900 words: paragraphs, now and then a heading, a list, a quotation, a link, some emphasis."""
    left = chance.randint(300, 900)
    parts = []
    while left > 0:
        length = min(left, chance.randint(35, 110))
        left -= length
        sentences = []
        while length > 0:
            count = min(length, chance.randint(8, 22))
            length -= count
            sentences.append(sentence(chance, count) + ".")
        kind = chance.random()
        text = " ".join(sentences)
        if kind < 0.08:
            parts.append("## " + sentence(chance, 5))
        elif kind < 0.12:
            text = "\n".join("- " + one for one in sentences)
        elif kind < 0.16:
            text = "> " + text
        elif kind < 0.24:
            text += f" Xem thêm [{words(chance, 3)}](https://example.vn/{chance.randrange(10**6)})."
        elif kind < 0.32:
            text = f"**{sentence(chance, 3)}.** {text}"
        parts.append(text)
    return "\n\n".join(parts)


class Article(NamedTuple):
    """What one file says."""

    title: str
    at: int
    categories: list[str]
    tags: list[str]
    authors: list[str]
    text: str

    def written(self) -> str:
        quoted = lambda names: "[" + ", ".join(f'"{name}"' for name in names) + "]"
        head = [
            "---", f'title: "{self.title}"', f"date: {self.date:%Y-%m-%dT%H:%M:%S}+00:00",
            f"categories: {quoted(self.categories)}", f"tags: {quoted(self.tags)}", f"authors: {quoted(self.authors)}",
            "---", "",
        ]
        return "\n".join(head) + "\n" + self.text + "\n"

    @property
    def date(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.at, datetime.timezone.utc)

    @property
    def folder(self) -> str:
        return f"{self.date:%Y/%m}"


def article(number: int, count: int, seed: int | str = 0, version: int = 0) -> Article:
    """One article of a corpus, the newer the higher its number. Another version has another text."""
    who = random.Random(f"{seed} {number}")
    at = FIRST + (LAST - FIRST) * number // max(count, 1) + who.randrange(60)
    return Article(
        title=sentence(who, who.randint(6, 11)),
        at=at,
        categories=who.sample(CATEGORIES, 1 if who.random() < 0.8 else 2),
        tags=who.sample(TAGS, who.randint(1, 4)),
        authors=list(dict.fromkeys(author(who) for _ in range(1 if who.random() < 0.85 else 2))),
        text=body(random.Random(f"{seed} {number} {version}")),
    )


def newer(number: int, seed: int = 0, version: int = 0) -> Article:
    """An article that is newer than all of any corpus, and than those before it."""
    other = article(number, 1, f"newer {seed}", version)
    return other._replace(title=f"{other.title} {seed}-{number}", at=LAST + 60 + number)


def author(who: random.Random) -> str:
    return f"{who.choice(SURNAMES)} {who.choice(GIVEN)}"


def place(number: int, article: Article) -> str:
    """Where it lies in its corpus."""
    return f"{article.folder}/bai-{number:07}.md"


def make(folder: Path, count: int, seed: int = 0) -> None:
    """Fills a folder, unless it holds exactly this corpus already."""
    made = folder.parent / (folder.name + ".made")
    if made.exists() and made.read_text() == f"{count} {seed}":
        return
    known = set()
    for number in range(count):
        one = article(number, count, seed)
        where = folder / place(number, one)
        if where.parent not in known:
            where.parent.mkdir(parents=True, exist_ok=True)
            known.add(where.parent)
        descriptor = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(descriptor, one.written().encode())
        os.close(descriptor)
    made.write_text(f"{count} {seed}")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
