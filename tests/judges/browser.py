"""Chromium as people have it, driven by playwright, and what is looked at in it: axe's complaints, scrolling, focus."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

import npm

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES = ("light", "dark")
# What was shown is kept here, for people to look at.
ARTEFACTS = Path(os.environ.get("CARGO_TARGET_DIR") or Path(__file__).resolve().parents[2] / "target") / "artefacts"
# No page of ours takes longer, in milliseconds.
PATIENCE = 15_000


@contextmanager
def chromium(*arguments, without=()):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            # Whoever runs this as root, or in a container, can have no sandbox.
            chromium_sandbox=False,
            args=["--force-color-profile=srgb", "--hide-scrollbars", *arguments],
            ignore_default_args=list(without),
        )
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """A window of its own, without cookies or memory, and what happens in it."""

    def __init__(self, browser, size=DESKTOP, scheme="light", **options):
        self.context = browser.new_context(viewport=size, color_scheme=scheme, locale="vi-VN", **options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.requests = []
        self.complaints = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("console", self.hear)
        self.context.on("weberror", lambda error: self.complaints.append(f"{error.error}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def hear(self, message):
        # That a page which is not there answers 404 is what is asked of it, and so is that of a picture nobody dropped. What
        # is made for frames has no icon, which is asked for only here, where it stands alone.
        url = message.location["url"]
        missing = url == self.page.url or url.endswith(("/media/ky-tu-la/x", "/favicon.ico"))
        is_expected = message.text.startswith("Failed to load resource") and missing
        if message.type in ("error", "warning") and not is_expected:
            self.complaints.append(f"{message.text} ({url})")

    def foreign_requests(self, *homes):
        """What was asked of anybody but these."""
        return [url for url in self.requests if not url.startswith((*homes, "data:", "about:", "blob:"))]

    def keep(self, name):
        """Keeps what the page looks like, whole."""
        place = ARTEFACTS / f"{name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=place, full_page=True, animations="disabled")


def axe(page):
    """What axe finds wrong, and what it cannot decide, as lines. What stands in frames is looked at as a page of its own."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(npm.path("axe-core").read_text("utf-8"))
    found = page.evaluate("axe.run(document, { iframes: false, resultTypes: ['violations', 'incomplete'] })")
    return lines(found["violations"]), lines(found["incomplete"])


def lines(results):
    return [
        f"{result['id']}: {result['help']}: {node['html'][:160]} ({node['failureSummary'][:240]})"
        for result in results
        for node in result["nodes"]
    ]


def overflow(page):
    """By how many pixels one has to scroll sideways, and what sticks out."""
    return page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            const over = document.documentElement.scrollWidth - room;
            const out = element => element.getBoundingClientRect().right > room + 1;
            return over <= 0 ? null : [over, [...document.body.querySelectorAll("*")].filter(out).slice(0, 3).map(one => one.outerHTML.slice(0, 120))];
        }"""
    )


def tabbed(page, most=400):
    """Goes through the page with the Tab key. What can be reached by a pointer only, and where the focus does not show."""
    page.evaluate(
        """() => {
            const shown = one => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
            window.stops = [...document.querySelectorAll(
                "a[href], button, summary, input, select, textarea, audio[controls], video[controls], iframe, [tabindex='0']"
            )].filter(shown);
            document.activeElement?.blur();
        }"""
    )
    reached, unseen = {}, []
    for _ in range(most):
        page.keyboard.press("Tab")
        at, shows, name = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body || one === document.documentElement) return [-1, true, ""];
                const style = getComputedStyle(one);
                const box = one.getBoundingClientRect();
                const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
                // What has the focus is in it then: a button of the browser's own player, or something on another page.
                const holds = one.matches("audio, video, iframe");
                return [window.stops.indexOf(one), (outlined || holds) && inside, one.outerHTML.slice(0, 120)];
            }"""
        )
        if (not name or at == 0) and reached:
            break
        if name:
            reached[at] = name
            if not shows:
                unseen.append(name)
    missed = page.evaluate("reached => window.stops.filter((_, at) => !reached.includes(at)).map(one => one.outerHTML.slice(0, 120))", list(reached))
    return missed, unseen, len(reached)
