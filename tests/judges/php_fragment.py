"""An old page in PHP shows the newest articles by the line that the feed's page offers, and stays whole when bantin is down."""

import tempfile
from pathlib import Path

import bantin as installation
import fetch
import old_pages
import proxies


def judge(site, claims):
    with installation.Bantin(site.binary) as bantin, tempfile.TemporaryDirectory(prefix="bantin-php-") as name:
        folder = Path(name)
        line = old_pages.snippet(bantin, "use-php")
        claims.that("file_get_contents" in line, f"the line for PHP: {line}")
        (folder / "index.php").write_text(old_pages.PAGE.format(snippet=line), "utf-8")
        port = installation.free_port()
        # An office's own settings are not what is judged.
        command = ["php", "-n", "-d", "display_errors=1", "-S", f"127.0.0.1:{port}", "-t", name]
        url = f"http://127.0.0.1:{port}/index.php"
        with proxies.running(command, url, folder / "said"):
            old_pages.judge_page(bantin, claims, url)
            bantin.kill()
            without = fetch.get(url)
            claims.same((without.status, old_pages.seen(url)), (200, []), "while bantin is down")
            claims.that("Cuối trang" in without.text and "Warning" not in without.text, "while bantin is down the page is not whole")
