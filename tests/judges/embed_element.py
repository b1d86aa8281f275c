"""<bantin-feed> on a foreign page under a strict policy shows the newest articles without reload, and keeps them while the server is away."""

import base64
import hashlib
import re

import bantin as installation
import browser
import corpus
import fetch
import host_page
import old_pages

NEWEST = "Tin vừa thả vào lúc này"
# Later than all that is there, and past.
NOW = "2026-11-20T08:00:00+07:00"


def judge(_, claims):
    with installation.Bantin(_.binary) as bantin, host_page.served() as host, browser.chromium() as chromium:
        script, integrity = pinned(bantin, claims)
        for what, name, rule in (
            ("pinned by its hash", "use-pinned", f"'{integrity}'"),
            ("allowed by its origin", "use-element", bantin.base),
        ):
            snippet = old_pages.snippet(bantin, name, "all", "count=3&excerpt=1&images=1")
            claims.same(f'integrity="{integrity}"' in snippet, name == "use-pinned", f"the snippet of a script {what} names its hash")
            url = host.page(name, snippet, strict(bantin, rule))
            with browser.Window(chromium) as window:
                window.page.goto(url)
                host_page.wait_for_titles(window.page, newest(bantin, 3), claims, f"script {what}")
                is_alone(window, claims, what, bantin.base, host.base)
        is_private(host, bantin, chromium, claims)
        refuses_another(host, bantin, chromium, claims, script)
        lives(host, bantin, chromium, claims, script, integrity)
        looks(host, bantin, chromium, claims)


def pinned(bantin, claims):
    """Where the script that `/embed.js` is stays for ever, and its hash."""
    reply = bantin.get("embed.js")
    claims.same((reply.status, reply["Content-Type"]), (200, "text/javascript; charset=utf-8"), "/embed.js")
    claims.same(reply["Access-Control-Allow-Origin"], "*", "/embed.js: Access-Control-Allow-Origin")
    claims.same(reply["Cross-Origin-Resource-Policy"], "cross-origin", "/embed.js: Cross-Origin-Resource-Policy")
    fetch.wait_for(lambda: bantin.get("embed.js", accept_encoding="br")["Content-Encoding"] == "br", 20)
    claims.that(len(bantin.get("embed.js", accept_encoding="br").body) < 5000, "/embed.js takes 5 KB or more in brotli")
    path = f"embed/bantin-{hashlib.sha256(reply.body).hexdigest()[:16]}.js"
    named = bantin.get(path)
    claims.same((named.status, named.body), (200, reply.body), f"/{path}")
    claims.same(named["Cache-Control"], "public, max-age=31536000, immutable", f"/{path}: Cache-Control")
    claims.same(bantin.get("embed/bantin-0123456789abcdef.js").status, 404, "a script that never was")
    return bantin.url(path), "sha384-" + base64.b64encode(hashlib.sha384(reply.body).digest()).decode()


def strict(bantin, script):
    return (
        f"default-src 'none'; script-src {script}; require-trusted-types-for 'script'; trusted-types 'none'; "
        f"connect-src {bantin.base}; img-src data: {bantin.base}; style-src 'none'; base-uri 'none'; form-action 'none'"
    )


def element(bantin, attributes=""):
    return f'<bantin-feed src="{bantin.url("feeds/all")}" {attributes}><a href="{bantin.url("feeds/all")}">Tin của chúng tôi</a></bantin-feed>'


def newest(bantin, count=5):
    return [article["title"] for article in bantin.articles()[:count]]


def is_alone(window, claims, what, *homes):
    claims.same(window.complaints, [], f"{what}: the browser complains")
    claims.same(window.foreign_requests(*homes), [], f"{what}: asked of strangers")
    claims.same(window.context.cookies(), [], f"{what}: cookies")
    kept = window.page.evaluate("localStorage.length + sessionStorage.length")
    claims.same(kept, 0, f"{what}: kept in the browser")


