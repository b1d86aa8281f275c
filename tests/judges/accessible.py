"""axe finds nothing on any page, nobody scrolls sideways, the keyboard reaches everything and shows where it is, and without CSS or with large letters it can still be read."""

import browser
import page_kinds

# It looks at everything, in two languages; the others have less to do, in seconds.
LONGEST = 480
# Narrow enough for WCAG 2.2, 1.4.10.
NARROW = {"width": 320, "height": 640}
BROKEN = """<!doctype html><html><head><title>t</title></head><body><main><h1>t</h1><img src="data:,"><p style="color:#bbb">grey</p>
<a href="/" style="outline:none">a</a><button onclick="">b</button><div style="width:2000px">x</div></main></body></html>"""


def judge(site, claims):
    with browser.chromium() as chromium:
        sees_what_is_broken(chromium, claims)
        undecided = set()
        for language in ("vi", "en"):
            with page_kinds.office(site.binary, language) as (bantin, kinds):
                for kind in kinds:
                    with browser.Window(chromium) as window:
                        reply = window.page.goto(kind.url)
                        claims.same(reply.status, kind.status, f"{kind.name}: status")
                        name = f"{kind.name}, {language}"
                        is_alike = language != "vi" or kind.name in page_kinds.ALIKE
                        undecided |= looks(window, claims, name, f"pages/{language}/{kind.name}", not is_alike)
                        claims.same(window.complaints, [], f"{name}: the browser complains")
                        claims.same(window.foreign_requests(bantin.base, bantin.admin("")), [], f"{name}: asked of strangers")
                        claims.same(window.context.cookies(), [], f"{name}: cookies")
        for line in sorted(undecided):
            claims.note(f"axe leaves to people: {line}")
        claims.note(f"pictures in {browser.ARTEFACTS / 'pages'}")


def sees_what_is_broken(chromium, claims):
    with browser.Window(chromium) as window:
        window.page.set_content(BROKEN)
        wrong, _ = browser.axe(window.page)
        for rule in ("image-alt", "color-contrast", "html-has-lang"):
            claims.refused([line for line in wrong if line.startswith(rule)], rule)
        claims.refused(browser.overflow(window.page), "a page wider than its window")
        _, unseen, _ = browser.tabbed(window.page)
        claims.refused(unseen, "a link whose focus does not show")


def looks(window, claims, name, picture, thoroughly):
    """The page as it is shown; what axe could not decide."""
    page = window.page
    undecided = set()
    shown = [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")]
    for size, scheme in shown if thoroughly else shown[::3]:
        page.set_viewport_size(browser.SIZES[size])
        page.emulate_media(color_scheme=scheme)
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        wrong, unsure = browser.axe(page)
        claims.same(wrong, [], f"{name}, {size}, {scheme}: axe")
        undecided |= {line.split(":")[0] + f" ({name})" for line in unsure}
        claims.same(browser.overflow(page), None, f"{name}, {size}: scrolls sideways")
        window.keep(f"{picture}-{size}-{scheme}")
    page.set_viewport_size(NARROW)
    claims.same(browser.overflow(page), None, f"{name}, 320 px: scrolls sideways")
    if thoroughly:
        page.set_viewport_size(browser.PHONE)
        missed, unseen, reached = browser.tabbed(page)
        claims.same(missed, [], f"{name}: out of the keyboard's reach")
        claims.same(unseen, [], f"{name}: the focus does not show")
        claims.that(reached, f"{name}: the keyboard reaches nothing")
        page.set_viewport_size(browser.DESKTOP)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        claims.same(browser.overflow(page), None, f"{name}, letters twice as large: scrolls sideways")
        plain(page, claims, name)
        window.keep(f"{picture}-without-css")
    return undecided


def plain(page, claims, name):
    """Without CSS: the order of the document is the order to read it in."""
    page.evaluate("document.documentElement.removeAttribute('style'); document.querySelectorAll('style').forEach(one => one.remove())")
    outline = page.evaluate(
        """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(one => one.getClientRects().length).map(one => Number(one.tagName[1]))"""
    )
    claims.same(outline[:1], [1], f"{name}, without CSS: the first heading's level")
    claims.same(outline.count(1), 1, f"{name}, without CSS: headings of the first level")
    leaps = [pair for pair in zip(outline, outline[1:]) if pair[1] > pair[0] + 1]
    claims.same(leaps, [], f"{name}, without CSS: headings that leave a level out")
    before = page.evaluate(
        """() => {
            const main = document.querySelector("main");
            return [...document.querySelectorAll("a[href], button, input")]
                .filter(one => one.compareDocumentPosition(main) & Node.DOCUMENT_POSITION_FOLLOWING && !main.contains(one)).length;
        }"""
    )
    claims.that(before <= 1, f"{name}: {before} links to pass before the content, and none to skip them")
    landmarks = page.evaluate("[...document.body.children].map(one => one.tagName.toLowerCase()).filter(one => one !== 'script')")
    # What stands in a frame has no head of its own.
    expected = ["main", "footer"] if name.startswith("embed") else ["header", "main", "footer"]
    claims.same(landmarks, expected, f"{name}: landmarks")
