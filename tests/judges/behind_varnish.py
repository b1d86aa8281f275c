"""Varnish as a cache in front, with its own gzip and without: right codings, revalidation by 304, nothing old."""

import subprocess

import bantin as installation
import proxies

VCL = """vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{port}"; }}
sub vcl_backend_response {{
    set beresp.grace = 0s;
    set beresp.keep = 10m;
}}
"""


def judge(site, claims):
    for support in ("on", "off"):
        port = installation.free_port()
        with installation.Bantin(site.binary, max_age=proxies.MAX_AGE) as bantin, proxies.folder("varnish") as folder:
            (folder / "site.vcl").write_text(VCL.format(port=bantin.port))
            command = [
                "varnishd", "-F", "-n", str(folder / "work"), "-f", str(folder / "site.vcl"),
                "-a", f"127.0.0.1:{port}", "-T", "none", "-j", "none", "-s", "malloc,32m",
                "-p", f"http_gzip_support={support}",
            ]  # fmt: skip
            with proxies.running(command, f"http://127.0.0.1:{port}/feeds/all.rss", folder / "said"):
                proxies.judge_proxy(bantin, claims, f"http://127.0.0.1:{port}/", lambda: revalidated(folder / "work"))


def revalidated(work):
    """Answers of 304 that Varnish got from behind."""
    told = subprocess.run(
        ["varnishstat", "-n", work, "-1", "-f", "MAIN.fetch_304"],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    return int(told.stdout.split()[1])
