"""Many readers at once, in a process of their own, who judge each answer by what they have seen before."""

import random
import re
import time
from multiprocessing import Event, Pipe, Process
from threading import Lock, Thread
from typing import NamedTuple

import wire

READERS = 8
# How many of a hundred requests are made without a tag.
ANEW = 10
EDITED = re.compile(rb"lan sua (\d+) cua ([a-z-]+)")


class Told(NamedTuple):
    rate: float
    taken: list
    errors: list
    stale: list


class Crowd:
    """Asks for `documents` so many times a second until the end of the block; afterwards `told` says what came."""

    def __init__(self, port, documents, rate):
        self.enough = Event()
        self.ear, mouth = Pipe(duplex=False)
        self.process = Process(target=ask, args=(port, documents, rate, self.enough, mouth), daemon=True)
        self.process.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.told = self.ear.recv()
        self.process.join()


def ask(port, documents, rate, enough, mouth):
    common = Common()
    readers = [Thread(target=Reader(number, common).read, args=(port, documents, rate, enough)) for number in range(READERS)]
    began = time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    mouth.send(Told(len(common.taken) / (time.perf_counter() - began), common.taken, common.errors, common.stale))


class Common:
    """What the readers know together: an edition that one of them has seen is out for all."""

    def __init__(self):
        self.lock = Lock()
        self.seen = {}
        self.taken, self.errors, self.stale = [], [], []

    def saw(self, edits):
        with self.lock:
            for name, edit in edits.items():
                self.seen[name] = max(edit, self.seen.get(name, 0))


class Reader:
    def __init__(self, number, common):
        self.chance, self.common = random.Random(number), common
        self.known = {}

    def read(self, port, documents, rate, enough):
        connection, due = wire.Connection(port), time.perf_counter()
        while not enough.is_set():
            due += READERS / rate
            time.sleep(max(0, due - time.perf_counter()))
            document = self.chance.choice(documents)
            try:
                self.look(connection, document)
            except OSError as error:
                self.common.errors.append(f"{document}: {error!r}")
                connection = wire.Connection(port)

    def look(self, connection, document):
        tag, edits = self.known.get(document, (None, {})) if self.chance.randrange(100) >= ANEW else (None, {})
        request = wire.request(document, accept_encoding="gzip", if_none_match=tag)
        out = dict(self.common.seen)
        began = time.perf_counter()
        answer = connection.ask(request)
        self.common.taken.append(time.perf_counter() - began)
        if answer.status == 200:
            edits = {}
            for edit, name in EDITED.findall(answer.plain):
                edits[name] = min(int(edit), edits.get(name, int(edit)))
            self.known[document] = answer["etag"], edits
            self.common.saw(edits)
        elif answer.status != 304 or tag is None:
            self.common.errors.append(f"{document}: {answer.status}")
        for name, edit in edits.items():
            if edit < out.get(name, 0):
                self.common.stale.append(f"{document}: {answer.status} with edit {edit} of {name.decode()} after {out[name]}")
