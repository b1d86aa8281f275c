"""The report of a quarter reads on any screen and prints on A4: nothing is cut off, everything that it says is there as text, and its picture is kept."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree

import accessible
import bantin as installation
import browser
import corpus
import page_kinds

PERIOD = "2024-Q2"
PLACES = "Chợ Mới, Châu Thành, Thoại Sơn, Tri Tôn, Tịnh Biên, Phú Tân, Tân Châu, An Phú, Long Xuyên, Châu Đốc".split(", ")
ARTICLES = 60
# In points: A4, and the narrowest margin that printers can print.
A4 = (595, 842)
EDGE = 14
# So many articles, a few lines each, beside the tables.
FEWEST_PAGES, MOST_PAGES = 2, 15
XHTML = "{http://www.w3.org/1999/xhtml}"
# Of the pictures, in dots per inch: a hairline shows.
SHARP = 110
# Texts that are on paper when a page is printed.
PRINTED = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode, range = document.createRange();
        range.selectNodeContents(text);
        if (text.parentElement.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) && range.getClientRects().length) found.push(text.data);
    }
    return found;
}"""

# How many boxes the foot of the page has.
FOOT = "() => document.querySelector('footer').getClientRects().length"


def write(content):
    for number in range(ARTICLES):
        place = PLACES[number % len(PLACES)]
        fields = {"category": f"Nông nghiệp {number % 6}", "author": f"Nguyễn Thị Hạnh {number % 9}"}
        if number % 17 == 0:
            fields["correction"] = '"Bản trước viết nhầm giá lúa."'
        title = f"Huyện {place} tổng kết mô hình liên kết sản xuất và tiêu thụ lúa chất lượng cao, đợt {number}"
        date = f"2024-0{4 + number % 3}-{1 + number * 7 % 28:02}T08:00:00+07:00"
        folder = content / "bao-cao"
        folder.mkdir(exist_ok=True)
        (folder / f"bai-{number}.md").write_text(corpus.markdown(title, date, "Nông dân các xã ven sông gặt sớm năm ngày.", **fields), "utf-8")


def judge(site, claims):
    with browser.chromium() as chromium:
        clipped_is_seen(chromium, claims)
        for language in ("vi", "en"):
            office = installation.Bantin(site.binary)
            settings = office.feeds / "site.toml"
            settings.write_text(settings.read_text("utf-8").replace('\nlanguage = "vi"', f'\nlanguage = "{language}"'), "utf-8")
            write(office.content)
            page_kinds.agreement(office)
            with office:
                report = office.run("report", "--period", PERIOD, "--format", "html", "--state", str(office.state))
                if claims.same((report.returncode, report.stderr), (0, ""), f"{language}: the command"):
                    printed(chromium, report.stdout, f"report/{language}", claims, language)


def printed(chromium, html, name, claims, label):
    place = browser.ARTEFACTS / f"{name}.html"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(html, "utf-8")
    with browser.Window(chromium) as window:
        window.page.goto(place.as_uri())
        pdf, texts = print_out(window, name)
        claims.same(window.complaints, [], f"{label}: the browser complains")
        claims.same(window.requests, [place.as_uri()], f"{label}: one file is all of it")
        claims.same(window.page.evaluate(FOOT), 0, f"{label}: the foot of the page is on paper, where it may come to stand alone on a sheet")
        window.page.emulate_media(media="screen")
        for line in sorted(accessible.looks(window, claims, f"report, {label}", f"{name}-screen", label == "vi")):
            claims.note(f"axe leaves to people: {line}")
    sheets, words = read_pdf(pdf)
    claims.that(FEWEST_PAGES <= len(sheets) <= MOST_PAGES, f"{label}: {len(sheets)} pages")
    claims.same({(round(width), round(height)) for width, height in sheets}, {A4}, f"{label}: paper")
    claims.same(beyond(words)[:5], [], f"{label}: words beyond the edge")
    fewest = min(len([1 for page, *_ in words if page == number]) for number in range(len(sheets)))
    claims.that(fewest > 5, f"{label}: a page with {fewest} words on it")
    missing = not_on_paper(texts, pdf)
    claims.that(len(texts) > ARTICLES, f"{label}: {len(texts)} texts to print")
    claims.same(missing[:5], [], f"{label}: texts that are not on paper, of {len(missing)}")
    pictures(pdf)
    claims.note(f"{label}: {len(sheets)} pages, {pdf.stat().st_size / 1000:.0f} KB")


def print_out(window, name):
    """The PDF, and the texts that should be in it."""
    pdf = browser.ARTEFACTS / f"{name}.pdf"
    window.page.emulate_media(media="print")
    texts = window.page.evaluate(PRINTED)
    window.page.pdf(path=pdf, format="A4", prefer_css_page_size=True, print_background=True)
    return pdf, texts


def read_pdf(pdf):
    """The sizes of the pages, and of every word its page, left and right edge and letters."""
    told = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True, timeout=60).stdout
    pages = list(ElementTree.fromstring(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", told)).iter(f"{XHTML}page"))
    sizes = [(float(page.get("width")), float(page.get("height"))) for page in pages]
    words = [
        (number, float(word.get("xMin")), float(word.get("xMax")), word.text or "")
        for number, page in enumerate(pages)
        for word in page.iter(f"{XHTML}word")
    ]
    return sizes, words


def beyond(words):
    return [word for _, left, right, word in words if left < EDGE or right > A4[0] - EDGE]


def not_on_paper(texts, pdf):
    """Texts of which no print is found. Spaces and hyphens are the printer's, and so is the order of letters that run to the left."""
    told = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True, timeout=60).stdout.decode("utf-8")
    bare = lambda text: re.sub(r"[\s\u00ad\u200b-]+", "", text)
    printed = bare(told)
    return [text for text in texts if bare(text) not in printed and text != corpus.HOSTILE_TITLE]


def pictures(pdf):
    """The pages as pictures, beside it."""
    for old in pdf.parent.glob(f"{pdf.stem}-page-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-png", "-r", str(SHARP), pdf, pdf.with_name(f"{pdf.stem}-page")], check=True, timeout=60)


def clipped_is_seen(chromium, claims):
    """What is too wide for its paper is found to be."""
    head = "<!doctype html><meta charset=utf-8><style>@page { size: A4; margin: 15mm } body { overflow: hidden }</style><title>t</title>"
    cells = "".join(f"<td>{'rộng' * 6}{number}" for number in range(9))
    place = browser.ARTEFACTS / "report/broken.html"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{head}<table><tr>{cells}</table>", "utf-8")
    with browser.Window(chromium) as window:
        window.page.goto(place.as_uri())
        pdf, texts = print_out(window, "report/broken")
    _, words = read_pdf(pdf)
    claims.refused(beyond(words) + not_on_paper(texts, pdf), "a table wider than the paper")
    place.unlink()
    pdf.unlink()
