"""nginx as a cache in front: right codings, revalidation by 304, nothing old; and its own gzip keeps conditions working."""

import os
import re

import bantin as installation
import fetch
import proxies

CONFIGURATION = proxies.NGINX + """\
    log_format behind "$upstream_cache_status $upstream_status";
    access_log {folder}/access behind;
    proxy_cache_path {folder}/cache keys_zone=feeds:1m max_size=50m;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    server {{
        listen 127.0.0.1:{cached};
        location / {{
            proxy_pass {base};
            proxy_cache feeds;
            proxy_cache_revalidate on;
            proxy_cache_lock on;
        }}
    }}
    server {{
        # Compresses by itself, so that bantin's strong tags become weak on the way.
        listen 127.0.0.1:{compressing};
        gzip on;
        gzip_min_length 1;
        gzip_types *;
        gzip_proxied any;
        location / {{
            proxy_pass {base};
            proxy_set_header Accept-Encoding "";
        }}
    }}
}}
"""


def judge(site, claims):
    cached, compressing = installation.free_port(), installation.free_port()
    with installation.Bantin(site.binary, max_age=proxies.MAX_AGE) as bantin, proxies.folder("nginx") as folder:
        configuration = folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(
                user="user root;" if os.geteuid() == 0 else "",
                folder=folder, base=bantin.base, cached=cached, compressing=compressing,
            )
        )  # fmt: skip
        command = ["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", str(configuration)]
        with proxies.running(command, f"http://127.0.0.1:{cached}/feeds/all.rss", folder / "said"):
            through = f"http://127.0.0.1:{compressing}/feeds/all.rss"
            reply = fetch.get(through, Accept_Encoding="gzip")
            claims.that((reply["ETag"] or "").startswith("W/"), f"nginx compresses and weakens the tag: {reply['ETag']}")
            claims.same(fetch.get(through, Accept_Encoding="gzip", If_None_Match=reply["ETag"]).status, 304, "the weakened tag")

            def revalidated():
                return len(re.findall(r"^REVALIDATED 304$", (folder / "access").read_text(), re.M))

            proxies.judge_proxy(bantin, claims, f"http://127.0.0.1:{cached}/", revalidated)
