"""Articles the judges add to the sample content: many, hostile, with media, and some that must not show."""

import random
from datetime import datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7))
MANY = 60
MANY_CATEGORY = "thong-bao-kiem-tra"
HOSTILE_TITLE = "Ký tự lạ ]]> & <b>đậm</b> \"nháy\" 🌾 \u202bעברית\u202c"
HOSTILE_AUTHOR = 'Nguyễn "Tư" ]]> Bé'
AUDIO_TITLE = "Bản tin phát thanh kiểm tra"
AUDIO_BYTES = 300_000
FRESH_TITLE = "Tin trong ngày của buổi kiểm tra"
FUTURE_TITLE = "Tin của tương lai xa"
DRAFT_TITLE = "Bản nháp chưa đăng"


def markdown(title, date, body="Nội dung của bài.", **fields):
    lines = ["---", f"title: {quoted(title)}", f"date: {date}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\n".join([*lines, "---", "", body, ""])


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def newspaper(title, when, paragraphs, category="Tin kiểm tra", byline="Lê Thị Kiểm", publication="Nông thôn An Giang"):
    """Plain text as it is copied from a provincial newspaper's page."""
    parts = [category, title, when, *paragraphs, f"{byline}.", " ", publication]
    return "\n\n".join(parts) + "\n"


def audio():
    return b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random(1).randbytes(AUDIO_BYTES - 10)


def write(content):
    many = content / MANY_CATEGORY
    many.mkdir(parents=True)
    for number in range(1, MANY + 1):
        date = f"2018-03-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00+07:00"
        text = markdown(f"Thông báo số {number}", date, f"Nội dung thông báo **số {number}**.", tags="[lúa, kiểm tra]")
        (many / f"thong-bao-{number:02}.md").write_text(text, "utf-8")

    odd = content / "ky-tu-la"
    odd.mkdir()
    body = (
        "Đoạn một có ]]> và & và < và \x08\x0b\x1f ký tự cấm, e\u0323\u0302 tách rời.\n\n"
        "<script>alert(document.domain)</script><img src=x onerror=alert(2)>\n\n"
        "[nguy hiểm](javascript:alert(1)) [tương đối](../tuong-doi/) ![ảnh](anh.png)\n\n"
        "| cột | giá |\n|---|---|\n| lúa | 7.000 |\n"
    )
    (odd / "hostile.md").write_text(markdown(HOSTILE_TITLE, "2024-04-01T08:00:00+07:00", body, author=f"'{HOSTILE_AUTHOR}'"), "utf-8")
    (odd / "anh.png").write_bytes(PNG)
    (odd / "ngoai.png").symlink_to("/etc/passwd")
    (odd / ".an.png").write_bytes(PNG)

    sound = content / "phat-thanh"
    sound.mkdir()
    (sound / "ban-tin-kiem-tra.md").write_text(markdown(AUDIO_TITLE, "2024-04-02T08:00:00+07:00"), "utf-8")
    (sound / "ban-tin-kiem-tra.mp3").write_bytes(audio())

    now = datetime.now(HANOI).replace(microsecond=0)
    news = content / "tin-kiem-tra"
    news.mkdir()
    (news / "trong-ngay.md").write_text(markdown(FRESH_TITLE, (now - timedelta(hours=1)).isoformat()), "utf-8")
    (news / "tuong-lai.md").write_text(markdown(FUTURE_TITLE, (now + timedelta(days=30)).isoformat()), "utf-8")
    (news / "nhap.md").write_text(markdown(DRAFT_TITLE, "2024-04-03T08:00:00+07:00", draft="true"), "utf-8")
    text = newspaper("Xã Vĩnh Kiểm thu hoạch lúa sớm", "10/07/2023 16:27", ["Ngày 09/7/2023, bà con xuống đồng.", "Năng suất đạt 6 tấn một héc-ta."])
    (news / "bao.txt").write_text(text, "utf-8")
    (news / "ghi-chu.docx.tmp").write_text("half a file", "utf-8")


def agree(feeds):
    """Feeds cut to agreements: what they select, and what they carry of it."""
    agreement = '[partner]\norganisation = "Đài ]]> & <kiểm tra>"\nsource_line = "Nguồn: {site}, {title} & <b>"\n'
    licence = 'licence = "https://creativecommons.org/licenses/by/4.0/?a=1&b=2"\n'
    (feeds / "chi-tieu-de.toml").write_text(f'content = "titles"\n{licence}{agreement}', "utf-8")
    (feeds / "toan-van.toml").write_text(f'images = "lead"\n{licence}{agreement}', "utf-8")
    (feeds / "khong-hinh.toml").write_text(f'content = "summary"\nimages = "none"\n{agreement}', "utf-8")
    (feeds / "co-chu-lua.toml").write_text('[words]\nany = ["lua", "noi dung"]\nnone = [\'"số 7"\']\n', "utf-8")


# One transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489000000"
    "0b4944415478da636000020000050001e9fadcd80000000049454e44ae426082"
)