def is_private(host, bantin, chromium, claims):
    """A secret address shows a partner's feed, stands in nothing that is shown, and shows it no more when the token is dropped."""
    (bantin.feeds / "dai.toml").write_text('title = "Tin cho đài"\n\n[partner]\norganisation = "Đài Truyền thanh"\n', "utf-8")
    token = new_token(bantin)
    claims.that(fetch.wait_for(lambda: bantin.get(f"p/{token}/embed/dai.json").status == 200, 20), "the private feed does not answer")
    body = f'<bantin-feed src="{bantin.url(f"p/{token}/embed/dai")}"><i>Tin cho đài</i></bantin-feed>'
    url = host.page("private", body, None, f'<script src="{bantin.url("embed.js")}" async></script>')
    with browser.Window(chromium) as window:
        page = window.page
        host_page.stop_the_clock(window)
        with page.expect_request(lambda request: token in request.url) as asked:
            host_page.open_page(page, url)
        claims.same(asked.value.all_headers().get("referer"), None, "the page that asks at a secret address")
        host_page.wait_for_titles(page, newest(bantin), claims, "at a secret address")
        claims.that(token not in page.evaluate("document.querySelector('bantin-feed').shadowRoot.innerHTML"), "the token stands in what is shown")
        new_token(bantin, "--only")
        claims.that(fetch.wait_for(lambda: bantin.get(f"p/{token}/embed/dai.json").status == 404, 20), "a dropped token still opens the feed")
        host_page.pass_until(page, [], claims, "shown when the token was dropped")
        claims.that(page.locator("bantin-feed i").is_visible(), "what stands between the tags does not show when the token was dropped")


def new_token(bantin, *options):
    said = bantin.run("token", "dai", *options)
    return re.search(r"/p/(bt[0-9a-z]+)/", said.stdout)[1]


def refuses_another(host, bantin, chromium, claims, script):
    """A page that names another hash runs nothing, and shows its link."""
    other = "sha384-" + base64.b64encode(hashlib.sha384(b"another").digest()).decode()
    url = host.page("another", element(bantin), strict(bantin, f"'{other}'"), f'<script src="{script}" integrity="{other}" crossorigin async></script>')
    with browser.Window(chromium) as window:
        window.page.goto(url)
        host_page.wait_for(window.page, lambda: bool(window.complaints), True)
        claims.refused(window.complaints, "a script of another hash")
        claims.that(window.page.get_by_role("link", name="Tin của chúng tôi").is_visible(), "without the script the link does not show")


def lives(host, bantin, chromium, claims, script, integrity):
    url = host.page("life", f'<a href="#" id="before">trước</a>{element(bantin, "count=4")}', strict(bantin, f"'{integrity}'"), f'<script src="{script}" integrity="{integrity}" crossorigin async></script>')
    with browser.Window(chromium) as window:
        page = window.page
        host_page.stop_the_clock(window)
        host_page.open_page(page, url)
        first = newest(bantin, 4)
        host_page.wait_for_titles(page, first, claims, "at first")
        claims.same(said(page), "", "said at first")
        page.locator("bantin-feed >> css=[part=title] a").nth(1).focus()
        page.evaluate("window.row = document.querySelector('bantin-feed').shadowRoot.activeElement")

        dropped = bantin.drop("tin-kiem-tra/vua-tha.md", corpus.markdown(NEWEST, NOW))
        claims.that(bantin.wait_for_title(NEWEST), "the dropped article is not in the feed")
        expected = newest(bantin, 4)
        claims.that(NEWEST in expected and expected != first, f"{NEWEST!r} is not among the newest: {expected}")
        host_page.pass_until(page, expected, claims, "after a file was dropped, without reload")
        claims.same(said(page), f"Có bài mới: {NEWEST}", "said of it")
        claims.that(page.evaluate("document.querySelector('bantin-feed').shadowRoot.activeElement === window.row && window.row.isConnected"), "the focus does not stay on its article")

        dropped.unlink()
        claims.that(fetch.wait_for(lambda: not bantin.article(NEWEST), 20), "the article stays after its file was deleted")
        host_page.pass_until(page, first, claims, "after it was withdrawn")
        claims.same(said(page), f"Có bài mới: {NEWEST}", "said of a withdrawal")

        bantin.stop()
        host_page.pass_seconds(page, 70)
        claims.same(host_page.titles(page), first, "while the server is away")
        bantin.start()
        bantin.drop("tin-kiem-tra/vua-tha.md", corpus.markdown(NEWEST, NOW))
        claims.that(bantin.wait_for_title(NEWEST), "the article that was dropped again is not in the feed")
        host_page.pass_until(page, newest(bantin, 4), claims, "after the server came back")


def said(page):
    return page.locator("bantin-feed >> css=[part=status]").text_content()


def looks(host, bantin, chromium, claims):
    """For people to look at: phone and desktop, light and dark."""
    url = host.page("looks", element(bantin, 'images excerpt theme="auto" count="4"'), None, f'<meta name="viewport" content="width=device-width"><script src="{bantin.url("embed.js")}" async></script>')
    for name, size in browser.SIZES.items():
        for scheme in browser.SCHEMES:
            with browser.Window(chromium, size, scheme) as window:
                window.page.goto(url)
                host_page.wait_for_titles(window.page, newest(bantin, 4), claims, f"{name}, {scheme}")
                claims.same(browser.overflow(window.page), None, f"{name}, {scheme}: scrolls sideways")
                window.keep(f"element/{name}-{scheme}")
