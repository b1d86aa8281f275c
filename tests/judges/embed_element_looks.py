"""<bantin-feed> is a list of links under a heading for who reads it aloud, is gone through with the keyboard, follows its attributes, and looks as its page wants."""

import browser
import host_page
from host_page import Answer, article, feed

WITH_ALL = [article(number, image=f"/media/{number}.png") for number in range(9, 0, -1)]
LINK = "Mùa vụ ở nơi khác"
ALOUD = """\
- main:
  - heading "Trang nhà" [level=1]
  - link "trước":
    - /url: "#a"
  - heading "Mùa vụ" [level=2]:
    - link "Mùa vụ":
      - /url: https://tin.example.vn/feeds/mua-vu
  - list "Mùa vụ":
    - listitem:
      - heading "Bài số 9" [level=3]:
        - link "Bài số 9":
          - /url: https://tin.example.vn/articles/bai-9
      - time: 9/11/2026
      - paragraph: Tóm tắt của bài số 9.
    - listitem:
      - heading "Bài số 8" [level=3]:
        - link "Bài số 8":
          - /url: https://tin.example.vn/articles/bai-8
      - time: 8/11/2026
      - paragraph: Tóm tắt của bài số 8.
  - status
  - link "sau":
    - /url: "#b"
"""
STYLE = """<style>
    bantin-feed { --bantin-color: rgb(1, 2, 3); --bantin-background: rgb(250, 250, 240); --bantin-link: rgb(0, 0, 99); --bantin-gap: 7px }
    bantin-feed::part(heading) { font-style: italic }
    bantin-feed::part(list) { display: grid }
    bantin-feed::part(item) { outline: 1px solid red }
    bantin-feed::part(title) { text-transform: uppercase }
    bantin-feed::part(date) { color: rgb(9, 9, 9) }
    bantin-feed::part(excerpt) { letter-spacing: 2px }
    bantin-feed::part(image) { width: 33px }
    bantin-feed::part(status) { position: static; clip-path: none; width: auto; height: auto }
</style>"""


def judge(bantin, claims):
    with host_page.served() as office, host_page.served() as host, browser.chromium() as chromium:
        office.answers["/embed/mua-vu.json"] = feed(WITH_ALL)
        for number in range(1, 10):
            office.answers[f"/media/{number}.png"] = Answer(picture(), kind="image/png")
        script = f'<script src="{bantin.url("embed.js")}" async></script>'
        for ask in (is_read_aloud, keeps_the_focus, follows_its_attributes, takes_the_style_of_its_page, has_themes, does_not_move, does_not_jump, is_loaded_twice):
            ask(office, host, chromium, claims, script)


def picture():
    import corpus

    return corpus.PNG


def element(office, attributes="", content=f'<a href="/x">{LINK}</a>'):
    return f'<bantin-feed src="{office.base}feeds/mua-vu" {attributes}>{content}</bantin-feed>'


def at(host, chromium, body, head, **options):
    window = browser.Window(chromium, **options)
    host_page.watch(window)
    window.page.goto(host.page("page", body, None, head))
    return window


def inside(page, selector):
    return page.locator(f"bantin-feed >> css={selector}")


def is_read_aloud(office, host, chromium, claims, script):
    body = f'<a href="#a">trước</a>{element(office, "count=2 excerpt images")}<a href="#b">sau</a>'
    with at(host, chromium, body, script) as window:
        page = window.page
        inside(page, "li").first.wait_for()
        claims.same(page.locator("body").aria_snapshot(), ALOUD.rstrip("\n"), "read aloud")
        wrong, undecided = browser.axe(page)
        claims.same(wrong, [], "axe finds")
        for line in undecided:
            claims.note(f"axe leaves to people: {line[:120]}")
        claims.same(inside(page, "div").get_attribute("aria-busy"), "false", "aria-busy")
        claims.same(inside(page, "[part=status]").evaluate("one => [one.role ?? one.getAttribute('role'), one.textContent]"), ["status", ""], "the live region")

        page.locator("body").evaluate("one => document.activeElement.blur()")
        reached = []
        for _ in range(5):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).textContent"))
        claims.same(reached, ["trước", "Mùa vụ", "Bài số 9", "Bài số 8", "sau"], "reached by the Tab key")
        outline = page.evaluate("document.activeElement.blur() ?? getComputedStyle(document.querySelector('bantin-feed').shadowRoot.querySelector('li a')).outlineStyle")
        claims.same(outline, "none", "an outline without focus")
    with at(host, chromium, element(office, "heading=none"), script) as window:
        inside(window.page, "li").first.wait_for()
        claims.same(inside(window.page, "h1, h2, h3, h4, h5, h6").count(), 0, "headings with heading=none")
        claims.same(inside(window.page, "ul").get_attribute("aria-label"), "Mùa vụ", "the list's name with heading=none")


