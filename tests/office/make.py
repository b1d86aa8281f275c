"""Makes the Word files of tests/cases: by LibreOffice, by python-docx, and by hand.

    apt-get install libreoffice-writer-nogui; pip install python-docx==1.2.0 pillow; python tests/office/make.py

They are kept in the repository, because no two versions of these programs write the same bytes. After making them
anew, BLESS=1 cargo test --test cases, and read what changed: pictures have other names when their bytes are others.
"""

import base64
import datetime
import io
import pathlib
import subprocess
import tempfile
import unicodedata
import zipfile

import docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image, ImageDraw

HERE = pathlib.Path(__file__).parent
CASES = HERE.parent / "cases"


def case(name, file):
    place = CASES / name / "content" / file
    place.parent.mkdir(parents=True, exist_ok=True)
    (CASES / name / "feeds").mkdir(exist_ok=True)
    (CASES / name / "expected").mkdir(exist_ok=True)
    return place


def picture(form, sky, field):
    """A field under the sky."""
    image = Image.new("RGB", (96, 64), sky)
    ImageDraw.Draw(image).rectangle((0, 36, 96, 64), fill=field)
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


GREEN = picture("PNG", (150, 200, 240), (90, 160, 60))
YELLOW = picture("JPEG", (180, 210, 230), (220, 180, 60))


def by_libreoffice():
    """From the flat text beside this file, in both forms."""
    with tempfile.TemporaryDirectory() as scratch:
        text = (HERE / "lua.fodt").read_text().replace("RUONG", base64.b64encode(GREEN).decode())
        (pathlib.Path(scratch) / "lua.fodt").write_text(text)
        for ending, name in [
            ("odt", "an_open_document_text_comes_out_with_its_pictures"),
            ("docx", "a_word_file_of_libreoffice_comes_out_with_its_pictures"),
        ]:
            subprocess.run(
                ["soffice", "--headless", "--convert-to", ending, "lua.fodt"], cwd=scratch, check=True, timeout=120
            )
            made = (pathlib.Path(scratch) / f"lua.{ending}").read_bytes()
            case(name, f"mua-vu/lua dong xuan.{ending}").write_bytes(made)


def link(paragraph, text, address):
    part = paragraph.part
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), part.relate_to(address, kind, is_external=True))
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = text
    run.append(words)
    element.append(run)
    paragraph._p.append(element)


def by_python_docx():
    document = docx.Document()
    properties = document.core_properties
    properties.author = "Lê Thị Lan"
    properties.created = datetime.datetime(2026, 8, 28, 2, 15)
    properties.modified = datetime.datetime(2026, 9, 4, 8, 0)
    properties.keywords = "năm học mới; học sinh"
    document.add_heading("Trường làng chuẩn bị năm học mới", 0)
    first = document.add_paragraph("Thầy cô và phụ huynh xã ")
    first.add_run("Bình Hòa").bold = True
    first.add_run(" dọn dẹp sân trường từ ")
    first.add_run("sáng sớm").italic = True
    first.add_run(", kịp đón học sinh vào ")
    first.add_run("đầu tháng Chín").underline = True
    first.add_run(".")
    document.add_heading("Việc đã xong", 1)
    document.add_paragraph("Sửa mái hai phòng học", style="List Bullet")
    document.add_paragraph("Sơn lại cổng trường", style="List Bullet")
    document.add_paragraph("Cổng chính màu xanh", style="List Bullet 2")
    document.add_paragraph("Cổng phụ để sang năm", style="List Bullet 2")
    document.add_paragraph("Trồng mười cây bàng", style="List Bullet")
    document.add_heading("Việc còn lại", 1)
    document.add_paragraph("Kê bàn ghế", style="List Number")
    document.add_paragraph("Phát sách", style="List Number")
    quote = document.add_paragraph("Các em chỉ cần mang theo nụ cười,", style="Quote")
    quote.add_run().add_break(WD_BREAK.LINE)
    quote.add_run("mọi thứ khác thầy cô lo.")
    document.add_picture(io.BytesIO(YELLOW), width=Cm(6))
    shown = document.paragraphs[-1]._p.xpath(".//wp:docPr")[0]
    shown.set("descr", "Sân trường trải nắng vàng")
    document.add_paragraph("Sân trường sáng thứ Bảy.", style="Caption")
    table = document.add_table(rows=4, cols=3)
    for column, text in enumerate(["Khối", "Số lớp", "Số học sinh"]):
        table.cell(0, column).text = text
    heads = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(heads)
    for row, texts in enumerate([["Một", "3", "92"], ["Hai", "3", "88"]], 1):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(2, 1)).text = "3"
    table.cell(3, 0).merge(table.cell(3, 1)).text = "Cộng"
    table.cell(3, 2).text = "180"
    last = document.add_paragraph("Danh sách lớp có tại ")
    link(last, "trang của xã", "https://binhhoa.example/lop?nam=2026&hoc-ky=1")
    last.add_run(".")
    document.save(case("a_word_file_without_a_date_takes_that_of_its_properties", "giao-duc/nam hoc moi.docx"))


