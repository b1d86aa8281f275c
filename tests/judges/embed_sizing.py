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
            page.goto(host.page("page", body, policy, '<script src="/lines.js"></script>'))
            host_page.settle(page)
            usual = 150
            claims.same(heights(page), [321, 321, usual], "at first")
            for said, expected in (
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
            ):
                page.locator("#ours").evaluate("(frame, said) => frame.contentWindow.postMessage(said, '*')", said)
                page.locator("#strange").evaluate("(frame, said) => frame.contentWindow.postMessage(said, '*')", said)
                host_page.settle(page)
                claims.same(heights(page), [expected, 321, usual], f"after {said}")
            page.evaluate("postMessage({ bantin: { height: 50 } }, '*')")
            host_page.settle(page)
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
                host_page.settle(page)
                [height] = heights(page)
                inner = page.frames[1].evaluate("[document.documentElement.scrollHeight, document.body.getBoundingClientRect().height]")
                claims.that(height == inner[0] and 0 <= height - inner[1] < 2, f"{name}, {width} wide: the frame is {height} high and what is in it {inner}")
            claims.same(window.foreign_requests(bantin.base, host.base), [], f"{name}: asked of strangers")


def heights(page):
    return page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.clientHeight)")