def keeps_the_focus(office, host, chromium, claims, script):
    focus = "document.querySelector('bantin-feed').shadowRoot.activeElement?.textContent ?? null"
    office.answers["/embed/mua-vu.json"] = feed(WITH_ALL[4:8])
    with browser.Window(chromium) as window:
        page = window.page
        host_page.stop_the_clock(window)
        host_page.open_page(page, host.page("page", element(office), None, script))
        inside(page, "li a").nth(2).focus()
        claims.same(page.evaluate(focus), "Bài số 3", "focused")
        steps = (
            ("articles came before it", WITH_ALL[2:8], "Bài số 3"),
            ("they stand in another order", [WITH_ALL[6], WITH_ALL[3], WITH_ALL[5], WITH_ALL[4]], "Bài số 3"),
            ("it was retitled", [article(3, "Bài ba"), WITH_ALL[5]], "Bài ba"),
            ("it was withdrawn", [WITH_ALL[5], WITH_ALL[4]], "Bài số 4"),
            ("all were withdrawn", [], None),
        )
        for what, items, expected in steps:
            office.answers["/embed/mua-vu.json"] = feed(items)
            host_page.pass_seconds(page, 70)
            host_page.wait_for_titles(page, [item["title"] for item in items][:5], claims, what)
            claims.same(page.evaluate(focus), expected, f"focused after {what}")
        claims.that(page.get_by_text("Chưa có bài nào.").is_visible(), "nothing says that there is nothing")
        page.evaluate("document.body.tabIndex = -1; document.body.focus()")
        office.answers["/embed/mua-vu.json"] = feed(WITH_ALL[:3])
        host_page.pass_seconds(page, 70)
        host_page.wait_for_titles(page, ["Bài số 9", "Bài số 8", "Bài số 7"], claims, "new ones")
        claims.same((page.evaluate(focus), inside(page, "[part=status]").text_content()), (None, "3 bài mới"), "the focus that was elsewhere, and what is said")
    office.answers["/embed/mua-vu.json"] = feed(WITH_ALL)


def follows_its_attributes(office, host, chromium, claims, script):
    with at(host, chromium, element(office), script) as window:
        page = window.page
        host_page.wait_for_titles(page, [item["title"] for item in WITH_ALL[:5]], claims, "without attributes")
        claims.that(not page.get_by_text(LINK).is_visible(), "what stands between the tags shows beside the list")

        def sets(name, value):
            page.locator("bantin-feed").evaluate("(one, [name, value]) => value === null ? one.removeAttribute(name) : one.setAttribute(name, value)", [name, value])
            host_page.settle(page)

        visible = lambda part: inside(page, f"[part={part}]:visible").count()  # noqa: E731
        for value, count in (("2", 2), ("-3", 1), ("999", 9), ("x", 5), (None, 5)):
            sets("count", value)
            claims.same(len(host_page.titles(page)), count, f"articles with count={value}")
        for name, part in (("excerpt", "excerpt"), ("images", "image")):
            for value, count in (("", 5), ("1", 5), ("0", 0), ("false", 0), ("true", 5), (None, 0)):
                sets(name, value)
                claims.same(visible(part), count, f"{part}s with {name}={value!r}")
        for value, level in (("3", 3), ("6", 6), ("9", 6), ("x", 2), ("1", 1), (None, 2)):
            sets("heading", value)
            claims.same(inside(page, "[part=heading]").evaluate("one => one.localName"), f"h{level}", f"heading={value}")
            under = f"h{level + 1}" if level < 6 else "p"
            claims.same(inside(page, "[part=title]").first.evaluate("one => one.localName"), under, f"titles under heading={value}")
        office.answers["/embed/mua-vu.json"] = feed([])
        for language, says in (("en", "No articles yet."), ("en-GB", "No articles yet."), ("vi", "Chưa có bài nào.")):
            sets("lang", language)
            claims.same(inside(page, "[part=empty]").text_content(), says, f"lang={language}")
        office.answers["/embed/mua-vu.json"] = feed(WITH_ALL)
        office.answers["/embed/khac.json"] = feed([article(20)], title="Feed khác")
        sets("src", f"{office.base}feeds/khac")
        claims.same(host_page.titles(page), ["Bài số 20"], "another src")
        for name, answer in (("khong-co", host_page.failing(404)), ("hong", host_page.failing(500)), ("xa", Answer(status=200))):
            office.answers[f"/embed/{name}.json"] = answer
            sets("src", f"{office.base}feeds/{name}")
            claims.that(page.get_by_text(LINK).is_visible(), f"the link does not show in place of {name}")
            sets("src", f"{office.base}feeds/mua-vu")
            claims.same(len(host_page.titles(page)), 5, f"articles of the first src again, after {name}")
        sets("src", "/page/../feeds/x")
        claims.that(page.get_by_text(LINK).is_visible(), "the link does not show for a feed of the page's own site, which has none")
        sets("src", f"{office.base}feeds/mua-vu?x")
        sets("src", f"{office.base}feeds/mua-vu")
        claims.same(len(host_page.titles(page)), 5, "articles of the first src, spelled in another way before")
        claims.same(visible("date"), 5, "dates")


