"""The servers that bantin's serving is held against, giving the very bytes that bantin gives: nginx from files, and a hyper
that does nothing else."""

import os

import office

# Headers that say how bytes are packed and sent: each server has its own words for that.
ITS_OWN = ("etag", "last-modified", "content-encoding", "content-type", "content-length", "date")
NGINX = """
daemon off;
{user}
worker_processes 1;
worker_rlimit_nofile 4096;
pid {folder}/pid;
error_log {folder}/errors warn;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    gzip_static on;
    open_file_cache max=100 inactive=1h;
    open_file_cache_valid 1h;
    keepalive_requests 1000000000;
    types {{ }}
    default_type "application/rss+xml; charset=utf-8";
    server {{
        listen 127.0.0.1:{http1};
        listen 127.0.0.1:{http2} http2;
        root {folder};
        {locations}
    }}
}}
"""


def headers(answer, but=()):
    """The lines of its headers as they were sent."""
    return [line for line in answer.head.decode().split("\r\n")[1:-2] if line.split(":")[0].lower() not in but]


def nginx(folder, files, core):
    """Serves files by their path: what is in them plain and by gzip, and the answer whose headers are added."""
    folder.mkdir()
    locations = []
    for path, (plain, packed, answer) in files.items():
        place = folder / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(plain)
        place.with_name(place.name + ".gz").write_bytes(packed)
        added = [line.split(": ", 1) for line in headers(answer, ITS_OWN)]
        locations.append(f"location = {path} {{ {' '.join(f'''add_header {name} '{value}';''' for name, value in added)} }}")
    http1, http2 = office.free_port(), office.free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        NGINX.format(user=user, folder=folder, http1=http1, http2=http2, locations="\n        ".join(locations))
    )
    server = office.Server(["nginx", "-p", folder, "-e", folder / "errors", "-c", configuration], http1, folder / "log", core)
    return server, http2


def bare(file, answer, core):
    """Gives this answer, whatever is asked."""
    file.write_bytes(answer.body)
    port = office.free_port()
    command = [office.TARGET / "release/examples/bare", f"127.0.0.1:{port}", answer.status, file]
    fixed = headers(answer, ("content-length", "date"))
    return office.Server([*command, *fixed], port, file.with_suffix(".log"), core)
