"""nginx with an exported folder and the rules in it answers as the server itself does: bytes, codings, types, caches, what moved and went."""

import json
import os
import random
import subprocess

import bantin as installation
import corpus
import fetch
import proxies

CONFIGURATION = proxies.NGINX + """\
    access_log off;
    include {folder}/public/nginx-map.conf;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/public;
        include {folder}/public/nginx.conf;
    }}
}}
"""
# What is said the same whoever answers.
SAID = """
content-type cache-control access-control-allow-origin access-control-expose-headers content-security-policy
cross-origin-resource-policy x-content-type-options referrer-policy x-robots-tag last-modified
""".split()
# What is guessed, or is not there; and what lies in the folder without being an address.
OTHERS = f"""
feeds/all/ feeds/khong-co feeds/khong-co/ feeds/khong-co.rss {corpus.MANY_CATEGORY}/feed {corpus.MANY_CATEGORY}/atom.xml
{corpus.MANY_CATEGORY}/feed.json category/{corpus.MANY_CATEGORY}/feed/ khong-co/feed corrections/feed all/rss.xml articles/khong-co
articles/khong-co/ embed/khong-co embed/articles/khong-co media/khong-co.png feeds/tag/lua/ .bantin-export _headers nginx.conf
feeds/tag/ /feeds/all.rss feeds//all.rss feeds/all.html index.html embed/all/index.html embed/articles/khong-co.html feeds/all.rss.gz
""".split()
MOST = 60


def judge(site, claims):
    port = installation.free_port()
    with installation.Bantin(site.binary, max_age=60) as bantin, proxies.folder("export") as folder:
        title = "Bài có tựa cũ"
        text = corpus.markdown(title, "2026-01-02T08:00:00+07:00", "Nội dung của bài.")
        file = bantin.drop("tin-kiem-tra/doi-tua.md", text)
        gone = bantin.drop("tin-kiem-tra/rut.md", text.replace(title, "Bài sẽ rút"))
        bantin.wait_for_title(title)
        bantin.wait_for_title("Bài sẽ rút")
        bantin.drop("tin-kiem-tra/doi-tua.md", text.replace(title, "Bài có tựa mới"))
        gone.unlink()
        came = fetch.wait_for(lambda: bantin.article("Bài có tựa mới") and not bantin.article("Bài sẽ rút"), 20)
        claims.that(came, "an edit and a withdrawal show")
        export(bantin, folder / "public", claims)

        configuration = folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(CONFIGURATION.format(user=user, folder=folder, port=port))
        command = ["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", str(configuration)]
        with proxies.running(command, f"http://127.0.0.1:{port}/feeds/all.rss", folder / "said"):
            packed = "http_gzip_static_module" in subprocess.run(["nginx", "-V"], capture_output=True, text=True).stderr
            compare(bantin, f"http://127.0.0.1:{port}/", folder / "public", packed, claims)
        claims.same((folder / "errors").read_text(), "", "what nginx complains of")
        claims.that(file.exists(), "what was dropped stays where it is")


def export(bantin, out, claims):
    """Writes the folder, and has bantin compare all of it by itself."""
    options = ["--out", str(out), "--state", str(bantin.state), "--base-url", bantin.public]
    built = bantin.run("build", *options)
    claims.same(built.returncode, 0, f"bantin build: {built.stderr}")
    checked = bantin.run("build", *options, "--check", "--against", bantin.base)
    claims.same((checked.returncode, checked.stdout), (0, ""), f"bantin build --check: {checked.stderr}")
    claims.note(checked.stderr.strip().splitlines()[-1])


def compare(bantin, through, public, packed, claims):
    lines = [json.loads(line) for line in (public / ".bantin-export").read_text("utf-8").splitlines()[1:]]
    entries = [line for line in lines if len(line) > 3 and line[1]]
    leads = [line[0] for line in lines if len(line) == 3]
    claims.that(any(line[1] == 410 for line in lines if len(line) == 3), "something was withdrawn")
    chosen = random.Random(0).sample(entries, min(MOST, len(entries)))
    # One of each form at least, and what is in the folder once.
    forms = {form(entry[1]): entry for entry in entries}
    for entry in [*chosen, *forms.values()]:
        address, lengths = entry[1].lstrip("/"), entry[6]
        for wish, there in (("identity", lengths[0]), ("gzip", packed and lengths[1])):
            same(bantin, through, address, wish, there, claims)
    for address in [*(lead.lstrip("/") for lead in leads), *OTHERS]:
        ours, theirs = (fetch.get(base + address) for base in (bantin.base, through))
        seen, expected = ((reply.status, reply["Location"], reply["Cache-Control"]) for reply in (theirs, ours))
        claims.same(seen, expected, f"/{address}")
    claims.note(f"{len(entries)} documents and files, {len(leads)} addresses that lead on, {len(forms)} forms")


def form(address):
    """What two addresses share that differ in names alone."""
    first, _, rest = address.lstrip("/").partition("/")
    return first if "." in first else (first, rest.count("/"), rest.rpartition(".")[2] if "." in rest else "")


def same(bantin, through, address, wish, there, claims):
    ours, theirs = (fetch.get(base + address, Accept_Encoding=wish) for base in (bantin.base, through))
    what = f"/{address} as {wish}"
    if not claims.same(theirs.status, ours.status, what):
        return
    # A packing that was not worth it is not in the folder.
    coding = ours["Content-Encoding"] if there is not None else None
    claims.same(theirs["Content-Encoding"], coding, f"the coding of {what}")
    claims.that(theirs.body == (ours.body if coding == ours["Content-Encoding"] else ours.plain), f"{what}: other bytes")
    for name in SAID:
        claims.same(theirs[name], ours[name], f"{name} of {what}")
    if coding:
        claims.same((theirs["Vary"] or "").lower(), "accept-encoding", f"Vary of {what}")