def takes_the_style_of_its_page(office, host, chromium, claims, script):
    with at(host, chromium, element(office, "excerpt images"), script + STYLE) as window:
        page = window.page
        inside(page, "li").first.wait_for()
        table = (
            (":host", "color", "rgb(1, 2, 3)"),
            (":host", "background-color", "rgb(250, 250, 240)"),
            ("[part=title] a", "color", "rgb(0, 0, 99)"),
            ("[part=item]", "padding-top", "7px"),
            ("[part=heading]", "font-style", "italic"),
            ("[part=list]", "display", "grid"),
            ("[part=item]", "outline-style", "solid"),
            ("[part=title]", "text-transform", "uppercase"),
            ("[part=date]", "color", "rgb(9, 9, 9)"),
            ("[part=excerpt]", "letter-spacing", "2px"),
            ("[part=image]", "width", "33px"),
            ("[part=status]", "position", "static"),
        )
        for selector, name, expected in table:
            one = page.locator("bantin-feed") if selector == ":host" else inside(page, selector).first
            claims.same(one.evaluate("(one, name) => getComputedStyle(one).getPropertyValue(name)", name), expected, f"{selector} {name}")


def has_themes(office, host, chromium, claims, script):
    colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    seen = {}
    for scheme in browser.SCHEMES:
        for theme in (None, "light", "dark", "auto"):
            attribute = f"theme={theme}" if theme else ""
            with at(host, chromium, element(office, f"excerpt images {attribute}"), script, scheme=scheme) as window:
                inside(window.page, "li").first.wait_for()
                seen[scheme, theme] = window.page.locator("bantin-feed").evaluate(colours)
                wrong, _ = browser.axe(window.page)
                claims.same(wrong, [], f"axe finds with {attribute or 'no theme'} on a {scheme} device")
    own = ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
    claims.same((seen["light", None], seen["dark", None]), (own, own), "without theme it has the colours of its page")
    for theme in ("light", "dark"):
        claims.same(seen["light", theme], seen["dark", theme], f"theme={theme} on light and dark devices")
        claims.same(seen[theme, "auto"], seen["light", theme], f"theme=auto on a {theme} device")
    claims.that(seen["light", "light"] != seen["light", "dark"], "light is as dark")


def does_not_move(office, host, chromium, claims, script):
    for reduced, expected in (("reduce", "none"), ("no-preference", "come")):
        office.answers["/embed/mua-vu.json"] = feed(WITH_ALL[1:])
        with browser.Window(chromium, reduced_motion=reduced) as window:
            host_page.stop_the_clock(window)
            host_page.open_page(window.page, host.page("page", element(office), None, script))
            inside(window.page, "li").first.wait_for()
            office.answers["/embed/mua-vu.json"] = feed(WITH_ALL)
            host_page.pass_seconds(window.page, 70)
            inside(window.page, ".fresh").wait_for()
            claims.same(inside(window.page, ".fresh").evaluate("one => getComputedStyle(one).animationName"), expected, f"prefers-reduced-motion: {reduced}")


def does_not_jump(office, host, chromium, claims, script):
    """Pictures have their room before they are there, and a look that brings nothing new changes nothing."""
    with browser.Window(chromium) as window:
        page = window.page
        host_page.stop_the_clock(window)
        page.add_init_script("window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { window.shifts += one.value })).observe({ type: 'layout-shift', buffered: true })")
        host_page.open_page(page, host.page("page", element(office, "images excerpt"), None, script))
        inside(page, "li").first.wait_for()
        before = inside(page, "[part=image]").first.bounding_box()
        claims.that(before and before["height"] > 40, f"a picture's room: {before}")
        page.evaluate("window.changes = 0; new MutationObserver(list => { window.changes += list.length }).observe(document.querySelector('bantin-feed').shadowRoot, { subtree: true, childList: true, characterData: true, attributes: true })")
        host_page.pass_seconds(page, 200)
        claims.same(page.evaluate("window.changes"), 0, "changes when nothing changed")
        shifts = page.evaluate("window.shifts")
        claims.that(shifts < 0.1, f"the layout shifts by {shifts}")


def is_loaded_twice(office, host, chromium, claims, script):
    source = script.partition('src="')[2].partition('"')[0]
    twice = f'{script}<script src="{source}"></script><script type="module" src="{source}?again"></script>'
    late = f"<script>addEventListener('load', () => {{ const one = document.createElement('script'); one.src = '{source}?late'; document.head.append(one) }})</script>"
    with at(host, chromium, element(office), twice + late) as window:
        host_page.wait_for_titles(window.page, [item["title"] for item in WITH_ALL[:5]], claims, "loaded four times")
        host_page.settle(window.page)
        claims.same(window.complaints, [], "the browser complains of a script that is there four times")
    with at(host, chromium, element(office), f'<script type="module" src="{source}"></script>') as window:
        host_page.wait_for_titles(window.page, [item["title"] for item in WITH_ALL[:5]], claims, "as a module")
        claims.same(window.page.evaluate("['MINUTE', 'STYLE', 'Source', 'sources', 'BantinFeed', 'make', 'put', 'write'].filter(name => name in window)"), [], "names left in the page")
