"""The private listener tells health, readiness and metrics; the public one tells none of it."""

import re

import fetch


def judge(bantin, claims):
    for name in ("healthz", "readyz", "metrics"):
        reply = fetch.get(bantin.admin(name))
        claims.same(reply.status, 200, f"/{name}")
        claims.that("no-store" in (reply["Cache-Control"] or "no-store"), f"/{name}: Cache-Control {reply['Cache-Control']}")
        claims.same(bantin.get(name).status, 404, f"/{name} on the public listener")
    claims.same(fetch.get(bantin.admin("feeds/all.rss")).status, 404, "a feed on the private listener")
    before = samples(bantin, claims)
    for _ in range(20):
        bantin.get("feeds/all.rss")
    after = samples(bantin, claims)
    grown = [name for name, value in after.items() if value >= before.get(name, 0) + 20]
    claims.that(grown, "20 requests show in no counter")
    claims.note(f"{len(after)} samples")


def samples(bantin, claims):
    """The values of /metrics, which must be Prometheus text."""
    reply = fetch.get(bantin.admin("metrics"))
    claims.that(re.match(r"text/plain|application/openmetrics-text", reply["Content-Type"] or ""), f"type of /metrics: {reply['Content-Type']}")
    claims.that("# TYPE " in reply.text, "/metrics names no type")
    seen = {}
    for line in reply.text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = re.fullmatch(r'([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?) (\S+)(?: \S+)?', line)
        if claims.that(parts, f"/metrics: a line that is no sample: {line}"):
            seen[parts[1]] = float(parts[2])
    return seen
