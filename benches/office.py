"""What is measured: corpora, and servers that are started on them, weighed and stopped."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import corpus
import wire

REPOSITORY = Path(__file__).resolve().parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve()
BENCH = TARGET / "bench"
# What one measurement needs; the next one finds it empty.
SCRATCH = BENCH / "scratch"
# Bases of addresses do not depend on the port, so that a restart finds everything as it was.
BASE = "http://tin.example.vn/"
CATEGORY_FEEDS = """
nong-nghiep thoi-tiet y-te giao-duc the-thao giao-thong van-hoa du-lich moi-truong kinh-te khuyen-nong doi-song
""".split()
FEEDS = ["all", *CATEGORY_FEEDS]
TICK = os.sysconf("SC_CLK_TCK")


def corpus_of(count):
    """The folder with this many articles."""
    folder = BENCH / "corpora" / str(count)
    folder.parent.mkdir(parents=True, exist_ok=True)
    corpus.make(folder, count)
    return folder


def linked_copy(folder, to):
    """Another folder with the same files. Where they are written in place, this is not the copy to take."""
    subprocess.run(["cp", "--archive", "--link", folder, to], check=True)
    return to


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that listens at a port of 127.0.0.1, until the end of the block."""

    def __init__(self, command, port, log, core=None):
        self.port, self.log = port, Path(log)
        pinned = [] if core is None else ["taskset", "--cpu-list", str(core)]
        with open(log, "ab") as said:
            self.began = time.perf_counter()
            self.process = subprocess.Popen([*pinned, *map(str, command)], stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait(self, path="/", seconds=60):
        """Until it answers this path with 200."""
        while True:
            try:
                if wire.get(self.port, path).status == 200:
                    return self
            except OSError:
                pass
            if self.process.poll() is not None or time.perf_counter() > self.began + seconds:
                raise RuntimeError(f"{self.process.args} does not serve:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.002)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def cpu(self):
        """Seconds of processor time that it and its children have used."""
        process = Path(f"/proc/{self.process.pid}")
        children = (process / f"task/{self.process.pid}/children").read_text().split()
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (process.name, *children)]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICK

    def memory(self, name="VmRSS"):
        """Bytes of memory: resident now, or what `name` says in /proc."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s*(\d+) kB", status, re.M)[1]) * 1024


class Office(Server):
    """A bantin on a content folder, with settings and a journal in `home` that outlive it.

    Without receipts nothing is written behind the looking, which an office at rest need not be waited for. `settings` are
    further lines of `site.toml`, `flags` further ones of the command line, `base` where its addresses begin.
    """

    def __init__(self, content, home, core=None, receipts=True, settings="", flags=(), base=BASE):
        self.content, self.home, self.state = Path(content), Path(home), Path(home) / "state"
        (self.home / "feeds").mkdir(parents=True, exist_ok=True)
        # Others read the same articles: receipts are written, but not among them.
        folder = f'"{self.home.absolute()}/receipts"' if receipts else "false"
        (self.home / "feeds/site.toml").write_text(f"receipts = {folder}\n{settings}")
        port, self.admin = free_port(), free_port()
        super().__init__([*command(content, home, port, self.admin, base), *flags], port, self.home / "log", core)

    def wait(self, path="/feeds/all.rss", seconds=600):
        return super().wait(path, seconds)

    def get(self, path, **headers):
        return wire.get(self.port, path, **headers)

    def metrics(self):
        text = wire.get(self.admin, "/metrics").text
        return {name: float(value) for name, value in re.findall(r"^bantin_(\w+) (\S+)$", text, re.M)}

    def rest(self):
        """Waits until it has looked at everything and does nothing any more."""
        self.wait()
        quiet, before = 0, self.cpu()
        while quiet < 4:
            time.sleep(0.5)
            used, before = self.cpu() - before, self.cpu()
            ready = wire.get(self.admin, "/readyz").text == "ready\n"
            quiet = quiet + 1 if ready and used <= 0.02 else 0
            if time.perf_counter() > self.began + 1800:
                raise RuntimeError(f"it does not come to rest:\n{self.log.read_text()[-2000:]}")
        return self


def command(content, home, port=0, admin=0, base=BASE):
    """The command line of an office."""
    flags = {"content": content, "feeds": home / "feeds", "state": home / "state", "base-url": base}
    flags |= {"listen": f"127.0.0.1:{port}", "admin-listen": f"127.0.0.1:{admin}"}
    return [TARGET / "release/bantin", "serve", *(part for flag, value in flags.items() for part in (f"--{flag}", value))]


def clear():
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    return SCRATCH
