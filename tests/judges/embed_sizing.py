"""A frame gets the height that the page in it tells, by the lines of docs/EMBEDS.md, and nobody else sizes it."""

import re

import bantin as installation
import browser
import host_page
import old_pages
from host_page import Answer

TELLS = "<!doctype html><title>t</title><script>addEventListener('message', event => parent.postMessage(event.data, '*')); parent.postMessage({ bantin: { height: 321 } }, '*')</script>"


def judge(bantin, claims):
    docs = (installation.REPOSITORY / "docs/EMBEDS.md").read_text("utf-8")
    [lines] = re.findall(r"```js\n(addEventListener.*?)```", docs, re.S)
    with host_page.served() as office, host_page.served() as stranger, host_page.served() as host, browser.chromium() as chromium:
        origin = office.base.rstrip("/")
        host.answers["/lines.js"] = Answer(lines.replace("https://tin.example.vn", origin), kind="text/javascript; charset=utf-8")
        for server in (office, stranger):
            server.answers["/frame"] = Answer(TELLS)
        body = f'<iframe id="ours" src="{office.base}frame"></iframe><iframe id="other" src="{office.base}frame"></iframe><iframe id="strange" src="{stranger.base}frame"></iframe>'
        policy = f"default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'none'; img-src data:; frame-src {office.base} {stranger.base}"
        with browser.Window(chromium) as window:
            page = window.page
            # What each frame tells is counted before it is heeded.
            page.add_init_script("window.told = 0; addEventListener('message', () => told++)")
            page.goto(host.page("page", body, policy, '<script src="/lines.js"></script>'))
            host_page.wait_for(page, lambda: page.evaluate("told"), 3)
            usual = 150
            claims.same(heights(page), [321, 321, usual], "at first")
            for number, (said, expected) in enumerate((
                ({"bantin": {"height": 700}}, 700),
                ({"bantin": {"height": 1e9}}, 5000),
                ({"bantin": {"height": "640"}}, 640),
                ({"bantin": {"height": -5}}, 640),
                ({"bantin": {"height": "1px; color: red"}}, 640),
                ({"bantin": {"height": {}}}, 640),
                ({"bantin": {}}, 640),
                ({"message": "height", "value": 99}, 640),
                ("text", 640),
                (None, 640),
            )):  # fmt: skip
                page.locator("#ours").evaluate("(frame, said) => frame.contentWindow.postMessage(said, '*')", said)
                page.locator("#strange").evaluate("(frame, said) => frame.contentWindow.postMessage(said, '*')", said)
                host_page.wait_for(page, lambda: page.evaluate("told"), 5 + 2 * number)
                claims.same(heights(page), [expected, 321, usual], f"after {said}")
            page.evaluate("told = 0; postMessage({ bantin: { height: 50 } }, '*')")
            host_page.wait_for(page, lambda: page.evaluate("told"), 1)
            claims.same(heights(page), [640, 321, usual], "after the page told itself")
            claims.same(window.complaints, [], "the browser complains")
        fits(bantin, host, chromium, claims)


def fits(bantin, host, chromium, claims):
    """What the page of a feed offers to copy makes its frame as high as what is in it, at any width."""
    snippets = [old_pages.snippet(bantin, name, "all", "count=7&excerpt=1&images=1") for name in ("use-frame", "use-sizing")]
    url = host.page("fits", "".join(snippets))
    for name, size in browser.SIZES.items():
        with browser.Window(chromium, size) as window:
            page = window.page
            page.goto(url)
            page.locator("iframe").scroll_into_view_if_needed()
            for width in (size["width"], 320, 900):
                page.set_viewport_size(size | {"width": width})
                page.wait_for_timeout(150)
                claims.same(host_page.wait_for(page, lambda: misfit(page), None), None, f"{name}, {width} wide: the height of the frame and of what is in it")
            claims.same(window.foreign_requests(bantin.base, host.base), [], f"{name}: asked of strangers")


def misfit(page):
    """How high the frame is, and what is in it, unless it fits."""
    [height] = heights(page)
    inner, body = page.frames[1].evaluate("[document.documentElement.scrollHeight, document.body.getBoundingClientRect().height]")
    return None if height == inner and 0 <= height - body < 2 else [height, inner, body]


def heights(page):
    return page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.clientHeight)")
