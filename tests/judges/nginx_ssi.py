"""A static page shows the newest articles by nginx's server-side includes, in every encoding, and keeps them while bantin is down."""

import os

import bantin as installation
import fetch
import old_pages
import proxies

CONFIGURATION = proxies.NGINX + """\
    access_log off;
    default_type text/html;
    charset utf-8;
    gzip on;
    gzip_min_length 1;
    proxy_cache_path {folder}/cache keys_zone=bantin:1m;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/pages;
        ssi on;
        # As docs/FOR-PARTNERS.md shows it, but for how long.
        location /bantin/ {{
            proxy_pass {base};
            proxy_set_header Accept-Encoding "";
            proxy_cache bantin;
            proxy_ignore_headers Cache-Control;
            proxy_cache_valid 200 1s;
            proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
            proxy_intercept_errors on;
            error_page 404 410 502 504 = @bantin_nothing;
        }}
        location @bantin_nothing {{ return 200 ""; }}
    }}
}}
"""


def judge(site, claims):
    with installation.Bantin(site.binary) as bantin, proxies.folder("ssi") as folder:
        line = old_pages.snippet(bantin, "use-ssi")
        claims.that("#include virtual=" in line, f"the line for server-side includes: {line}")
        (folder / "pages").mkdir()
        (folder / "pages" / "index.html").write_text(old_pages.PAGE.format(snippet=line), "utf-8")
        (folder / "pages" / "gone.html").write_text(old_pages.PAGE.format(snippet=line.replace("/embed/", "/embed/khong-co-")), "utf-8")
        port = installation.free_port()
        configuration = folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(CONFIGURATION.format(user=user, folder=folder, port=port, base=bantin.base))
        url = f"http://127.0.0.1:{port}/index.html"
        with proxies.running(["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", str(configuration)], url, folder / "said"):
            old_pages.judge_page(bantin, claims, url, kept_for=1)
            newest = old_pages.seen(url)
            nothing = old_pages.PAGE.format(snippet="").split()
            gone = url.replace("index", "gone")
            claims.same(fetch.get(gone).text.split(), nothing, "the page whose feed is not there")
            bantin.kill()
            fetch.wait_for(lambda: False, 1.5)
            claims.same(old_pages.seen(url), newest, "while bantin is down, after what was kept is too old")
            claims.same(fetch.get(gone).text.split(), nothing, "while bantin is down, where nothing was kept")