WORD = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:v="urn:schemas-microsoft-com:vml" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body>%s</w:body></w:document>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>"""
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def p(inside, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(code, shown):
    def mark(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return f"{mark('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{mark('separate')}{shown}{mark('end')}"


def by_hand():
    """What has been changed and changed again, as it looks before anybody has accepted it."""
    author = 'w:id="1" w:author="Biên tập" w:date="2026-09-01T08:00:00Z"'
    box = f'<w:txbxContent>{p(r("Số nóng của trạm: 1900 0000."))}</w:txbxContent>'
    level = p(r("Ruộng ngập chừng 400 m") + r("2", '<w:vertAlign w:val="superscript"/>') + r("."))
    body = [
        p(r("Thời tiết")),
        p(r("Mưa đầu mùa về "), "") .replace("</w:p>", f'<w:del {author}>{r("chậm").replace("w:t", "w:delText")}</w:del><w:ins {author}>{r("sớm")}</w:ins></w:p>'),
        p(r("02/09/2026 06:30")),
        p(
            r(unicodedata.normalize("NFD", "Sáng nay mưa rải khắp các xã ven sông, "))
            + f'<w:commentRangeStart w:id="0"/>{r("nước")}<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
            + r(" trong kênh lên thêm một gang tay.")
            + r("GHI CHÚ NỘI BỘ", "<w:vanish/>")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        ),
        p(r("Trạm khí tượng dự báo mưa còn kéo dài "), f"<w:rPr><w:del {author}/></w:rPr>"),
        p(r("đến hết tuần. Xem ") + field(' HYPERLINK "https://khituong.example/tuan" \\o "Bản tin tuần" ', r("bản tin tuần", "<w:u w:val='single'/>")) + r(".")),
        p(
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><wp:docPr id='1' name='Khung'/><a:graphic><a:graphicData>"
            f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            + r("Bà con nên:")
        ),
        p(r("Khơi mương thoát nước;"), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
        p(r("mương lớn trước;"), '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'),
        p(r("mương nhỏ sau;"), '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'),
        p(r("Hoãn phơi lúa."), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
        p(f"<w:moveFrom {author}>{r('Đoạn này đã dời xuống dưới.')}</w:moveFrom>"),
        f"<w:sdt><w:sdtPr/><w:sdtContent>{level}</w:sdtContent></w:sdt>",
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p(r('Bấm vào đây để nhập chữ.'))}</w:sdtContent></w:sdt>",
        p(
            '<w:r><w:pict><v:shape alt="Mây đen trên đồng"><v:imagedata r:id="rId9"/></v:shape></w:pict></w:r>'
        ),
        p(f"<w:moveTo {author}>{r('Đoạn này đã dời xuống dưới.')}</w:moveTo>"),
        p(r("Trần Văn Minh")),
        p(r("Đài Khí tượng Đồng Bằng")),
    ]
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:id="0" w:type="separator">{p("")}</w:footnote>'
        f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>" + r(" Đo tại trạm Bình Hòa."))}</w:footnote></w:footnotes>'
    )
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="7">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
        '<w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    members = {
        "_rels/.rels": RELATIONS % f'<Relationship Id="a" Type="{KIND}officeDocument" Target="word/document.xml"/>',
        "word/document.xml": WORD % "".join(body),
        "word/_rels/document.xml.rels": RELATIONS
        % (
            f'<Relationship Id="rId9" Type="{KIND}image" Target="media/may.png"/>'
            f'<Relationship Id="n" Type="{KIND}footnotes" Target="footnotes.xml"/>'
            f'<Relationship Id="l" Type="{KIND}numbering" Target="/word/numbering.xml"/>'
        ),
        "word/footnotes.xml": notes,
        "word/numbering.xml": numbering,
        "word/comments.xml": "<x>Bỏ câu này đi</x>",
        "word/media/may.png": picture("PNG", (90, 100, 120), (70, 110, 60)),
    }
    pack(case("of_a_word_file_with_changes_the_accepted_text_counts", "mua dau mua.docx"), members)


def pack(place, members):
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 9, 1, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)


def unfit():
    """What the office drops, too, and has to be told of."""
    name = "word_files_that_cannot_be_read_are_told_with_what_to_do"
    minimal = {
        "_rels/.rels": RELATIONS % f'<Relationship Id="a" Type="{KIND}officeDocument" Target="word/document.xml"/>',
        "word/document.xml": WORD % p(r("Tin")),
    }
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    case(name, "tin/cu.doc").write_bytes(ole)
    case(name, "tin/cu doi duoi.docx").write_bytes(ole)
    case(name, "tin/mat khau.docx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le") + bytes(40))
    case(name, "tin/rong.docx").write_bytes(b"")
    case(name, "tin/thu.rtf").write_bytes(b"{\\rtf1 Tin}")
    pack(case(name, "tin/macro.docm"), minimal)
    pack(case(name, "tin/macro.docx"), minimal | {"word/vbaProject.bin": "x"})
    pack(case(name, "tin/bang tinh.docx"), minimal | {"word/document.xml": "<workbook/>"})
    pack(case(name, "tin/nen.docx"), {"a.txt": "a"})
    pack(case(name, "tin/doctype.docx"), minimal | {"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>" + WORD % p(r("&b;"))})
    deep = "<w:sdt><w:sdtContent>" * 130 + p(r("Tin")) + "</w:sdtContent></w:sdt>" * 130
    pack(case(name, "tin/sau.docx"), minimal | {"word/document.xml": WORD % deep})
    pack(case(name, "tin/bom.docx"), minimal | {"word/document.xml": WORD % p(r("a" * 4_000_000))})
    pack(case(name, "tin/hinh.docx"), minimal | {
        "word/document.xml": WORD % (p(r("Một hình lạ")) + p(r("01/09/2026 08:00")) + p(r("Hình này là EMF.")) + p('<w:r><w:pict><v:shape><v:imagedata r:id="e"/></v:shape></w:pict></w:r>')),
        "word/_rels/document.xml.rels": RELATIONS % f'<Relationship Id="e" Type="{KIND}image" Target="media/a.emf"/>',
        "word/media/a.emf": b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(60),
    })
    whole = io.BytesIO()
    pack(whole, minimal)
    case(name, "tin/hong.docx").write_bytes(whole.getvalue()[:-30])
    case(name, "tin/khong phai.odt").write_bytes(b"Tin")
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    pack(case(name, "tin/mat khau.odt"), {
        "mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"\x01\x02", "META-INF/manifest.xml": manifest,
    })


by_libreoffice()
by_python_docx()
by_hand()
unfit()
