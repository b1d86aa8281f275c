"""What stays resident when nothing happens, by the number of articles and of idle connections."""

import time
from contextlib import ExitStack
from itertools import pairwise
from statistics import median

import office
import wire
from results import Section, spread

CONNECTIONS = 10_000
MB = 1e6


def measure(plan):
    section = Section("memory")
    rows = section.table("articles", "from nothing, MB", "at the most meanwhile, MB", "from the journal, MB")
    by_size = {}
    for count in plan.sizes:
        content = office.corpus_of(count)
        taken = {"cold": [], "most": [], "restarted": []}
        for _ in range(plan.times(3 if count <= 100_000 else 1, 1)):
            home = office.clear() / "office"
            with office.Office(content, home, receipts=False) as server:
                taken["cold"].append(server.rest().memory() / MB)
                taken["most"].append(server.memory("VmHWM") / MB)
                server.stop()
            with office.Office(content, home, receipts=False) as server:
                taken["restarted"].append(server.rest().memory() / MB)
                if count == plan.usual and len(taken["cold"]) == 1:
                    section.claim(f"{CONNECTIONS:,} idle connections more", idle(server), " MB", most=100)
        section.command(*office.command(content, home))
        rows.append([f"{count:,}", *(spread(sizes) for sizes in taken.values())])
        by_size[count] = taken
    for how, said in ("cold", "from nothing"), ("restarted", "from its journal"):
        if 100_000 in by_size:
            section.claim(f"100,000 articles, {said}", by_size[100_000][how], " MB", most=100)
        for (few, less), (many, more) in pairwise((count, taken[how]) for count, taken in by_size.items() if count >= 10_000):
            growth = (median(more) - median(less)) * MB / (many - few)
            section.claim(f"each article from {few:,} to {many:,}, {said}", growth, " bytes", most=500)
    return section


def idle(server):
    """MB that so many connections take up which asked for something once and may ask again."""
    poll = wire.request("/feeds/all.rss", accept_encoding="gzip")
    server.get("/feeds/all.rss", accept_encoding="gzip")
    before = server.rest().memory()
    with ExitStack() as until:
        connections = [until.enter_context(wire.Connection(server.port)) for _ in range(CONNECTIONS)]
        for connection in connections:
            connection.ask(poll)
        time.sleep(2)
        if server.metrics()["open_connections"] < CONNECTIONS:
            raise RuntimeError("the connections were not all kept")
        return (server.memory() - before) / MB
