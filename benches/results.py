"""Figures, the bounds they are held to, and the file they are written into."""

import os
import re
import shlex
import statistics
import subprocess
import time
from pathlib import Path

from office import REPOSITORY

FILE = REPOSITORY / "benches/RESULTS.md"
HEADING = """# Results

What `benches/run` measured, with the bounds that are set for it. A figure is the median of several rounds, in brackets the
least and the most. Whatever is compared was measured in turn in the same minutes, and a ratio is taken round by round: only
ratios mean something on another machine.
"""
VERSIONS = {
    "bantin": "git describe --always --dirty --abbrev=10 --exclude=*",
    "rustc": "rustc --version",
    "nginx": "nginx -v",
    "wrk": "wrk -v",
    "h2load": "h2load --version",
    "hugo": "hugo version",
    "brotli": "brotli --version",
    "zstd": "zstd --version",
}


def percentile(samples, percent):
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def p99(samples):
    return percentile(samples, 99)


def figure(value):
    """Three digits that count, and one more around 1, where ratios have their bounds."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3f}" if 0.8 < value < 1.3 else f"{value:.3g}"


def spread(samples):
    """The median, and in brackets the least and the most."""
    middle = figure(statistics.median(samples))
    return f"{middle} ({figure(min(samples))}–{figure(max(samples))})" if len(samples) > 1 else middle


class Section:
    """One measurement: what was claimed of it, and the figures behind."""

    def __init__(self, name, tools=()):
        self.name = name
        self.tools = ["bantin", "rustc", *tools]
        self.commands, self.claims, self.tables, self.notes = [], [], [], []
        self.began, self.load = time.gmtime(), os.getloadavg()[0]

    def command(self, *parts, then=""):
        """A command line that was used; `then` is added as it is. Those that differ in numbers only are told once."""
        line = shlex.join(map(str, parts)).replace(f"{REPOSITORY}/", "") + then
        line = re.sub(r"(127\.0\.0\.1:|corpora/|scratch/)\d+", r"\1N", line)
        if line not in self.commands:
            self.commands.append(line)

    def claim(self, what, samples, unit="", of=statistics.median, least=None, most=None, below=None):
        """A figure of the samples, and its bound if it has one."""
        samples = samples if isinstance(samples, list) else [samples]
        value = of(samples)
        said = spread(samples) if of is statistics.median else figure(value)
        bounds = [
            (f"≥ {least:,g}", value >= least) if least is not None else None,
            (f"≤ {most:,g}", value <= most) if most is not None else None,
            (f"< {below:,g}", value < below) if below is not None else None,
        ]
        bounds = [bound for bound in bounds if bound]
        self.claims.append((what, said + unit, " and ".join(f"{bound}{unit}" for bound, _ in bounds), all(kept for _, kept in bounds)))

    def table(self, *columns):
        """Rows are appended to what is given back."""
        self.tables.append((columns, []))
        return self.tables[-1][1]

    @property
    def missed(self):
        return [what for what, _, bound, kept in self.claims if not kept]

    def text(self):
        claims = [(what, said, bound, ("yes" if kept else "**no**") if bound else "") for what, said, bound, kept in self.claims]
        parts = [
            f"## {self.name.capitalize()}",
            f"{time.strftime('%Y-%m-%d %H:%M', self.began)} UTC, {machine()}, load {self.load:.1f} at the beginning; "
            + ", ".join(version(tool) for tool in self.tools) + ".",
            "```sh\n" + "\n".join(self.commands) + "\n```",
            markdown(("what", "measured", "bound", "kept"), claims),
            *(markdown(columns, rows) for columns, rows in self.tables if rows),
            *self.notes,
        ]
        return "\n\n".join(parts) + "\n"


def markdown(columns, rows):
    line = lambda cells: "| " + " | ".join(map(str, cells)) + " |"
    return "\n".join([line(columns), line(["---"] * len(columns)), *map(line, rows)])


def machine():
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory = int(re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.M)[1]) / 1e6
    system = os.uname()
    return f"{os.cpu_count()} × {model[1] if model else system.machine}, {memory:.0f} GB, {system.sysname} {system.release}"


def version(tool):
    ran = subprocess.run(VERSIONS[tool].split(), capture_output=True, text=True, cwd=REPOSITORY)
    said = (ran.stdout + ran.stderr).split("\n")[0]
    number = re.search(r"\d+\.\d+[\w.]*", said) if tool != "bantin" else None
    return f"{tool} {number[0] if number else said}"


def write(section, order):
    """Puts a section into the file, in place of the one of the same name."""
    old = FILE.read_text() if FILE.exists() else ""
    sections = {part.split("\n", 1)[0].lower(): f"## {part}" for part in re.split(r"^## ", old, flags=re.M)[1:]}
    sections[section.name] = section.text()
    FILE.write_text("\n".join([HEADING, *(sections[name].rstrip() + "\n" for name in order if name in sections)]))
