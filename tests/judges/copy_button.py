"""A button beside each address copies it and says so, also without HTTPS; without script there is none, and nothing is missed."""

import browser
import page_kinds


def judge(site, claims):
    with page_kinds.office(site.binary) as (bantin, kinds), browser.chromium("--host-resolver-rules=MAP tin.example.vn 127.0.0.1") as chromium:
        for kind in (kind for kind in kinds if kind.name in ("home", "feed-of-all", "article")):
            with browser.Window(chromium, java_script_enabled=False) as window:
                window.page.goto(kind.url)
                claims.same(window.page.locator("button[data-copies]:visible").count(), 0, f"{kind.name}: buttons without script")
            copies(chromium, claims, kind.name, kind.url)
        # Browsers give `navigator.clipboard` to pages of HTTPS and of the machine itself, not to those of a house network.
        copies(chromium, claims, "feed-of-all over plain HTTP", f"http://tin.example.vn:{bantin.port}/feeds/all", is_secure=False)


def copies(chromium, claims, name, url, is_secure=True):
    with browser.Window(chromium) as window:
        page = window.page
        page.goto(url)
        claims.same(page.evaluate("'clipboard' in navigator"), is_secure, f"{name}: navigator.clipboard")
        if is_secure:
            window.context.grant_permissions(["clipboard-read", "clipboard-write"])
        buttons = page.locator("button[data-copies]").all()
        claims.that(buttons, f"{name}: no button")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        for button in buttons:
            source = page.locator(f"[id='{button.get_attribute('data-copies')}']")
            expected = source.evaluate("one => one.value ?? one.textContent")
            answer = button.locator("xpath=following-sibling::*[1]")
            claims.same(answer.get_attribute("role"), "status", f"{name}: where the answer stands")
            claims.same(answer.text_content(), "", f"{name}: an answer before the question")
            button.focus()
            page.keyboard.press("Enter")
            answer.filter(has_text="Đã sao chép").wait_for()
            claims.same(pasted(window, is_secure), expected, f"{name}: copied")
            claims.that(expected.strip(), f"{name}: nothing to copy")
        claims.same(window.complaints, [], f"{name}: the browser complains")


def pasted(window, is_secure):
    if is_secure:
        return window.page.evaluate("navigator.clipboard.readText()")
    other = window.context.new_page()
    try:
        other.set_content("<textarea></textarea>")
        other.focus("textarea")
        other.keyboard.press("Control+V")
        return other.input_value("textarea")
    finally:
        other.close()
